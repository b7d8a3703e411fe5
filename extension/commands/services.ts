// What the commands work with.
import type { ModelsView } from '../explorer/models-view.ts';
import type { Logs } from '../log.ts';
import type { ServerController } from '../server-controller.ts';
import type { ModelStore } from '../state/model-store.ts';
import type { Dashboard } from '../panels/dashboard/dashboard-panel.ts';
import type { RequestProblems } from '../requests/problems.ts';
import type { Playground } from '../panels/playground/playground-panel.ts';
import type { StateStream } from '../state/state-stream.ts';
import type { PredictionDocuments } from './prediction-documents.ts';
import type { ReportDocuments } from './report-documents.ts';

/** Made once by the composition root. */
export interface Services {
  readonly controller: ServerController;
  readonly store: ModelStore;
  readonly stream: StateStream;
  readonly logs: Logs;
  readonly predictions: PredictionDocuments;
  readonly reports: ReportDocuments;
  readonly dashboard: Dashboard;
  readonly playground: Playground;
  readonly modelsView: ModelsView;
  readonly requests: RequestProblems;
  /** The path of the workspace folder that the command is for; empty in a window without one. */
  readonly folder: string;
  /** Where the extension is installed, absolute. */
  readonly extensionDirectory: string;
}

/** A command: gets what VS Code gives it; the tree gives the clicked row and all selected ones. */
export type CommandHandler = (services: Services, clicked?: unknown, selected?: unknown) => unknown;

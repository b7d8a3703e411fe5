// After the first promotion: the offer to keep labels in a models.config, where the workspace has none.
import * as vscode from 'vscode';
import { modelsConfigName } from './models-config.ts';
import { inform } from './notify.ts';
import type { ServerController } from './server-controller.ts';

/** Where it is kept that nobody wants to be asked here. */
const neverKey = 'perch.neverOfferModelsConfig';

/** Asks once per window, unless it was told not to. */
export class ModelsConfigOffer {
  readonly #controller: ServerController;
  readonly #memory: vscode.Memento;
  #wasMade = false;

  /** `memory` is the workspace's. */
  constructor(controller: ServerController, memory: vscode.Memento) {
    this.#controller = controller;
    this.#memory = memory;
  }

  /** A canary was promoted, by whomever. */
  async promoted(): Promise<void> {
    const { situation } = this.#controller.overview;
    const isServed = situation.kind === 'ready' && situation.configFile === undefined;
    if (!isServed || this.#wasMade || this.#memory.get(neverKey) === true) {
      return;
    }
    this.#wasMade = true;
    const [existing] = await vscode.workspace.findFiles(`**/${modelsConfigName}`, '**/node_modules/**', 1);
    if (existing !== undefined) {
      return;
    }
    inform(
      vscode.l10n.t(
        'Keep labels and versions in a models.config, as TensorFlow Serving reads it? The server starts again with it.',
      ),
      {
        title: vscode.l10n.t('Create models.config'),
        run: () =>
          vscode.commands.executeCommand('perch.models.createConfig', { folder: situation.folder.path }),
      },
      { title: vscode.l10n.t('Not Now'), run: () => undefined },
      {
        title: vscode.l10n.t('Never for This Workspace'),
        run: () => this.#memory.update(neverKey, true),
      },
    );
  }
}

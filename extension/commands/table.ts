// The one table of commands, and how they are registered.
import * as vscode from 'vscode';
import type { Logs } from '../log.ts';
import type { Disposable } from '../signal.ts';
import { addModel } from './add-model.ts';
import { pauseCanary, promoteCanary, resumeCanary, rollBackCanary, startCanary } from './canary.ts';
import { compareVersions } from './compare-versions.ts';
import { generateConfig } from './config-generate.ts';
import { loadConfigModel, reloadConfigModel } from './config-model.ts';
import { showConversionReport } from './conversion-report.ts';
import { copyCurl } from './copy-curl.ts';
import { createModelsConfig } from './create-models-config.ts';
import { createModelsDirectory } from './create-models-directory.ts';
import { exportOnnx } from './export-onnx.ts';
import { clearFilter, filterModels } from './filter-models.ts';
import { installGpuSupport } from './gpu-support.ts';
import { showDashboard, showServerStatus } from './show-dashboard.ts';
import { deleteLabel, setLabel } from './labels.ts';
import { openPlayground } from './open-playground.ts';
import { openModelDirectory } from './open-model-directory.ts';
import { predictSample } from './predict-sample.ts';
import { reportFailures } from './report-failures.ts';
import { restartServer, showServerLog, startServer, stopServer } from './server.ts';
import { compareRequest, expectRequest, openRequest, sendRequest } from '../requests/request-commands.ts';
import { saveRequest } from '../requests/save-request.ts';
import type { CommandHandler, Services } from './services.ts';
import { setTraffic } from './traffic.ts';
import { showInConfig, showProblem } from './version-problem.ts';
import { loadVersions, unloadVersions } from './version-lifecycle.ts';

const commandTable: Readonly<Record<string, CommandHandler>> = {
  'perch.canary.pause': pauseCanary,
  'perch.canary.promote': promoteCanary,
  'perch.canary.resume': resumeCanary,
  'perch.canary.rollback': rollBackCanary,
  'perch.canary.start': startCanary,
  'perch.config.generate': generateConfig,
  'perch.config.load': loadConfigModel,
  'perch.config.reload': reloadConfigModel,
  'perch.dashboard.show': showDashboard,
  'perch.gpu.install': installGpuSupport,
  'perch.label.delete': deleteLabel,
  'perch.label.set': setLabel,
  'perch.model.add': addModel,
  'perch.model.copyCurl': copyCurl,
  'perch.model.openDirectory': openModelDirectory,
  'perch.model.predictSample': predictSample,
  'perch.models.clearFilter': clearFilter,
  'perch.models.createConfig': createModelsConfig,
  'perch.models.createDirectory': createModelsDirectory,
  'perch.models.filter': filterModels,
  'perch.playground.open': openPlayground,
  'perch.request.compare': compareRequest,
  'perch.request.expect': expectRequest,
  'perch.request.open': openRequest,
  'perch.request.save': saveRequest,
  'perch.request.send': sendRequest,
  'perch.server.restart': restartServer,
  'perch.server.showLog': showServerLog,
  'perch.server.showStatus': showServerStatus,
  'perch.server.start': startServer,
  'perch.server.stop': stopServer,
  'perch.traffic.set': setTraffic,
  'perch.version.compare': compareVersions,
  'perch.version.exportOnnx': exportOnnx,
  'perch.model.showInConfig': showInConfig,
  'perch.version.load': loadVersions,
  'perch.version.showConversionReport': showConversionReport,
  'perch.version.showProblem': showProblem,
  'perch.version.unload': unloadVersions,
};

/**
 * Registers every command; they end with `subscriptions`. `servicesFor` gives what the command works with, by its id and what
 * it was called with; undefined where the user chose nothing. What a command throws is logged and shown.
 */
export function registerCommands(
  servicesFor: (id: string, clicked: unknown) => Promise<Services | undefined>,
  logs: Logs,
  subscriptions: Disposable[],
): void {
  for (const [id, handler] of Object.entries(commandTable)) {
    subscriptions.push(
      vscode.commands.registerCommand(id, async (clicked?: unknown, selected?: unknown) => {
        try {
          const services = await servicesFor(id, clicked);
          return services === undefined ? undefined : await handler(services, clicked, selected);
        } catch (reason) {
          reportFailures({ logs }, id, [reason]);
          return undefined;
        }
      }),
    );
  }
}

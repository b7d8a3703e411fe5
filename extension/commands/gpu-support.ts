// "Install GPU Support": says what would be fetched, fetches it when the user agrees, and says whether it works.
import * as vscode from 'vscode';
import { locateDaemon } from '../daemon/launch.ts';
import { describeMissing } from '../daemon/server-state.ts';
import { reportError, warn } from '../notify.ts';
import {
  installGpu,
  readGpuPlan,
  type GpuOutcome,
  type GpuPlan,
  type GpuProgress,
} from './gpu-install-process.ts';
import type { Services } from './services.ts';

/** What the command works with. */
export interface GpuServices extends Pick<Services, 'logs'> {
  /** The directory that the extension is installed in; absolute. */
  readonly extensionDirectory: string;
}

/** Fetches ONNX Runtime's GPU libraries after asking. Nothing is fetched where the user does not agree. */
export async function installGpuSupport({ logs, extensionDirectory }: GpuServices): Promise<void> {
  const location = locateDaemon(extensionDirectory);
  if (location.kind === 'missing') {
    reportError(describeMissing(vscode.l10n.t, location));
    return;
  }
  const plan = await readGpuPlan(location.script, new AbortController().signal);
  if (plan.kind === 'nothing') {
    void vscode.window.showInformationMessage(plan.reason);
    return;
  }
  if (!plan.isWritable) {
    reportNotWritable(plan.directory);
    return;
  }
  if (!(await userAgrees(plan))) {
    return;
  }
  const outcome = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Installing GPU support'),
      cancellable: true,
    },
    async (progress, token) => {
      const cancelled = new AbortController();
      token.onCancellationRequested(() => cancelled.abort());
      return installGpu(location.script, cancelled.signal, (step) =>
        progress.report({ message: progressText(step) }),
      );
    },
  );
  logs.extension.info(`install GPU support: ${JSON.stringify(outcome)}`);
  report(outcome);
}

async function userAgrees(plan: GpuPlan & { readonly kind: 'ready' }): Promise<boolean> {
  const install = vscode.l10n.t('Install');
  const detail = [
    vscode.l10n.t(
      'Fetched from {0}: {1}, up to {2}. Unpacked, the libraries take more.',
      plan.host,
      plan.packages.join(', '),
      megabytes(plan.maxBytes),
    ),
    vscode.l10n.t('They go to {0}.', plan.directory),
    vscode.l10n.t('They need an NVIDIA GPU with its driver, CUDA 12 and cuDNN 9, which are not fetched.'),
    ...(plan.isInstalled ? [vscode.l10n.t('They are installed already and would be replaced.')] : []),
  ].join('\n\n');
  const question = vscode.l10n.t('Fetch the CUDA libraries of ONNX Runtime?');
  return (await vscode.window.showInformationMessage(question, { modal: true, detail }, install)) === install;
}

function progressText(progress: GpuProgress): string {
  switch (progress.phase) {
    case 'starting':
      return vscode.l10n.t('asking for the package');
    case 'downloading':
      return vscode.l10n.t('{0} fetched', megabytes(progress.bytes));
    case 'unpacking':
      return vscode.l10n.t('unpacking {0}', progress.file);
    case 'checking':
      return vscode.l10n.t('trying CUDA');
  }
}

function report(outcome: GpuOutcome): void {
  const restart = { title: vscode.l10n.t('Restart Server'), command: 'perch.server.restart' };
  switch (outcome.kind) {
    case 'works':
      void offer(vscode.l10n.t('CUDA works. The server uses it once it is restarted.'), restart);
      return;
    case 'does-not-work': {
      const { reason, remedy } = outcome;
      warn(
        remedy === ''
          ? vscode.l10n.t('The libraries are installed, but CUDA does not work yet: {0}', reason)
          : vscode.l10n.t(
              'The libraries are installed, but CUDA does not work yet: {0} What helps: {1}',
              reason,
              remedy,
            ),
        restart,
      );
      return;
    }
    case 'not-writable':
      reportNotWritable(outcome.directory);
      return;
    case 'failed':
      reportError(vscode.l10n.t('GPU support could not be installed: {0}', outcome.reason), {
        title: vscode.l10n.t('Try Again'),
        command: 'perch.gpu.install',
      });
      return;
    case 'cancelled':
  }
}

function reportNotWritable(directory: string): void {
  reportError(
    vscode.l10n.t(
      'GPU support cannot be installed: {0} is not writable for you. The user who installed the extension can do it.',
      directory,
    ),
  );
}

async function offer(
  text: string,
  button: { readonly title: string; readonly command: string },
): Promise<void> {
  if ((await vscode.window.showInformationMessage(text, button.title)) === button.title) {
    await vscode.commands.executeCommand(button.command);
  }
}

function megabytes(bytes: number): string {
  return vscode.l10n.t('{0} MB', Math.round(bytes / 2 ** 20));
}

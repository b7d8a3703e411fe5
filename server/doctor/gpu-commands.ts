// The commands `perch doctor gpu` and `perch gpu install`: their arguments, what they print, their exit codes.
import { parseArgs } from 'node:util';
import { findOnnxRuntime } from '../engine/providers/onnxruntime-package.ts';
import { probeProviders, type ProbeResult } from '../engine/providers/probe.ts';
import { doctorGpu } from './doctor-gpu.ts';
import { installGpuSupport, type InstallOutcome, type InstallProgress } from './gpu-install.ts';
import { planInstall, type InstallPlan, type ReadyPlan } from './install-plan.ts';

/** For `perch --help`. */
export const gpuUsage = `  perch doctor gpu [--json]                    what runs models here, and what keeps a GPU from it
  perch gpu install [--json] [--dry_run]       fetch ONNX Runtime's CUDA libraries (Linux x64)
`;

/** What the commands work with. */
export interface GpuCommandContext {
  /** The program `provider-probe`; absolute. ONNX Runtime is looked for from it. */
  readonly probeFile: string;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Cancels. */
  readonly signal: AbortSignal;
}

/** What one line of `perch gpu install --json` says; the last one is a `result`, or a `plan` where nothing is to be done. */
export type GpuInstallEvent =
  | ({ readonly event: 'plan' } & InstallPlan)
  | ({ readonly event: 'progress' } & InstallProgress)
  | ({ readonly event: 'result' } & InstallOutcome);

const exitUsage = 2;

/**
 * Runs the command in `args` and gives its exit code; undefined where `args` is none of these commands. 0: a GPU provider
 * works, or nothing was to be installed; 1: none works, the installation failed or was cancelled; 2: wrong arguments.
 */
export async function runGpuCommand(
  args: readonly string[],
  context: GpuCommandContext,
): Promise<number | undefined> {
  const [noun, verb, ...rest] = args;
  const command = [noun, verb].join(' ');
  if (command !== 'doctor gpu' && command !== 'gpu install') {
    return undefined;
  }
  let flags: { readonly json: boolean; readonly dryRun: boolean };
  try {
    flags = readFlags(rest, command === 'gpu install');
  } catch (reason) {
    const text = reason instanceof Error ? reason.message : String(reason);
    context.writeError(`${text}\n\n${gpuUsage}`);
    return exitUsage;
  }
  try {
    return command === 'doctor gpu'
      ? await doctorGpu({ ...context, json: flags.json })
      : await install(flags, context);
  } catch (reason) {
    if (context.signal.aborted) {
      context.writeError('Cancelled.\n');
      return 1;
    }
    throw reason;
  }
}

function readFlags(args: readonly string[], isInstall: boolean): { json: boolean; dryRun: boolean } {
  const given = [...args];
  const json = { type: 'boolean', default: false } as const;
  if (!isInstall) {
    return { json: parseArgs({ args: given, options: { json } }).values.json, dryRun: false };
  }
  const { values } = parseArgs({ args: given, options: { json, dry_run: json } });
  return { json: values.json, dryRun: values.dry_run };
}

async function install(
  { json, dryRun }: { readonly json: boolean; readonly dryRun: boolean },
  { probeFile, write, signal: cancelled }: GpuCommandContext,
): Promise<number> {
  const tell = (event: GpuInstallEvent): void => {
    const text = json ? JSON.stringify(event) : eventText(event);
    if (text !== '') {
      write(`${text}\n`);
    }
  };
  const plan = planInstall(findOnnxRuntime(probeFile));
  tell({ event: 'plan', ...plan });
  if (plan.kind === 'nothing' || dryRun) {
    return 0;
  }
  const probe = async (signal: AbortSignal): Promise<ProbeResult> => {
    const { results } = await probeProviders(['cuda'], { probeFile, signal });
    return results.get('cuda') ?? { kind: 'unavailable', reason: 'CUDA was not probed.' };
  };
  let phase = '';
  const outcome = await installGpuSupport({
    plan,
    probe,
    signal: cancelled,
    onProgress: (progress) => {
      // People get a line per step; programs get the bytes too.
      if (json || progress.phase !== phase || progress.phase === 'unpacking') {
        tell({ event: 'progress', ...progress });
      }
      ({ phase } = progress);
    },
  });
  tell({ event: 'result', ...outcome });
  return outcome.kind === 'works' ? 0 : 1;
}

function eventText(event: GpuInstallEvent): string {
  switch (event.event) {
    case 'plan':
      return event.kind === 'nothing' ? event.reason : planText(event);
    case 'progress':
      return progressText(event);
    case 'result':
      return outcomeText(event);
  }
}

function planText({ packages, host, maxBytes, files, directory, isInstalled }: ReadyPlan): string {
  const size = `up to ${Math.round(maxBytes / 2 ** 20)} MB`;
  return [
    `Fetches ${packages.join(', ')} (${size}) from ${host}`,
    `for ${files.join(', ')}`,
    `in ${directory}${isInstalled ? ', where they are already' : ''}.`,
  ].join('\n');
}

function progressText(progress: InstallProgress): string {
  switch (progress.phase) {
    case 'starting':
      return 'Asking for the package …';
    case 'downloading':
      return 'Downloading …';
    case 'unpacking':
      return `Unpacking ${progress.file} …`;
    case 'checking':
      return 'Trying CUDA …';
  }
}

function outcomeText(outcome: InstallOutcome): string {
  switch (outcome.kind) {
    case 'works':
      return 'CUDA works. Start the server again to use it.';
    case 'does-not-work': {
      const help = outcome.remedy === undefined ? '' : `\nWhat helps: ${outcome.remedy}`;
      return `The libraries are installed, but CUDA does not work yet: ${outcome.reason}${help}`;
    }
    case 'not-writable':
      return `${outcome.directory} is not writable for this user. Run the command as the user who installed Perch.`;
    case 'cancelled':
      return 'Cancelled; nothing was installed.';
    case 'failed':
      return `${outcome.reason}\nNothing was installed.`;
  }
}

// Runs the daemon's program as `gpu install` and reads what it tells. Does not import vscode.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { daemonEnvironment } from '../daemon/launch.ts';

/** What would be fetched. */
export type GpuPlan =
  | { readonly kind: 'nothing'; readonly reason: string }
  | {
      readonly kind: 'ready';
      readonly packages: readonly string[];
      readonly host: string;
      readonly maxBytes: number;
      readonly directory: string;
      readonly isWritable: boolean;
      readonly isInstalled: boolean;
    };

/** What the installation is at; `file` is a library's name. */
export type GpuProgress =
  | { readonly phase: 'starting' | 'checking' }
  | { readonly phase: 'downloading'; readonly bytes: number }
  | { readonly phase: 'unpacking'; readonly file: string };

/** What came of it. */
export type GpuOutcome =
  | { readonly kind: 'works' }
  /** The libraries are there, but do not work; `reason` says why, `remedy` what helps, or is empty. */
  | { readonly kind: 'does-not-work'; readonly reason: string; readonly remedy: string }
  | { readonly kind: 'not-writable'; readonly directory: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Asks for the plan; nothing is fetched. Rejects where the program does not answer. */
export async function readGpuPlan(script: string, signal: AbortSignal): Promise<GpuPlan> {
  let plan: GpuPlan | undefined;
  const end = await run([script, 'gpu', 'install', '--json', '--dry_run'], signal, (event) => {
    plan ??= toPlan(event);
  });
  if (plan === undefined) {
    throw new Error(`gpu install --dry_run gave no plan: ${end}`);
  }
  return plan;
}

/** Installs. Aborting `signal` cancels it, and what was fetched is removed. Never rejects. */
export async function installGpu(
  script: string,
  signal: AbortSignal,
  onProgress: (progress: GpuProgress) => void,
): Promise<GpuOutcome> {
  let outcome: GpuOutcome | undefined;
  const end = await run([script, 'gpu', 'install', '--json'], signal, (event) => {
    const progress = toProgress(event);
    if (progress !== undefined) {
      onProgress(progress);
    }
    outcome ??= toOutcome(event);
  });
  return outcome ?? (signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', reason: end });
}

/** One line of the program's output, by field. */
type Event = ReadonlyMap<string, unknown>;

/** Resolves when the program is gone, to how it ended and the last line that it wrote to stderr. */
function run(args: readonly string[], signal: AbortSignal, onEvent: (event: Event) => void): Promise<string> {
  const child = spawn(process.execPath, args, {
    env: daemonEnvironment(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  // It removes what it has fetched before it ends.
  const cancel = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', cancel);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = toObject(parseJson(line));
    if (event !== undefined) {
      onEvent(event);
    }
  });
  let lastWords = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastWords = line.trim() === '' ? lastWords : line;
  });
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code, killedBy) => {
      signal.removeEventListener('abort', cancel);
      const how = killedBy === null ? `exit code ${code ?? -1}` : `signal ${killedBy}`;
      resolve(lastWords === '' ? how : `${how}: ${lastWords}`);
    });
  });
}

function toPlan(event: Event): GpuPlan | undefined {
  if (event.get('event') !== 'plan') {
    return undefined;
  }
  if (event.get('kind') === 'nothing') {
    return { kind: 'nothing', reason: textOf(event, 'reason') };
  }
  const packages = event.get('packages');
  return {
    kind: 'ready',
    packages: Array.isArray(packages) ? packages.map(String) : [],
    host: textOf(event, 'host'),
    maxBytes: numberOf(event, 'maxBytes'),
    directory: textOf(event, 'directory'),
    isWritable: event.get('isWritable') === true,
    isInstalled: event.get('isInstalled') === true,
  };
}

function toProgress(event: Event): GpuProgress | undefined {
  if (event.get('event') !== 'progress') {
    return undefined;
  }
  const phase = event.get('phase');
  switch (phase) {
    case 'starting':
    case 'checking':
      return { phase };
    case 'downloading':
      return { phase, bytes: numberOf(event, 'bytes') };
    case 'unpacking':
      return { phase, file: textOf(event, 'file') };
    default:
      return undefined;
  }
}

function toOutcome(event: Event): GpuOutcome | undefined {
  if (event.get('event') !== 'result') {
    return undefined;
  }
  switch (event.get('kind')) {
    case 'works':
      return { kind: 'works' };
    case 'does-not-work':
      return { kind: 'does-not-work', reason: textOf(event, 'reason'), remedy: textOf(event, 'remedy') };
    case 'not-writable':
      return { kind: 'not-writable', directory: textOf(event, 'directory') };
    case 'cancelled':
      return { kind: 'cancelled' };
    default:
      return { kind: 'failed', reason: textOf(event, 'reason') };
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function toObject(value: unknown): Event | undefined {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
}

function textOf(event: Event, field: string): string {
  const value = event.get(field);
  return typeof value === 'string' ? value : '';
}

function numberOf(event: Event, field: string): number {
  const value = event.get(field);
  return typeof value === 'number' ? value : 0;
}

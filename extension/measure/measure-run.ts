// Runs the daemon's program as `perch bench`, a process of its own so that measuring does not disturb the editor. No vscode.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { BenchLine, BenchSummary } from '../../server/bench/bench-lines.ts';
import { daemonEnvironment } from '../daemon/launch.ts';
import { parseBenchLine } from './bench-lines.ts';

/** How long a measurement that is cancelled may take for its summary before it is killed, milliseconds. */
const lastWordsMs = 5_000;

/** What to measure, and where. */
export interface MeasureOptions {
  /** The daemon's program, absolute. */
  readonly script: string;
  /** `host:port`, and the token, of the daemon's ready line. */
  readonly grpcAddress: string;
  readonly token: string;
  readonly model: string;
  /** In decimal. Of version and label at most one; neither: as routed. */
  readonly version?: string | undefined;
  readonly label?: string | undefined;
  /** JSON, the body for `:predict`. */
  readonly request: string;
  readonly transport?: 'grpc' | 'rest' | undefined;
  /** Per second, 0.1 to 100000; undefined: as fast as `concurrency` allows. */
  readonly rate?: number | undefined;
  /** 1 to 1024. */
  readonly concurrency?: number | undefined;
  /** 100 to 600000; undefined: 10000, or with a count 600000. */
  readonly durationMs?: number | undefined;
  /** 1 to 10^9. */
  readonly count?: number | undefined;
}

/** What came of it. `status`: a gRPC status, UNREACHABLE, MISUSE, CANCELLED, or FAILED where the program broke. */
export type MeasureOutcome =
  | { readonly kind: 'done'; readonly summary: BenchSummary }
  | { readonly kind: 'failed'; readonly status: string; readonly message: string };

/**
 * Measures; `onLine` gets each line as it comes. Aborting `signal` ends it with the summary of what was (on Windows without).
 * Never rejects, and leaves no process.
 */
export async function startMeasure(
  options: MeasureOptions,
  onLine: (line: BenchLine) => void,
  signal: AbortSignal,
): Promise<MeasureOutcome> {
  const cancelled = { kind: 'failed', status: 'CANCELLED', message: 'Cancelled.' } as const;
  const isCancelled = (): boolean => signal.aborted;
  if (isCancelled()) {
    return cancelled;
  }
  const child = spawn(process.execPath, argumentsOf(options), {
    env: { ...daemonEnvironment(process.env), PERCH_TOKEN: options.token },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let killer: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    child.kill('SIGTERM');
    killer = setTimeout(() => child.kill('SIGKILL'), lastWordsMs);
  };
  signal.addEventListener('abort', cancel, { once: true });
  let last = undefined as BenchLine | undefined;
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = parseBenchLine(text);
    if (line !== undefined) {
      last = line;
      onLine(line);
    }
  });
  let lastWords = '';
  createInterface({ input: child.stderr }).on('line', (text) => {
    lastWords = text.trim() === '' ? lastWords : text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.request);
  try {
    await once(child, 'close');
  } catch (reason) {
    lastWords = reason instanceof Error ? reason.message : String(reason);
  } finally {
    clearTimeout(killer);
    signal.removeEventListener('abort', cancel);
  }
  if (last?.kind === 'summary') {
    return { kind: 'done', summary: last };
  }
  if (last?.kind === 'error') {
    return { kind: 'failed', status: last.status, message: last.message };
  }
  return isCancelled() ? cancelled : { kind: 'failed', status: 'FAILED', message: lastWords };
}

/** The request goes to stdin, the token into the environment: every user of the machine can read arguments. */
function argumentsOf(options: MeasureOptions): readonly string[] {
  const { script, model, grpcAddress, transport, version, label, rate, concurrency, count } = options;
  const flags = {
    address: grpcAddress,
    transport,
    version,
    label,
    rate,
    concurrency,
    count,
    duration: options.durationMs === undefined ? undefined : `${options.durationMs}ms`,
  };
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  return [
    ...[script, 'bench', '--format=jsonl', '--request=-'],
    ...given.map(([name, value]) => `--${name}=${value ?? ''}`),
    // Behind the dashes, no name of a model is an option.
    ...['--', model],
  ];
}

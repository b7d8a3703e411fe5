// One daemon process: started, awaited until it serves, stopped, and never left behind.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Launch } from './launch.ts';
import { parseLogLine, type LogLine } from './log-line.ts';
import { parseReadyLine, type ReadyInfo } from './ready-line.ts';

/** How long a daemon may take from its start to its ready line, milliseconds. */
const defaultReadyTimeoutMs = 60_000;
/** How long it may take to drain after SIGTERM before it is killed, milliseconds. */
const defaultStopTimeoutMs = 5_000;
/** How long to wait for the rest of stderr once the process is gone: a grandchild may hold the pipe. Milliseconds. */
const lastWordsTimeoutMs = 250;
/** Lines of the log kept for explaining an end. */
const tailLength = 50;

/** How a process ended. Exactly one of `code` and `signal` is not null. */
export interface DaemonExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last thing that the log said about why; empty where it said nothing. */
  readonly lastWords: string;
}

/** Why a daemon did not come up, or went. */
export type DaemonFailure =
  | { readonly kind: 'ended'; readonly exit: DaemonExit }
  | { readonly kind: 'not-spawned'; readonly message: string }
  | { readonly kind: 'unsupported-api'; readonly api: number; readonly version: string }
  | { readonly kind: 'malformed-ready-line' }
  | { readonly kind: 'timed-out'; readonly seconds: number };

/** What came of starting a daemon. */
export type StartOutcome =
  | { readonly kind: 'ready'; readonly daemon: DaemonProcess }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly failure: DaemonFailure };

/** How to start: `onLog` gets each line of stderr; aborting `signal` before the ready line cancels. */
export interface StartOptions {
  readonly signal: AbortSignal;
  readonly onLog: (line: LogLine) => void;
  readonly readyTimeoutMs?: number;
  readonly stopTimeoutMs?: number;
}

/** A daemon that serves. */
export interface DaemonProcess {
  readonly info: ReadyInfo;
  /** Settles when the process is gone, whoever ended it. Never rejects. */
  readonly exited: Promise<DaemonExit>;
  /** Lets it drain, and kills it after the stop time-out. Settles when it is gone. Calling it again is harmless. */
  stop(): Promise<DaemonExit>;
  /** Whether another window or program started it. */
  readonly shared: boolean;
  /** Whether another window or program uses it, as far as it is known. */
  isUsedByOthers(): boolean;
  /** Closes its pipes, as this process's end does: it ends once nobody holds it. For a daemon that this process started. */
  abandon(): void;
  /**
   * This window ends. What nobody else uses goes, which the daemon itself decides: it knows who holds it. Settles when it is
   * gone, at once where it stays.
   */
  leave(): Promise<void>;
}

/**
 * Starts a daemon and waits for its ready line, its end, the time-out or a cancellation, whichever comes first.
 * In every outcome but `ready` no process is left.
 */
export async function startDaemon(launch: Launch, options: StartOptions): Promise<StartOutcome> {
  if (options.signal.aborted) {
    return { kind: 'cancelled' };
  }
  const readyTimeoutMs = options.readyTimeoutMs ?? defaultReadyTimeoutMs;
  // stdin stays open for as long as this process lives: its end tells the daemon that the editor is gone.
  const child = spawn(launch.program, launch.args, {
    cwd: launch.cwd,
    env: launch.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  child.stdin.on('error', () => undefined);
  const spawnError = new Promise<Error>((resolve) => child.on('error', resolve));
  if (child.pid === undefined) {
    return { kind: 'failed', failure: { kind: 'not-spawned', message: (await spawnError).message } };
  }

  const exited = watchExit(child, options.onLog);
  const stopTimeoutMs = options.stopTimeoutMs ?? defaultStopTimeoutMs;
  const stop = (): Promise<DaemonExit> => stopChild(child, exited, stopTimeoutMs);
  const settled = new AbortController();
  const first = await Promise.race([
    firstLine(child.stdout).then((line) => ({ kind: 'line', line }) as const),
    exited.then((exit) => ({ kind: 'ended', exit }) as const),
    aborted(options.signal, settled.signal).then(() => ({ kind: 'cancelled' }) as const),
    sleep(readyTimeoutMs, settled.signal).then(() => ({ kind: 'timed-out' }) as const),
  ]);
  settled.abort();
  switch (first.kind) {
    case 'ended':
      return { kind: 'failed', failure: first };
    case 'cancelled':
      await stop();
      return first;
    case 'timed-out':
      await stop();
      return { kind: 'failed', failure: { kind: 'timed-out', seconds: readyTimeoutMs / 1000 } };
    case 'line': {
      const ready = parseReadyLine(first.line);
      if (ready.kind === 'ready') {
        return {
          kind: 'ready',
          daemon: {
            info: ready.info,
            exited,
            stop,
            shared: false,
            isUsedByOthers: () => false,
            abandon: () => {
              child.stdin.end();
              child.stdout.destroy();
              child.stderr.destroy();
            },
            leave: async () => {
              child.stdin.end();
              await untilGone(child, exited, stopTimeoutMs);
            },
          },
        };
      }
      await stop();
      const failure = ready.kind === 'malformed' ? ({ kind: 'malformed-ready-line' } as const) : ready;
      return { kind: 'failed', failure };
    }
  }
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function watchExit(child: Child, onLog: (line: LogLine) => void): Promise<DaemonExit> {
  const tail: LogLine[] = [];
  createInterface({ input: child.stderr, crlfDelay: Infinity }).on('line', (line) => {
    const parsed = parseLogLine(line);
    tail.push(parsed);
    tail.splice(0, tail.length - tailLength);
    onLog(parsed);
  });
  const closed = once(child, 'close');
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const finish = (): void => resolve({ code, signal, lastWords: lastWords(tail) });
      void Promise.race([closed, sleep(lastWordsTimeoutMs)]).then(finish);
    });
  });
}

/** The last error that was logged; else the line of a crash report that names the error; else the last line. */
function lastWords(tail: readonly LogLine[]): string {
  const line =
    tail.findLast(({ level, logged }) => logged && level === 'error') ??
    tail.find(({ message, logged }) => !logged && /^\w*Error\b/.test(message)) ??
    tail.findLast(({ message }) => message.trim() !== '');
  return line?.message ?? '';
}

async function stopChild(child: Child, exited: Promise<DaemonExit>, timeoutMs: number): Promise<DaemonExit> {
  child.stdin.end();
  // Windows has no SIGTERM: there the end of stdin is the request.
  if (process.platform !== 'win32') {
    child.kill('SIGTERM');
  }
  return untilGone(child, exited, timeoutMs);
}

/** Kills it where it takes longer. */
async function untilGone(child: Child, exited: Promise<DaemonExit>, timeoutMs: number): Promise<DaemonExit> {
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  try {
    return await exited;
  } finally {
    clearTimeout(timer);
  }
}

/** Settles with the first line; stays pending where none comes. What follows it is read and dropped. */
function firstLine(stream: Readable): Promise<string> {
  return new Promise((resolve) => {
    createInterface({ input: stream, crlfDelay: Infinity }).once('line', resolve);
  });
}

function aborted(signal: AbortSignal, unlisten: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true, signal: unlisten });
  });
}

function sleep(ms: number, cancel?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    cancel?.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}

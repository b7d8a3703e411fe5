// Keeps one daemon running: starts it, starts it again when it crashes, gives up when that does not help, stops it.
import { setTimeout as delay } from 'node:timers/promises';
import { Signal, type Disposable, type Listen } from '../signal.ts';
import {
  startDaemon,
  type DaemonExit,
  type DaemonFailure,
  type DaemonProcess,
  type StartOptions,
  type StartOutcome,
} from './daemon-process.ts';
import type { DaemonLocation, DaemonOptions, Launch } from './launch.ts';
import type { LogLine } from './log-line.ts';
import { RestartPolicy } from './restart-policy.ts';
import type { ServerState } from './server-state.ts';

/** What the supervisor works with; tests give their own. */
export interface SupervisorParts {
  readonly locate: () => DaemonLocation;
  readonly launch: (script: string, options: DaemonOptions) => Launch;
  /** Gives a daemon that serves: a new one, or one that serves these models already. Default: a new one. */
  readonly obtain?: (launch: Launch, options: DaemonOptions, start: StartOptions) => Promise<StartOutcome>;
  /** Gets each line that the daemon logs. */
  readonly onLog: (line: LogLine) => void;
  /** Chance for the delays, from 0 to 1. */
  readonly random?: () => number;
  /** See StartOptions. */
  readonly readyTimeoutMs?: number;
  readonly stopTimeoutMs?: number;
}

interface Run {
  /** Aborted with `leaving` as the reason where only this window ends. */
  readonly abort: AbortController;
  /** Settles when nothing of the run is left. Never rejects. */
  readonly done: Promise<void>;
}

const leaving = Symbol('leaving');

/** The one owner of the daemon process. At no time are there two. */
export class Supervisor implements Disposable {
  readonly #parts: SupervisorParts;
  readonly #changed = new Signal<ServerState>();
  #state: ServerState = { kind: 'stopped' };
  #run: Run | undefined;
  #disposed = false;
  #daemon: DaemonProcess | undefined;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
  }

  get state(): ServerState {
    return this.#state;
  }

  get onDidChangeState(): Listen<ServerState> {
    return this.#changed.event;
  }

  /** Whether another window or program uses the daemon that runs. */
  get isUsedByOthers(): boolean {
    return this.#daemon?.isUsedByOthers() ?? false;
  }

  /** Starts the daemon, unless one is running, starting or waiting to be started again. Settles once it is on its way. */
  async start(options: DaemonOptions): Promise<void> {
    while (this.#run !== undefined) {
      if (!this.#run.abort.signal.aborted) {
        return;
      }
      await this.#run.done;
    }
    if (this.#disposed) {
      return;
    }
    const abort = new AbortController();
    const done = this.#supervise(options, abort.signal).finally(() => (this.#run = undefined));
    this.#run = { abort, done };
  }

  /** Stops the daemon, or waiting to start it again. Settles when it is gone. */
  async stop(): Promise<void> {
    await this.#end();
  }

  /** This window ends: stops the daemon unless somebody else uses it. Settles when that is done. */
  async leave(): Promise<void> {
    await this.#end(leaving);
  }

  /** Leaves what there is, then starts with `options`. Settles when the new one is being started. */
  async restart(options: DaemonOptions): Promise<void> {
    await this.leave();
    await this.start(options);
  }

  /** Leaves the daemon, for good: it cannot be started any more. Nobody is told any more. */
  dispose(): void {
    this.#disposed = true;
    this.#changed.dispose();
    void this.leave();
  }

  async #end(reason?: typeof leaving): Promise<void> {
    const run = this.#run;
    if (run === undefined) {
      this.#enter({ kind: 'stopped' });
      return;
    }
    run.abort.abort(reason);
    await run.done;
  }

  async #supervise(options: DaemonOptions, signal: AbortSignal): Promise<void> {
    const stopped = (): boolean => signal.aborted;
    const policy = new RestartPolicy({ now: Date.now, random: this.#parts.random ?? Math.random });
    let wasReady = false;
    for (let restarts = 0; !stopped(); restarts += 1) {
      const location = this.#parts.locate();
      if (location.kind === 'missing') {
        this.#enter({ kind: 'unavailable', missing: location.missing, platform: location.platform });
        return;
      }
      this.#enter({ kind: 'starting', restarts });
      const launch = this.#parts.launch(location.script, options);
      const start = { ...this.#parts, signal };
      const outcome = await (this.#parts.obtain?.(launch, options, start) ?? startDaemon(launch, start));
      if (outcome.kind === 'cancelled') {
        break;
      }
      let failure: DaemonFailure;
      let upMs = 0;
      if (outcome.kind === 'ready') {
        wasReady = true;
        const since = Date.now();
        const { info, shared } = outcome.daemon;
        this.#enter({ kind: 'running', info, since, restarts, shared });
        const exit = await this.#untilGone(outcome.daemon, signal);
        if (exit === undefined) {
          break;
        }
        if (exit.code === 0 && !stopped()) {
          // Told to stop: by another window, by the command line, by SIGTERM.
          this.#enter({ kind: 'stopped', byOther: true });
          return;
        }
        failure = { kind: 'ended', exit };
        upMs = Date.now() - since;
      } else {
        failure = outcome.failure;
      }
      if (stopped()) {
        break;
      }
      if (!wasReady && isRefusal(failure)) {
        this.#enter({ kind: 'failed', failure, crashes: 0 });
        return;
      }
      const decision = policy.afterCrash(upMs);
      if (decision.kind === 'give-up') {
        this.#enter({ kind: 'failed', failure, crashes: decision.crashes });
        return;
      }
      this.#enter({ kind: 'backing-off', failure, delayMs: decision.delayMs });
      // Rejects when aborted, which the loop's condition sees.
      await delay(decision.delayMs, undefined, { signal }).catch(() => undefined);
    }
    this.#enter({ kind: 'stopped' });
  }

  /** Undefined: this window left it. */
  async #untilGone(daemon: DaemonProcess, signal: AbortSignal): Promise<DaemonExit | undefined> {
    let leave: (end: undefined) => void = () => undefined;
    const left = new Promise<undefined>((resolve) => (leave = resolve));
    const stop = (): void => {
      if (signal.reason === leaving) {
        void daemon.leave().finally(() => leave(undefined));
        return;
      }
      this.#enter({ kind: 'stopping' });
      daemon.stop().catch(() => leave(undefined));
    };
    if (signal.aborted) {
      stop();
    }
    signal.addEventListener('abort', stop, { once: true });
    this.#daemon = daemon;
    try {
      return await Promise.race([daemon.exited, left]);
    } finally {
      this.#daemon = undefined;
      signal.removeEventListener('abort', stop);
    }
  }

  #enter(state: ServerState): void {
    if (state.kind === 'stopped' && this.#state.kind === 'stopped') {
      return;
    }
    this.#state = state;
    this.#changed.fire(state);
  }
}

/** Whether starting again with the same options must end the same way. */
function isRefusal(failure: DaemonFailure): boolean {
  switch (failure.kind) {
    case 'ended':
      // 1: it could not start (port taken, no such directory …); 2: it does not know a flag.
      return failure.exit.code === 1 || failure.exit.code === 2;
    case 'not-spawned':
    case 'unsupported-api':
    case 'malformed-ready-line':
      return true;
    case 'timed-out':
      return false;
  }
}

// One engine host: the worker, the calls that wait for it, and its restart when it ends by itself.
import { PerchError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { EngineChannel, OpenChannel } from './engine-channel.ts';
import { FrameReader } from './frame-reader.ts';
import { encodeFrame, type EngineMessage } from './frames.ts';
import { newGate } from './gate.ts';
import { memoryExceededMark } from './memory-mark.ts';
import { RunQueue } from './run-queue.ts';

/** Restarts are delayed the longer, the more often the host ended: milliseconds. */
const firstRestartDelayMs = 50;
const longestRestartDelayMs = 30_000;
/** A host that has been up for so long starts from the first delay again. */
const stableAfterMs = 60_000;

type HostState =
  | { readonly kind: 'starting'; readonly channel: EngineChannel }
  | { readonly kind: 'up'; readonly channel: EngineChannel; readonly since: number }
  | { readonly kind: 'waiting'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'stopping'; readonly channel: EngineChannel }
  | { readonly kind: 'stopped' };

interface PendingCall {
  readonly session: number;
  readonly resolve: (message: EngineMessage) => void;
  readonly reject: (reason: PerchError) => void;
}

/** What can be asked of a host; the answer's `call` is filled in here. */
export type EngineCall =
  Extract<EngineMessage, { kind: 'load' | 'unload' | 'run' }> extends infer Call
    ? Call extends unknown
      ? Omit<Call, 'call'>
      : never
    : never;

/** What a host is for. */
export type HostKind =
  /** Holds many versions; is started again when it ends. */
  | 'shared'
  /** Holds one version and ends with it. */
  | 'own'
  /** Opens files that no other host has opened yet. */
  | 'trial';

/** What others may know of a host. */
export interface HostFacts {
  readonly index: number;
  readonly kind: HostKind;
  readonly isThread: boolean;
  /** 0 while there is no process, and where the host is a thread. */
  readonly pid: number;
  readonly restarts: number;
  readonly lastExit: string;
  readonly onnxruntimeVersion: string;
  readonly loadedVersions: number;
  /** The number of the call that it works on; undefined while it has none. */
  readonly oldestCall: number | undefined;
}

/** How a host is made. */
export interface HostOptions {
  readonly index: number;
  readonly kind: HostKind;
  /** Whether `open` makes a thread of this process. */
  readonly isThread: boolean;
  readonly open: OpenChannel;
  readonly log: Logger;
  /** Runs that may wait for it; 0: any number. */
  readonly queueLimit: number;
}

/** Keeps one worker up. */
export class EngineHost {
  readonly index: number;
  readonly kind: HostKind;
  /** Whether it is a thread of this process. */
  readonly isThread: boolean;
  readonly #open: OpenChannel;
  readonly #log: Logger;
  readonly #runs: RunQueue;
  readonly #pending = new Map<number, PendingCall>();
  /** Told, once each, when the worker that is up now ends. */
  readonly #lossListeners = new Map<(reason: PerchError) => void, number>();
  #whenUp = newGate();
  readonly #gone = newGate();
  #state: HostState;
  readonly #sessions = new Set<number>();
  #nextSession = 1;
  #nextCall = 1;
  #restarts = 0;
  #failuresInARow = 0;
  #lastExit = '';
  #onnxruntimeVersion = '';

  constructor({ index, kind, isThread, open, log, queueLimit }: HostOptions) {
    this.index = index;
    this.kind = kind;
    this.isThread = isThread;
    this.#open = open;
    this.#log = log;
    this.#runs = new RunQueue(queueLimit);
    this.#state = this.#start();
  }

  /** What there is to know now. */
  facts(): HostFacts {
    const state = this.#state;
    return {
      index: this.index,
      kind: this.kind,
      isThread: this.isThread,
      pid: state.kind === 'up' || state.kind === 'starting' ? state.channel.pid : 0,
      restarts: this.#restarts,
      lastExit: this.#lastExit,
      onnxruntimeVersion: this.#onnxruntimeVersion,
      loadedVersions: this.#sessions.size,
      // It does one call at a time, in their order.
      oldestCall: this.#pending.keys().next().value,
    };
  }

  /** Whether it takes calls now. */
  isUp(): boolean {
    return this.#state.kind === 'up';
  }

  /** Sessions that are loaded, or being loaded. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** A number for a new session of this host. */
  claimSession(): number {
    const number = this.#nextSession++;
    this.#sessions.add(number);
    return number;
  }

  /** The session is gone; a number that is not there is OK. */
  releaseSession(number: number): void {
    this.#sessions.delete(number);
  }

  /** Resolves when the host takes calls; rejects with ENGINE_CRASHED where it never will. */
  whenUp(): Promise<void> {
    return this.#whenUp.promise;
  }

  /**
   * Sends a call to the host; rejects with the host's error, with ENGINE_CRASHED where the host ended on a call of this
   * session (MODEL_MEMORY_EXCEEDED where that was for its memory), with ENGINE_RESTARTED where it is not up or ended on
   * another's.
   */
  call(request: EngineCall): Promise<EngineMessage> {
    const state = this.#state;
    if (state.kind !== 'up') {
      return Promise.reject(
        new PerchError('ENGINE_RESTARTED', 'The engine host is being restarted; try again.'),
      );
    }
    const call = this.#nextCall;
    this.#nextCall = call === 0xffff_ffff ? 1 : call + 1;
    return new Promise((resolve, reject) => {
      state.channel.write(encodeFrame({ ...request, call }));
      this.#pending.set(call, { session: request.session, resolve, reject });
    });
  }

  /**
   * As `call`, in turn: a run whose signal fires before that is never sent. Also rejects with ENGINE_QUEUE_FULL.
   * `isBackground`: as for QueuedRun.
   */
  run(
    request: Extract<EngineCall, { kind: 'run' }>,
    signal: AbortSignal,
    isBackground = false,
  ): Promise<EngineMessage> {
    return this.#runs.run({ signal, isBackground, begin: () => this.call(request) });
  }

  /**
   * Calls `listener` once if the worker that is up now ends by itself, with ENGINE_CRASHED if `session` was being worked
   * on then, else with ENGINE_RESTARTED. Gives a function that takes it back.
   */
  onLost(session: number, listener: (reason: PerchError) => void): () => void {
    this.#lossListeners.set(listener, session);
    return () => this.#lossListeners.delete(listener);
  }

  /** Ends the worker, without a restart; resolves when it is gone. What waits for an answer fails. */
  async stop(): Promise<void> {
    const state = this.#state;
    if (state.kind === 'starting' || state.kind === 'up') {
      this.#state = { kind: 'stopping', channel: state.channel };
      state.channel.kill();
    } else if (state.kind === 'waiting') {
      clearTimeout(state.timer);
      this.#state = { kind: 'stopped' };
      this.#giveUp(new PerchError('ENGINE_CRASHED', 'The engine host was stopped.'));
      this.#gone.resolve();
    }
    await this.#gone.promise;
  }

  #start(): HostState {
    const reader = new FrameReader();
    const channel = this.#open({
      received: (chunk) => {
        try {
          for (const message of reader.push(chunk)) {
            this.#receive(channel, message);
          }
        } catch (reason) {
          // A host that does not keep to the frames cannot be talked to any more.
          this.#log.error('engine host sent what is no frame', { host: this.index }, reason);
          channel.kill();
        }
      },
      ended: (how, detail) => this.#ended(how, detail),
    });
    return { kind: 'starting', channel };
  }

  #receive(channel: EngineChannel, message: EngineMessage): void {
    if (message.kind === 'hello') {
      this.#onnxruntimeVersion = message.onnxruntimeVersion;
      if (this.#state.kind === 'starting') {
        this.#state = { kind: 'up', channel, since: Date.now() };
        this.#whenUp.resolve();
      }
      return;
    }
    const pending = this.#pending.get(message.call);
    this.#pending.delete(message.call);
    if (message.kind === 'failed') {
      pending?.reject(new PerchError(message.code, message.message));
    } else {
      pending?.resolve(message);
    }
  }

  #ended(how: string, detail: string): void {
    const state = this.#state;
    const asked = state.kind === 'stopping';
    const overMemory = detail.includes(memoryExceededMark);
    if (!asked) {
      this.#lastExit = [how, detail].filter((part) => part !== '').join('; ');
      this.#log.error('engine host ended', { host: this.index, kind: this.kind, how: this.#lastExit });
    }
    const restarts = !asked && this.kind === 'shared';
    if (restarts) {
      const stable = state.kind === 'up' && Date.now() - state.since > stableAfterMs;
      this.#failuresInARow = stable ? 1 : this.#failuresInARow + 1;
      this.#restartLater(state.kind === 'up');
    } else {
      this.#state = { kind: 'stopped' };
      this.#giveUp(
        new PerchError('ENGINE_CRASHED', `The engine host ended (${how}); it is not started again.`),
      );
      this.#gone.resolve();
    }
    // The host does one call at a time, in their order: the oldest is the one that it ended on.
    const [oldest] = this.#pending.values();
    const then = restarts ? 'it is being restarted' : 'it is not started again';
    const reasonFor = (session: number): PerchError => {
      const isBlamed = session === oldest?.session;
      // A host of one version has nobody else to blame.
      if (overMemory && (isBlamed || this.kind !== 'shared')) {
        return new PerchError('MODEL_MEMORY_EXCEEDED', memoryText);
      }
      return isBlamed
        ? new PerchError('ENGINE_CRASHED', `The engine host ended (${how}) while it worked on this model.`)
        : new PerchError('ENGINE_RESTARTED', `The engine host ended (${how}); ${then}.`);
    };
    for (const { session, reject } of this.#pending.values()) {
      reject(reasonFor(session));
    }
    this.#pending.clear();
    const listeners = [...this.#lossListeners];
    this.#lossListeners.clear();
    if (!asked) {
      listeners.forEach(([listener, session]) => listener(reasonFor(session)));
    }
  }

  /** Whoever waits for the host, or will, waits in vain. */
  #giveUp(reason: PerchError): void {
    this.#whenUp.reject(reason);
    this.#whenUp = newGate();
    this.#whenUp.reject(reason);
  }

  #restartLater(wasUp: boolean): void {
    if (wasUp) {
      this.#whenUp = newGate();
    }
    const delay = Math.min(longestRestartDelayMs, firstRestartDelayMs * 2 ** (this.#failuresInARow - 1));
    const timer = setTimeout(() => {
      this.#restarts++;
      try {
        this.#state = this.#start();
      } catch (reason) {
        // Nobody to throw to in a timer: it is one more end.
        this.#ended('it could not be started', String(reason));
      }
    }, delay);
    this.#state = { kind: 'waiting', timer };
  }
}

const memoryText =
  'The model needed more memory than --model_memory_limit_mb allows; the process that held it was ended.';

// Copies of requests that wait for the shadow version: bounded, one at a time for each model, of no concern to the caller.
import type { TensorMap } from '../codec/tensor.ts';

/** A request that stable has answered, and the version that is to answer it too. */
export interface ShadowCopy {
  readonly model: string;
  /** Who is to answer. */
  readonly version: bigint;
  /** Who has answered. */
  readonly stableVersion: bigint;
  readonly inputs: TensorMap;
  /** Stable's answer. */
  readonly outputs: TensorMap;
}

/** How a copy went. */
export type ShadowOutcome =
  | { readonly kind: 'answered'; readonly outputs: TensorMap; readonly micros: number }
  | { readonly kind: 'failed'; readonly reason: unknown; readonly micros: number };

/** Why a copy was not run to its end: the model's queue was full, all of them held too many bytes, the model went. */
export type DropReason = 'queue-full' | 'bytes-full' | 'gone';

/** What the queue needs and is bound by. */
export interface ShadowQueueOptions {
  /** Answers a copy; to be given up when `signal` fires. It should bound its own time: the model's next copy waits. */
  readonly run: (copy: ShadowCopy, signal: AbortSignal) => Promise<TensorMap>;
  /** Told of each copy that was run to its end. */
  readonly onFinished: (copy: ShadowCopy, outcome: ShadowOutcome) => void;
  /** Told what `onFinished` threw; the queue goes on. Must not throw. */
  readonly onHookFailed: (reason: unknown) => void;
  /** Copies that wait, for each model. */
  readonly maxCopies?: number;
  /** Memory that all copies hold, the running ones too: bytes. */
  readonly maxBytes?: number;
  /** Calls back once whoever was answered has had the time to get the answer. */
  readonly afterAnswer?: (begin: () => void) => void;
}

/**
 * How long an answer may take from here into its caller, milliseconds: begun in the next turn of the event loop, a copy took
 * the thread from the answer's own way out, and a processor from a caller on the same machine (`npm run bench shadow`: 9 %
 * on the median latency of stable; nothing with this pause).
 */
const answerMs = 3;

/** A copy, and the memory that it holds. */
interface HeldCopy {
  readonly copy: ShadowCopy;
  readonly bytes: number;
}

/** Copies of one model. */
interface Lane {
  readonly waiting: HeldCopy[];
  readonly controller: AbortController;
  state: 'idle' | 'scheduled' | 'running';
}

/** Runs copies some milliseconds after they came, so that the answer to the caller goes first, all the way. */
export class ShadowQueue {
  readonly #options: Required<ShadowQueueOptions>;
  readonly #lanes = new Map<string, Lane>();
  readonly #drops = new Map<string, Map<DropReason, number>>();
  #bytes = 0;

  constructor(options: ShadowQueueOptions) {
    const afterAnswer = (begin: () => void): void => void setTimeout(begin, answerMs).unref();
    this.#options = { maxCopies: 32, maxBytes: 64 * 2 ** 20, afterAnswer, ...options };
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Copies of the model that wait. */
  waiting(model: string): number {
    return this.#lanes.get(model)?.waiting.length ?? 0;
  }

  /** How many copies of the model were dropped, by reason. */
  drops(model: string): ReadonlyMap<DropReason, number> {
    return this.#drops.get(model) ?? new Map<DropReason, number>();
  }

  /** Takes a copy, whose tensors must not change any more, or drops it: tells which. Never throws and never waits. */
  offer(copy: ShadowCopy): boolean {
    const { model } = copy;
    const lane = this.#lanes.get(model) ?? this.#newLane(model);
    if (lane.waiting.length >= this.#options.maxCopies) {
      this.#drop(model, 'queue-full');
      return false;
    }
    const bytes = heldBytes(copy);
    if (this.#bytes + bytes > this.#options.maxBytes) {
      this.#drop(model, 'bytes-full');
      return false;
    }
    this.#bytes += bytes;
    lane.waiting.push({ copy, bytes });
    if (lane.state === 'idle') {
      lane.state = 'scheduled';
      this.#options.afterAnswer(() => void this.#work(lane));
    }
    return true;
  }

  /** Gives up what waits and what runs for a model, since its shadow ended or changed. Drops of it stay counted. */
  stop(model: string): void {
    const lane = this.#lanes.get(model);
    if (lane === undefined) {
      return;
    }
    this.#lanes.delete(model);
    for (const { bytes } of lane.waiting.splice(0)) {
      this.#bytes -= bytes;
      this.#drop(model, 'gone');
    }
    if (lane.state === 'running') {
      this.#drop(model, 'gone');
    }
    lane.controller.abort();
  }

  /** stop, and forgets the drops: the model is gone. */
  forget(model: string): void {
    this.stop(model);
    this.#drops.delete(model);
  }

  #newLane(model: string): Lane {
    const lane: Lane = { waiting: [], controller: new AbortController(), state: 'idle' };
    this.#lanes.set(model, lane);
    return lane;
  }

  /** Each copy in a turn of its own: whoever waits for the thread comes between two. */
  #schedule(lane: Lane): void {
    lane.state = 'scheduled';
    setImmediate(() => void this.#work(lane));
  }

  async #work(lane: Lane): Promise<void> {
    const held = lane.waiting.shift();
    if (held === undefined) {
      lane.state = 'idle';
      return;
    }
    lane.state = 'running';
    await this.#answer(held.copy, lane.controller.signal);
    this.#bytes -= held.bytes;
    this.#schedule(lane);
  }

  async #answer(copy: ShadowCopy, signal: AbortSignal): Promise<void> {
    const begun = performance.now();
    const outcome = await this.#run(copy, signal);
    if (signal.aborted) {
      return;
    }
    try {
      this.#options.onFinished(copy, { ...outcome, micros: (performance.now() - begun) * 1000 });
    } catch (reason) {
      this.#options.onHookFailed(reason);
    }
  }

  async #run(
    copy: ShadowCopy,
    signal: AbortSignal,
  ): Promise<{ kind: 'answered'; outputs: TensorMap } | { kind: 'failed'; reason: unknown }> {
    try {
      return { kind: 'answered', outputs: await this.#options.run(copy, signal) };
    } catch (reason) {
      return { kind: 'failed', reason };
    }
  }

  #drop(model: string, reason: DropReason): void {
    const drops = this.#drops.get(model) ?? new Map<DropReason, number>();
    this.#drops.set(model, drops);
    drops.set(reason, (drops.get(reason) ?? 0) + 1);
  }
}

/** What a copy keeps from being collected: the whole memory that its views lie in, each once. */
function heldBytes({ inputs, outputs }: ShadowCopy): number {
  const buffers = new Set<ArrayBufferLike>();
  for (const tensors of [inputs, outputs]) {
    for (const tensor of tensors.values()) {
      if (tensor.dtype === 'string') {
        for (const { buffer } of tensor.values) {
          buffers.add(buffer);
        }
      } else {
        buffers.add(tensor.bytes.buffer);
      }
    }
  }
  let bytes = 0;
  for (const { byteLength } of buffers) {
    bytes += byteLength;
  }
  return bytes;
}

// A worker that is none: what is written to it is decoded, and it answers and ends when the test says so.
import type { ChannelEvents, EngineChannel, OpenChannel } from '../../../../server/engine/engine-channel.ts';
import { FrameReader } from '../../../../server/engine/frame-reader.ts';
import { encodeFrame, type EngineMessage } from '../../../../server/engine/frames.ts';

/** One worker, from its start to its end. */
export class FakeWorker implements EngineChannel {
  readonly pid: number;
  /** What it was sent so far. */
  readonly sent: EngineMessage[] = [];
  /** How often it was killed; it ends only when the test says so. */
  kills = 0;
  readonly #events: ChannelEvents;
  readonly #reader = new FrameReader();

  constructor(pid: number, events: ChannelEvents) {
    this.pid = pid;
    this.#events = events;
  }

  write(pieces: readonly Uint8Array[]): void {
    this.sent.push(...this.#reader.push(Buffer.concat(pieces)));
  }

  kill(): void {
    this.kills++;
  }

  /** Says hello. */
  comeUp(): void {
    this.say({ kind: 'hello', call: 0, onnxruntimeVersion: '9.9' });
  }

  say(message: EngineMessage): void {
    this.sayBytes(Buffer.concat(encodeFrame(message)));
  }

  sayBytes(bytes: Uint8Array): void {
    this.#events.received(bytes);
  }

  end(how = 'signal SIGSEGV', detail = ''): void {
    this.#events.ended(how, detail);
  }
}

/** Opens fake workers, and keeps them in the order in which they were opened. */
export class FakeWorkers {
  readonly all: FakeWorker[] = [];
  /** Thrown by the next openings, one each. */
  readonly refusals: Error[] = [];

  readonly open: OpenChannel = (events) => {
    const refusal = this.refusals.shift();
    if (refusal !== undefined) {
      throw refusal;
    }
    const worker = new FakeWorker(1000 + this.all.length, events);
    this.all.push(worker);
    return worker;
  };

  /** The one that was opened last. */
  get last(): FakeWorker {
    const worker = this.all.at(-1);
    if (worker === undefined) {
      throw new Error('No worker was opened.');
    }
    return worker;
  }
}

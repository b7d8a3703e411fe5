// Feeds mutated conversations to the state machines of server/wire without a socket, and checks what must always hold.
import { createLogger } from '../../../server/log.ts';
import { CallGate } from '../../../server/net/call-gate.ts';
import { GrpcServer } from '../../../server/wire/grpc/grpc-handler.ts';
import { Http2Connection } from '../../../server/wire/http2/connection.ts';
import { defaultLimits } from '../../../server/wire/http2/connection-limits.ts';
import { defaultTimers } from '../../../server/wire/http2/connection-timers.ts';
import { MemoryAccount } from '../../../server/wire/http2/memory-account.ts';
import { OutputSlab } from '../../../server/wire/http2/output-slab.ts';
import { Random } from '../../unit/codec/support/random.ts';
import {
  dataFrame,
  flag,
  frameType,
  headersFrames,
  preface,
  settingsFrame,
  type Frame,
} from '../h2-client/frame.ts';
import { contentOf, FrameReader, has } from '../h2-client/frame-reader.ts';
import { requestFields } from '../h2-client/grpc-call.ts';
import { messageBytes } from '../h2-client/grpc-message.ts';
import { HeaderEncoder } from '../h2-client/header-encoder.ts';
import { HeaderReader } from '../h2-client/header-reader.ts';
import { ServerRules } from '../h2-client/server-rules.ts';
import { wireMethods, wirePath } from '../wire-service.ts';
import { recordedConversations } from './corpus.ts';
import { FakeClock } from './fake-clock.ts';
import { mutateFrames, mutateOctets } from './mutate.ts';

/** Conversations that mutations begin with. */
const corpusSize = 300;

/** How often a connection may be asked for output in a row: beyond it, it never comes to rest. */
const mostTakes = 10_000;

/** What was done. */
export interface FuzzCounts {
  conversations: number;
  /** Complete frames that were fed. */
  frames: number;
  answerFrames: number;
  /** By the kind of close cause; `open` where the client left first. */
  readonly closes: Map<string, number>;
}

/** A property that did not hold. */
export class FuzzFinding extends Error {
  readonly seed: number;

  constructor(seed: number, text: string) {
    super(`seed ${seed}: ${text}`);
    this.name = 'FuzzFinding';
    this.seed = seed;
  }
}

/** One per process. */
export class Fuzzer {
  readonly counts: FuzzCounts = { conversations: 0, frames: 0, answerFrames: 0, closes: new Map() };
  readonly #corpus = recordedConversations(corpusSize);
  readonly #clock = new FakeClock();
  readonly #memory = new MemoryAccount(2 ** 26);
  readonly #output = new OutputSlab();
  readonly #server: GrpcServer;
  #handlerError: unknown;

  constructor() {
    this.#server = new GrpcServer({
      methods: wireMethods(),
      log: createLogger({ format: 'json', write: () => undefined }, 'fuzz'),
      limits: { maxReceiveBytes: 2 ** 20, maxSendBytes: Infinity },
      gate: new CallGate(),
      memory: this.#memory,
      clock: this.#clock,
      epochNow: () => this.#clock.now(),
      answerEncoding: 'identity',
    });
  }

  /** Plays the mutation of a seed. Rejects with a FuzzFinding. */
  async run(seed: number): Promise<void> {
    const random = new Random(seed);
    const bytes = this.#mutation(random);
    const connection = this.#connect(random);
    const watch = new Watch(seed, connection, this.counts);
    for (let at = 0; at < bytes.length && connection.closed === undefined;) {
      const end = Math.min(bytes.length, at + 1 + random.below(random.pick([20, 500, 5_000, 65_536])));
      const part = bytes.subarray(at, end);
      at = end;
      watch.sent(part);
      connection.receive(part, this.#clock.now());
      watch.drain(this.#clock.now());
      if (random.chance(0.3)) {
        this.#disturb(random, connection);
      }
      // Handlers get the turns that they need for an answer, or not yet.
      for (let turns = random.below(6); turns > 0; turns--) {
        await Promise.resolve();
      }
      watch.drain(this.#clock.now());
    }
    await this.#finish(random, connection, watch);
    if (this.#handlerError !== undefined) {
      throw new FuzzFinding(
        seed,
        `the request handler threw: ${String((this.#handlerError as Error).stack)}`,
      );
    }
  }

  /**
   * Waits until nothing runs any more: a compressed message is inflated by other threads, in the order in which they came,
   * so that one more is answered when all before it are done. Rejects where something of the connections was kept.
   */
  async settle(): Promise<void> {
    const connection = this.#connect(new Random(0));
    const call = [
      settingsFrame([]),
      headersFrames(1, new HeaderEncoder().encode(requestFields(wirePath.echo, { encoding: 'gzip' }))),
      dataFrame(1, messageBytes(Buffer.from('the last one'), 'gzip'), { endStream: true }),
    ];
    connection.receive(Buffer.concat([preface, ...call]), this.#clock.now());
    while (connection.openStreams > 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      while (connection.hasOutput) {
        connection.takeOutput(this.#clock.now());
      }
    }
    connection.transportEnded({ kind: 'fin' }, this.#clock.now());
    if (this.#memory.heldBytes !== 0) {
      throw new FuzzFinding(0, `${this.#memory.heldBytes} bytes are still accounted for`);
    }
  }

  #connect(random: Random): Http2Connection {
    return new Http2Connection({
      limits: { ...defaultLimits, maxConcurrentStreams: 4 + random.below(100) },
      timers: defaultTimers,
      pings: {
        mode: random.pick(['off', 'warn', 'strict'] as const),
        minIntervalMs: 300_000,
        permitWithoutCalls: false,
        maxStrikes: 2,
      },
      handler: this.#server.handlerFor('fuzz'),
      output: this.#output,
      now: this.#clock.now(),
      wake: () => undefined,
      memory: this.#memory,
      random: () => random.next(),
      observer: { handlerFailed: (error) => (this.#handlerError = error) },
    });
  }

  #mutation(random: Random): Buffer {
    const frames = [...random.pick(this.#corpus)];
    if (random.chance(0.95)) {
      mutateFrames(random, frames, this.#corpus);
    }
    const bytes = Buffer.concat([preface, ...frames]);
    if (random.chance(0.15)) {
      mutateOctets(random, bytes, 1 + random.below(10));
    } else if (random.chance(0.1)) {
      const at = random.below(bytes.length);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.below(100))]);
    }
    return bytes;
  }

  /** What else happens to connections. */
  #disturb(random: Random, connection: Http2Connection): void {
    switch (random.below(12)) {
      case 0:
        connection.writable(false, this.#clock.now());
        break;
      case 1:
        connection.drain(this.#clock.now());
        break;
      case 2:
        this.#clock.advance(random.pick([1_000, 11_000, 60_000, 2_000_000]));
        connection.timer(this.#clock.now());
        break;
      case 3:
      case 4:
        this.#clock.advance(random.below(100));
        connection.timer(this.#clock.now());
        break;
      default:
        connection.writable(true, this.#clock.now());
    }
  }

  async #finish(random: Random, connection: Http2Connection, watch: Watch): Promise<void> {
    connection.writable(true, this.#clock.now());
    watch.drain(this.#clock.now());
    if (random.chance(0.3)) {
      await new Promise((resolve) => setImmediate(resolve));
      watch.drain(this.#clock.now());
    }
    const { closes } = this.counts;
    const cause = connection.closed?.kind ?? 'open';
    closes.set(cause, (closes.get(cause) ?? 0) + 1);
    if (random.chance(0.5)) {
      connection.transportEnded({ kind: 'fin' }, this.#clock.now());
    } else {
      connection.transportEnded({ kind: 'error', code: 'ECONNRESET' }, this.#clock.now());
    }
    watch.ended(this.#clock.now());
    this.counts.conversations++;
    // Answers that come too late must find the stream gone.
    await Promise.resolve();
    watch.ended(this.#clock.now());
  }
}

/** What comes out of a connection, held against what went in. */
class Watch {
  readonly #seed: number;
  readonly #connection: Http2Connection;
  readonly #counts: FuzzCounts;
  readonly #rules = new ServerRules();
  readonly #sent = new FrameReader();
  readonly #received = new FrameReader();
  readonly #decoder = new HeaderReader();
  #fragments: Buffer[] = [];
  #prefaceLeft = preface.length;

  constructor(seed: number, connection: Http2Connection, counts: FuzzCounts) {
    this.#seed = seed;
    this.#connection = connection;
    this.#counts = counts;
  }

  sent(bytes: Buffer): void {
    const skip = Math.min(this.#prefaceLeft, bytes.length);
    this.#prefaceLeft -= skip;
    for (const frame of this.#sent.push(bytes.subarray(skip))) {
      this.#counts.frames++;
      this.#rules.sent(frame);
    }
  }

  /** Takes all output, as a socket would, and checks it. */
  drain(now: number): void {
    for (let takes = 0; this.#connection.hasOutput; takes++) {
      this.#check(takes < mostTakes, 'it always has output');
      for (const piece of this.#connection.takeOutput(now)) {
        for (const frame of this.#received.push(Buffer.from(piece))) {
          this.#counts.answerFrames++;
          this.#rules.received(frame);
          this.#decode(frame);
        }
      }
    }
    const [violation] = this.#rules.violations;
    this.#check(violation === undefined, violation ?? '');
    this.#check(this.#received.pendingBytes === 0, 'a frame went out in part');
    const { closed } = this.#connection;
    this.#check(closed?.kind !== 'internal', closed?.kind === 'internal' ? closed.text : '');
  }

  /** The transport is gone: nothing may be left. */
  ended(now: number): void {
    const connection = this.#connection;
    this.drain(now);
    this.#check(connection.closed !== undefined, 'it is not closed without a transport');
    this.#check(connection.openStreams === 0, `${connection.openStreams} streams are left`);
    this.#check(connection.heldBytes === 0, `${connection.heldBytes} bytes are held`);
    this.#check(!connection.hasOutput, 'it has output without a transport');
  }

  #decode(frame: Frame): void {
    if (frame.type !== frameType.headers && frame.type !== frameType.continuation) {
      return;
    }
    this.#fragments.push(frame.type === frameType.headers ? contentOf(frame) : frame.payload);
    if (has(frame, flag.endHeaders)) {
      const fields = this.#decoder.decode(Buffer.concat(this.#fragments));
      this.#fragments = [];
      this.#check(fields.length > 0, 'an empty header list');
    }
  }

  #check(holds: boolean, text: string): void {
    if (!holds) {
      throw new FuzzFinding(this.#seed, text);
    }
  }
}

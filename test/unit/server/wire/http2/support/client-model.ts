// A client that does whatever is allowed: turns arbitrary numbers into frames that keep to every rule.
import type { HeaderField, ServerStream } from '../../../../../../server/wire/http2/contract.ts';
import {
  continuation,
  data,
  frame,
  headers,
  ping,
  priority,
  requestFields,
  rstStream,
  settings,
  windowUpdate,
} from './frames.ts';
import { OutputChecker, type ClientStream } from './output-checker.ts';
import { answerHead, answerTrailers, TestPeer } from './test-peer.ts';

/** One step: what is done, to which stream, how much. */
export interface Step {
  readonly kind: number;
  readonly which: number;
  readonly size: number;
  readonly isEnd: boolean;
}

/** So many kinds of steps there are. */
export const stepKinds = 14;

/** A client and a server that talk to each other; every frame is checked. */
export class ClientModel {
  readonly checker = new OutputChecker();
  readonly peer: TestPeer;
  /** What the handler has sent on each stream, and whether all. */
  readonly answers = new Map<number, { bytes: number; isEnded: boolean }>();
  /** Everything that the client has sent. */
  readonly sent: Buffer[] = [];
  #nextId = 1;
  readonly #unconsumed = new Map<number, number>();

  constructor() {
    this.peer = new TestPeer({
      limits: { streamWindowBytes: 65_535, connectionWindowBytes: 100_000 },
      timers: { keepaliveMs: Infinity, maxIdleMs: Infinity },
      onRequest: ({ id }) => this.answers.set(id, { bytes: 0, isEnded: false }),
      onData: ({ id }, bytes) =>
        void this.#unconsumed.set(id, (this.#unconsumed.get(id) ?? 0) + bytes.length),
    });
    this.peer.handshake();
    // What the handshake said.
    this.checker.sentSettings([]);
    this.checker.check({ type: 4, flags: 0, streamId: 0, payload: settings([4, 65_535]).subarray(9) });
    this.checker.check({ type: 4, flags: 1, streamId: 0, payload: Buffer.alloc(0) });
    this.checker.clientWindow = 100_000;
  }

  /** The client's next step, or the server's. */
  step({ kind, which, size, isEnd }: Step): void {
    switch (kind) {
      case 0:
      case 1:
        this.#begin(size, isEnd);
        break;
      case 2:
      case 3:
        this.#sendData(which, size, isEnd);
        break;
      case 4:
        this.#endWithTrailers(which);
        break;
      case 5:
        this.#reset(which);
        break;
      case 6:
        this.#changeSettings(size, isEnd);
        break;
      case 7:
        this.#openWindow(which, size);
        break;
      case 8:
        this.#mean(size, isEnd);
        break;
      case 9:
      case 10:
      case 11:
        this.#answer(which, size, isEnd);
        break;
      case 12:
        this.#consume();
        break;
      default:
        this.#read();
    }
  }

  /** Opens all windows, answers everything, reads everything. */
  finish(): void {
    this.checker.sentSettings([[4, 10 ** 6]]);
    this.#send(settings([4, 10 ** 6]));
    this.#read();
    for (const [id, answer] of this.answers) {
      const stream = this.peer.stream(id);
      if (!answer.isEnded && stream.isOpen) {
        this.#end(stream);
      }
    }
    for (let round = 0; round < 1000 && this.#isWaiting(); round++) {
      this.checker.serverWindow += 10 ** 6;
      this.#send(windowUpdate(0, 10 ** 6));
      this.#read();
      for (const [id, stream] of this.checker.streams) {
        if (!stream.isEndedByServer && stream.resetByServer === undefined && this.peer.stream(id).isOpen) {
          stream.serverWindow += 10 ** 6;
          this.#send(windowUpdate(id, 10 ** 6));
        }
      }
      this.#read();
    }
    this.#read();
  }

  #isWaiting(): boolean {
    return [...this.checker.streams.keys()].some((id) => this.peer.stream(id).isOpen);
  }

  #send(bytes: Buffer): void {
    this.sent.push(bytes);
    this.peer.connection.receive(bytes, this.peer.now);
  }

  /** The client reads what there is. */
  #read(): void {
    for (const frame of this.peer.frames()) {
      this.checker.check(frame);
    }
  }

  /** A stream that the client may send on. */
  #pick(which: number): readonly [number, ClientStream] | undefined {
    const open = [...this.checker.streams].filter(
      ([, stream]) => !stream.isEndedByClient && stream.resetByServer === undefined,
    );
    return open[which % Math.max(open.length, 1)];
  }

  #begin(size: number, isEnd: boolean): void {
    const id = this.#nextId;
    this.#nextId += 2 + 2 * (size % 3);
    this.#read();
    this.checker.began(id).isEndedByClient = isEnd;
    const fields: readonly HeaderField[] = [...requestFields, ['x-number', String(size)]];
    if (size % 4 === 0) {
      const block = headers(id, fields).subarray(9);
      const cut = size % block.length;
      this.#send(headers(id, [], { block: block.subarray(0, cut), endHeaders: false, endStream: isEnd }));
      this.#send(continuation(id, block.subarray(cut)));
    } else {
      const options = size % 4 === 1 ? { padding: size % 256, dependsOn: id + 2 } : {};
      this.#send(headers(id, fields, { ...options, endStream: isEnd }));
    }
  }

  #sendData(which: number, size: number, isEnd: boolean): void {
    const picked = this.#pick(which);
    if (picked === undefined) {
      return;
    }
    const [id, stream] = picked;
    const padding = size % 5 === 0 ? size % 200 : undefined;
    const overhead = padding === undefined ? 0 : padding + 1;
    const room = Math.min(stream.clientWindow, this.checker.clientWindow, 16_384) - overhead;
    const length = Math.min(size, room);
    if (length < 0 || (length === 0 && !isEnd)) {
      return;
    }
    stream.clientWindow -= length + overhead;
    this.checker.clientWindow -= length + overhead;
    stream.isEndedByClient = isEnd;
    this.#send(data(id, length, { endStream: isEnd, ...(padding === undefined ? {} : { padding }) }));
  }

  #endWithTrailers(which: number): void {
    const picked = this.#pick(which);
    if (picked !== undefined) {
      picked[1].isEndedByClient = true;
      this.#send(headers(picked[0], [['x-end', 'y']], { endStream: true }));
    }
  }

  #reset(which: number): void {
    const picked = this.#pick(which);
    if (picked !== undefined) {
      this.#read();
      picked[1].isEndedByClient = true;
      picked[1].isEndedByServer = true;
      this.#send(rstStream(picked[0]));
    }
  }

  #changeSettings(size: number, isEnd: boolean): void {
    const pairs: (readonly [number, number])[] = isEnd
      ? [[4, size]]
      : [
          [1, size % 5000],
          [5, 16_384 + size],
          [4, size * 3],
        ];
    this.checker.sentSettings(pairs);
    this.#send(settings(...pairs));
    this.#read();
  }

  #openWindow(which: number, size: number): void {
    const increment = size + 1;
    this.#read();
    const ids = [...this.checker.streams.keys()];
    const id = ids[which % (ids.length + 1)];
    const stream = id === undefined ? undefined : this.checker.streams.get(id);
    if (id === undefined || stream === undefined) {
      this.checker.serverWindow += increment;
      this.#send(windowUpdate(0, increment));
    } else {
      stream.serverWindow += increment;
      this.#send(windowUpdate(id, increment));
    }
  }

  /** Frames that change nothing. */
  #mean(size: number, isEnd: boolean): void {
    if (isEnd) {
      const content = String(size).padStart(8, '0');
      this.checker.unansweredPings.push(content);
      this.#send(ping(content));
    } else if (size % 2 === 0) {
      this.#send(priority(1 + 2 * (size % 50), 0));
    } else {
      this.#send(frame(0x20 + (size % 100), size % 256, size, Buffer.alloc(size % 1000)));
    }
  }

  #answer(which: number, size: number, isEnd: boolean): void {
    const open = [...this.answers].filter(([id, { isEnded }]) => !isEnded && this.peer.stream(id).isOpen);
    const picked = open[which % Math.max(open.length, 1)];
    if (picked === undefined) {
      return;
    }
    const [id, answer] = picked;
    const stream = this.peer.stream(id);
    if (isEnd) {
      this.#end(stream);
      return;
    }
    if (answer.bytes === 0) {
      stream.sendHeaders(answerHead, false);
    }
    const length = size % 7 === 0 ? 3 * size : size + 1;
    answer.bytes += length;
    stream.sendData(Buffer.alloc(length), false);
  }

  #end(stream: ServerStream): void {
    const answer = this.answers.get(stream.id)!;
    answer.isEnded = true;
    if (answer.bytes === 0) {
      stream.sendHeaders(answerHead, false);
    }
    stream.sendHeaders(answerTrailers, true);
  }

  #consume(): void {
    for (const [id, byteLength] of this.#unconsumed) {
      this.peer.stream(id).consumed(byteLength);
    }
    this.#unconsumed.clear();
  }
}

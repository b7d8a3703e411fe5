// A link between a network thread and the main one, which calls travel over: a ring each way, a bell that wakes who sleeps,
// and a port for what is too large for the ring.
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { RecordKind, RecordReader } from './call-records.ts';
import { largestInRing, makeRing, RingReader, RingWriter } from './record-ring.ts';

/** One end of a link; it can be sent to another thread, with its ports in the list of what changes hands. */
export interface LinkEnd {
  readonly out: SharedArrayBuffer;
  readonly in: SharedArrayBuffer;
  readonly bell: MessagePort;
  readonly large: MessagePort;
}

/** Both ends of a new link. */
export function makeLink(): readonly [LinkEnd, LinkEnd] {
  const [one, other] = [makeRing(), makeRing()];
  const [bell, large] = [new MessageChannel(), new MessageChannel()];
  return [
    { out: one, in: other, bell: bell.port1, large: large.port1 },
    { out: other, in: one, bell: bell.port2, large: large.port2 },
  ];
}

/** Arguments of `CallLink.add`. */
type Waiting = readonly [
  kind: RecordKind,
  call: number,
  payload: Uint8Array,
  word: number,
  number: number,
  isGivenAway: boolean,
];

const nothing = new Uint8Array(0);

/**
 * To wake another thread by a message costs some 10 µs on each side. So it is woken only where it has gone to sleep: a
 * thread that has work looks into the ring once per turn of its event loop, and records of one turn are shown together
 * behind everything that the turn has brought. To look on for some empty turns before it sleeps gained nothing with 64 calls
 * at once, and made one at a time three times as dear.
 */
export class CallLink {
  readonly #end: LinkEnd;
  readonly #writer: RingWriter;
  readonly #inbound: RingReader;
  #reader: RecordReader | undefined;
  /** There was no room for them. */
  #waiting: Waiting[] = [];
  #isFlushQueued = false;
  #isLooking = false;

  constructor(end: LinkEnd) {
    this.#end = end;
    this.#writer = new RingWriter(end.out);
    this.#inbound = new RingReader(end.in);
  }

  /** Begins to read. Keeps no thread up. */
  start(reader: RecordReader): void {
    this.#reader = reader;
    this.#end.bell.on('message', () => this.#woken());
    this.#end.bell.unref();
    this.#woken();
  }

  /** Nothing is read any more. */
  close(): void {
    this.#reader = undefined;
    this.#end.bell.close();
    this.#end.large.close();
  }

  /**
   * Sends a record. The payload must not be changed any more; where it `isGivenAway`, it is in nobody else's hands and may
   * be empty from now on.
   */
  add(
    kind: RecordKind,
    call: number,
    payload: Uint8Array = nothing,
    word = 0,
    number = 0,
    isGivenAway = false,
  ): void {
    this.#write(kind, call, payload, word, number, isGivenAway);
    if (!this.#isFlushQueued) {
      this.#isFlushQueued = true;
      setImmediate(this.#flush);
    }
  }

  /** Sends a record whose payload is a value as JSON. */
  addJson(kind: RecordKind, call: number, value: unknown, word = 0): void {
    this.add(kind, call, Buffer.from(JSON.stringify(value)), word);
  }

  #write(...[kind, call, payload, word, number, isGivenAway]: Waiting): void {
    if (this.#waiting.length > 0 || !this.#writer.write(kind, call, word, number, payload)) {
      this.#waiting.push([kind, call, payload, word, number, isGivenAway]);
    } else if (payload.length > largestInRing) {
      // It is there before the reader can see its record.
      const buffer = ownBuffer(payload, isGivenAway);
      this.#end.large.postMessage(buffer, [buffer]);
    }
  }

  /** Shows what was written, and wakes the other side where it sleeps. */
  readonly #flush = (): void => {
    this.#isFlushQueued = false;
    do {
      const waiting = this.#waiting;
      this.#waiting = [];
      waiting.forEach((record) => this.#write(...record));
      if (this.#writer.publish()) {
        this.#ring();
      }
    } while (this.#waiting.length > 0 && !this.#writer.waitForRoom());
  };

  #ring(): void {
    this.#end.bell.postMessage(null);
  }

  /** There is something to read, or room to write. */
  #woken(): void {
    if (this.#waiting.length > 0) {
      this.#flush();
    }
    if (!this.#isLooking) {
      this.#isLooking = true;
      this.#look();
    }
  }

  /** Once per turn, until a turn has brought nothing. */
  readonly #look = (): void => {
    if (this.#reader === undefined) {
      return;
    }
    const hasRead = this.#inbound.read(this.#reader, this.#fetch);
    if (this.#inbound.isWaitedFor) {
      this.#ring();
    }
    if (!hasRead && this.#inbound.sleep()) {
      this.#isLooking = false;
    } else {
      setImmediate(this.#look);
    }
  };

  readonly #fetch = (): Buffer => {
    const received = receiveMessageOnPort(this.#end.large) as { message: ArrayBuffer } | undefined;
    return Buffer.from(received?.message ?? new ArrayBuffer(0));
  };
}

/** A buffer with nothing but `payload` in it: its own, where it can be given away. */
function ownBuffer(payload: Uint8Array, isGivenAway: boolean): ArrayBuffer {
  const { buffer, byteLength } = payload;
  if (isGivenAway && buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) {
    return buffer;
  }
  const own = Buffer.allocUnsafeSlow(byteLength);
  own.set(payload);
  return own.buffer;
}

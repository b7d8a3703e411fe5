// Reads along with one direction of somebody else's connection: which frames go by, and what the control frames say.
import { uint16At, uint24At, uint31At, uint32At } from '../../wire/http2/byte-order.ts';
import { clientPreface } from '../../wire/http2/frame-reader.ts';
import { flag, frameHeaderBytes, frameType } from '../../wire/http2/frame-type.ts';
import { readKnock, shownText } from '../../wire/socket/wrong-door.ts';

/** Who sent it. */
export type Side = 'client' | 'server';

/** What a side's first bytes are. `tls-alert`: TLS that says no. */
export type Opening = 'http2' | 'tls' | 'tls-alert' | 'http1' | 'http1-connect' | 'other';

/** A frame that went by. */
export type SeenFrame =
  | { readonly type: 'SETTINGS'; readonly ack: boolean; readonly values: readonly SeenSetting[] }
  | { readonly type: 'PING'; readonly ack: boolean }
  | {
      readonly type: 'GOAWAY';
      readonly lastStreamId: number;
      readonly code: number;
      /** Its first bytes, as Latin-1. */
      readonly debugData: string;
    }
  | { readonly type: 'RST_STREAM'; readonly streamId: number; readonly code: number }
  | { readonly type: 'WINDOW_UPDATE'; readonly streamId: number }
  /** Told as it begins; CONTINUATION counts with it. `length`: of its payload, as it says. */
  | {
      readonly type: 'HEADERS' | 'DATA';
      readonly streamId: number;
      readonly length: number;
      readonly endStream: boolean;
    };

/** A setting's number and its value. */
export type SeenSetting = readonly [id: number, value: number];

/** Whom a watch tells. */
export interface FrameListener {
  /** Once, when the first bytes are there. Only where it is `http2` do frames follow. */
  opened(opening: Opening, firstBytes: string): void;
  frame(frame: SeenFrame): void;
}

/** Of a control frame's payload so much is kept; of all others nothing. */
const keptPayloadBytes = 1024;

type Phase = 'opening' | 'header' | 'payload' | 'no frames';

/** One direction. Holds at most one frame's header and a kilobyte; never throws, whatever goes by. */
export class FrameWatch {
  readonly #side: Side;
  readonly #listener: FrameListener;
  #phase: Phase = 'opening';
  readonly #held = new Uint8Array(keptPayloadBytes);
  #heldBytes = 0;
  #type = 0;
  #flags = 0;
  #streamId = 0;
  /** Of the payload: how long it is, and how much of it is to come. */
  #length = 0;
  #missing = 0;

  constructor(side: Side, listener: FrameListener) {
    this.#side = side;
    this.#listener = listener;
  }

  /** Looks at the next bytes. */
  read(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && this.#phase !== 'no frames') {
      switch (this.#phase) {
        case 'opening':
          at += this.#open(bytes.subarray(at));
          break;
        case 'header':
          at += this.#readHeader(bytes, at);
          break;
        case 'payload':
          at += this.#readPayload(bytes, at);
          break;
      }
    }
  }

  /** How many of `bytes` it took. */
  #open(bytes: Uint8Array): number {
    const wanted = this.#side === 'client' ? clientPreface.length : frameHeaderBytes;
    const taken = this.#hold(bytes, 0, wanted);
    const begun = this.#held.subarray(0, this.#heldBytes);
    const opening = this.#side === 'client' ? clientOpening(begun) : serverOpening(begun);
    if (opening === undefined) {
      return taken;
    }
    this.#listener.opened(opening, shownText(begun));
    if (opening !== 'http2') {
      this.#phase = 'no frames';
    } else if (this.#side === 'client') {
      this.#expectHeader();
    } else {
      this.#begin();
    }
    return taken;
  }

  #readHeader(bytes: Uint8Array, at: number): number {
    const taken = this.#hold(bytes, at, frameHeaderBytes);
    if (this.#heldBytes === frameHeaderBytes) {
      this.#begin();
    }
    return taken;
  }

  /** The held bytes are a frame's header. */
  #begin(): void {
    const head = this.#held;
    this.#length = uint24At(head, 0);
    this.#type = head[3] ?? 0;
    this.#flags = head[4] ?? 0;
    this.#streamId = uint31At(head, 5);
    this.#missing = this.#length;
    this.#heldBytes = 0;
    this.#phase = 'payload';
    if (this.#type === frameType.HEADERS || this.#type === frameType.DATA) {
      this.#listener.frame({
        type: this.#type === frameType.HEADERS ? 'HEADERS' : 'DATA',
        streamId: this.#streamId,
        length: this.#length,
        endStream: (this.#flags & flag.END_STREAM) !== 0,
      });
    }
    if (this.#missing === 0) {
      this.#complete();
    }
  }

  #readPayload(bytes: Uint8Array, at: number): number {
    const taken = Math.min(bytes.length - at, this.#missing);
    if (keptTypes.has(this.#type)) {
      this.#hold(bytes.subarray(0, at + taken), at, keptPayloadBytes);
    }
    this.#missing -= taken;
    if (this.#missing === 0) {
      this.#complete();
    }
    return taken;
  }

  #complete(): void {
    const payload = this.#held.subarray(0, this.#heldBytes);
    const frame = controlFrame(this.#type, this.#flags, this.#streamId, payload);
    this.#expectHeader();
    if (frame !== undefined) {
      this.#listener.frame(frame);
    }
  }

  #expectHeader(): void {
    this.#phase = 'header';
    this.#heldBytes = 0;
  }

  /** Holds bytes from `at` on until `wanted` are held; how many it took. */
  #hold(bytes: Uint8Array, at: number, wanted: number): number {
    const taken = Math.min(bytes.length - at, wanted - this.#heldBytes);
    this.#held.set(bytes.subarray(at, at + taken), this.#heldBytes);
    this.#heldBytes += taken;
    return taken;
  }
}

const keptTypes = new Set<number>([
  frameType.SETTINGS,
  frameType.PING,
  frameType.GOAWAY,
  frameType.RST_STREAM,
  frameType.WINDOW_UPDATE,
]);

/** Payloads that are too short for their type are of a peer that breaks the rules: nothing is said of them. */
function controlFrame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array,
): SeenFrame | undefined {
  const ack = (flags & flag.ACK) !== 0;
  switch (type) {
    case frameType.SETTINGS:
      return { type: 'SETTINGS', ack, values: settingsIn(payload) };
    case frameType.PING:
      return { type: 'PING', ack };
    case frameType.GOAWAY:
      return payload.length < 8
        ? undefined
        : {
            type: 'GOAWAY',
            lastStreamId: uint31At(payload, 0),
            code: uint32At(payload, 4),
            debugData: Buffer.from(payload.subarray(8)).toString('latin1'),
          };
    case frameType.RST_STREAM:
      return payload.length < 4 ? undefined : { type: 'RST_STREAM', streamId, code: uint32At(payload, 0) };
    case frameType.WINDOW_UPDATE:
      return { type: 'WINDOW_UPDATE', streamId };
    default:
      return undefined;
  }
}

/** There are six settings; of a frame with many more, the first. */
const keptSettings = 16;

function settingsIn(payload: Uint8Array): SeenSetting[] {
  const values: SeenSetting[] = [];
  for (let at = 0; at + 6 <= payload.length && values.length < keptSettings; at += 6) {
    values.push([uint16At(payload, at), uint32At(payload, at + 2)]);
  }
  return values;
}

/** Undefined: too little to tell. */
function clientOpening(begun: Uint8Array): Opening | undefined {
  const knock = readKnock(begun);
  switch (knock.kind) {
    case 'http2':
      return 'http2';
    case 'undecided':
      return undefined;
    case 'wrong':
      return knock.protocol === 'http1'
        ? begun[0] === 0x43 // CONNECT: it takes this port for a proxy.
          ? 'http1-connect'
          : 'http1'
        : knock.protocol === 'tls'
          ? 'tls'
          : 'other';
  }
}

/** A server's first frame is SETTINGS, of stream 0, and no acknowledgement (RFC 9113 §3.4). */
function serverOpening(begun: Uint8Array): Opening | undefined {
  if ((begun[0] === 0x16 || begun[0] === 0x15) && begun[1] === 3) {
    return begun[0] === 0x16 ? 'tls' : 'tls-alert';
  }
  if (Buffer.from(begun).toString('latin1', 0, 5) === 'HTTP/') {
    return 'http1';
  }
  if (begun.length < frameHeaderBytes) {
    return undefined;
  }
  return begun[3] === frameType.SETTINGS && uint31At(begun, 5) === 0 ? 'http2' : 'other';
}

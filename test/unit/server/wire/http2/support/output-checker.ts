// Whether what a server sends keeps to the rules, seen from the client: states, windows, sizes. It knows only the frames.
import assert from 'node:assert/strict';
import { HeaderDecoder } from '../../../../../../server/wire/hpack/header-decoder.ts';
import type { HeaderField } from '../../../../../../server/wire/http2/contract.ts';
import type { Frame } from './frames.ts';

/** What a client knows of a stream that it has begun. */
export interface ClientStream {
  /** What the server may send, and what the client may. */
  serverWindow: number;
  clientWindow: number;
  headers: HeaderField[][];
  content: number;
  isEndedByServer: boolean;
  isEndedByClient: boolean;
  resetByServer: number | undefined;
}

type Setting = readonly [id: number, value: number];

const [tableSize, initialWindow, maxFrameSize] = [1, 4, 5];

/** Takes every frame that the server sends, in order, and asserts that it is allowed. */
export class OutputChecker {
  readonly streams = new Map<number, ClientStream>();
  serverWindow = 65_535;
  clientWindow = 65_535;
  /** What the server has announced for streams that the client begins. */
  clientStreamWindow = 65_535;
  unansweredPings: string[] = [];
  goaways = 0;
  #serverStreamWindow = 65_535;
  #maxFrame = 16_384;
  readonly #settings: (readonly Setting[])[] = [];
  readonly #decoder = new HeaderDecoder();
  #hasSettings = false;
  #continued = 0;
  #continuedEnd = false;
  #block: Buffer = Buffer.alloc(0);

  get unacknowledgedSettings(): number {
    return this.#settings.length;
  }

  /** The client has sent these settings. */
  sentSettings(settings: readonly Setting[]): void {
    this.#settings.push(settings);
  }

  /** The client has begun a stream. */
  began(id: number): ClientStream {
    const stream: ClientStream = {
      serverWindow: this.#serverStreamWindow,
      clientWindow: this.clientStreamWindow,
      headers: [],
      content: 0,
      isEndedByServer: false,
      isEndedByClient: false,
      resetByServer: undefined,
    };
    this.streams.set(id, stream);
    return stream;
  }

  check(frame: Frame): void {
    const { type, flags, streamId, payload } = frame;
    assert.ok(payload.length <= this.#maxFrame, `a frame of ${payload.length} bytes`);
    assert.ok(this.#hasSettings || type === 4, 'the first frame is SETTINGS');
    assert.ok(
      this.#continued === 0 || (type === 9 && streamId === this.#continued),
      'a header block is interrupted',
    );
    switch (type) {
      case 0:
        this.#data(streamId, payload.length, (flags & 1) !== 0);
        break;
      case 1:
        this.#block = payload;
        this.#continuedEnd = (flags & 1) !== 0;
        this.#headers(streamId, (flags & 4) !== 0);
        break;
      case 9:
        assert.equal(streamId, this.#continued);
        this.#block = Buffer.concat([this.#block, payload]);
        this.#headers(streamId, (flags & 4) !== 0);
        break;
      case 3:
        this.#openStream(streamId).resetByServer = payload.readUInt32BE(0);
        break;
      case 4:
        this.#settingsFrame((flags & 1) !== 0, payload);
        break;
      case 6:
        if ((flags & 1) !== 0) {
          assert.equal(payload.toString('latin1'), this.unansweredPings.shift());
        }
        break;
      case 7:
        this.goaways++;
        break;
      case 8:
        this.#windowUpdate(streamId, payload.readUInt32BE(0));
        break;
      default:
        assert.fail(`a server sends no frame of type ${type}`);
    }
  }

  #openStream(id: number): ClientStream {
    const stream = this.streams.get(id);
    assert.ok(stream !== undefined, `stream ${id} was not begun`);
    assert.equal(stream.resetByServer, undefined, `stream ${id} was reset`);
    return stream;
  }

  #sendingStream(id: number): ClientStream {
    const stream = this.#openStream(id);
    assert.equal(stream.isEndedByServer, false, `stream ${id} was ended`);
    return stream;
  }

  #data(id: number, length: number, isEnd: boolean): void {
    const stream = this.#sendingStream(id);
    assert.ok(stream.headers.length > 0, 'DATA before HEADERS');
    stream.serverWindow -= length;
    this.serverWindow -= length;
    assert.ok(
      length === 0 || stream.serverWindow >= 0,
      `stream ${id} is ${-stream.serverWindow} bytes over its window`,
    );
    assert.ok(
      length === 0 || this.serverWindow >= 0,
      `${-this.serverWindow} bytes over the connection's window`,
    );
    stream.content += length;
    stream.isEndedByServer = isEnd;
  }

  #headers(id: number, isComplete: boolean): void {
    this.#continued = isComplete ? 0 : id;
    if (!isComplete) {
      return;
    }
    const stream = this.#sendingStream(id);
    const { fields } = this.#decoder.decode(this.#block, 2 ** 20);
    stream.headers.push([...fields]);
    stream.isEndedByServer = this.#continuedEnd;
  }

  #settingsFrame(isAck: boolean, payload: Buffer): void {
    if (!isAck) {
      this.#hasSettings = true;
      for (let at = 0; at < payload.length; at += 6) {
        if (payload.readUInt16BE(at) === initialWindow) {
          this.clientStreamWindow = payload.readUInt32BE(at + 2);
        }
      }
      return;
    }
    const settings = this.#settings.shift();
    assert.ok(settings !== undefined, 'SETTINGS ACK for nothing');
    for (const [id, value] of settings) {
      if (id === initialWindow) {
        for (const stream of this.streams.values()) {
          stream.serverWindow += value - this.#serverStreamWindow;
        }
        this.#serverStreamWindow = value;
      } else if (id === maxFrameSize) {
        this.#maxFrame = value;
      } else if (id === tableSize) {
        this.#decoder.setMaxTableBytes(value);
      }
    }
  }

  #windowUpdate(id: number, increment: number): void {
    assert.ok(increment > 0, 'WINDOW_UPDATE for 0 bytes');
    if (id === 0) {
      this.clientWindow += increment;
      assert.ok(this.clientWindow < 2 ** 31);
      return;
    }
    const stream = this.#openStream(id);
    stream.clientWindow += increment;
    assert.ok(stream.clientWindow < 2 ** 31);
  }
}

// What a server may send (RFC 9113), checked frame by frame against what the client has sent: for every test and fuzzer.
import { flag, frameType, setting, type Frame } from './frame.ts';
import { frameText, has, incrementOf, goawayOf, settingsOf } from './frame-reader.ts';
import { initialWindowBytes } from './send-windows.ts';

const greatestWindow = 2 ** 31 - 1;

/** Frame types that belong to the connection, and to streams (RFC 9113 §6). */
const ofConnection = new Set<number>([frameType.settings, frameType.ping, frameType.goaway]);
const ofStreams = new Set<number>([
  frameType.data,
  frameType.headers,
  frameType.rstStream,
  frameType.continuation,
]);

/** A stream as its client sees it. */
interface StreamView {
  /** Of the server's side: before its first HEADERS, after it, after END_STREAM, after RST_STREAM of either side. */
  phase: 'silent' | 'answering' | 'ended' | 'reset';
  /** Octets of DATA that came, less what WINDOW_UPDATE gave back. */
  used: number;
  /** Octets that the server lets the client send beyond its initial window, less what was sent. */
  sendOffset: number;
}

/** Our settings of one frame that is not acknowledged yet. */
type Pending = ReadonlyMap<number, number>;

/** One per connection. Breaches are collected, since frames come in where nobody could catch an error. */
export class ServerRules {
  /** One line per breach, with its frame. */
  readonly violations: string[] = [];
  readonly #streams = new Map<number, StreamView>();
  readonly #pendingSettings: Pending[] = [];
  readonly #pendingPings: string[] = [];
  #settings: Pending = new Map();
  #received = 0;
  /** The highest stream that the client has begun: those below it are not idle (§5.1.1). */
  #highest = 0;
  #connectionUsed = 0;
  #connectionSend = initialWindowBytes;
  #initialSend = initialWindowBytes;
  #lastStreamId = greatestWindow;
  #continued: number | undefined;

  /** A frame that the client sends. */
  sent(frame: Frame): void {
    const { type, streamId, payload } = frame;
    switch (type) {
      case frameType.headers:
        this.#open(streamId);
        this.#highest = Math.max(this.#highest, streamId);
        break;
      case frameType.data: {
        this.#connectionSend -= payload.length;
        this.#open(streamId).sendOffset -= payload.length;
        break;
      }
      case frameType.settings:
        if (!has(frame, flag.ack)) {
          this.#pendingSettings.push(new Map(settingsOf(frame)));
        }
        break;
      case frameType.ping:
        if (!has(frame, flag.ack)) {
          this.#pendingPings.push(payload.toString('hex'));
        }
        break;
      case frameType.windowUpdate:
        if (payload.length === 4 && streamId === 0) {
          this.#connectionUsed -= incrementOf(frame);
        } else if (payload.length === 4) {
          this.#open(streamId).used -= incrementOf(frame);
        }
        break;
      default:
    }
  }

  /** A frame that came from the server. */
  received(frame: Frame): void {
    this.#received++;
    const { type, streamId, payload } = frame;
    this.#check(
      this.#received > 1 || (type === frameType.settings && !has(frame, flag.ack)),
      frame,
      '§3.4: the first frame is SETTINGS',
    );
    this.#check(
      payload.length <= this.#most(setting.maxFrameSize, 16_384),
      frame,
      '§4.2: larger than SETTINGS_MAX_FRAME_SIZE',
    );
    this.#check(!ofConnection.has(type) || streamId === 0, frame, '§6: belongs to the connection');
    this.#check(!ofStreams.has(type) || streamId !== 0, frame, '§6: belongs to a stream');
    const continues = type === frameType.continuation && streamId === this.#continued;
    this.#check(
      continues === (this.#continued !== undefined),
      frame,
      '§6.10: a header block is not interrupted',
    );
    switch (type) {
      case frameType.data:
        this.#receivedData(frame);
        break;
      case frameType.headers:
      case frameType.continuation:
        this.#receivedHeaders(frame);
        break;
      case frameType.rstStream: {
        this.#check(payload.length === 4, frame, '§6.4: 4 octets');
        // A second one is what frames may get that come after the first (§5.4.2).
        this.#check(streamId <= this.#highest, frame, '§6.4: a stream that is idle');
        this.#open(streamId).phase = 'reset';
        break;
      }
      case frameType.settings:
        this.#receivedSettings(frame);
        break;
      case frameType.pushPromise:
        this.#check(false, frame, '§8.4: nothing is pushed on gRPC');
        break;
      case frameType.ping: {
        this.#check(payload.length === 8, frame, '§6.7: 8 octets');
        if (has(frame, flag.ack)) {
          this.#check(
            this.#pendingPings.shift() === payload.toString('hex'),
            frame,
            '§6.7: an ACK of no PING, or of another',
          );
        }
        break;
      }
      case frameType.goaway: {
        const { lastStreamId } = goawayOf(frame);
        this.#check(lastStreamId <= this.#lastStreamId, frame, '§6.8: the last stream never rises');
        this.#lastStreamId = lastStreamId;
        break;
      }
      case frameType.windowUpdate:
        this.#receivedWindowUpdate(frame);
        break;
      default:
    }
  }

  #receivedData(frame: Frame): void {
    const { payload } = frame;
    const stream = this.#known(frame);
    this.#check(stream.phase === 'answering', frame, `§8.1: DATA when the answer is ${stream.phase}`);
    this.#connectionUsed += payload.length;
    stream.used += payload.length;
    // An empty frame is allowed even where a window is closed, or below zero.
    this.#check(
      payload.length === 0 || this.#connectionUsed <= initialWindowBytes,
      frame,
      '§6.9.1: the connection’s window is exceeded',
    );
    const window = this.#most(setting.initialWindowSize, initialWindowBytes);
    this.#check(
      payload.length === 0 || stream.used <= window,
      frame,
      '§6.9.1: the stream’s window is exceeded',
    );
    this.#endOf(frame, stream);
  }

  #receivedHeaders(frame: Frame): void {
    const stream = this.#known(frame);
    if (frame.type === frameType.headers) {
      const isTrailers = stream.phase === 'answering';
      this.#check(
        isTrailers || stream.phase === 'silent',
        frame,
        `§8.1: HEADERS when the answer is ${stream.phase}`,
      );
      this.#check(!isTrailers || has(frame, flag.endStream), frame, '§8.1: trailers end the stream');
      stream.phase = 'answering';
    }
    this.#continued = has(frame, flag.endHeaders) ? undefined : frame.streamId;
    if (frame.type === frameType.headers) {
      this.#endOf(frame, stream);
    }
  }

  #receivedSettings(frame: Frame): void {
    this.#check(frame.payload.length % 6 === 0, frame, '§6.5: pairs of 6 octets');
    if (has(frame, flag.ack)) {
      const acknowledged = this.#pendingSettings.shift();
      this.#check(acknowledged !== undefined, frame, '§6.5: an ACK of no SETTINGS');
      this.#settings = new Map([...this.#settings, ...(acknowledged ?? [])]);
      return;
    }
    for (const [identifier, value] of settingsOf(frame)) {
      if (identifier === setting.enablePush) {
        this.#check(value === 0, frame, '§6.5.2: a server enables no push');
      } else if (identifier === setting.maxFrameSize) {
        this.#check(value >= 16_384 && value < 2 ** 24, frame, '§6.5.2: a frame size out of range');
      } else if (identifier === setting.initialWindowSize) {
        this.#check(value <= greatestWindow, frame, '§6.5.2: a window size out of range');
        this.#initialSend = value;
      }
    }
  }

  #receivedWindowUpdate(frame: Frame): void {
    const increment = incrementOf(frame);
    this.#check(frame.payload.length === 4 && increment > 0, frame, '§6.9: an increment of at least 1');
    if (frame.streamId === 0) {
      this.#connectionSend += increment;
      this.#check(this.#connectionSend <= greatestWindow, frame, '§6.9.1: the connection’s window overflows');
      return;
    }
    const stream = this.#known(frame);
    stream.sendOffset += increment;
    const window = this.#initialSend + stream.sendOffset;
    this.#check(window <= greatestWindow, frame, '§6.9.1: the stream’s window overflows');
  }

  /** The greatest value that a setting of ours may have for the server, which may not have seen the last ones. */
  #most(identifier: number, initially: number): number {
    const inForce = this.#settings.get(identifier) ?? initially;
    return Math.max(inForce, ...this.#pendingSettings.map((pending) => pending.get(identifier) ?? inForce));
  }

  #open(streamId: number): StreamView {
    const stream: StreamView = this.#streams.get(streamId) ?? { phase: 'silent', used: 0, sendOffset: 0 };
    this.#streams.set(streamId, stream);
    return stream;
  }

  #known(frame: Frame): StreamView {
    const stream = this.#streams.get(frame.streamId);
    this.#check(stream !== undefined, frame, '§5.1: a stream that the client did not open');
    this.#check(stream?.phase !== 'reset', frame, '§5.4.2: a stream that the server has reset');
    return stream ?? this.#open(frame.streamId);
  }

  #endOf(frame: Frame, stream: StreamView): void {
    if (has(frame, flag.endStream)) {
      stream.phase = 'ended';
    }
  }

  #check(holds: boolean, frame: Frame, rule: string): void {
    if (!holds) {
      this.violations.push(`RFC 9113 ${rule}: ${frameText(frame)}`);
    }
  }
}

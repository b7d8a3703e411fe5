// A connection as it goes by: both directions' frames become a time line, and the facts that say why it closed.
import { errorCodeText } from '../../wire/http2/error-code.ts';
import { setting } from '../../wire/http2/frame-type.ts';
import { FrameWatch, type SeenFrame, type Side } from './frame-watch.ts';
import { goawayText, settingsText, type RecordedEvent } from './recorded-event.ts';
import type { SeenConnection, SeenEnd } from './seen-connection.ts';
import { SideWatch } from './side-watch.ts';

/** So many calls are followed at once; further ones go by uncounted. */
const followedStreams = 1024;

/** A shorter pause is no silence. */
const silenceMs = 1000;

/** What ends a silence and the end that follows from it are at most so far apart. */
const consequenceMs = 5000;

interface Count {
  headers: number;
  data: number;
  bytes: number;
  hasEnded: boolean;
}

interface Stream {
  readonly begunAt: number;
  readonly client: Count;
  readonly server: Count;
}

/** See above. `now`: milliseconds since the connection began. */
export class ConnectionWatch {
  readonly #now: () => number;
  readonly #tell: (event: RecordedEvent) => void;
  readonly #sides = { client: new SideWatch(), server: new SideWatch() };
  readonly #frames: Readonly<Record<Side, FrameWatch>>;
  readonly #streams = new Map<number, Stream>();
  #begunStreams = 0;
  #mostOpen = 0;
  #lastStreamEndAt = 0;
  /** WINDOW_UPDATEs that were not told yet. */
  readonly #updates = { client: 0, server: 0 };
  #lastByteAt = 0;
  /** The last silence, and when it was over. */
  #gap = { ms: 0, endedAt: 0 };
  #firstEnd: Side | undefined;
  #atFirstEnd: { readonly openStreams: number; readonly silentMs: number } | undefined;
  #unreachable: string | undefined;
  #droppedAt: number | undefined;
  #wasReset = false;

  constructor(now: () => number, tell: (event: RecordedEvent) => void) {
    this.#now = now;
    this.#tell = tell;
    this.#frames = { client: this.#frameWatch('client'), server: this.#frameWatch('server') };
  }

  /** Bytes that a side sent. */
  received(side: Side, bytes: Uint8Array): void {
    const now = this.#now();
    if (now - this.#lastByteAt >= silenceMs) {
      this.#gap = { ms: now - this.#lastByteAt, endedAt: now };
    }
    this.#lastByteAt = now;
    const seen = this.#sides[side];
    seen.bytes += bytes.length;
    seen.lastByteAt = now;
    this.#frames[side].read(bytes);
  }

  /** A side's socket ended. */
  ended(side: Side, how: SeenEnd['how'], code: string): void {
    const seen = this.#sides[side];
    if (seen.end !== undefined) {
      return;
    }
    seen.end = { at: this.#now(), how, code };
    if (this.#firstEnd === undefined) {
      this.#firstEnd = side;
      this.#atFirstEnd = { openStreams: this.#streams.size, silentMs: this.#silentMs() };
    }
    const what = { fin: 'FIN', reset: 'RST', error: 'ERROR' }[how];
    this.#say(side, what, 0, how === 'error' ? code : '');
  }

  /** There is no server where it should be. */
  unreachable(code: string): void {
    this.#unreachable = code;
    this.#say('server', 'ERROR', 0, code);
  }

  /** From now on nothing is let through. */
  dropped(): void {
    this.#droppedAt ??= this.#now();
    this.#say('recorder', 'DROP', 0, 'from here on nothing is let through, and nobody is told');
  }

  /** The tap resets both sides. */
  reset(): void {
    this.#wasReset = true;
    this.#say('recorder', 'RESET', 0, 'both sides get RST');
  }

  /** What has been seen so far. */
  seen(): SeenConnection {
    return {
      ...this.#sides,
      firstEnd: this.#firstEnd,
      unreachable: this.#unreachable,
      streams: this.#begunStreams,
      openStreams: this.#atFirstEnd?.openStreams ?? this.#streams.size,
      mostOpenStreams: this.#mostOpen,
      lastStreamEndAt: this.#lastStreamEndAt,
      silentMs: this.#atFirstEnd?.silentMs ?? this.#silentMs(),
      droppedAt: this.#droppedAt,
      wasReset: this.#wasReset,
      endedAt: this.#now(),
    };
  }

  /** What a device that had forgotten the connection answered ends the same silence as what it answered to. */
  #silentMs(): number {
    const now = this.#now();
    const last = now - this.#lastByteAt;
    return now - this.#gap.endedAt <= consequenceMs ? Math.max(last, this.#gap.ms) : last;
  }

  #frameWatch(side: Side): FrameWatch {
    return new FrameWatch(side, {
      opened: (opening, firstBytes) => {
        this.#sides[side].opening = opening;
        this.#sides[side].firstBytes = firstBytes;
        this.#say(side, 'OPEN', 0, opening === 'http2' ? 'HTTP/2' : `${opening}: ${firstBytes}`);
      },
      frame: (frame) => this.#frame(side, frame),
    });
  }

  #frame(side: Side, frame: SeenFrame): void {
    const other = this.#sides[side === 'client' ? 'server' : 'client'];
    const own = this.#sides[side];
    switch (frame.type) {
      case 'HEADERS':
      case 'DATA':
        other.pingsSinceAnswer = 0;
        this.#count(side, frame);
        return;
      case 'WINDOW_UPDATE':
        this.#updates[side]++;
        return;
      case 'SETTINGS':
        own.maxConcurrentStreams =
          frame.values.find(([id]) => id === setting.MAX_CONCURRENT_STREAMS)?.[1] ?? own.maxConcurrentStreams;
        this.#say(side, 'SETTINGS', 0, frame.ack ? 'ACK' : settingsText(frame.values));
        return;
      case 'PING':
        if (frame.ack) {
          other.pingAnswered();
        } else {
          own.pinged(this.#now());
        }
        this.#say(side, 'PING', 0, frame.ack ? 'ACK' : '');
        return;
      case 'GOAWAY': {
        const { code, debugData, lastStreamId } = frame;
        own.wentAway({ code, debugData, lastStreamId, at: this.#now(), openStreams: this.#streams.size });
        const last = lastStreamId === 2 ** 31 - 1 ? 'any' : String(lastStreamId);
        this.#say(side, 'GOAWAY', 0, `${goawayText(code, debugData)}, last stream ${last}`);
        return;
      }
      case 'RST_STREAM':
        own.wasReset(frame.code);
        this.#say(side, 'RST_STREAM', frame.streamId, errorCodeText(frame.code));
        this.#endStream(frame.streamId);
    }
  }

  #count(side: Side, frame: Extract<SeenFrame, { type: 'HEADERS' | 'DATA' }>): void {
    const { streamId } = frame;
    const stream = this.#streams.get(streamId) ?? this.#beginStream(side, frame);
    if (stream === undefined) {
      return;
    }
    const count = stream[side];
    if (frame.type === 'HEADERS') {
      count.headers++;
    } else {
      count.data++;
      count.bytes += frame.length;
    }
    count.hasEnded ||= frame.endStream;
    // A server may be done before the client is: the call is over for it.
    if (stream.server.hasEnded) {
      this.#endStream(streamId);
    }
  }

  /** Undefined: it is not followed, or it is what comes after a stream's end. */
  #beginStream(side: Side, { type, streamId }: { type: string; streamId: number }): Stream | undefined {
    if (side !== 'client' || type !== 'HEADERS') {
      return undefined;
    }
    this.#begunStreams++;
    if (this.#streams.size >= followedStreams) {
      return undefined;
    }
    const stream = { begunAt: this.#now(), client: noFrames(), server: noFrames() };
    this.#streams.set(streamId, stream);
    this.#mostOpen = Math.max(this.#mostOpen, this.#streams.size);
    return stream;
  }

  #endStream(streamId: number): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      return;
    }
    this.#streams.delete(streamId);
    const now = this.#now();
    this.#lastStreamEndAt = now;
    const took = `${Math.round(now - stream.begunAt)} ms`;
    this.#say(
      'client',
      'CALL',
      streamId,
      `${took}, client ${countText(stream.client)}, server ${countText(stream.server)}`,
    );
  }

  #say(from: RecordedEvent['from'], what: string, streamId: number, detail: string): void {
    const atMs = this.#now();
    for (const side of ['client', 'server'] as const) {
      const count = this.#updates[side];
      if (count > 0) {
        this.#updates[side] = 0;
        this.#tell({ atMs, from: side, what: 'WINDOW_UPDATE', streamId: 0, detail: `${count} until here` });
      }
    }
    this.#tell({ atMs, from, what, streamId, detail });
  }
}

function noFrames(): Count {
  return { headers: 0, data: 0, bytes: 0, hasEnded: false };
}

function countText({ headers, data, bytes }: Count): string {
  return `${headers} HEADERS ${data} DATA (${bytes} bytes)`;
}

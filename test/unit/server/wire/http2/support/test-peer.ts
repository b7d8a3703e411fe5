// A connection without a socket, with time that the test makes, and a handler that writes down what it hears.
import { encodeFields } from '../../../../../../server/wire/hpack/encode-fields.ts';
import type { CloseCause } from '../../../../../../server/wire/close-cause.ts';
import { Http2Connection } from '../../../../../../server/wire/http2/connection.ts';
import {
  defaultLimits,
  type ConnectionLimits,
} from '../../../../../../server/wire/http2/connection-limits.ts';
import type { ConnectionOptions } from '../../../../../../server/wire/http2/connection-options.ts';
import {
  defaultTimers,
  type ConnectionTimers,
} from '../../../../../../server/wire/http2/connection-timers.ts';
import type { RequestHead, ServerStream } from '../../../../../../server/wire/http2/contract.ts';
import { OutputSlab } from '../../../../../../server/wire/http2/output-slab.ts';
import { defaultPingRules, type PingRules } from '../../../../../../server/wire/http2/ping-policy.ts';
import { frameText, preface, readFrames, settings, settingsAck, type Frame } from './frames.ts';

export const answerHead = encodeFields([[':status', '200']]);
export const answerTrailers = encodeFields([['grpc-status', '0']]);

export interface TestPeerOptions {
  readonly limits?: Partial<ConnectionLimits>;
  readonly timers?: Partial<ConnectionTimers>;
  readonly pings?: Partial<PingRules>;
  readonly options?: Partial<ConnectionOptions>;
  /** What is done with a request when it begins. */
  readonly onRequest?: (stream: ServerStream, head: RequestHead, endStream: boolean) => void;
  /** What is done with the bytes of a request; they count as consumed if it is left out. */
  readonly onData?: (stream: ServerStream, bytes: Uint8Array) => void;
  /** What is done when a request is complete, with `endStream` at its begin or later. */
  readonly onEnd?: (stream: ServerStream) => void;
  readonly onDrained?: (stream: ServerStream) => void;
}

export class TestPeer {
  readonly connection: Http2Connection;
  now = 0;
  /** What the handler heard, in words. */
  readonly events: string[] = [];
  readonly streams = new Map<number, ServerStream>();
  readonly heads: RequestHead[] = [];
  /** What came as content, by stream. */
  readonly content = new Map<number, Buffer>();
  wakes = 0;

  constructor(given: TestPeerOptions = {}) {
    const { onRequest, onData, onEnd, onDrained } = given;
    this.connection = new Http2Connection({
      limits: { ...defaultLimits, ...given.limits },
      timers: { ...defaultTimers, ...given.timers },
      pings: { ...defaultPingRules, ...given.pings },
      output: new OutputSlab(),
      now: this.now,
      random: () => 0.5,
      wake: () => this.wakes++,
      handler: {
        request: (stream, head, endStream) => {
          const { id } = stream;
          this.streams.set(id, stream);
          this.heads.push(head);
          this.events.push(`request ${id}${endStream ? ' end' : ''}`);
          onRequest?.(stream, head, endStream);
          if (endStream) {
            onEnd?.(stream);
          }
          return {
            data: (read, start, end) => {
              // What is read into a connection is overwritten by what is read next.
              const bytes = Buffer.from(read.subarray(start, end));
              this.events.push(`data ${id} ${bytes.length}`);
              this.content.set(id, Buffer.concat([this.content.get(id) ?? Buffer.alloc(0), bytes]));
              if (onData === undefined) {
                stream.consumed(bytes.length);
              } else {
                onData(stream, bytes);
              }
            },
            end: (trailers) => {
              const text = trailers.map(([name, value]) => `${name}=${value}`).join(' ');
              this.events.push(`end ${id}${text === '' ? '' : ` ${text}`}`);
              onEnd?.(stream);
            },
            ended: (end) => {
              const why = end.kind === 'connection-closed' ? end.kind : `${end.kind} ${end.code}`;
              this.events.push(`ended ${id} ${why}`);
            },
            drained: () => {
              this.events.push(`drained ${id}`);
              onDrained?.(stream);
            },
          };
        },
      },
      ...given.options,
    });
  }

  get closed(): CloseCause | undefined {
    return this.connection.closed;
  }

  stream(id: number): ServerStream {
    const stream = this.streams.get(id);
    if (stream === undefined) {
      throw new Error(`There was no request on stream ${id}.`);
    }
    return stream;
  }

  /** Both prefaces and their acknowledgements; leaves no output. */
  handshake(...pairs: readonly (readonly [id: number, value: number])[]): this {
    this.send(preface, settings(...pairs), settingsAck);
    this.output();
    this.events.length = 0;
    return this;
  }

  /** In one read, into memory that something else is read into afterwards. */
  send(...frames: readonly Uint8Array[]): this {
    const read = Buffer.concat(frames);
    this.connection.receive(read, this.now);
    read.fill(0xdd);
    return this;
  }

  /** Time passes; what is due is done, at each moment that was asked for. */
  pass(ms: number): this {
    const until = this.now + ms;
    while (this.connection.nextTimerAt <= until) {
      this.now = Math.max(this.now, this.connection.nextTimerAt);
      this.connection.timer(this.now);
      this.drainedFrames.push(...this.#take());
      if (this.drainedFrames.length > 10_000) {
        throw new Error('The timers never rest.');
      }
    }
    this.now = until;
    return this;
  }

  /** Frames that `pass` has taken, for the next `frames`. */
  private readonly drainedFrames: Frame[] = [];

  /** All that there is to write. */
  frames(): readonly Frame[] {
    return [...this.drainedFrames.splice(0), ...this.#take()];
  }

  /** The same in words. */
  output(): readonly string[] {
    return this.frames().map(frameText);
  }

  /** What one take gives. */
  takeOnce(): readonly string[] {
    return readFrames(Buffer.concat(this.connection.takeOutput(this.now))).map(frameText);
  }

  #take(): readonly Frame[] {
    const pieces: Uint8Array[] = [];
    while (this.connection.hasOutput) {
      pieces.push(...this.connection.takeOutput(this.now));
    }
    return readFrames(Buffer.concat(pieces));
  }
}

// Frames that are about the connection or a stream, and carry no part of a request.
import { uint16At, uint31At, uint32At } from './byte-order.ts';
import type { ConnectionCore } from './connection-core.ts';
import { ConnectionError, protocolError } from './connection-error.ts';
import type { ConnectionObserver, ConnectionOptions } from './connection-options.ts';
import { flag, setting } from './frame-type.ts';
import type { HeaderReceiver } from './header-receiver.ts';
import type { Lifetime } from './lifetime.ts';
import { PingPolicy, type PingRules } from './ping-policy.ts';
import type { StreamSender } from './stream-sender.ts';

/** What is kept of a GOAWAY's debug data. */
const keptDebugBytes = 256;

/** SETTINGS, PING, GOAWAY, WINDOW_UPDATE, RST_STREAM and PRIORITY. All may throw ConnectionError. */
export class ControlReceiver {
  readonly #core: ConnectionCore;
  readonly #sender: StreamSender;
  readonly #headers: HeaderReceiver;
  readonly #lifetime: Lifetime;
  readonly #pings: PingRules;
  readonly #observer: ConnectionObserver | undefined;
  #pingPolicy: PingPolicy | undefined;
  #lastPingAt = -Infinity;

  constructor(
    core: ConnectionCore,
    sender: StreamSender,
    headers: HeaderReceiver,
    lifetime: Lifetime,
    options: ConnectionOptions,
  ) {
    this.#core = core;
    this.#sender = sender;
    this.#headers = headers;
    this.#lifetime = lifetime;
    this.#pings = options.pings;
    this.#observer = options.observer;
  }

  /** SETTINGS (RFC 9113 §6.5). */
  settings(flags: number, bytes: Uint8Array, start: number, end: number): void {
    const { journal, flood, peer, frames } = this.#core;
    if ((flags & flag.ACK) !== 0) {
      journal.received('SETTINGS', true, 0);
      this.#headers.settingsAcknowledged();
      this.#lifetime.settingsAcknowledged();
      return;
    }
    const pairs: number[] = [];
    for (let at = start; at + 6 <= end; at += 6) {
      pairs.push(uint16At(bytes, at), uint32At(bytes, at + 2));
    }
    journal.received('SETTINGS', false, 0, pairs);
    flood.count('settings');
    // In their order, each as if it were alone (RFC 9113 §6.5.3).
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const windowBefore = peer.streamWindowBytes;
      peer.apply(pairs[i] ?? 0, pairs[i + 1] ?? 0);
      if (pairs[i] === setting.INITIAL_WINDOW_SIZE && peer.streamWindowBytes !== windowBefore) {
        this.#changeWindows(peer.streamWindowBytes - windowBefore);
      }
    }
    frames.settingsAck();
  }

  /** PING (RFC 9113 §6.7). */
  ping(flags: number, bytes: Uint8Array, start: number): void {
    const { journal, flood, frames } = this.#core;
    const isAck = (flags & flag.ACK) !== 0;
    journal.received('PING', isAck, 0);
    if (isAck) {
      this.#lifetime.pingAcknowledged(bytes, start);
      return;
    }
    const { statistics, now } = journal;
    const intervalMs = now - this.#lastPingAt;
    this.#lastPingAt = now;
    statistics.lastPingIntervalMs = intervalMs;
    statistics.minPingIntervalMs = Math.min(statistics.minPingIntervalMs, intervalMs);
    flood.count('ping');
    frames.ping(bytes, start, true);
    this.#judgePing();
  }

  /** GOAWAY (RFC 9113 §6.8). What is open goes on; the client will close. */
  goaway(bytes: Uint8Array, start: number, end: number): void {
    const core = this.#core;
    const code = uint32At(bytes, start + 4);
    const kept = bytes.subarray(start + 8, Math.min(end, start + 8 + keptDebugBytes));
    const debugData = Buffer.from(kept).toString('latin1');
    core.journal.received('GOAWAY', false, 0, { code, debugData });
    core.peerGoaway = { code, debugData, at: core.journal.now };
  }

  /** WINDOW_UPDATE (RFC 9113 §6.9). */
  windowUpdate(streamId: number, bytes: Uint8Array, start: number): void {
    const core = this.#core;
    const increment = uint31At(bytes, start);
    core.flood.count('window-update');
    if (streamId === 0) {
      if (increment === 0) {
        throw protocolError(
          'PROTOCOL_ERROR',
          'RFC 9113 §6.9',
          'WINDOW_UPDATE for the connection is for 0 bytes.',
        );
      }
      this.#sender.growWindow(increment);
      this.#lifetime.windowGrew();
      return;
    }
    const stream = core.streams.get(streamId);
    if (stream === undefined) {
      this.#checkNotIdle('WINDOW_UPDATE', streamId);
    } else if (increment === 0) {
      core.streamError(stream, 'PROTOCOL_ERROR', 'WINDOW_UPDATE is for 0 bytes (RFC 9113 §6.9).');
    } else if (!this.#sender.growStreamWindow(stream, increment)) {
      core.streamError(
        stream,
        'FLOW_CONTROL_ERROR',
        'WINDOW_UPDATE makes the window larger than 2^31 - 1 bytes (RFC 9113 §6.9.1).',
      );
    } else {
      this.#lifetime.windowGrew();
    }
  }

  /** RST_STREAM (RFC 9113 §6.4). */
  rstStream(streamId: number, bytes: Uint8Array, start: number): void {
    const core = this.#core;
    const code = uint32At(bytes, start);
    core.journal.received('RST_STREAM', false, streamId, code);
    const stream = core.streams.get(streamId);
    if (stream !== undefined) {
      core.resetByPeer(stream, code);
      return;
    }
    this.#checkNotIdle('RST_STREAM', streamId);
    core.flood.count('reset');
  }

  /** PRIORITY: judged, and else without effect (RFC 9113 §5.3.2, §6.3). */
  priority(streamId: number, bytes: Uint8Array, start: number, end: number): void {
    const core = this.#core;
    core.journal.received('PRIORITY', false, streamId);
    core.flood.count('priority');
    if (end - start !== 5) {
      this.#priorityError(
        streamId,
        'FRAME_SIZE_ERROR',
        'RFC 9113 §6.3',
        `PRIORITY came with ${end - start} bytes.`,
      );
    } else if (uint31At(bytes, start) === streamId) {
      this.#priorityError(streamId, 'PROTOCOL_ERROR', 'RFC 7540 §5.3.1', 'A stream depends on itself.');
    }
  }

  /** A stream error, or where the stream is idle, so that it cannot be reset, a connection error. */
  #priorityError(
    streamId: number,
    code: 'FRAME_SIZE_ERROR' | 'PROTOCOL_ERROR',
    rule: string,
    text: string,
  ): void {
    const core = this.#core;
    const stream = core.streams.get(streamId);
    if (stream !== undefined) {
      core.streamError(stream, code, `${text} (${rule})`);
      return;
    }
    const fate = core.streams.fate(streamId);
    if (fate === 'idle') {
      throw protocolError(code, rule, text);
    }
    if (fate !== 'reset') {
      core.errorOnClosed(streamId, code);
    }
  }

  #checkNotIdle(name: string, streamId: number): void {
    if (this.#core.streams.fate(streamId) === 'idle') {
      throw protocolError(
        'PROTOCOL_ERROR',
        'RFC 9113 §5.1',
        `${name} came on stream ${streamId}, which is idle.`,
      );
    }
  }

  /** SETTINGS_INITIAL_WINDOW_SIZE changes all windows; they may become negative (RFC 9113 §6.9.2). */
  #changeWindows(difference: number): void {
    for (const stream of this.#core.streams.snapshot()) {
      if (!this.#sender.growStreamWindow(stream, difference)) {
        throw protocolError(
          'FLOW_CONTROL_ERROR',
          'RFC 9113 §6.9.2',
          'SETTINGS_INITIAL_WINDOW_SIZE makes the window of a stream larger than 2^31 - 1 bytes.',
        );
      }
    }
  }

  #judgePing(): void {
    const { mode } = this.#pings;
    if (mode === 'off') {
      return;
    }
    const { journal, streams } = this.#core;
    this.#pingPolicy ??= new PingPolicy(this.#pings);
    const tooMany = this.#pingPolicy.receivedPing(journal.now, streams.size > 0, journal.answerFrames);
    if (tooMany === undefined) {
      return;
    }
    if (mode === 'strict') {
      throw new ConnectionError({ kind: 'too-many-pings', ...tooMany });
    }
    this.#observer?.tooManyPings?.(tooMany);
  }
}

// What happens to a connection by the passing of time, from its preface to its end.
import type { ConnectionCore } from './connection-core.ts';
import type { ConnectionOptions } from './connection-options.ts';
import type { ConnectionTimers } from './connection-timers.ts';
import { Departure } from './departure.ts';
import { Keepalive } from './keepalive.ts';
import { ownSettings } from './own-settings.ts';

/** What a client that has sent GOAWAY has to close the connection, once it has no streams. */
const farewellMs = 1000;

/** The content of PINGs that ask whether the peer is there. */
const keepaliveOpaque = Buffer.from('perch-ka', 'latin1');

/** All of a connection's timers. Times that did not begin are Infinity. */
export class Lifetime {
  readonly departure: Departure;
  readonly #core: ConnectionCore;
  readonly #timers: ConnectionTimers;
  readonly #keepalive: Keepalive;
  readonly #ageAt: number;
  #graceAt = Infinity;
  #prefaceAt: number;
  #settingsAckAt = Infinity;
  #headerBlockAt = Infinity;
  #isBlocked = false;
  #blockedAt = Infinity;
  #writeAt = Infinity;
  /** What the system had not taken when that was looked at last. */
  #unsentBytes = Infinity;
  readonly #unsent: () => number;
  /** Since when there is no stream, and how many there had been by then. */
  #idleSince: number;
  #idleAfter = 0;
  #pingSentAt = NaN;

  constructor(core: ConnectionCore, options: ConnectionOptions) {
    const { timers, now, random = Math.random, loopDelay, unsentBytes = () => Infinity } = options;
    this.#core = core;
    this.#timers = timers;
    this.departure = new Departure(core);
    this.#keepalive = new Keepalive(timers, loopDelay);
    // A tenth more or less (gRPC's A9).
    this.#ageAt = now + timers.maxAgeMs * (0.9 + 0.2 * random());
    this.#unsent = unsentBytes;
    this.#prefaceAt = now + timers.prefaceMs;
    this.#idleSince = now;
  }

  /** The client's preface is there: here is this side's (RFC 9113 §3.4). */
  begin(): void {
    const { frames, journal, limits, window } = this.#core;
    this.#core.hasBegun = true;
    this.#prefaceAt = Infinity;
    this.#settingsAckAt = journal.now + this.#timers.settingsAckMs;
    frames.settings(ownSettings(limits));
    const increment = window.enlarge();
    if (increment > 0) {
      frames.windowUpdate(0, increment);
    }
  }

  settingsAcknowledged(): void {
    this.#settingsAckAt = Infinity;
  }

  pingAcknowledged(bytes: Uint8Array, from: number): void {
    const { journal } = this.#core;
    if (keepaliveOpaque.every((byte, index) => bytes[from + index] === byte)) {
      journal.statistics.roundTripMs = journal.now - this.#pingSentAt;
    } else {
      this.departure.acknowledged(bytes, from);
    }
  }

  /** Whether a header block has begun and not ended. */
  inHeaderBlock(isInHeaderBlock: boolean, now: number): void {
    if (!isInHeaderBlock) {
      this.#headerBlockAt = Infinity;
    } else if (this.#headerBlockAt === Infinity) {
      this.#headerBlockAt = now + this.#timers.headerBlockMs;
    }
  }

  /** Whether the socket takes anything. */
  writable(isWritable: boolean, now: number): void {
    this.#isBlocked = !isWritable;
    if (isWritable) {
      this.#keepalive.heldUp(now - Math.min(now, this.#blockedAt));
      this.#blockedAt = Infinity;
      this.#writeAt = Infinity;
      this.#unsentBytes = Infinity;
    } else if (this.#blockedAt === Infinity) {
      this.#blockedAt = now;
      this.#unsentBytes = this.#unsent();
      this.#writeAt = now + this.#timers.writeMs;
    }
  }

  /** The client lets this side send more: it has read what came before. */
  windowGrew(): void {
    if (this.#isBlocked) {
      this.#writeAt = this.#core.journal.now + this.#timers.writeMs;
    }
  }

  /** Whether the system has taken something since the last look: a client that reads slowly is not one that does not read. */
  #hasSent(now: number): boolean {
    const unsent = this.#unsent();
    if (unsent >= this.#unsentBytes) {
      return false;
    }
    this.#unsentBytes = unsent;
    this.#writeAt = now + this.#timers.writeMs;
    return true;
  }

  /** Sees whether streams have come and gone; closes what has no reason to stay. To be called after anything happened. */
  settle(now: number): void {
    const core = this.#core;
    const { streamsOpened } = core.journal.statistics;
    if (core.streams.size > 0) {
      return;
    }
    if (streamsOpened !== this.#idleAfter) {
      this.#idleSince = now;
      this.#idleAfter = streamsOpened;
    }
    if (core.closed !== undefined) {
      return;
    }
    const cause = this.departure.closeCause(now);
    if (cause !== undefined) {
      core.close(cause);
    }
  }

  get nextAt(): number {
    const core = this.#core;
    if (core.closed !== undefined) {
      return Infinity;
    }
    return Math.min(
      core.lingerAt,
      this.departure.dueAt,
      this.#prefaceAt,
      this.#settingsAckAt,
      this.#headerBlockAt,
      this.#writeAt,
      this.#idleAt,
      this.#farewellAt,
      this.departure.isUnderWay ? this.#graceAt : this.#ageAt,
      this.#keepaliveAt,
    );
  }

  timer(now: number): void {
    this.#core.endLingering(now);
    this.departure.timer(now);
    this.#endPeersTime(now);
    if (this.#core.closed !== undefined) {
      return;
    }
    if (now >= this.#farewellAt) {
      this.#closeAfterFarewell();
      return;
    }
    if (now >= this.#idleAt) {
      this.departure.begin(now, { kind: 'max-idle', idleMs: now - this.#idleSince }, 'max_idle');
    }
    this.#age(now);
    this.#keepPeer(now);
  }

  /** Without streams only, and before the preface another time-out rules. */
  get #idleAt(): number {
    const { hasBegun, streams } = this.#core;
    return hasBegun && streams.size === 0 && !this.departure.isUnderWay
      ? this.#idleSince + this.#timers.maxIdleMs
      : Infinity;
  }

  /** A client that has sent GOAWAY, and has no streams, is expected to close; it is not waited for. */
  get #farewellAt(): number {
    const { peerGoaway, streams } = this.#core;
    return peerGoaway !== undefined && streams.size === 0
      ? Math.max(this.#idleSince, peerGoaway.at) + farewellMs
      : Infinity;
  }

  #closeAfterFarewell(): void {
    const { code = 0, debugData = '' } = this.#core.peerGoaway ?? {};
    this.#core.close(
      code === 0
        ? { kind: 'peer-closed', openStreams: 0, afterGoaway: true }
        : { kind: 'peer-error', code, debugData },
    );
  }

  /** Not while this side does not read, or cannot write: the peer cannot show that it is there. */
  get #keepaliveAt(): number {
    const { hasBegun, journal } = this.#core;
    return hasBegun && !this.#isBlocked ? this.#keepalive.dueAt(journal.statistics.lastReceivedAt) : Infinity;
  }

  /** What the peer had to do by now. */
  #endPeersTime(now: number): void {
    const core = this.#core;
    const { prefaceMs, settingsAckMs, headerBlockMs, writeMs } = this.#timers;
    if (now >= this.#prefaceAt) {
      const { bytesReceived: receivedBytes } = core.journal.statistics;
      core.close({ kind: 'preface-timeout', timeoutMs: prefaceMs, receivedBytes });
    } else if (now >= this.#settingsAckAt) {
      core.close({ kind: 'settings-timeout', timeoutMs: settingsAckMs });
    } else if (now >= this.#headerBlockAt) {
      core.close({ kind: 'headers-timeout', timeoutMs: headerBlockMs });
    } else if (now >= this.#writeAt && !this.#hasSent(now)) {
      core.close({ kind: 'write-timeout', timeoutMs: writeMs, queuedBytes: core.queuedBytes });
    }
  }

  #age(now: number): void {
    const core = this.#core;
    if (this.departure.isUnderWay) {
      const cause = this.departure.causeAt(now, core.streams.size);
      if (now >= this.#graceAt && cause !== undefined) {
        core.close(cause);
      }
    } else if (now >= this.#ageAt) {
      this.#graceAt = now + this.#timers.maxAgeGraceMs;
      this.departure.begin(now, { kind: 'max-age' }, 'max_age');
    }
  }

  #keepPeer(now: number): void {
    const core = this.#core;
    if (now < this.#keepaliveAt || core.closed !== undefined) {
      return;
    }
    const step = this.#keepalive.step(now, core.journal.statistics.lastReceivedAt);
    if (step.kind === 'give up') {
      core.close(step.cause);
    } else if (step.kind === 'ping') {
      this.#pingSentAt = now;
      core.frames.ping(keepaliveOpaque, 0, false);
    }
  }
}

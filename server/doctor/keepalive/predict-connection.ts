// What will become of a connection: its pings, strikes and time-outs played through, event by event, without a clock.
import {
  effectiveKeepalive,
  intervalWithoutCallsMs,
  type ConnectionFacts,
  type Duration,
} from './connection-facts.ts';
import { Recurrence, type Standing } from './recurrence.ts';

/** Why a connection will close. */
export type PredictedCause =
  'too-many-pings' | 'max-idle' | 'max-age' | 'silent-drop' | 'client-watchdog' | 'server-watchdog';

/** What becomes of it. */
export type Prediction =
  | {
      readonly outcome: 'stays-open';
      /** Pings that the client sent until the end of what was looked at. */
      readonly pings: number;
      /** A server that obeys its defaults would have closed it, at this ping; absent where none would. */
      readonly warnedAtPing?: number;
    }
  | {
      readonly outcome: 'closes';
      readonly cause: PredictedCause;
      /** From the connection's first call. */
      readonly atMs: Duration;
      /** Pings of the client until then, that one included. */
      readonly pings: number;
      /** Calls that are open then are cut. */
      readonly cutsCalls: boolean;
    };

/** So long is looked ahead: the longest default of all is two hours, and it takes four pings to be closed by it. */
const horizonMs = 24 * 3_600_000;
/** Some five milliseconds. What has not come round again by then is taken to go on as it did. */
const maxEvents = 100_000;
/** So many are looked at for one that came before: longer rounds are rare, and looking costs more than playing. */
const comparedEvents = 4096;

/** Linux sends unanswered bytes again for about so long (tcp_retries2 = 15). */
const tcpGivesUpMs = 15 * 60_000;

/** Plays one connection through, from its first call on. */
export function predictConnection(facts: ConnectionFacts): Prediction {
  return new Play(facts).run();
}

class Play {
  readonly #facts: ConnectionFacts;
  readonly #clientTime: Duration;
  #now = 0;
  #pings = 0;
  /** C-core's ping_abuse_policy: the last ping's time, -Infinity once data or headers were sent; and the strikes. */
  #lastPing = -Infinity;
  #strikes = 0;
  #warnedAtPing: number | undefined;
  /** C-core's ping_rate_policy: pings that are left until data or headers are sent. */
  #pingsLeft: number;
  /** What each side counts its keepalive from. */
  #clientRead: number;
  #serverRead = 0;
  /** The last time that anything went over the path. */
  #lastTraffic: number;
  /** When the last call ended; the server's idle time counts from there. */
  #lastCall = 0;
  #nextCall: number;
  #nextData: number;
  /** Since when nothing gets through any more. */
  #droppedAt = Infinity;
  /** Events that may still be played. */
  #eventsLeft = maxEvents;
  /** Until it has come round once, and was moved on. */
  #recurrence: Recurrence | undefined;

  constructor(facts: ConnectionFacts) {
    const { client, path, traffic } = facts;
    this.#facts = facts;
    this.#clientTime = effectiveKeepalive(client);
    this.#pingsLeft = pingBudget(facts);
    this.#clientRead = path.rttMs;
    this.#lastTraffic = path.rttMs;
    this.#nextCall = traffic.callEveryMs;
    this.#nextData = traffic.activeStream ? traffic.serverDataEveryMs : Infinity;
  }

  run(): Prediction {
    const { path, server } = this.#facts;
    this.#recurrence = new Recurrence(this.#standing());
    while (this.#eventsLeft-- > 0) {
      const clientPing = this.#clientPings() ? this.#clientRead + this.#clientTime : Infinity;
      const serverPing = this.#serverRead + server.keepaliveMs;
      const drop = this.#droppedAt === Infinity ? this.#lastTraffic + path.middleboxIdleMs : Infinity;
      const idle = this.#facts.traffic.activeStream ? Infinity : this.#lastCall + server.idleMs;
      const next = Math.min(clientPing, serverPing, drop, idle, server.ageMs, this.#nextCall, this.#nextData);
      if (next > horizonMs) {
        return this.#staysOpen();
      }
      this.#now = next;
      // What closes comes before what keeps alive: a timer of the same length as another one loses.
      switch (next) {
        case server.ageMs:
          return this.#closes('max-age', this.#isCutByAge());
        case drop:
          this.#droppedAt = next;
          break;
        case this.#nextCall: {
          const closed = this.#call();
          if (closed !== undefined) {
            return closed;
          }
          break;
        }
        case this.#nextData:
          this.#serverData();
          break;
        case idle:
          return this.#closes('max-idle', false);
        case clientPing: {
          const closed = this.#clientPing();
          if (closed !== undefined) {
            return closed;
          }
          break;
        }
        default: {
          const closed = this.#serverPing();
          if (closed !== undefined) {
            return closed;
          }
        }
      }
      if (this.#droppedAt !== Infinity && this.#isUnnoticedForEver()) {
        return this.#closes('silent-drop', true);
      }
      if (this.#eventsLeft > maxEvents - comparedEvents) {
        this.#moveOn();
      }
    }
    if (server.ageMs > horizonMs) {
      return this.#staysOpen();
    }
    this.#pings = Math.round((this.#pings * server.ageMs) / Math.max(this.#now, 1));
    return this.#closes('max-age', this.#isCutByAge(), server.ageMs);
  }

  #isCutByAge(): boolean {
    return this.#facts.server.graceMs !== Infinity && this.#facts.traffic.activeStream;
  }

  #staysOpen(): Prediction {
    return {
      outcome: 'stays-open',
      pings: this.#pings,
      ...(this.#warnedAtPing === undefined ? {} : { warnedAtPing: this.#warnedAtPing }),
    };
  }

  /** Where the connection stands as it stood before, goes on to shortly before its age or the horizon ends that. */
  #moveOn(): void {
    const standing = this.#standing();
    const before = this.#recurrence?.of(standing);
    if (before === undefined) {
      return;
    }
    this.#recurrence = undefined;
    const period = this.#now - before.now;
    const rounds = Math.floor((Math.min(this.#facts.server.ageMs, horizonMs) - this.#now) / period) - 1;
    if (rounds > 0) {
      const by = rounds * period;
      this.#pings += rounds * (this.#pings - before.pings);
      this.#now += by;
      this.#lastPing += by;
      this.#clientRead += by;
      this.#serverRead += by;
      this.#lastTraffic += by;
      this.#lastCall += by;
      this.#nextCall += by;
      this.#nextData += by;
    }
  }

  /** What is never looked at is left out, since it only grows. */
  #standing(): Standing {
    const { server, path, traffic } = this.#facts;
    const isStrikeFree = this.#lastPing + this.#allowedInterval() <= this.#now;
    return {
      now: this.#now,
      pings: this.#pings,
      ahead: [
        this.#nextCall - this.#now,
        this.#nextData - this.#now,
        this.#clientTime === Infinity ? 0 : this.#clientRead - this.#now,
        server.keepaliveMs === Infinity ? 0 : this.#serverRead - this.#now,
        path.middleboxIdleMs === Infinity ? 0 : this.#lastTraffic - this.#now,
        traffic.activeStream || server.idleMs === Infinity ? 0 : this.#lastCall - this.#now,
        isStrikeFree ? -Infinity : this.#lastPing - this.#now,
        Math.min(this.#strikes, server.maxPingStrikes + 1),
        this.#pingsLeft,
        this.#droppedAt - this.#now,
      ],
    };
  }

  /** How far apart pings have to be. */
  #allowedInterval(): Duration {
    const { server, traffic } = this.#facts;
    return traffic.activeStream || server.permitWithoutCalls
      ? server.minPingIntervalMs
      : intervalWithoutCallsMs;
  }

  /** R1, R2: whether the client pings at all now. */
  #clientPings(): boolean {
    const { client, traffic } = this.#facts;
    return (
      this.#clientTime !== Infinity &&
      (traffic.activeStream || client.permitWithoutCalls) &&
      (this.#pingsLeft > 0 || client.maxPingsWithoutData === 0)
    );
  }

  #clientPing(): Prediction | undefined {
    const { client, path } = this.#facts;
    this.#pings++;
    if (client.maxPingsWithoutData > 0) {
      this.#pingsLeft--;
    }
    if (this.#droppedAt !== Infinity) {
      return this.#closes('silent-drop', true, this.#now + client.timeoutMs);
    }
    if (client.timeoutMs < path.rttMs) {
      return this.#closes('client-watchdog', true, this.#now + client.timeoutMs);
    }
    if (this.#isStrikeTooMany()) {
      return this.#closes('too-many-pings', true);
    }
    this.#clientRead = this.#now + path.rttMs;
    this.#serverRead = this.#now + path.rttMs / 2;
    this.#lastTraffic = this.#clientRead;
    return undefined;
  }

  /** C-core's Chttp2PingAbusePolicy::ReceivedOnePing; Go's and Java's servers count the same way. */
  #isStrikeTooMany(): boolean {
    const { server, path } = this.#facts;
    if (server.pingPolicy === 'off' || server.maxPingStrikes === 0 || path.terminates) {
      return false;
    }
    const isAllowed = this.#lastPing + this.#allowedInterval() <= this.#now;
    this.#lastPing = this.#now;
    if (isAllowed) {
      return false;
    }
    this.#strikes++;
    if (this.#strikes <= server.maxPingStrikes) {
      return false;
    }
    if (server.pingPolicy === 'warn') {
      this.#warnedAtPing ??= this.#pings;
      return false;
    }
    return true;
  }

  #serverPing(): Prediction | undefined {
    const { server, path } = this.#facts;
    if (this.#droppedAt !== Infinity) {
      return this.#closes('silent-drop', true, this.#now + server.timeoutMs);
    }
    if (server.timeoutMs < path.rttMs) {
      return this.#closes('server-watchdog', true, this.#now + server.timeoutMs);
    }
    this.#serverRead = this.#now + path.rttMs;
    this.#lastTraffic = this.#serverRead;
    // grpc-js counts from the last answer to a ping of its own: what it reads postpones nothing.
    if (this.#facts.client.implementation !== 'js') {
      this.#clientRead = this.#now + path.rttMs / 2;
    }
    return undefined;
  }

  #call(): Prediction | undefined {
    const { client, traffic } = this.#facts;
    if (this.#droppedAt !== Infinity) {
      // With a call open every client pings that has a keepalive time; without one TCP alone gives up, after many tries.
      return this.#closes(
        'silent-drop',
        true,
        this.#now + Math.min(this.#clientTime + client.timeoutMs, tcpGivesUpMs),
      );
    }
    this.#nextCall = this.#now + traffic.callEveryMs;
    this.#lastCall = this.#now;
    this.#pingsLeft = Math.max(this.#pingsLeft, client.maxPingsWithoutData);
    this.#serverRead = this.#now;
    this.#serverSends();
    return undefined;
  }

  #serverData(): void {
    this.#nextData = this.#now + this.#facts.traffic.serverDataEveryMs;
    if (this.#droppedAt === Infinity) {
      this.#serverSends();
    }
  }

  /** R6: data and headers from the server take its strikes back, and make the next ping free. */
  #serverSends(): void {
    const { path, client } = this.#facts;
    this.#lastPing = -Infinity;
    this.#strikes = 0;
    this.#lastTraffic = this.#now + path.rttMs;
    if (client.implementation !== 'js') {
      this.#clientRead = this.#now + path.rttMs / 2;
    }
  }

  /** Neither side will ever ask again. */
  #isUnnoticedForEver(): boolean {
    return !this.#clientPings() && this.#facts.server.keepaliveMs === Infinity;
  }

  #closes(cause: PredictedCause, cutsCalls: boolean, atMs = this.#now): Prediction {
    return { outcome: 'closes', cause, atMs, pings: this.#pings, cutsCalls };
  }
}

function pingBudget({ client }: ConnectionFacts): number {
  return client.maxPingsWithoutData === 0 ? Infinity : client.maxPingsWithoutData;
}

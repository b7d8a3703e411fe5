// The client of a live probe: a real HTTP/2 session that pings as a gRPC implementation does.
import { once } from 'node:events';
import {
  connect,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import { effectiveKeepalive, type ClientFacts, type TrafficFacts } from '../keepalive/connection-facts.ts';
import type { FastClock } from './fast-clock.ts';

/** How the connection ended for the client. */
export type ClientEnd =
  | { readonly kind: 'goaway'; readonly at: number; readonly code: number; readonly debugData: string }
  /** No answer to a ping in time. */
  | { readonly kind: 'watchdog'; readonly at: number }
  /** FIN or RST without a word; `code` is the operating system's, where there is one. */
  | { readonly kind: 'lost'; readonly at: number; readonly code: string };

/** Where a probe's client goes, and what it does there. */
export interface ProbeClientOptions {
  /** `http://host:port`. */
  readonly url: string;
  readonly client: ClientFacts;
  readonly traffic: TrafficFacts;
  /** The methods for a call that ends and for one that stays open. */
  readonly methods: { readonly call: string; readonly stream: string };
  readonly clock: FastClock;
  readonly signal: AbortSignal;
}

/** An empty message (gRPC over HTTP/2, Length-Prefixed-Message). */
const emptyMessage = Buffer.alloc(5);

/** GOAWAY's debug data may be long. */
const keptDebugData = 256;

/** See above. Times are those of the clock. */
export class ProbeClient implements Disposable {
  readonly #options: ProbeClientOptions;
  readonly #session: ClientHttp2Session;
  readonly #keepaliveMs: number;
  readonly #ended: (end: ClientEnd) => void;
  /** What its pings are counted from. */
  #since: number;
  #pingedAt: number | undefined;
  #pings = 0;
  #pingsLeft: number;
  #openCalls = 0;
  #refusal = '';
  #cancelPing: () => void = () => undefined;
  #cancelCall: () => void = () => undefined;
  #end: ClientEnd | undefined;
  /** Of the connection: resolves when it has ended. */
  readonly end: Promise<ClientEnd>;

  private constructor(options: ProbeClientOptions, session: ClientHttp2Session) {
    const { client, clock, traffic } = options;
    this.#options = options;
    this.#session = session;
    this.#keepaliveMs = effectiveKeepalive(client);
    this.#pingsLeft = budget(client);
    this.#since = clock.now();
    let ended: (end: ClientEnd) => void = () => undefined;
    this.end = new Promise((resolve) => (ended = resolve));
    this.#ended = ended;
    this.#listen(session);
    this.#call(traffic.activeStream ? 'stream' : 'call');
    this.#callAgain();
    this.#arm();
  }

  /** Connects and begins. Rejects with the operating system's error. */
  static async open(options: ProbeClientOptions): Promise<ProbeClient> {
    const session = connect(options.url);
    await once(session, 'connect', { signal: options.signal });
    return new ProbeClient(options, session);
  }

  /** Pings that it sent. */
  get pings(): number {
    return this.#pings;
  }

  /** The status of a stream that was to stay open and was refused; empty where it was not. */
  get refusal(): string {
    return this.#refusal;
  }

  [Symbol.dispose](): void {
    this.#cancelPing();
    this.#cancelCall();
    this.#session.destroy();
  }

  #listen(session: ClientHttp2Session): void {
    session.on('ping', () => this.#read());
    session.on('remoteSettings', () => this.#read());
    // Without debug data there is no buffer, whatever the types say.
    session.on('goaway', (code: number, _lastStreamId: number, data: Buffer | undefined) => {
      const debugData = data?.toString('latin1', 0, keptDebugData) ?? '';
      this.#finish({ kind: 'goaway', at: this.#options.clock.now(), code, debugData });
    });
    session.on('error', (reason: NodeJS.ErrnoException) =>
      this.#finish({ kind: 'lost', at: this.#options.clock.now(), code: reason.code ?? reason.message }),
    );
    session.on('close', () => this.#finish({ kind: 'lost', at: this.#options.clock.now(), code: '' }));
  }

  /** The first one counts: what comes after GOAWAY is its consequence. */
  #finish(end: ClientEnd): void {
    if (this.#end === undefined) {
      this.#end = end;
      this.#cancelPing();
      this.#cancelCall();
      this.#ended(end);
    }
  }

  /** Something came. grpc-js does not count from that, but from the answer to its last ping. */
  #read(): void {
    if (this.#options.client.implementation !== 'js') {
      this.#since = this.#options.clock.now();
    }
  }

  #call(kind: 'call' | 'stream'): void {
    const { client, methods } = this.#options;
    this.#openCalls++;
    this.#pingsLeft = budget(client);
    const request = this.#session.request({
      ':method': 'POST',
      ':path': methods[kind],
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const look = (headers: IncomingHttpHeaders & IncomingHttpStatusHeader): void => {
      this.#read();
      const { 'grpc-status': status, ':status': httpStatus = 200 } = headers;
      if (kind === 'stream' && (status !== undefined || httpStatus !== 200)) {
        this.#refusal = status === undefined ? `HTTP ${httpStatus}` : `gRPC status ${String(status)}`;
      }
    };
    request.on('response', look);
    request.on('trailers', look);
    request.on('data', () => this.#read());
    // The session tells why it ended; its streams need not.
    request.on('error', () => undefined);
    request.on('close', () => this.#openCalls--);
    request.end(emptyMessage);
  }

  #callAgain(): void {
    const { clock, traffic } = this.#options;
    this.#cancelCall = clock.at(clock.now() + traffic.callEveryMs, () => {
      if (this.#end === undefined) {
        this.#call('call');
        this.#callAgain();
      }
    });
  }

  /** For the next ping, or for the end of waiting for the last one's answer. */
  #arm(): void {
    if (this.#end !== undefined) {
      return;
    }
    const { clock, client } = this.#options;
    const at =
      this.#pingedAt === undefined ? this.#since + this.#keepaliveMs : this.#pingedAt + client.timeoutMs;
    this.#cancelPing();
    this.#cancelPing = clock.at(at, () => this.#due());
  }

  #due(): void {
    const { clock, client } = this.#options;
    const now = clock.now();
    if (this.#pingedAt !== undefined) {
      this.#finish({ kind: 'watchdog', at: now });
      this.#session.destroy();
      return;
    }
    if (now >= this.#since + this.#keepaliveMs) {
      if ((this.#openCalls > 0 || client.permitWithoutCalls) && this.#pingsLeft > 0) {
        this.#ping(now);
      } else {
        // It looks again after the same time.
        this.#since = now;
      }
    }
    this.#arm();
  }

  #ping(now: number): void {
    this.#pings++;
    this.#pingsLeft--;
    this.#pingedAt = now;
    this.#session.ping((error) => {
      if (error === null && this.#end === undefined) {
        this.#pingedAt = undefined;
        this.#since = this.#options.clock.now();
        this.#arm();
      }
    });
  }
}

/** C-core's pings without data; the others have no such limit. */
function budget({ maxPingsWithoutData }: ClientFacts): number {
  return maxPingsWithoutData === 0 ? Infinity : maxPingsWithoutData;
}

// What the dashboard's tab "Network" shows of the server: listeners, connections, closes, load and limits. Always complete.
import {
  isArrayOf,
  isEither,
  isLiteral,
  isObject,
  isOneOf,
  isString,
  isWhole,
  type Guard,
} from '../guards.ts';

/** How dangerous it is that a listener is reached by whom it is reached. */
export const risks = ['none', 'guarded', 'partial', 'open'] as const;
export type Risk = (typeof risks)[number];

/** An address of a listener. */
export interface AddressFacts {
  readonly address: string;
  /** Of the operating system; may be empty. */
  readonly interfaceName: string;
  /** Who reaches it, in the user's language. */
  readonly audience: string;
}

/** A listener, and who can reach it. */
export interface ListenerFacts {
  /** gRPC or REST. */
  readonly name: string;
  readonly risk: Risk;
  /** In the server's words. */
  readonly text: string;
  readonly addresses: readonly AddressFacts[];
}

/** A control frame, or several of one kind in a row. */
export interface FrameFacts {
  /** Since the connection was accepted, milliseconds. */
  readonly atMs: number;
  readonly count: number;
  /** By the server; else by the client. */
  readonly sent: boolean;
  /** As RFC 9113 names it, with ACK where it is one. */
  readonly type: string;
  /** May be empty. */
  readonly detail: string;
}

/** How many calls of a connection ended with a gRPC status. */
export interface CallCount {
  readonly status: string;
  readonly count: number;
}

/** What the server's ping rules say to a client. */
export const pingVerdicts = ['none', 'allowed', 'warned', 'closed'] as const;
export type PingVerdict = (typeof pingVerdicts)[number];

/** What an open connection and one that closed have in common. */
export interface ConnectionFacts {
  /** Unique among the open ones and those that closed; the same in every snapshot. */
  readonly key: string;
  readonly peer: string;
  /** Milliseconds since the Unix epoch. */
  readonly openedAtMs: number;
  /** Milliseconds. */
  readonly ageMs: number;
  /** By count, the most first; OK among them. */
  readonly calls: readonly CallCount[];
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly pings: number;
  readonly verdict: PingVerdict;
  /** How often it pings, and what the rules say to it, in the user's language; empty where it does not ping. */
  readonly pingText: string;
  /** The last ones, the oldest first. */
  readonly frames: readonly FrameFacts[];
}

/** A connection that is open. */
export interface OpenConnection extends ConnectionFacts {
  /** tcp or unix. */
  readonly transport: string;
  /** As in "TLSv1.3 TLS_AES_256_GCM_SHA384"; empty: in clear. */
  readonly tls: string;
  readonly openStreams: number;
  /** What is wrong with it, in the user's language; empty where nothing is. */
  readonly problem: string;
}

/** How much a close needs to be looked at; `usual`: every day's business. */
export const closeSeverities = ['usual', 'info', 'warning', 'error'] as const;
export type CloseSeverity = (typeof closeSeverities)[number];

/** A connection that closed. */
export interface ClosedConnection extends ConnectionFacts {
  readonly closedAtMs: number;
  /** How far apart its pings were, where they closed it; else 0. Milliseconds. */
  readonly pingIntervalMs: number;
  /** As docs/connections.md has it: too-many-pings, max-idle … */
  readonly cause: string;
  readonly severity: CloseSeverity;
  /** What happened and what to do, in the server's words; the advice may be empty. */
  readonly text: string;
  readonly advice: string;
}

/** The load of a second. */
export interface LoadSample {
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
  /** Of the server and its engine hosts; 100 is one core. */
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  /** How late the network thread was at most, milliseconds. */
  readonly delayMs: number;
}

/** A name and what it is, both in the user's language. */
export interface RuleFact {
  readonly name: string;
  readonly value: string;
}

/** A limit of requests, and what it refused. */
export interface LimitFacts {
  /** The option; with the model behind it where only that is meant. */
  readonly name: string;
  /** 0: the limit itself is not set any more. */
  readonly limit: number;
  readonly refused: number;
}

/** Connections that closed for one cause, since the server started. */
export interface CloseCount {
  readonly cause: string;
  readonly count: number;
}

/** A request that was not let in: its token was missing, wrong or not enough. */
export interface RefusalFacts {
  readonly id: number;
  readonly atMs: number;
  /** gRPC or REST, and the method. */
  readonly request: string;
  readonly peer: string;
  /** A code of docs/errors.md. */
  readonly outcome: string;
}

/** While there is a server to tell. */
export interface LiveNetwork {
  readonly kind: 'live';
  /** The server's clock, milliseconds since the Unix epoch. */
  readonly atMs: number;
  /** Why connections are not told of; empty where they are. */
  readonly note: string;
  /** host:port of the gRPC listener: what a recording passes on to. */
  readonly grpcAddress: string;
  readonly listeners: readonly ListenerFacts[];
  readonly rules: readonly RuleFact[];
  /** Those with problems first. */
  readonly open: readonly OpenConnection[];
  /** Open connections that are not among them. */
  readonly openBeyond: number;
  /** The newest first. */
  readonly closed: readonly ClosedConnection[];
  /** The oldest first. */
  readonly load: readonly LoadSample[];
  readonly limits: readonly LimitFacts[];
  readonly closes: readonly CloseCount[];
  /** The newest first. */
  readonly refusals: readonly RefusalFacts[];
}

/** While there is none. */
export interface IdleNetwork {
  readonly kind: 'idle';
  /** Why, in the user's language. */
  readonly text: string;
}

export type NetworkSnapshot = IdleNetwork | LiveNetwork;

/** A finite number, 0 or more. */
export const isAmount: Guard<number> = (value): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

const isBoolean: Guard<boolean> = (value): value is boolean => typeof value === 'boolean';

const isFrame = isObject<FrameFacts>({
  atMs: isAmount,
  count: isWhole,
  sent: isBoolean,
  type: isString,
  detail: isString,
});

const connectionFields = {
  key: isString,
  peer: isString,
  openedAtMs: isAmount,
  ageMs: isAmount,
  calls: isArrayOf(isObject<CallCount>({ status: isString, count: isWhole })),
  bytesReceived: isAmount,
  bytesSent: isAmount,
  pings: isWhole,
  verdict: isOneOf(pingVerdicts),
  pingText: isString,
  frames: isArrayOf(isFrame),
} as const;

/** Whether the page may believe a snapshot. */
export const isNetworkSnapshot: Guard<NetworkSnapshot> = isEither(
  isObject<IdleNetwork>({ kind: isLiteral('idle'), text: isString }),
  isObject<LiveNetwork>({
    kind: isLiteral('live'),
    atMs: isAmount,
    note: isString,
    grpcAddress: isString,
    listeners: isArrayOf(
      isObject<ListenerFacts>({
        name: isString,
        risk: isOneOf(risks),
        text: isString,
        addresses: isArrayOf(
          isObject<AddressFacts>({ address: isString, interfaceName: isString, audience: isString }),
        ),
      }),
    ),
    rules: isArrayOf(isObject<RuleFact>({ name: isString, value: isString })),
    open: isArrayOf(
      isObject<OpenConnection>({
        ...connectionFields,
        transport: isString,
        tls: isString,
        openStreams: isWhole,
        problem: isString,
      }),
    ),
    openBeyond: isWhole,
    closed: isArrayOf(
      isObject<ClosedConnection>({
        ...connectionFields,
        closedAtMs: isAmount,
        pingIntervalMs: isAmount,
        cause: isString,
        severity: isOneOf(closeSeverities),
        text: isString,
        advice: isString,
      }),
    ),
    load: isArrayOf(
      isObject<LoadSample>({
        atMs: isAmount,
        cpuPercent: isAmount,
        memoryBytes: isAmount,
        delayMs: isAmount,
      }),
    ),
    limits: isArrayOf(isObject<LimitFacts>({ name: isString, limit: isAmount, refused: isWhole })),
    closes: isArrayOf(isObject<CloseCount>({ cause: isString, count: isWhole })),
    refusals: isArrayOf(
      isObject<RefusalFacts>({
        id: isWhole,
        atMs: isAmount,
        request: isString,
        peer: isString,
        outcome: isString,
      }),
    ),
  }),
);

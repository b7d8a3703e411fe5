// What the keepalive doctor is told: both sides' settings, what lies between them, and what goes over the connection.

/** gRPC's implementations that differ in keepalive: C-core is C++, Python, Ruby, PHP and Objective-C. */
export const clientImplementations = ['core', 'go', 'java', 'js', 'dotnet'] as const;
export type ClientImplementation = (typeof clientImplementations)[number];

/** Servers by what they do about pings; `perch` is this program. */
export const serverImplementations = ['core', 'go', 'java', 'js', 'perch'] as const;
export type ServerImplementation = (typeof serverImplementations)[number];

/** Milliseconds, or never. */
export type Duration = number;

/** The client. Infinity means off. */
export interface ClientFacts {
  readonly implementation: ClientImplementation;
  /** From the last thing that it read (grpc-js: from the last answer to a ping) to its next ping. */
  readonly keepaliveMs: Duration;
  /** So long it waits for the answer to a ping. */
  readonly timeoutMs: Duration;
  /** Pings also while no call is open. */
  readonly permitWithoutCalls: boolean;
  /** C-core only: pings that it sends without sending data or headers between them; 0 is no limit. */
  readonly maxPingsWithoutData: number;
}

/** The server. Infinity means off. */
export interface ServerFacts {
  readonly implementation: ServerImplementation;
  /** Whether it acts on pings that come too often; `warn` only says so. Only `perch` has a choice. */
  readonly pingPolicy: 'off' | 'warn' | 'strict';
  /** The shortest interval of a client's pings that is never a strike. */
  readonly minPingIntervalMs: Duration;
  /** That interval holds also while no call is open; else it is two hours then. */
  readonly permitWithoutCalls: boolean;
  /** Strikes that are forgiven; one more closes the connection. 0: every number is. */
  readonly maxPingStrikes: number;
  readonly keepaliveMs: Duration;
  readonly timeoutMs: Duration;
  /** Without a call for so long, the connection is closed. */
  readonly idleMs: Duration;
  /** At this age, give or take a tenth, the connection is closed. */
  readonly ageMs: Duration;
  /** Calls that are open then may go on for so long. */
  readonly graceMs: Duration;
  /** The longest that the server's process is known to have stood still. */
  readonly worstStallMs: number;
}

/** What lies between. */
export interface PathFacts {
  /** There and back. */
  readonly rttMs: number;
  /** Something that forgets connections on which nothing goes for so long; Infinity: nothing does. */
  readonly middleboxIdleMs: Duration;
  /** Its name, for the texts; empty where it has none. */
  readonly middlebox: string;
  /** It ends the HTTP/2 connection and makes one of its own: its ping policy counts, not the server's. */
  readonly terminates: boolean;
}

/** What goes over the connection. */
export interface TrafficFacts {
  /** A call is open all the time (a stream). */
  readonly activeStream: boolean;
  /** On that stream the server sends something so often; Infinity: never. */
  readonly serverDataEveryMs: Duration;
  /** Short calls begin so often; Infinity: none after the first. */
  readonly callEveryMs: Duration;
}

/** All of it. */
export interface ConnectionFacts {
  readonly client: ClientFacts;
  readonly server: ServerFacts;
  readonly path: PathFacts;
  readonly traffic: TrafficFacts;
}

/** C-core counts idle pings against this where a server does not permit them without calls (A8, ping_abuse_policy.cc). */
export const intervalWithoutCallsMs = 2 * 3_600_000;

const coreClient: Omit<ClientFacts, 'implementation'> = {
  keepaliveMs: Infinity,
  timeoutMs: 20_000,
  permitWithoutCalls: false,
  maxPingsWithoutData: 2,
};

/** What a client does that is told nothing (reference connections §1.2). */
export function defaultClient(implementation: ClientImplementation): ClientFacts {
  switch (implementation) {
    case 'core':
      return { implementation, ...coreClient };
    case 'go':
    case 'java':
    case 'js':
      return { implementation, ...coreClient, maxPingsWithoutData: 0 };
    case 'dotnet':
      // SocketsHttpHandler.KeepAlivePingPolicy is Always unless it is set to WithActiveRequests.
      return { implementation, ...coreClient, maxPingsWithoutData: 0, permitWithoutCalls: true };
  }
}

/** What a server does that is told nothing. */
export function defaultServer(implementation: ServerImplementation): ServerFacts {
  const strict: ServerFacts = {
    implementation,
    pingPolicy: 'strict',
    minPingIntervalMs: 300_000,
    permitWithoutCalls: false,
    maxPingStrikes: 2,
    keepaliveMs: intervalWithoutCallsMs,
    timeoutMs: 20_000,
    idleMs: Infinity,
    ageMs: Infinity,
    graceMs: Infinity,
    worstStallMs: 0,
  };
  switch (implementation) {
    case 'core':
    case 'go':
    case 'java':
      return strict;
    case 'js':
      return { ...strict, pingPolicy: 'off', keepaliveMs: Infinity };
    case 'perch':
      return { ...strict, pingPolicy: 'warn', keepaliveMs: 60_000, idleMs: 30 * 60_000 };
  }
}

/** The shortest keepalive that an implementation obeys: Go and Java take ten seconds for anything below (A8). */
export function effectiveKeepalive({ implementation, keepaliveMs }: ClientFacts): Duration {
  const isOff = keepaliveMs <= 0 || keepaliveMs >= 2 ** 31 - 1;
  if (isOff) {
    return Infinity;
  }
  switch (implementation) {
    case 'go':
    case 'java':
      return Math.max(keepaliveMs, 10_000);
    case 'dotnet':
      return Math.max(keepaliveMs, 1000);
    case 'core':
    case 'js':
      return keepaliveMs;
  }
}

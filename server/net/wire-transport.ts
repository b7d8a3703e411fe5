// gRPC by this server's own transport (server/wire/): the parts put together.
import type { Method } from '../apis/method.ts';
import type { Logger } from '../log.ts';
import { GrpcServer } from '../wire/grpc/grpc-handler.ts';
import { MemoryAccount } from '../wire/http2/memory-account.ts';
import type { Census } from '../wire/socket/census.ts';
import { processClock } from '../wire/socket/timer-queue.ts';
import { WireListener } from '../wire/socket/wire-listener.ts';
import { CallGate } from './call-gate.ts';
import type { ChannelArguments } from './channel-arguments.ts';
import type { GrpcTransport } from './grpc-transport.ts';
import type { TlsConfig } from './tls-config.ts';
import { toWireSettings } from './wire-settings.ts';

/** What the transport serves, and how. */
export interface WireTransportOptions {
  readonly methods: readonly Method[];
  /** Undefined: in clear. */
  readonly tls?: TlsConfig | undefined;
  readonly channelArguments?: ChannelArguments;
  /** Where REST is, host:port, for clients that took the wrong port; empty where it is off. */
  readonly restAddress?: () => string;
  /** For how long this thread stood still at most of late, milliseconds. */
  readonly loopDelay?: () => number;
  readonly log: Logger;
  /** Where connections are counted together with those of other transports; its own where absent. */
  readonly census?: Census;
  /** In how many parts the limit of memory is, of which this transport has one; 1 where absent. */
  readonly shares?: number;
}

/**
 * Requests and answers that all connections hold together may take so much memory; above it new calls are refused, in a
 * way that clients may try again at once (REFUSED_STREAM). A single message may be larger: only new calls are held to it.
 */
const memoryLimitBytes = 2 ** 30;

/** The own transport for `methods`. Throws OPTION_INVALID (a channel argument). */
export function wireTransport(options: WireTransportOptions): GrpcTransport {
  const { methods, tls, log } = options;
  const settings = toWireSettings(options.channelArguments ?? new Map());
  const gate = new CallGate();
  const memory = new MemoryAccount(memoryLimitBytes / (options.shares ?? 1));
  const grpc = new GrpcServer({
    methods,
    log,
    limits: settings.messages,
    gate,
    memory,
    clock: processClock,
    epochNow: Date.now,
    answerEncoding: settings.answerEncoding,
  });
  const listener = new WireListener({
    protocol: {
      connected: (peer) => grpc.handlerFor(peer),
      drain: () => {
        gate.close();
        return gate.empty;
      },
    },
    settings,
    memory,
    tls,
    restAddress: options.restAddress ?? (() => ''),
    loopDelay: options.loopDelay,
    census: options.census,
    log,
  });
  return {
    notices: settings.notices,
    connections: listener.connections,
    closes: listener.closes,
    doorOptions: { allowHalfOpen: true },
    accept: (socket) => listener.accept(socket),
    renewTls: (renewed) => listener.renewTls(renewed),
    close: (force) => listener.close(force),
  };
}

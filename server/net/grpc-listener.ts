// The gRPC listener: a port, a UNIX socket or both, in clear or with TLS, on one of the two transports.
import type { Method } from '../apis/method.ts';
import { PerchError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { CloseCounts } from '../wire/socket/close-tally.ts';
import type { TransportName } from './channel-argument-table.ts';
import type { BindAddresses } from './bind-addresses.ts';
import type { ChannelArguments } from './channel-arguments.ts';
import { listConnections, type ConnectionLists } from './connection-lists.ts';
import { openDoors } from './doors.ts';
import { grpcJsTransport } from './grpc-js-transport.ts';
import type { GrpcTransport } from './grpc-transport.ts';
import { NetworkThreads } from './threads/network-threads.ts';
import type { TlsConfig } from './tls-config.ts';
import { wireTransport } from './wire-transport.ts';

/** How to listen. */
export interface GrpcListenerOptions extends BindAddresses {
  readonly methods: readonly Method[];
  /** 0 takes any free one; undefined: none. */
  readonly port: number | undefined;
  /** Absolute path of a UNIX socket, in addition to the port. */
  readonly socketPath?: string | undefined;
  /** TLS on both; undefined: in clear. */
  readonly tls?: TlsConfig | undefined;
  /** The own one where absent. */
  readonly transport?: TransportName;
  /** Threads of their own for the connections, on the own transport, without a UNIX socket. This thread where absent. */
  readonly threads?: NetworkThreadsChoice | undefined;
  /** As given; those without effect are named in the log. */
  readonly channelArguments?: ChannelArguments;
  /** Where REST is, host:port, for clients that took the wrong port; empty where it is off. */
  readonly restAddress?: () => string;
  /** For how long this thread stood still at most of late, milliseconds. */
  readonly loopDelay?: () => number;
  readonly log: Logger;
}

/** Which threads the connections get. */
export interface NetworkThreadsChoice {
  readonly count: number;
  /** The bundled threads/thread-program.ts. */
  readonly programFile: string;
  /** Whether they share the port; false: each takes a free one. */
  readonly sharesPort: boolean;
}

/** An open listener. */
export interface Listener {
  /** host:port, with the port that was taken for `auto`; empty where there is no port. */
  readonly address: string;
  /** The same of every address that it listens at; empty where there is no port. */
  readonly addresses: readonly string[];
  /** Handshakes that begin from now on go by `tls`; connections stay. Only where it spoke TLS before. */
  renewTls(tls: TlsConfig): void;
  /** Takes no new connections; resolves when the calls in flight have ended, or at once when `force` fires. */
  close(force: AbortSignal): Promise<void>;
}

/** An open gRPC listener. */
export interface GrpcListener extends Listener {
  /** Its connections now; undefined on grpc-js. */
  readonly connections: () => Promise<ConnectionLists | undefined>;
  /** How many are open, and why the others closed. */
  readonly closes: CloseCounts;
  /** `restAddress` of the options has an answer now. */
  restOpened(): void;
}

/**
 * Serves `methods` on a port, a UNIX socket or both. While it closes, new calls on connections that are still open get
 * UNAVAILABLE (DRAINING). Rejects with PORT_TAKEN, ADDRESS_INVALID or OPTION_INVALID (a channel argument).
 */
export async function openGrpcListener(options: GrpcListenerOptions): Promise<GrpcListener> {
  const { threads } = options;
  return threads === undefined ? openHere(options) : openInThreads(options, threads);
}

async function openInThreads(
  options: GrpcListenerOptions,
  { count, programFile, sharesPort }: NetworkThreadsChoice,
): Promise<GrpcListener> {
  const { port, socketPath, transport } = options;
  if (port === undefined || socketPath !== undefined || transport === 'grpc-js') {
    throw new PerchError('OPTION_INVALID', 'Network threads serve a port on the own transport alone.');
  }
  const opened = await NetworkThreads.open({ ...options, port, threads: count, programFile, sharesPort });
  return {
    address: opened.addresses[0] ?? '',
    addresses: opened.addresses,
    renewTls: (tls) => opened.renewTls(tls),
    connections: () => opened.connections(),
    closes: opened,
    restOpened: () => opened.restOpened(),
    close: (force) => opened.close(force),
  };
}

async function openHere(options: GrpcListenerOptions): Promise<GrpcListener> {
  const transport = makeTransport(options);
  for (const notice of [...transport.notices, ...(options.tls?.notices ?? [])]) {
    options.log.warning(notice);
  }
  try {
    const { bindAddress, moreAddresses = [], port, socketPath, log } = options;
    const doors = await openDoors({
      ...{ bindAddress, moreAddresses, port, socketPath, log },
      ...transport.doorOptions,
      accept: (socket) => transport.accept(socket),
    });
    return {
      address: doors.address,
      addresses: doors.addresses,
      renewTls: (tls) => transport.renewTls(tls),
      connections: () => {
        const { connections } = transport;
        return Promise.resolve(connections === undefined ? undefined : listConnections(connections));
      },
      restOpened: () => undefined,
      closes: transport.closes,
      close: (force) => {
        doors.close();
        return transport.close(force);
      },
    };
  } catch (reason) {
    await transport.close(AbortSignal.abort());
    throw reason;
  }
}

function makeTransport(options: GrpcListenerOptions): GrpcTransport {
  return options.transport === 'grpc-js' ? grpcJsTransport(options) : wireTransport(options);
}

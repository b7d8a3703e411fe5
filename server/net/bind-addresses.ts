// Listening at one port of several addresses, so that `localhost` finds the server by whichever it resolves to.
import type { AddressInfo, ListenOptions, Server } from 'node:net';
import { PerchError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { LogBudget } from '../log-budget.ts';
import { addressText, listenError } from './address.ts';

/** An address beside the first. */
export interface MoreAddress {
  /** An IP address. */
  readonly address: string;
  /** Whether the server goes on without it: not every system has IPv6. */
  readonly optional: boolean;
}

/** Where to listen. */
export interface BindAddresses {
  /** An IP address: the one that clients are told. */
  readonly bindAddress: string;
  /** At the same port; none where absent. */
  readonly moreAddresses?: readonly MoreAddress[];
}

/** How to listen. */
export interface BindRequest<S extends Server> extends BindAddresses {
  /** 0 takes one that is free at all addresses. */
  readonly port: number;
  /** The flag that chooses the port, for errors. */
  readonly portFlag: string;
  /** A server that does not listen yet, for this address. */
  readonly make: (address: string) => S;
  /** Whether others that say the same may listen at the same port. */
  readonly reusePort?: boolean;
  readonly log: Logger;
}

/** What listens now. */
export interface Bound<S extends Server> {
  /** In the order of the addresses; at least one. */
  readonly servers: readonly S[];
  /** `host:port` of each. */
  readonly addresses: readonly [string, ...string[]];
}

/** A port that the system chose for the first address may be taken at the next: so many are tried. */
const portAttempts = 8;

/**
 * Listens at every address, or at none. What is optional and cannot be had is told to the log. Rejects with PORT_TAKEN or
 * ADDRESS_INVALID.
 */
export async function bindAddresses<S extends Server>(request: BindRequest<S>): Promise<Bound<S>> {
  for (let attempt = 1; ; attempt++) {
    const bound = await tryToBind(request, request.port === 0 && attempt < portAttempts);
    if (bound !== 'again') {
      return bound;
    }
  }
}

async function tryToBind<S extends Server>(
  request: BindRequest<S>,
  mayTryAgain: boolean,
): Promise<Bound<S> | 'again'> {
  const { bindAddress, moreAddresses = [], port, log } = request;
  const servers: S[] = [];
  try {
    const first = await listen(request, bindAddress, port);
    servers.push(first);
    const taken = (first.address() as AddressInfo).port;
    const addresses: [string, ...string[]] = [addressText(bindAddress, taken)];
    for (const { address, optional } of moreAddresses) {
      try {
        servers.push(await listen(request, address, taken));
        addresses.push(addressText(address, taken));
      } catch (reason) {
        const isTaken = PerchError.is(reason, 'PORT_TAKEN');
        if (isTaken && mayTryAgain) {
          servers.forEach((server) => server.close());
          return 'again';
        }
        if (!optional) {
          throw reason;
        }
        tellMissing(log, addressText(address, taken), isTaken, reason);
      }
    }
    return { servers, addresses };
  } catch (reason) {
    servers.forEach((server) => server.close());
    throw reason;
  }
}

function tellMissing(log: Logger, address: string, isTaken: boolean, reason: unknown): void {
  if (isTaken) {
    // Not a system without IPv6: clients that are told "localhost" may end up there.
    log.warning(
      'another program listens on an address of this machine at the same port, and not this server',
      {
        address,
      },
    );
  } else {
    log.info('an address of this machine is not there and is left out', {
      address,
      reason: PerchError.from(reason).message,
    });
  }
}

function listen<S extends Server>(request: BindRequest<S>, address: string, port: number): Promise<S> {
  const server = request.make(address);
  // Beside 0.0.0.0, `::` must leave IPv4 to it.
  const isBesideIpv4 = address === '::' && request.bindAddress === '0.0.0.0';
  return new Promise((resolve, reject) => {
    const failed = (reason: Error): void => reject(listenError(reason, address, port, request.portFlag));
    server.once('error', failed);
    const { reusePort = false } = request;
    const listening: ListenOptions & { reusePort: boolean } = {
      port,
      host: address,
      ipv6Only: isBesideIpv4,
      // Newer than the types of the oldest Node that this runs on, which takes no notice of it.
      reusePort,
    };
    server.listen(listening, () => {
      server.off('error', failed);
      tellRefused(server, request.log);
      resolve(server);
    });
  });
}

/** Once it listens, its errors are connections that the system could not hand over (EMFILE): no reason to end. */
function tellRefused(server: Server, log: Logger): void {
  const budget = new LogBudget();
  server.on('error', (reason) => {
    if (budget.take('accept', performance.now()) !== undefined) {
      log.error('a connection could not be taken', { reason: reason.message });
    }
  });
}

// The sockets that the gRPC listener listens on: a port, a UNIX socket or both.
import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from '../log.ts';
import { bindAddresses, type BindAddresses } from './bind-addresses.ts';
import { listenAtPath } from './unix-socket.ts';

/** Where to listen, and what to do with who comes. */
export interface DoorOptions extends BindAddresses {
  /** 0 takes any free one; undefined: none. */
  readonly port: number | undefined;
  /** Absolute path of a UNIX socket, in addition to the port. */
  readonly socketPath?: string | undefined;
  /** Other threads listen at the same port, and the system shares the connections out (Node 22.12 and 23.1). */
  readonly reusePort?: boolean;
  readonly allowHalfOpen: boolean;
  /** Connections at once per door, which closes those beyond; undefined: any number. */
  readonly maxConnections?: number | undefined;
  readonly accept: (socket: Socket) => void;
  readonly log: Logger;
}

/** Open doors. */
export interface Doors {
  /** host:port, with the port that was taken for `auto`; empty where there is no port. */
  readonly address: string;
  /** The same of every address; empty where there is no port. */
  readonly addresses: readonly string[];
  /** Lets nobody in any more; who is in stays in. */
  close(): void;
}

/** Opens all doors or none. Rejects with PORT_TAKEN or ADDRESS_INVALID. */
export async function openDoors(options: DoorOptions): Promise<Doors> {
  const { port, socketPath, allowHalfOpen, maxConnections, accept } = options;
  const doors: Server[] = [];
  const makeDoor = (): Server => {
    // TCP's own keepalive finds vanished clients that a full send buffer hides from HTTP/2's.
    const door = createServer(
      { keepAlive: true, keepAliveInitialDelay: 60_000, noDelay: true, allowHalfOpen },
      accept,
    );
    if (maxConnections !== undefined) {
      door.maxConnections = maxConnections;
    }
    return door;
  };
  const close = (): void => doors.forEach((door) => door.close());
  let addresses: readonly string[] = [];
  try {
    if (port !== undefined) {
      const bound = await bindAddresses({ ...options, port, portFlag: '--port', make: makeDoor });
      doors.push(...bound.servers);
      ({ addresses } = bound);
    }
    if (socketPath !== undefined) {
      const door = makeDoor();
      doors.push(door);
      await listenAtPath(door, socketPath);
    }
  } catch (reason) {
    close();
    throw reason;
  }
  return { address: addresses[0] ?? '', addresses, close };
}

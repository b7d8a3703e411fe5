// The requests of each connection that are not answered: no more than so many, and all told when the connection ends.
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '../log.ts';

/**
 * Requests that a client may send one behind the other without waiting for answers. Node reads 64 kB at a time, which is
 * 1600 small ones, and begins all of them at once: from 512 connections that would be gigabytes. Few clients pipeline at
 * all.
 */
const maximumPipelined = 32;

/** Counts them. A socket is counted for no longer than it lives. */
export class OpenRequests {
  readonly #bySocket = new WeakMap<Socket, Set<() => void>>();
  readonly #log: Logger;
  readonly #refused: () => void;

  /** `refused` is told of each connection that is closed for them. */
  constructor(log: Logger, refused: () => void) {
    this.#log = log;
    this.#refused = refused;
  }

  /**
   * Counts the request that `response` belongs to until it is closed; `closed` is called then. That is when its answer is
   * out or its connection ended: of an answer that waits behind others, node tells no end. False where there are too many
   * of its connection, which is closed.
   */
  add(socket: Socket, response: ServerResponse, closed: () => void): boolean {
    if (socket.destroyed) {
      return false;
    }
    const open = this.#bySocket.get(socket) ?? this.#openFor(socket);
    if (open.size >= maximumPipelined) {
      this.#log.warning(
        'a client sent too many requests without waiting for answers; its connection was closed',
        {
          peer: socket.remoteAddress ?? 'unknown',
          maximum: maximumPipelined,
        },
      );
      this.#refused();
      socket.destroy();
      return false;
    }
    const close = (): void => {
      if (open.delete(close)) {
        closed();
      }
    };
    open.add(close);
    response.once('close', close);
    return true;
  }

  #openFor(socket: Socket): Set<() => void> {
    const open = new Set<() => void>();
    this.#bySocket.set(socket, open);
    socket.once('close', () => open.forEach((close) => close()));
    return open;
  }
}

// What Node's sockets can do beside their public interface: used where it is there, and done without where it is not.
import type { Socket } from 'node:net';

/** What libuv reads at a time anyway. With more, large messages took longer: what was read is not in the cache any more. */
export const readBufferBytes = 64 * 1024;

/** `kBuffer` and `kBufferCb` are what Node keeps of `onread`, an option for sockets that connect, not for those that come in. */
interface Internals {
  readonly _handle?: {
    readonly useUserBuffer?: (buffer: Uint8Array) => void;
    readonly writeQueueSize?: number;
  } | null;
  [key: symbol]: unknown;
}

/**
 * Lets `socket`, which has just come in, be read into `buffer`; `received` is told how many bytes came, which are there for
 * the time of the call. False where this Node has no way to do that: the socket emits 'data' then.
 *
 * Node's usual way is new memory outside of V8's heap for each read, 64 KiB of it. With messages of 600 kB that made for a
 * full garbage collection every 30 ms, and a third of the processor's time was theirs.
 */
export function readInto(
  socket: Socket,
  buffer: Uint8Array,
  received: (byteLength: number) => void,
): boolean {
  const internals = socket as unknown as Internals;
  const handle = internals._handle;
  const symbols = Object.getOwnPropertySymbols(socket);
  const bufferKey = symbols.find(({ description }) => description === 'kBuffer');
  const callbackKey = symbols.find(({ description }) => description === 'kBufferCb');
  if (bufferKey === undefined || callbackKey === undefined || typeof handle?.useUserBuffer !== 'function') {
    return false;
  }
  internals[bufferKey] = buffer;
  internals[callbackKey] = received;
  handle.useUserBuffer(buffer);
  return true;
}

/**
 * What was written to `socket` and the system has not taken. Its own `writableLength` has a piece in it until the last byte
 * of it is gone; Node's `setTimeout` for sockets looks at the same number as this for the same reason.
 */
export function unsentBytes(socket: Socket): number {
  return (socket as unknown as Internals)._handle?.writeQueueSize ?? socket.writableLength;
}

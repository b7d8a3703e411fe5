// A client's address as text.
import type { Socket } from 'node:net';

/** `host:port`, with brackets around IPv6; `unix:` with nothing after it for a UNIX socket; `unknown` once it is closed. */
export function peerText(socket: Socket): string {
  const { remoteAddress, remotePort, remoteFamily } = socket;
  if (remoteAddress === undefined || remotePort === undefined) {
    // A UNIX socket's client has no address, and a closed socket has none any more.
    return socket.destroyed ? 'unknown' : 'unix:';
  }
  return remoteFamily === 'IPv6' ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
}

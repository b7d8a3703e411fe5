// Who a caller is, for limits: the name of its token, or its address without the port, so that a client with many connections
// is one.

/** What callers are whose address nobody knows: together one client, so that none is without a limit. */
export const unknownClient = 'unknown';

/**
 * The client of a connection from `address`, an IP address: IPv4 in IPv6 (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) is the
 * IPv4 address, since a listener on `::` shows IPv4 callers so.
 */
export function clientOfAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

/** The client of a call by its `peer`: `host:port` or `[host]:port`. Those of a UNIX socket are `unix`. */
export function clientOfPeer(peer: string): string {
  const end = peer.lastIndexOf(':');
  if (end <= 0) {
    return peer === '' ? unknownClient : peer;
  }
  const host = peer.slice(0, end);
  return clientOfAddress(host.startsWith('[') ? host.slice(1, -1) : host);
}

/** No address has a space in it. */
const tokenPrefix = 'token ';

/** The client of a call with the token of this name: one, from however many addresses it calls. */
export function clientOfToken(name: string): string {
  return `${tokenPrefix}${name}`;
}

/** The name of the token that a client is known by; undefined where it is an address. */
export function tokenOfClient(client: string): string | undefined {
  return client.startsWith(tokenPrefix) ? client.slice(tokenPrefix.length) : undefined;
}

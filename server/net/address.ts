// Addresses as text, and what went wrong when one could not be listened on.
import { BlockList, isIPv6 } from 'node:net';
import { PerchError } from '../errors.ts';

/** `host:port`, with brackets around IPv6. */
export function addressText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether only this machine can reach `address`, an IP address in any spelling. */
export function isLoopback(address: string): boolean {
  return isWithin(loopback, address);
}

/** Whether `address`, an IP address in any spelling, with or without a zone (`fe80::1%eth0`), is in `ranges`. */
export function isWithin(ranges: BlockList, address: string): boolean {
  const [bare = ''] = address.split('%');
  return ranges.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4');
}

/** The PerchError for a failed bind: says which port, and the `flag` that chooses another. */
export function listenError(reason: Error, host: string, port: number, flag: string): PerchError {
  const address = addressText(host, port);
  const text = reason.message;
  if (text.includes('EADDRINUSE')) {
    return new PerchError(
      'PORT_TAKEN',
      `Port ${port} is taken: another program listens on ${address}. Stop it, or choose another port with ${flag}=<port> (${flag}=auto takes a free one).`,
      { cause: reason },
    );
  }
  if (text.includes('EACCES')) {
    return new PerchError(
      'PORT_TAKEN',
      `Port ${port} may not be opened by this user. Choose one from 1024 on with ${flag}=<port>.`,
      {
        cause: reason,
      },
    );
  }
  return new PerchError(
    'ADDRESS_INVALID',
    `Cannot listen on ${address} (${text}). Choose another with --bind_address.`,
    {
      cause: reason,
    },
  );
}

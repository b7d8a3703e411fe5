// Under which names, and from which sites' pages, the REST API may be called.
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { restError, type RestResponse } from '../apis/rest/rest-api.ts';
import { PerchError } from '../errors.ts';
import { isLoopback } from './address.ts';

/** What TF Serving says with CORS on (reference §1.9), and that pages may read the version that answered. */
export const crossOriginHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, GET',
  'access-control-allow-headers': 'Content-Type',
  'access-control-expose-headers': 'x-perch-model-version, retry-after, retry-after-ms',
} as const;

/** Where the listener is, and who may call. */
export interface OriginRules {
  readonly scheme: 'http' | 'https';
  readonly bindAddress: string;
  /** --allowed_hosts: names beside the server's own, in lower case. */
  readonly allowedHosts: ReadonlySet<string>;
  /** Whether pages of other sites may call. */
  readonly cors: boolean;
}

/**
 * Throws HOST_REFUSED, and REQUEST_MALFORMED for several Hosts, of which a proxy may see another one than this server does
 * (RFC 9112 §3.2). DNS rebinding: a page of another site must not reach the server by a name of its own for it
 * (CVE-2024-28224). With `cors` pages of other sites may call, but still not under such a name.
 */
export function checkOrigin(
  { headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>,
  rules: OriginRules,
): void {
  const { host = '', origin } = headers;
  if (rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length > 1) {
    throw new PerchError('REQUEST_MALFORMED', 'The request has more than one Host header.');
  }
  if (!isAllowedHost(host, rules)) {
    throw new PerchError(
      'HOST_REFUSED',
      `The Host "${host}" is not one of this server's; use localhost or 127.0.0.1, or allow it with --allowed_hosts.`,
    );
  }
  if (!rules.cors && origin !== undefined && origin !== `${rules.scheme}://${host}`) {
    throw new PerchError(
      'HOST_REFUSED',
      `Requests from pages of ${origin} are refused; --rest_api_enable_cors_support allows them.`,
    );
  }
}

/**
 * On a loopback address: its own names and those that were allowed. Elsewhere nobody knows all names of a machine, so
 * only what was given counts; an address is good then, since rebinding needs a name.
 */
function isAllowedHost(host: string, { bindAddress, allowedHosts }: OriginRules): boolean {
  const isLocal = isLoopback(bindAddress);
  if (!isLocal && allowedHosts.size === 0) {
    return true;
  }
  // RFC 9110 §7.2: uri-host [":" port]; an IPv6 address is in brackets (RFC 3986 §3.2.2).
  const name = /^(\[[^\]]*\]|[^:]*)(?::\d{1,5})?$/.exec(host.toLowerCase())?.[1] ?? '';
  if (name === 'localhost' || allowedHosts.has(name)) {
    return true;
  }
  const address = name.startsWith('[') ? name.slice(1, -1) : name;
  return isIP(address) !== 0 && (!isLocal || isLoopback(address));
}

/** Answers OPTIONS as TF Serving does with CORS on: 200 to an origin with a web address, else 400. */
export function answerPreflight(origin = ''): RestResponse {
  return /^https?:\/\//.test(origin)
    ? { status: 200, body: '' }
    : restError(
        new PerchError('REQUEST_MALFORMED', `The Origin "${origin}" of the preflight is no website.`),
      );
}

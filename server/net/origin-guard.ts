// Which sites' pages may call the REST API: those of this server alone, or with CORS any.
import type { IncomingHttpHeaders } from 'node:http';
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

const loopbackHosts = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * Throws HOST_REFUSED. DNS rebinding: a page of another site must not reach a server that listens for this machine
 * only (CVE-2024-28224). With `cors` pages of other sites may call, but still not under a name of their own for it.
 */
export function checkOrigin(headers: IncomingHttpHeaders, bindAddress: string, cors: boolean): void {
  const { host = '', origin } = headers;
  if (isLoopback(bindAddress) && !loopbackHosts.test(host)) {
    throw new PerchError(
      'HOST_REFUSED',
      `The Host "${host}" is not this machine; use localhost or 127.0.0.1.`,
    );
  }
  if (!cors && origin !== undefined && origin !== `http://${host}`) {
    throw new PerchError(
      'HOST_REFUSED',
      `Requests from pages of ${origin} are refused; --rest_api_enable_cors_support allows them.`,
    );
  }
}

/** Answers OPTIONS as TF Serving does with CORS on: 200 to an origin with a web address, else 400. */
export function answerPreflight(origin = ''): RestResponse {
  return /^https?:\/\//.test(origin)
    ? { status: 200, body: '' }
    : restError(
        new PerchError('REQUEST_MALFORMED', `The Origin "${origin}" of the preflight is no website.`),
      );
}

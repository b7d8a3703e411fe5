// Header lists to request heads: what a request has to consist of (RFC 9113 §8.3), or why it is malformed.
import type { HeaderField, RequestHead } from './contract.ts';
import { fieldError, malformed, valueError, type Malformed } from './field-rules.ts';

/** A request that is well formed. `contentLength`: -1 where it says nothing. */
export interface WellFormed {
  readonly kind: 'request';
  readonly head: RequestHead;
  readonly contentLength: number;
}

/** The pseudo-header fields of a request (RFC 9113 §8.3.1), while they are read. */
interface Pseudo {
  ':method'?: string;
  ':scheme'?: string;
  ':authority'?: string;
  ':path'?: string;
}

/** Judges the header list of a request. */
export function readRequestHead(list: readonly HeaderField[]): WellFormed | Malformed {
  const pseudo: Pseudo = {};
  let at = 0;
  for (; at < list.length; at++) {
    const field = list[at];
    if (field?.[0].startsWith(':') !== true) {
      break;
    }
    const wrong = addPseudo(pseudo, field);
    if (wrong !== undefined) {
      return wrong;
    }
  }
  const fields = at === 0 ? list : list.slice(at);
  let host: string | undefined;
  let contentLength = -1;
  for (const field of fields) {
    const wrong = fieldError(field);
    if (wrong !== undefined) {
      return wrong;
    }
    const [name, value] = field;
    if (name === 'content-length') {
      // One only; a list of the same value, which RFC 9110 §8.6 lets a recipient refuse, is refused.
      if (contentLength !== -1 || !/^\d{1,15}$/.test(value)) {
        return malformed('RFC 9113 §8.1.1', 'The field content-length is no number, or comes twice.');
      }
      contentLength = Number(value);
    } else if (name === 'host') {
      host = value;
    }
  }
  return headOf(pseudo, host, fields, contentLength);
}

/** What is wrong with trailers (RFC 9113 §8.1); undefined: nothing. */
export function trailersError(list: readonly HeaderField[]): Malformed | undefined {
  for (const field of list) {
    const wrong = fieldError(field);
    if (wrong !== undefined) {
      return wrong;
    }
  }
  return undefined;
}

function addPseudo(pseudo: Pseudo, [name, value]: HeaderField): Malformed | undefined {
  if (name !== ':method' && name !== ':scheme' && name !== ':authority' && name !== ':path') {
    // `:status` is for responses, `:protocol` for servers that announce it (RFC 8441 §3); there are no others.
    return malformed('RFC 9113 §8.3', 'A pseudo-header field is unknown, or not one of a request.');
  }
  if (pseudo[name] !== undefined) {
    return malformed('RFC 9113 §8.3', `The pseudo-header field ${name} comes twice.`);
  }
  pseudo[name] = value;
  return valueError(value);
}

function headOf(
  pseudo: Pseudo,
  host: string | undefined,
  fields: readonly HeaderField[],
  contentLength: number,
): WellFormed | Malformed {
  const { ':method': method, ':scheme': scheme, ':path': path } = pseudo;
  const authority = pseudo[':authority'] ?? host ?? '';
  if (method === undefined || method === '') {
    return malformed('RFC 9113 §8.3.1', 'The pseudo-header field :method is missing.');
  }
  if (host !== undefined && host.toLowerCase() !== authority.toLowerCase()) {
    return malformed('RFC 9113 §8.3.1', 'The field host differs from :authority.');
  }
  if (method === 'CONNECT') {
    return scheme !== undefined || path !== undefined || authority === ''
      ? malformed('RFC 9113 §8.5', 'CONNECT takes :authority, and neither :scheme nor :path.')
      : { kind: 'request', head: { method, scheme: '', authority, path: '', fields }, contentLength };
  }
  if (scheme === undefined || scheme === '' || path === undefined) {
    return malformed('RFC 9113 §8.3.1', 'The pseudo-header field :scheme or :path is missing.');
  }
  if (!path.startsWith('/') && !(method === 'OPTIONS' && path === '*')) {
    return malformed('RFC 9113 §8.3.1', 'The pseudo-header field :path does not begin with a slash.');
  }
  return { kind: 'request', head: { method, scheme, authority, path, fields }, contentLength };
}

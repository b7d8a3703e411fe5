// The static table (RFC 7541 Appendix A).
import type { HeaderField } from '../http2/contract.ts';

const entries: readonly HeaderField[] = [
  [':authority', ''],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  [':status', '200'],
  [':status', '204'],
  [':status', '206'],
  [':status', '304'],
  [':status', '400'],
  [':status', '404'],
  [':status', '500'],
  ['accept-charset', ''],
  ['accept-encoding', 'gzip, deflate'],
  ['accept-language', ''],
  ['accept-ranges', ''],
  ['accept', ''],
  ['access-control-allow-origin', ''],
  ['age', ''],
  ['allow', ''],
  ['authorization', ''],
  ['cache-control', ''],
  ['content-disposition', ''],
  ['content-encoding', ''],
  ['content-language', ''],
  ['content-length', ''],
  ['content-location', ''],
  ['content-range', ''],
  ['content-type', ''],
  ['cookie', ''],
  ['date', ''],
  ['etag', ''],
  ['expect', ''],
  ['expires', ''],
  ['from', ''],
  ['host', ''],
  ['if-match', ''],
  ['if-modified-since', ''],
  ['if-none-match', ''],
  ['if-range', ''],
  ['if-unmodified-since', ''],
  ['last-modified', ''],
  ['link', ''],
  ['location', ''],
  ['max-forwards', ''],
  ['proxy-authenticate', ''],
  ['proxy-authorization', ''],
  ['range', ''],
  ['referer', ''],
  ['refresh', ''],
  ['retry-after', ''],
  ['server', ''],
  ['set-cookie', ''],
  ['strict-transport-security', ''],
  ['transfer-encoding', ''],
  ['user-agent', ''],
  ['vary', ''],
  ['via', ''],
  ['www-authenticate', ''],
];

/** Entries of the static table: indices 1 to 61. The dynamic table's begin after them (RFC 7541 §2.3.3). */
export const staticEntries = entries.length;

/** By index; at 0, which names nothing (RFC 7541 §6.1), there is nothing. */
export const staticTable: readonly (HeaderField | undefined)[] = [undefined, ...entries];

/** The least index of each name; and of each of its values, the index. */
const byName = new Map<string, { readonly first: number; readonly byValue: Map<string, number> }>();
entries.forEach(([name, value], position) => {
  const index = position + 1;
  const known = byName.get(name) ?? { first: index, byValue: new Map<string, number>() };
  byName.set(name, known);
  known.byValue.set(value, index);
});

/** The index of the entry that is this field, or 0. */
export function staticIndexOf([name, value]: HeaderField): number {
  return byName.get(name)?.byValue.get(value) ?? 0;
}

/** The least index of an entry with this name, or 0. */
export function staticIndexOfName(name: string): number {
  return byName.get(name)?.first ?? 0;
}

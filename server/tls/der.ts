// ASN.1 values in DER (X.690): as much as a certificate needs.
import { isIPv4 } from 'node:net';

/** Tags of X.690 §8, in the form in which certificates use them. */
const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** A value behind its tag and its length (X.690 §8.1.3, §10.1: the shortest form). */
export function tagged(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const lengthBytes: number[] = [];
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) {
    lengthBytes.unshift(rest % 256);
  }
  const head = content.length < 0x80 ? [content.length] : [0x80 | lengthBytes.length, ...lengthBytes];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

/** SEQUENCE. */
export function sequence(...items: readonly Uint8Array[]): Buffer {
  return tagged(tags.sequence, ...items);
}

/** SET of one. */
export function setOf(item: Uint8Array): Buffer {
  return tagged(tags.set, item);
}

/** A context-specific value; `isConstructed`: it holds others. */
export function context(number: number, isConstructed: boolean, ...contents: readonly Uint8Array[]): Buffer {
  return tagged(0x80 | (isConstructed ? 0x20 : 0) | number, ...contents);
}

/** A positive INTEGER of big-endian bytes: no more bytes than it needs, and none that would make it negative (§8.3). */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const shortest = first === -1 ? Uint8Array.of(0) : bytes.subarray(first);
  const isNegative = (shortest[0] ?? 0) >= 0x80;
  return tagged(tags.integer, ...(isNegative ? [Uint8Array.of(0)] : []), shortest);
}

/** BOOLEAN TRUE; FALSE is never written where it is the default (§11.5). */
export function booleanTrue(): Buffer {
  return tagged(tags.boolean, Uint8Array.of(0xff));
}

/** BIT STRING of `bytes`, of whose last one `unusedBits` do not count. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return tagged(tags.bitString, Uint8Array.of(unusedBits), bytes);
}

/** OCTET STRING. */
export function octetString(bytes: Uint8Array): Buffer {
  return tagged(tags.octetString, bytes);
}

/** UTF8String. */
export function utf8String(text: string): Buffer {
  return tagged(tags.utf8String, Buffer.from(text));
}

/** OBJECT IDENTIFIER of a text like `2.5.4.3` (§8.19). */
export function objectIdentifier(text: string): Buffer {
  const [first = 0, second = 0, ...others] = text.split('.').map(Number);
  const bytes = [first * 40 + second, ...others].flatMap((part) => {
    const digits = [part % 128];
    for (let rest = Math.floor(part / 128); rest > 0; rest = Math.floor(rest / 128)) {
      digits.unshift(0x80 | (rest % 128));
    }
    return digits;
  });
  return tagged(tags.objectIdentifier, Buffer.from(bytes));
}

/** Time to the second: UTCTime until 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5). */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/\D/g, '').slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050
    ? tagged(tags.utcTime, Buffer.from(digits.slice(2)))
    : tagged(tags.generalizedTime, Buffer.from(digits));
}

/** The bytes of an IP address, without a zone: 4 or 16. */
export function addressBytes(address: string): Buffer {
  if (isIPv4(address)) {
    return Buffer.from(address.split('.').map(Number));
  }
  // IPv4 at the end stands for two groups (RFC 4291 §2.2).
  const hexOnly = address.replace(/\d+\.\d+\.\d+\.\d+$/, (ipv4) => {
    const bytes = addressBytes(ipv4);
    return `${bytes.readUInt16BE(0).toString(16)}:${bytes.readUInt16BE(2).toString(16)}`;
  });
  const [before = '', after] = hexOnly.split('::');
  const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const head = groupsOf(before);
  const tail = groupsOf(after ?? '');
  const zeros = after === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...new Array<string>(zeros).fill('0'), ...tail];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

// Custom metadata in header fields (grpc/doc/PROTOCOL-HTTP2.md, "Custom-Metadata").
import type { HeaderField } from '../http2/contract.ts';

/** Fields that belong to the call itself, and that handlers are not shown. */
const ownFields: ReadonlySet<string> = new Set([
  'accept-encoding',
  'content-type',
  'grpc-accept-encoding',
  'grpc-encoding',
  'grpc-timeout',
  'te',
]);

/** Base64 of the standard alphabet, with its padding or without it. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

const asciiKey = /^[0-9a-z_.-]+$/;

const asciiValue = /^[ -~]*$/;

/** Whether the values of `key` are bytes, which travel as Base64. */
export function isBinaryKey(key: string): boolean {
  return key.endsWith('-bin');
}

/** Whether a field's value of a `-bin` key can be decoded. */
export function isBinaryValue(value: string): boolean {
  return base64.test(value) || value.split(',').every((part) => base64.test(part.trim()));
}

/** The values of `key` (in lower case) in the order in which they came. Bytes of a `-bin` key are read as UTF-8. */
export function metadataValues(fields: readonly HeaderField[], key: string): readonly string[] {
  if (isBinaryKey(key)) {
    return binaryMetadataValues(fields, key).map((bytes) => bytes.toString());
  }
  const values: string[] = [];
  for (const [name, value] of fields) {
    if (name === key && !ownFields.has(name)) {
      values.push(value);
    }
  }
  return values;
}

/** The values of a `-bin` key (in lower case); several may have come in one field, with commas between them. */
export function binaryMetadataValues(fields: readonly HeaderField[], key: string): readonly Buffer[] {
  return fields
    .filter(([name]) => name === key)
    .flatMap(([, value]) => value.split(','))
    .map((value) => Buffer.from(value, 'base64'));
}

/**
 * The field for a key and its value: bytes for `-bin` keys, printable ASCII for others. Throws a RangeError where key or
 * value is not allowed; keys that start with `grpc-` are gRPC's own.
 */
export function metadataField(key: string, value: string | Uint8Array): HeaderField {
  if (!asciiKey.test(key) || key.startsWith('grpc-') || ownFields.has(key)) {
    throw new RangeError(`${JSON.stringify(key)} is no key of custom metadata.`);
  }
  if (isBinaryKey(key) !== (typeof value !== 'string')) {
    throw new RangeError(`The values of ${key} are ${isBinaryKey(key) ? 'bytes' : 'text'}.`);
  }
  if (typeof value !== 'string') {
    const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
    // "Implementations MUST accept padded and un-padded values and should emit un-padded values".
    return [key, text.replace(/=+$/, '')];
  }
  if (!asciiValue.test(value) || value !== value.trim()) {
    throw new RangeError(`The value of ${key} is not printable ASCII without blanks around it.`);
  }
  return [key, value];
}

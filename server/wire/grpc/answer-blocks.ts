// The header blocks of answers: those that every call sends are encoded once.
import { pushbackKey, type CallStatus } from '../../apis/call-status.ts';
import { grpcStatus } from '../../errors.ts';
import { encodeFields } from '../hpack/encode-fields.ts';
import type { HeaderField } from '../http2/contract.ts';
import { percentEncode } from './grpc-message.ts';
import { messageEncodings, type MessageEncoding } from './message-encoding.ts';

const ok: readonly HeaderField[] = [
  [':status', '200'],
  ['content-type', 'application/grpc'],
];

const acceptEncoding: HeaderField = ['grpc-accept-encoding', messageEncodings.join(',')];

const success: HeaderField = ['grpc-status', '0'];

const plainHeaders = encodeFields(ok);

const compressedHeaders: ReadonlyMap<MessageEncoding, Uint8Array> = new Map(
  messageEncodings.map((encoding) => [encoding, encodeFields([...ok, ['grpc-encoding', encoding]])]),
);

const plainTrailers = encodeFields([success]);

/** What goes before the first message; `encoding` is the one of messages that are compressed. */
export function headersBlock(
  encoding: MessageEncoding | undefined,
  metadata: readonly HeaderField[],
): Uint8Array {
  if (metadata.length > 0) {
    const named: readonly HeaderField[] = encoding === undefined ? [] : [['grpc-encoding', encoding]];
    return encodeFields([...ok, ...named, ...metadata]);
  }
  return (encoding === undefined ? undefined : compressedHeaders.get(encoding)) ?? plainHeaders;
}

/** What goes behind the last message of a call that succeeded. */
export function successTrailersBlock(metadata: readonly HeaderField[]): Uint8Array {
  return metadata.length === 0 ? plainTrailers : encodeFields([success, ...metadata]);
}

/** What goes behind the messages of a call that failed. */
export function failureTrailersBlock(status: CallStatus, metadata: readonly HeaderField[]): Uint8Array {
  return encodeFields([...statusFields(status), ...metadata]);
}

/**
 * The whole answer of a call that failed before its first message ("Trailers-Only"). It names the encodings that are
 * taken, which is due where a request's is not among them (grpc/doc/compression.md).
 */
export function failureBlock(status: CallStatus, metadata: readonly HeaderField[]): Uint8Array {
  return encodeFields([...ok, acceptEncoding, ...statusFields(status), ...metadata]);
}

/** The headers of an answer in text, to a request that is not gRPC at all. */
export function plainTextBlock(httpStatus: number, extra: readonly HeaderField[]): Uint8Array {
  return encodeFields([
    [':status', httpStatus.toString()],
    ['content-type', 'text/plain; charset=utf-8'],
    ...extra,
  ]);
}

function statusFields({ status, message, pushbackMs }: CallStatus): HeaderField[] {
  const fields: HeaderField[] = [
    ['grpc-status', grpcStatus[status].toString()],
    ['grpc-message', percentEncode(message)],
  ];
  if (pushbackMs !== undefined) {
    fields.push([pushbackKey, pushbackMs.toString()]);
  }
  return fields;
}

// gRPC's length-prefixed messages (grpc/grpc doc/PROTOCOL-HTTP2.md) on the client's side.
import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';

/** Encodings of messages that these clients know. */
export type MessageEncoding = 'identity' | 'gzip' | 'deflate';

const prefixBytes = 5;

/** A message with its prefix; compressed and flagged so unless the encoding is `identity`. */
export function messageBytes(message: Uint8Array, encoding: MessageEncoding = 'identity'): Buffer {
  const content =
    encoding === 'identity' ? message : encoding === 'gzip' ? gzipSync(message) : deflateSync(message);
  return prefixed(content, encoding === 'identity' ? 0 : 1);
}

/** Content behind a prefix of any flag, and of any length. */
export function prefixed(content: Uint8Array, compressedFlag: number, length = content.length): Buffer {
  const prefix = Buffer.alloc(prefixBytes);
  prefix[0] = compressedFlag;
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, content]);
}

/** The complete messages in a stream's DATA so far. Throws where one is compressed by an encoding that is not known. */
export function messagesIn(content: Buffer, encoding: string | undefined): Buffer[] {
  const messages: Buffer[] = [];
  let at = 0;
  while (at + prefixBytes <= content.length) {
    const end = at + prefixBytes + content.readUInt32BE(at + 1);
    if (end > content.length) {
      break;
    }
    const bytes = content.subarray(at + prefixBytes, end);
    messages.push(content[at] === 0 ? bytes : decompressed(bytes, encoding));
    at = end;
  }
  return messages;
}

function decompressed(bytes: Buffer, encoding: string | undefined): Buffer {
  switch (encoding) {
    case 'gzip':
      return gunzipSync(bytes);
    case 'deflate':
      return inflateSync(bytes);
    default:
      throw new Error(`A compressed message, and grpc-encoding is ${encoding}`);
  }
}

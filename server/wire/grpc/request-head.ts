// What the head of a request says of its call (grpc/doc/PROTOCOL-HTTP2.md, "Requests").
import { statusMessage, type CallStatus } from '../../apis/call-status.ts';
import type { Method } from '../../apis/method.ts';
import type { GrpcStatusName } from '../../errors.ts';
import type { HeaderField, RequestHead } from '../http2/contract.ts';
import { isMessageEncoding, messageEncodings, type MessageEncoding } from './message-encoding.ts';
import { isBinaryKey, isBinaryValue } from './metadata.ts';
import { parseTimeout } from './grpc-timeout.ts';

/** A call of one of the methods. */
export interface CallHead {
  readonly kind: 'call';
  readonly method: Method;
  readonly fields: readonly HeaderField[];
  /** Milliseconds; Infinity where the caller set no deadline. */
  readonly timeoutMs: number;
  /** The encoding of messages with the compressed flag. */
  readonly encoding: MessageEncoding;
  /** What such messages are refused with. */
  readonly compressedRefusal: CallStatus | undefined;
  /** Whether the caller takes answers in the encoding that this server is set to. */
  readonly takesAnswerEncoding: boolean;
}

/** What a request turned out to be. */
export type HeadReading =
  | CallHead
  | { readonly kind: 'failed-call'; readonly status: CallStatus }
  /** No gRPC: answered in the terms of HTTP. */
  | {
      readonly kind: 'not-grpc';
      readonly httpStatus: number;
      readonly text: string;
      readonly fields: readonly HeaderField[];
    };

/** What the heads of requests are read for. */
export interface HeadRules {
  /** By their paths. */
  readonly methods: ReadonlyMap<string, Method>;
  readonly answerEncoding: MessageEncoding;
}

/**
 * Reads `head`. A missing `te: trailers`, which tells of proxies that drop trailers, is not held against a client: the
 * connection refuses every other value (RFC 9113 §8.2.2), and an answer that arrives serves better than a refusal.
 */
export function readHead({ method, path, fields }: RequestHead, rules: HeadRules): HeadReading {
  if (method !== 'POST') {
    return {
      kind: 'not-grpc',
      httpStatus: 405,
      text: `This port speaks gRPC, whose requests are all POST, not ${method}.\n`,
      fields: [['allow', 'POST']],
    };
  }
  let contentType = '';
  let timeout = '';
  let encoding = '';
  let accepted = '';
  let malformedKey: string | undefined;
  for (const [name, value] of fields) {
    switch (name) {
      case 'content-type':
        contentType = value;
        break;
      case 'grpc-timeout':
        timeout = value;
        break;
      case 'grpc-encoding':
        encoding = value;
        break;
      case 'grpc-accept-encoding':
        accepted = value;
        break;
      default:
        if (isBinaryKey(name) && !isBinaryValue(value)) {
          malformedKey = name;
        }
    }
  }
  if (!isGrpc(contentType)) {
    return {
      kind: 'not-grpc',
      httpStatus: 415,
      text: 'This port speaks gRPC: the content type of requests is application/grpc.\n',
      fields: [],
    };
  }
  const called = rules.methods.get(path);
  if (called === undefined) {
    return failed('UNIMPLEMENTED', `The server does not implement the method ${path}`);
  }
  const timeoutMs = timeout === '' ? Infinity : parseTimeout(timeout);
  if (timeoutMs === undefined) {
    return failed('INTERNAL', `malformed grpc-timeout: ${JSON.stringify(timeout)}`);
  }
  if (malformedKey !== undefined) {
    return failed('INTERNAL', `malformed binary metadata in header ${JSON.stringify(malformedKey)}`);
  }
  return {
    kind: 'call',
    method: called,
    fields,
    timeoutMs,
    encoding: isMessageEncoding(encoding) ? encoding : 'identity',
    compressedRefusal: refusalOfCompressed(encoding),
    takesAnswerEncoding: takes(accepted, rules.answerEncoding),
  };
}

const exactType = 'application/grpc';

/** `application/grpc`, `application/grpc+proto` and the like; not `application/grpc-web`. */
function isGrpc(contentType: string): boolean {
  if (contentType === exactType) {
    return true;
  }
  // Media types are the same in upper case (RFC 9110 §8.3.1).
  const type = contentType.toLowerCase();
  const next = type.charAt(exactType.length);
  return type.startsWith(exactType) && (next === '' || next === '+' || next === ';' || next === ' ');
}

function failed(status: GrpcStatusName, message: string): HeadReading {
  return { kind: 'failed-call', status: { status, message: statusMessage(message) } };
}

const flagWithoutEncoding: CallStatus = {
  status: 'INTERNAL',
  message: 'compressed flag set with identity or empty encoding',
};

/** Only a message that is compressed fails its call: an encoding that is named and not used does not (compression.md). */
function refusalOfCompressed(encoding: string): CallStatus | undefined {
  if (encoding === '' || encoding === 'identity') {
    return flagWithoutEncoding;
  }
  return isMessageEncoding(encoding)
    ? undefined
    : {
        status: 'UNIMPLEMENTED',
        message: statusMessage(
          `Received message compressed with unsupported encoding "${encoding}"; ${messageEncodings.join(', ')} are supported`,
        ),
      };
}

function takes(accepted: string, encoding: MessageEncoding): boolean {
  return encoding !== 'identity' && accepted.split(',').some((name) => name.trim() === encoding);
}

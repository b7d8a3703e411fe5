// The transport-neutral form of an RPC: bytes and a call context in, bytes or a PerchError out.
import type { MessageName, MessageInput, MessageOutput } from '../../protos/messages.ts';
import { messageCodec } from '../../protos/messages.ts';
import { PerchError } from '../errors.ts';

/** What a handler knows of the call beside its bytes. */
export interface CallContext {
  /** Values of a metadata key in lower case, in the order in which they came; empty if there are none. */
  metadata(key: string): readonly string[];
  /** Fires when the caller left, the deadline passed or the server stops the call. */
  readonly signal: AbortSignal;
  /** When the caller's deadline passes, milliseconds since the Unix epoch; Infinity where there is none. */
  readonly deadlineMs: number;
  /** The address of the caller, for the log. */
  readonly peer: string;
}

/** What is known of a call as soon as its head has come. */
export type CallHead = Pick<CallContext, 'metadata' | 'peer'>;

/** An RPC as every transport serves it. */
export type Method = AnyMethod & MethodOfKind;

/** What methods of all kinds have. */
interface AnyMethod {
  /** `/<service>/<method>`. */
  readonly path: string;
  /**
   * Throws the PerchError that the call fails with. Asked when the head of a call has come, so that nothing of a request is
   * waited for, or kept, which is going to be refused. Where it is absent anybody may call.
   */
  readonly admit?: ((head: CallHead) => void) | undefined;
}

type MethodOfKind =
  | {
      readonly kind: 'unary';
      /** `request` is a view that the handler may keep until it answers. */
      readonly handle: (request: Uint8Array, call: CallContext) => Promise<Uint8Array>;
    }
  | {
      readonly kind: 'server-stream';
      /** The transport stops pulling, and calls the iterator's `return`, when the call ends. */
      readonly handle: (request: Uint8Array, call: CallContext) => AsyncIterable<Uint8Array>;
    }
  | {
      readonly kind: 'client-stream';
      /** `requests` can be gone through once. What is left of them when the answer is there is thrown away. */
      readonly handle: (requests: AsyncIterable<Uint8Array>, call: CallContext) => Promise<Uint8Array>;
    }
  | {
      readonly kind: 'bidi-stream';
      readonly handle: (requests: AsyncIterable<Uint8Array>, call: CallContext) => AsyncIterable<Uint8Array>;
    };

/** The shape of a method of protos/messages.ts that is needed here. */
export interface MethodNames<Request extends MessageName, Response extends MessageName> {
  readonly path: string;
  readonly request: Request;
  readonly response: Response;
}

/**
 * Requests that the generic codec decodes: gRPC's own default, and far more than one needs. It makes an object of two bytes
 * that stand for one, and a list that V8 ends the process over of 230 MB.
 */
const longestRequest = 4 * 2 ** 20;

/**
 * A unary method whose messages go through the generic codec. Malformed requests are REQUEST_MALFORMED, those of more than
 * `longest` bytes REQUEST_TOO_LARGE.
 */
export function unary<Request extends MessageName, Response extends MessageName>(
  names: MethodNames<Request, Response>,
  handle: (
    request: MessageOutput<Request>,
    call: CallContext,
  ) => MessageInput<Response> | Promise<MessageInput<Response>>,
  longest = longestRequest,
): Method {
  const response = messageCodec(names.response);
  const decode = requestDecoder(names.request, longest);
  return {
    kind: 'unary',
    path: names.path,
    handle: async (bytes, call) => response.encode(await handle(decode(bytes), call)),
  };
}

/** A server-streaming method whose messages go through the generic codec. */
export function serverStream<Request extends MessageName, Response extends MessageName>(
  names: MethodNames<Request, Response>,
  handle: (request: MessageOutput<Request>, call: CallContext) => AsyncIterable<MessageInput<Response>>,
): Method {
  const { encode } = messageCodec(names.response);
  const decode = requestDecoder(names.request, longestRequest);
  return {
    kind: 'server-stream',
    path: names.path,
    handle: (bytes, call) => new EncodedMessages(handle(decode(bytes), call), encode),
  };
}

/**
 * The encoded messages of a stream. No generator: it would hold on to the request for as long as the stream is open, and its
 * `return` would wait for the next message, where the handler can be told at once.
 */
class EncodedMessages<Message> implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #messages: AsyncIterator<Message>;
  readonly #encode: (message: Message) => Uint8Array;

  constructor(messages: AsyncIterable<Message>, encode: (message: Message) => Uint8Array) {
    this.#messages = messages[Symbol.asyncIterator]();
    this.#encode = encode;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    return this.#messages
      .next()
      .then((step) =>
        step.done === true
          ? { done: true, value: undefined }
          : { done: false, value: this.#encode(step.value) },
      );
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.#messages.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** A method that streams both ways, through the generic codec. */
export function bidiStream<Request extends MessageName, Response extends MessageName>(
  names: MethodNames<Request, Response>,
  handle: (request: MessageOutput<Request>, call: CallContext) => MessageInput<Response>,
): Method {
  const response = messageCodec(names.response);
  const decode = requestDecoder(names.request, longestRequest);
  return {
    kind: 'bidi-stream',
    path: names.path,
    handle: async function* (requests, call) {
      for await (const bytes of requests) {
        yield response.encode(handle(decode(bytes), call));
      }
    },
  };
}

function requestDecoder<Request extends MessageName>(
  name: Request,
  longest: number,
): (bytes: Uint8Array) => MessageOutput<Request> {
  const codec = messageCodec(name);
  return (bytes) => {
    if (bytes.length > longest) {
      throw new PerchError(
        'REQUEST_TOO_LARGE',
        `The request has ${bytes.length} bytes; a ${name} may have ${longest}.`,
      );
    }
    try {
      return codec.decode(bytes);
    } catch (reason) {
      throw new PerchError('REQUEST_MALFORMED', `The request is not a ${name}.`, { cause: reason });
    }
  };
}

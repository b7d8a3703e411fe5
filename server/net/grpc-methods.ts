// The transport-neutral methods of apis/method.ts as the services and handlers that grpc-js wants.
import type { EventEmitter } from 'node:events';
import * as grpc from '@grpc/grpc-js';
import type { CallContext, Method } from '../apis/method.ts';
import { PerchError } from '../errors.ts';
import type { Logger } from '../log.ts';

type ServerStream =
  grpc.ServerWritableStream<Buffer, Uint8Array> | grpc.ServerDuplexStream<Buffer, Uint8Array>;
type ServerCall = grpc.ServerUnaryCall<Buffer, Uint8Array> | ServerStream;

/** A service for `Server.addService`. */
export type ServiceParts = [grpc.ServiceDefinition, grpc.UntypedServiceImplementation];

/** `methods`, service by service. Errors of the code INTERNAL go to `log` with their cause. */
export function servicesOf(methods: readonly Method[], log: Logger): ServiceParts[] {
  const services = new Map<string, ServiceParts>();
  for (const method of methods) {
    const [, service = '', name = ''] = method.path.split('/');
    const parts: ServiceParts = services.get(service) ?? [{}, {}];
    services.set(service, parts);
    const [definition, implementation] = parts;
    Object.assign(definition, {
      [name]: {
        path: method.path,
        requestStream: method.kind === 'bidi-stream',
        responseStream: method.kind !== 'unary',
        requestSerialize: identity,
        requestDeserialize: identity,
        responseSerialize: toBuffer,
        responseDeserialize: identity,
      },
    });
    implementation[name] = toHandler(method, log);
  }
  return [...services.values()];
}

function identity(bytes: Buffer): Buffer {
  return bytes;
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function toHandler(method: Method, log: Logger): grpc.UntypedHandleCall {
  switch (method.kind) {
    case 'unary':
      return (call: grpc.ServerUnaryCall<Buffer, Uint8Array>, answer: grpc.sendUnaryData<Uint8Array>) => {
        const { context, ended } = contextOf(call);
        method.handle(call.request, context).then(
          (bytes) => {
            ended();
            answer(null, bytes);
          },
          (reason: unknown) => {
            ended();
            answer(toServiceError(reason, method.path, log));
          },
        );
      };
    case 'server-stream':
      return (call: grpc.ServerWritableStream<Buffer, Uint8Array>) => {
        const { context, ended } = contextOf(call);
        void pump(call, () => method.handle(call.request, context), method.path, log).finally(ended);
      };
    case 'bidi-stream':
      return (call: grpc.ServerDuplexStream<Buffer, Uint8Array>) => {
        const { context, ended } = contextOf(call);
        // The end of the requests must not destroy the stream that the answers still go out on.
        const requests = call.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
        void pump(call, () => method.handle(requests, context), method.path, log).finally(ended);
      };
  }
}

/** Writes a stream's messages, no faster than the client reads; stops when the call ends. */
async function pump(
  call: ServerStream,
  messages: () => AsyncIterable<Uint8Array>,
  path: string,
  log: Logger,
): Promise<void> {
  try {
    for await (const bytes of messages()) {
      if (call.cancelled) {
        return;
      }
      if (!call.write(bytes)) {
        await new Promise((resolve) => {
          call.once('drain', resolve);
          call.once('cancelled', resolve);
        });
      }
    }
    call.end();
  } catch (reason) {
    call.emit('error', toServiceError(reason, path, log));
  }
}

/**
 * A client gives up when its own clock says so, and that began before the request travelled: it mostly leaves a little
 * before the deadline that the server counts. Milliseconds.
 */
const earlyDeadlineMs = 20;

/** The call as handlers see it; `ended` tells that nobody needs its signal any more. */
function contextOf(call: ServerCall): { context: CallContext; ended: () => void } {
  const abort = new AbortController();
  // A Date or Infinity.
  const deadlineMs = Number(call.getDeadline());
  // grpc-js tells the end of the deadline and a client that left in the same way.
  const cancelled = (): void =>
    abort.abort(
      Date.now() < deadlineMs - earlyDeadlineMs
        ? undefined
        : new PerchError('DEADLINE_EXCEEDED', 'The deadline passed before the call was answered.'),
    );
  const emitter: EventEmitter = call;
  emitter.once('cancelled', cancelled);
  const context: CallContext = {
    metadata: (key) => call.metadata.get(key).map((value) => value.toString()),
    signal: abort.signal,
    // Once the socket is closed grpc-js answers "unknown": ask now.
    deadlineMs,
    peer: call.getPeer(),
  };
  return { context, ended: () => emitter.off('cancelled', cancelled) };
}

/** gRPC cuts long messages as TF Serving does (ToGRPCStatus): HTTP/2 header limits apply to them. */
const longestMessage = 1024;

/**
 * Where clients look for when to try again: whole milliseconds. A client with a retry policy waits for so long instead of
 * its own back-off (gRFC A6, "Server Pushback").
 */
const pushbackKey = 'grpc-retry-pushback-ms';

function toServiceError(reason: unknown, path: string, log: Logger): grpc.ServiceError {
  const error = PerchError.from(reason);
  if (error.code === 'INTERNAL') {
    log.error('a call failed', { path }, error.cause ?? error);
  }
  const details =
    error.message.length > longestMessage
      ? `${error.message.slice(0, longestMessage - '...TRUNCATED'.length)}...TRUNCATED`
      : error.message;
  const metadata = new grpc.Metadata();
  if (error.retryAfterMs !== undefined) {
    metadata.set(pushbackKey, Math.ceil(error.retryAfterMs).toString());
  }
  return Object.assign(new Error(details), { code: grpc.status[error.status], details, metadata });
}

// The transport-neutral methods of apis/method.ts as the services and handlers that grpc-js wants.
import type { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import * as grpc from '@grpc/grpc-js';
import { causeOfLeaving, pushbackKey, statusOfError } from '../apis/call-status.ts';
import type { CallContext, Method } from '../apis/method.ts';
import type { Logger } from '../log.ts';

type ServerStream =
  grpc.ServerWritableStream<Buffer, Uint8Array> | grpc.ServerDuplexStream<Buffer, Uint8Array>;
type ServerCall =
  grpc.ServerUnaryCall<Buffer, Uint8Array> | grpc.ServerReadableStream<Buffer, Uint8Array> | ServerStream;

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
        requestStream: method.kind === 'client-stream' || method.kind === 'bidi-stream',
        responseStream: method.kind === 'server-stream' || method.kind === 'bidi-stream',
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
        answerOnce(method.handle(call.request, context), answer, ended, method.path, log);
      };
    case 'client-stream':
      return (
        call: grpc.ServerReadableStream<Buffer, Uint8Array>,
        answer: grpc.sendUnaryData<Uint8Array>,
      ) => {
        const { context, ended } = contextOf(call);
        answerOnce(method.handle(requestsOf(call), context), answer, ended, method.path, log);
      };
    case 'server-stream':
      return (call: grpc.ServerWritableStream<Buffer, Uint8Array>) => {
        const { context, ended } = contextOf(call);
        void pump(call, () => method.handle(call.request, context), method.path, log).finally(ended);
      };
    case 'bidi-stream':
      return (call: grpc.ServerDuplexStream<Buffer, Uint8Array>) => {
        const { context, ended } = contextOf(call);
        void pump(call, () => method.handle(requestsOf(call), context), method.path, log).finally(ended);
      };
  }
}

/** The end of the requests must not destroy the stream that the answers still go out on. */
function requestsOf(call: Readable): AsyncIterable<Buffer> {
  return call.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

function answerOnce(
  answered: Promise<Uint8Array>,
  answer: grpc.sendUnaryData<Uint8Array>,
  ended: () => void,
  path: string,
  log: Logger,
): void {
  answered.then(
    (bytes) => {
      ended();
      answer(null, bytes);
    },
    (reason: unknown) => {
      ended();
      answer(toServiceError(reason, path, log));
    },
  );
}

/** Writes a stream's messages, no faster than the client reads; stops when the call ends. */
async function pump(
  call: ServerStream,
  messages: () => AsyncIterable<Uint8Array>,
  path: string,
  log: Logger,
): Promise<void> {
  let answers: AsyncIterator<Uint8Array> | undefined;
  const leave = (): void => {
    call.off('cancelled', leave);
    // What a handler says of its end is for the log at most.
    answers?.return?.().catch((reason: unknown) => statusOfError(reason, path, log));
  };
  try {
    answers = messages()[Symbol.asyncIterator]();
    // It may wait for something that does not come: then nothing but this ends it.
    call.once('cancelled', leave);
    for (let step = await answers.next(); step.done !== true; step = await answers.next()) {
      if (call.cancelled) {
        return;
      }
      if (!call.write(step.value)) {
        await drained(call);
      }
    }
    call.off('cancelled', leave);
    call.end();
  } catch (reason) {
    leave();
    call.emit('error', toServiceError(reason, path, log));
  }
}

/** Until the client has read, or the call is over. */
function drained(call: EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    const goOn = (): void => {
      call.off('drain', goOn).off('cancelled', goOn);
      resolve();
    };
    call.on('drain', goOn).on('cancelled', goOn);
  });
}

/** The call as handlers see it; `ended` tells that nobody needs its signal any more. */
function contextOf(call: ServerCall): { context: CallContext; ended: () => void } {
  const abort = new AbortController();
  // A Date or Infinity.
  const deadlineMs = Number(call.getDeadline());
  // grpc-js tells the end of the deadline and a client that left in the same way.
  const cancelled = (): void => abort.abort(causeOfLeaving(deadlineMs - Date.now()));
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

/** What grpc-js is told of a call that failed. Errors of the code INTERNAL go to `log` with their cause. */
export function toServiceError(reason: unknown, path: string, log: Logger): grpc.ServiceError {
  const { status, message, pushbackMs } = statusOfError(reason, path, log);
  const metadata = new grpc.Metadata();
  if (pushbackMs !== undefined) {
    metadata.set(pushbackKey, pushbackMs.toString());
  }
  return Object.assign(new Error(message), { code: grpc.status[status], details: message, metadata });
}

// A daemon that only speaks: the admin and health services of grpc-js, answering as a test says.
import { Server, ServerCredentials, status, type ServiceError, type UntypedHandleCall } from '@grpc/grpc-js';
import { serviceMethods, type MessageInput, type ServiceMethods } from '../../protos/messages.ts';

type AdminMethods = ServiceMethods<'perch.admin.v1.Admin'>;
type RequestOf<M extends keyof AdminMethods> = ReturnType<AdminMethods[M]['requestDeserialize']>;
type AnswerOf<M extends keyof AdminMethods> = Parameters<AdminMethods[M]['responseSerialize']>[0];

/** What each method answers; those that are not there are UNIMPLEMENTED. */
export type Script = {
  readonly [M in keyof AdminMethods]?: (
    request: RequestOf<M>,
  ) => AdminMethods[M]['responseStream'] extends true
    ? AsyncIterable<AnswerOf<M>>
    : AnswerOf<M> | Promise<AnswerOf<M>>;
};

/** A call that came. */
export interface SeenCall {
  readonly method: string;
  readonly request: Readonly<Record<string, unknown>>;
}

/** A fake daemon that listens. */
export interface FakeAdmin extends AsyncDisposable {
  readonly address: string;
  readonly token: string;
  /** In order. */
  readonly calls: readonly SeenCall[];
  /** The last call of this method. */
  last(method: keyof AdminMethods): Readonly<Record<string, unknown>>;
}

/** Makes a method fail. */
export function refusal(code: keyof typeof status, details: string): Error {
  return Object.assign(new Error(details), { code: status[code], details });
}

const token = 'fake-token';

/** Starts one on a free port of 127.0.0.1. `healthOf` tells the state of a service; undefined: there is none. */
export async function startFakeAdmin(
  script: Script,
  healthOf: (service: string) => MessageInput<'grpc.health.v1.HealthCheckResponse'>['status'] = () =>
    'SERVING',
): Promise<FakeAdmin> {
  const calls: SeenCall[] = [];
  const server = new Server();
  const methods = serviceMethods('perch.admin.v1.Admin');
  const handlers = new Map<string, UntypedHandleCall>();
  for (const [name, answer] of Object.entries(script)) {
    const isStream = methods[name as keyof AdminMethods].responseStream;
    handlers.set(name, toHandler(name, answer as Answer, isStream, calls));
  }
  server.addService(methods, Object.fromEntries(handlers));
  const check: UntypedHandleCall = ((call: Call, callback: Callback) => {
    const state = healthOf(String(call.request.service));
    callback(state === undefined ? refusal('NOT_FOUND', 'unknown service') : null, { status: state });
  }) as UntypedHandleCall;
  server.addService(serviceMethods('grpc.health.v1.Health'), { Check: check });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    token,
    calls,
    last: (method) => {
      const seen = calls.findLast((call) => call.method === method);
      if (seen === undefined) {
        throw new Error(`${method} was not called, but ${calls.map((call) => call.method).join(', ')}`);
      }
      return seen.request;
    },
    [Symbol.asyncDispose]: () => {
      server.forceShutdown();
      return Promise.resolve();
    },
  };
}

type Answer = (request: unknown) => unknown;
type Callback = (error: Partial<ServiceError> | null, answer?: unknown) => void;

interface Call {
  readonly request: Readonly<Record<string, unknown>>;
  readonly metadata: { get(key: string): unknown[] };
}

interface StreamCall extends Call {
  readonly cancelled: boolean;
  write(message: unknown): void;
  end(): void;
  destroy(error: Error): void;
}

function toHandler(method: string, answer: Answer, isStream: boolean, calls: SeenCall[]): UntypedHandleCall {
  const admit = (call: Call): void => {
    if (call.metadata.get('authorization')[0] !== `Bearer ${token}`) {
      throw refusal('UNAUTHENTICATED', 'Admin calls need a token.');
    }
    calls.push({ method, request: call.request });
  };
  const unary = async (call: Call, callback: Callback): Promise<void> => {
    try {
      admit(call);
      callback(null, await answer(call.request));
    } catch (reason) {
      callback(reason as ServiceError);
    }
  };
  const stream = async (call: StreamCall): Promise<void> => {
    try {
      admit(call);
      for await (const message of answer(call.request) as AsyncIterable<unknown>) {
        if (call.cancelled) {
          return;
        }
        call.write(message);
      }
      call.end();
    } catch (reason) {
      call.destroy(reason as Error);
    }
  };
  return isStream
    ? (call: StreamCall) => void stream(call)
    : (call: Call, callback: Callback) => void unary(call, callback);
}

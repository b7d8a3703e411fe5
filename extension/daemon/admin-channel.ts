// One gRPC connection to the daemon, with its token: unary calls and streams of any method, with errors as AdminError.
import type { CallOptions, Client, Metadata } from '@grpc/grpc-js';
import type { Disposable } from '../signal.ts';
import { AdminError, toAdminError } from './admin-error.ts';

/** Answers are as large as models make them; the daemon has limits of its own. Bytes. */
const maxAnswerBytes = 256 * 1024 * 1024;

/** Where the daemon is, and the token of its ready line. */
export interface AdminEndpoint {
  readonly grpcAddress: string;
  readonly token: string;
}

/** What a call needs of a method of protos/messages.ts. */
export interface Method<Request, Answer> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Answer;
}

interface Connection {
  readonly client: Client;
  readonly metadata: Metadata;
}

/** grpc-js is loaded with the first call: it is a third of the extension, and nothing needs it before a server runs. */
async function connect({ grpcAddress, token }: AdminEndpoint): Promise<Connection> {
  const { Client, Metadata, credentials } = await import('@grpc/grpc-js');
  const client = new Client(grpcAddress, credentials.createInsecure(), {
    // A proxy of the environment must not get what goes to this machine itself.
    'grpc.enable_http_proxy': 0,
    'grpc.keepalive_time_ms': 20_000,
    'grpc.keepalive_timeout_ms': 5_000,
    'grpc.max_receive_message_length': maxAnswerBytes,
    'grpc.service_config_disable_resolution': 1,
  });
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  return { client, metadata };
}

/** One connection. Every call rejects with AdminError; aborting its signal cancels it (CANCELLED). */
export class AdminChannel implements Disposable {
  readonly #endpoint: AdminEndpoint;
  #connection: Promise<Connection> | undefined;
  #isClosed = false;

  constructor(endpoint: AdminEndpoint) {
    this.#endpoint = endpoint;
  }

  /** The messages of a stream, until it or the signal ends. */
  async *stream<Request, Answer>(
    method: Method<Request, Answer>,
    request: Request,
    signal: AbortSignal,
  ): AsyncGenerator<Answer> {
    const { client, metadata } = await this.#connect();
    const call = client.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      metadata,
    );
    const cancel = (): void => call.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) {
      cancel();
    }
    try {
      yield* call as AsyncIterable<Answer>;
    } catch (reason) {
      throw toAdminError(reason);
    } finally {
      signal.removeEventListener('abort', cancel);
      call.cancel();
    }
  }

  /** One answer. `timeoutMs`: the deadline, milliseconds. */
  async call<Request, Answer>(
    method: Method<Request, Answer>,
    request: Request,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Answer> {
    const { client, metadata } = await this.#connect();
    const options: CallOptions = { deadline: Date.now() + timeoutMs };
    return new Promise((resolve, reject) => {
      const call = client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        metadata,
        options,
        (error, answer) => {
          signal?.removeEventListener('abort', cancel);
          if (error !== null) {
            reject(new AdminError(error));
          } else if (answer === undefined) {
            reject(new Error('The server answered without a message.'));
          } else {
            resolve(answer);
          }
        },
      );
      const cancel = (): void => call.cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      if (signal?.aborted === true) {
        cancel();
      }
    });
  }

  /** Closes the connection; calls that are under way end first. */
  dispose(): void {
    this.#isClosed = true;
    void this.#connection?.then(({ client }) => client.close());
  }

  async #connect(): Promise<Connection> {
    this.#connection ??= connect(this.#endpoint);
    const connection = await this.#connection;
    if (this.#isClosed) {
      connection.client.close();
    }
    return connection;
  }
}

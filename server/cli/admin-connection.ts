// The command line's connection to the daemon: its administration API, and health.
import {
  Client,
  Metadata,
  connectivityState,
  credentials,
  status,
  type ClientReadableStream,
  type ServiceError,
} from '@grpc/grpc-js';
import { serviceMethods, type MessageOutput } from '../../protos/messages.ts';
import { RefusedError, UnreachableError } from './cli-context.ts';

/** The methods to call. */
export const admin = serviceMethods('perch.admin.v1.Admin');
export const health = serviceMethods('grpc.health.v1.Health');

/** A model, as the daemon tells of it. */
export type ModelState = MessageOutput<'perch.admin.v1.ModelState'>;

/** Deadlines, milliseconds. What waits for models takes as long as they do. */
export const timeoutMs = { read: 10_000, load: 60 * 60_000, predict: 5 * 60_000 } as const;

/** Answers are as large as models make them; the daemon has limits of its own. Bytes. */
const maxAnswerBytes = 256 * 1024 * 1024;

/** Where the daemon is. */
export interface Endpoint {
  readonly address: string;
  readonly token?: string | undefined;
  /** Certificates of who may sign the daemon's, PEM; absent: the daemon speaks in clear. */
  readonly tlsRoots?: Buffer | undefined;
}

/** What it takes to make a call. */
export interface CallMethod<Request, Answer> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Answer;
}

/** One connection. Calls reject with RefusedError or UnreachableError, in the daemon's words. */
export class AdminConnection implements Disposable {
  readonly #client: Client;
  readonly #metadata = new Metadata();
  readonly #address: string;
  readonly #signal: AbortSignal;

  /** `signal` cancels whatever is under way. */
  constructor({ address, token, tlsRoots }: Endpoint, signal: AbortSignal) {
    this.#address = address;
    this.#signal = signal;
    const secure = tlsRoots === undefined ? credentials.createInsecure() : credentials.createSsl(tlsRoots);
    this.#client = new Client(address, secure, {
      // A proxy of the environment must not get what goes to this machine itself.
      'grpc.enable_http_proxy': 0,
      'grpc.enable_retries': 0,
      'grpc.keepalive_time_ms': 20_000,
      'grpc.keepalive_timeout_ms': 5_000,
      'grpc.max_receive_message_length': maxAnswerBytes,
      'grpc.service_config_disable_resolution': 1,
    });
    if (token !== undefined) {
      this.#metadata.set('authorization', `Bearer ${token}`);
    }
  }

  /** Resolves when there is a connection. Rejects with UnreachableError, after `limitMs` at the latest. */
  ready(limitMs: number): Promise<void> {
    const channel = this.#client.getChannel();
    const end = Date.now() + limitMs;
    const refuse = (why: string): UnreachableError =>
      new UnreachableError(`No daemon answers at ${this.#address}: ${why}`);
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const state = channel.getConnectivityState(true);
        if (state === connectivityState.READY) {
          resolve();
        } else if (state === connectivityState.TRANSIENT_FAILURE) {
          reject(refuse('the connection was refused.'));
        } else {
          channel.watchConnectivityState(state, end, (error) => {
            if (error) {
              reject(refuse(`no connection within ${limitMs} ms.`));
            } else {
              look();
            }
          });
        }
      };
      look();
    });
  }

  /** One question, one answer. */
  call<Request, Answer>(
    method: CallMethod<Request, Answer>,
    request: Request,
    limitMs: number = timeoutMs.read,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const call = this.#client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        this.#metadata,
        { deadline: Date.now() + limitMs },
        (error, answer) => {
          this.#signal.removeEventListener('abort', cancel);
          if (error !== null) {
            reject(this.#toCliError(error));
          } else if (answer === undefined) {
            reject(new RefusedError('INTERNAL', 'The daemon answered without a message.'));
          } else {
            resolve(answer);
          }
        },
      );
      const cancel = (): void => call.cancel();
      this.#signal.addEventListener('abort', cancel, { once: true });
      if (this.#signal.aborted) {
        cancel();
      }
    });
  }

  /** The messages of a stream, until it ends, `until` fires, or the command is cancelled. */
  async *stream<Request, Answer>(
    method: CallMethod<Request, Answer>,
    request: Request,
    until?: AbortSignal,
  ): AsyncGenerator<Answer> {
    const call: ClientReadableStream<Answer> = this.#client.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      this.#metadata,
    );
    const signals = until === undefined ? [this.#signal] : [this.#signal, until];
    const isOver = (): boolean => signals.some(({ aborted }) => aborted);
    const cancel = (): void => call.cancel();
    signals.forEach((signal) => signal.addEventListener('abort', cancel, { once: true }));
    if (isOver()) {
      cancel();
    }
    try {
      for await (const message of call as AsyncIterable<Answer>) {
        yield message;
      }
    } catch (reason) {
      if (!isOver()) {
        throw isServiceError(reason) ? this.#toCliError(reason) : reason;
      }
    } finally {
      signals.forEach((signal) => signal.removeEventListener('abort', cancel));
      // Ending what has not ended makes an error of it, which is nobody's any more.
      call.once('error', () => undefined);
      call.cancel();
    }
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }

  #toCliError(error: ServiceError): RefusedError | UnreachableError {
    const isConnected = this.#client.getChannel().getConnectivityState(false) === connectivityState.READY;
    if (!isConnected && (error.code === status.UNAVAILABLE || error.code === status.DEADLINE_EXCEEDED)) {
      return new UnreachableError(`No daemon answers at ${this.#address}: ${error.details}`, {
        cause: error,
      });
    }
    const hint =
      error.code === status.UNAUTHENTICATED ? '\nGive its token with PERCH_TOKEN or --token_file.' : '';
    return new RefusedError(status[error.code], `${error.details}${hint}`, { cause: error });
  }
}

function isServiceError(reason: unknown): reason is ServiceError {
  return reason instanceof Error && 'code' in reason && 'details' in reason;
}

// Sends PredictRequests over one gRPC connection.
import {
  Client,
  connectivityState,
  credentials,
  Metadata,
  status,
  type ClientUnaryCall,
} from '@grpc/grpc-js';
import { readModelSpec } from '../codec/model-spec.ts';
import { fieldTag, WireReader, wireType } from '../codec/wire-reader.ts';
import { longestMessage, type Sender, type SendOutcome } from './sender.ts';

const path = '/tensorflow.serving.PredictionService/Predict';

/** Answers are as large as models make them. Bytes. */
const maxAnswerBytes = 256 * 1024 * 1024;

const modelSpecTag = fieldTag(2, wireType.LENGTH_DELIMITED);

/** Where to, and what. */
export interface GrpcSenderOptions {
  /** `host:port`. */
  readonly address: string;
  readonly token: string | undefined;
  /** PEM; undefined: in clear. */
  readonly tlsRoots: Buffer | undefined;
  /** A PredictRequest. */
  readonly request: Uint8Array;
  /** Of each request, milliseconds. */
  readonly timeoutMs: number;
}

/** A sender of PredictRequests. The connection is made by `ready`. */
export function createGrpcSender(options: GrpcSenderOptions): Sender {
  const { address, token, tlsRoots, timeoutMs } = options;
  const request = Buffer.from(options.request);
  const secure = tlsRoots === undefined ? credentials.createInsecure() : credentials.createSsl(tlsRoots);
  const client = new Client(address, secure, {
    'grpc.enable_http_proxy': 0,
    // A retry would hide an error, and count its wait as latency.
    'grpc.enable_retries': 0,
    'grpc.max_receive_message_length': maxAnswerBytes,
    'grpc.service_config_disable_resolution': 1,
    'grpc.use_local_subchannel_pool': 1,
  });
  const metadata = new Metadata();
  if (token !== undefined) {
    metadata.set('authorization', `Bearer ${token}`);
  }
  const calls = new Set<ClientUnaryCall>();
  return {
    address,
    requestBytes: request.length,
    ready: (limitMs) =>
      new Promise((resolve, reject) => {
        client.waitForReady(Date.now() + limitMs, (error) => (error ? reject(error) : resolve()));
      }),
    send: () =>
      new Promise((resolve) => {
        const call = client.makeUnaryRequest(
          path,
          (message: Buffer) => message,
          (bytes: Buffer) => bytes,
          request,
          metadata,
          { deadline: Date.now() + timeoutMs },
          (error, answer) => {
            // A call that was cancelled here is no longer known.
            const isKnown = calls.delete(call);
            if (!isKnown) {
              resolve({ kind: 'cancelled' });
            } else if (error !== null) {
              resolve(failure(error.code, error.details, client));
            } else {
              resolve({ kind: 'ok', version: answer && versionIn(answer) });
            }
          },
        );
        calls.add(call);
      }),
    cancelAll: () => {
      const underWay = [...calls];
      calls.clear();
      underWay.forEach((call) => call.cancel());
    },
    [Symbol.dispose]: () => client.close(),
  };
}

function failure(code: status, details: string, client: Client): SendOutcome {
  const isDown = client.getChannel().getConnectivityState(false) === connectivityState.TRANSIENT_FAILURE;
  const message = isDown && code === status.UNAVAILABLE ? `No connection: ${details}` : details;
  return { kind: 'failed', code: status[code], message: message.slice(0, longestMessage) };
}

/** The version in the ModelSpec of a PredictResponse; outputs are skipped. Undefined where there is none. */
function versionIn(answer: Uint8Array): string | undefined {
  const reader = new WireReader(answer);
  try {
    while (!reader.done) {
      const tag = reader.tag();
      if (tag === modelSpecTag) {
        return readModelSpec(reader, undefined).version?.toString();
      }
      reader.skip(tag);
    }
  } catch {
    // An answer that is none of ours: it came, and that is what is measured.
  }
  return undefined;
}

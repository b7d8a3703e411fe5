// Sends `POST /v1/models/<model>:predict` over connections that are kept.
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { longestMessage, type Sender, type SendOutcome } from './sender.ts';

/** Where to, and what. */
export interface RestSenderOptions {
  /** `host:port`. */
  readonly address: string;
  readonly token: string | undefined;
  /** PEM; undefined: in clear. */
  readonly tlsRoots: Buffer | undefined;
  readonly model: string;
  /** In decimal. Of version and label at most one. */
  readonly version: string | undefined;
  readonly label: string | undefined;
  /** JSON. */
  readonly body: Uint8Array;
  /** Of each request, milliseconds. */
  readonly timeoutMs: number;
  /** Connections at most. */
  readonly concurrency: number;
}

/** gRPC's names for HTTP's status codes, as the daemon chooses them (server/errors.ts). */
const codeOf = new Map([
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [409, 'ABORTED'],
  [412, 'FAILED_PRECONDITION'],
  [413, 'RESOURCE_EXHAUSTED'],
  [429, 'RESOURCE_EXHAUSTED'],
  [499, 'CANCELLED'],
  [500, 'INTERNAL'],
  [501, 'UNIMPLEMENTED'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
]);

/** A sender of REST requests. */
export function createRestSender(options: RestSenderOptions): Sender {
  const { address, body, tlsRoots, timeoutMs, concurrency } = options;
  const { hostname, port } = new URL(`http://${address}`);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const { request: open, Agent } = tlsRoots === undefined ? http : https;
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency, noDelay: true });
  const requestOptions: https.RequestOptions = {
    host,
    port: Number(port),
    path: pathOf(options),
    method: 'POST',
    agent,
    headers: {
      'content-type': 'application/json',
      'content-length': body.length,
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    },
    ...(tlsRoots === undefined ? {} : { ca: tlsRoots }),
  };
  const underWay = new Map<http.ClientRequest, (outcome: SendOutcome) => void>();
  return {
    address,
    requestBytes: body.length,
    ready: (limitMs) => canConnect(host, Number(port), limitMs),
    send: () =>
      new Promise((resolve) => {
        const request = open(requestOptions);
        const end = (outcome: SendOutcome): void => {
          clearTimeout(timer);
          underWay.delete(request);
          resolve(outcome);
        };
        const timer = setTimeout(() => {
          end(failed('DEADLINE_EXCEEDED', `No answer within ${timeoutMs} ms.`));
          request.destroy();
        }, timeoutMs);
        underWay.set(request, end);
        request.once('error', ({ message }) => end(failed('UNAVAILABLE', message)));
        request.once('response', (response) => readAnswer(response, end));
        request.end(body);
      }),
    cancelAll: () => {
      for (const [request, end] of underWay) {
        end({ kind: 'cancelled' });
        request.destroy();
      }
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

function pathOf({ model, version, label }: RestSenderOptions): string {
  const versioned = version === undefined ? '' : `/versions/${version}`;
  const labelled = label === undefined ? '' : `/labels/${encodeURIComponent(label)}`;
  return `/v1/models/${encodeURIComponent(model)}${versioned}${labelled}:predict`;
}

function readAnswer(response: http.IncomingMessage, end: (outcome: SendOutcome) => void): void {
  const status = response.statusCode ?? 0;
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => {
    // Answers are read and thrown away; errors are short.
    if (status !== 200) {
      chunks.push(chunk);
    }
  });
  response.once('end', () =>
    end(
      status === 200
        ? { kind: 'ok', version: undefined }
        : failed(codeOf.get(status) ?? `HTTP_${status}`, errorIn(Buffer.concat(chunks).toString('utf8'))),
    ),
  );
  response.once('error', ({ message }) => end(failed('UNAVAILABLE', message)));
}

/** The text in `{"error": "…"}`, else all of it. */
function errorIn(body: string): string {
  try {
    const answer: unknown = JSON.parse(body);
    return typeof answer === 'object' && answer !== null && 'error' in answer ? String(answer.error) : body;
  } catch {
    return body;
  }
}

function failed(code: string, message: string): SendOutcome {
  return { kind: 'failed', code, message: message.slice(0, longestMessage) };
}

function canConnect(host: string, port: number, limitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port });
    const timer = setTimeout(() => socket.destroy(new Error(`no connection within ${limitMs} ms`)), limitMs);
    socket.once('error', (reason) => {
      clearTimeout(timer);
      reject(reason);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.destroy();
      resolve();
    });
  });
}

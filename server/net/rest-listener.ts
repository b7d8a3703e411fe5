// The REST listener on node:http: guards, time limits and routes; what it answers comes from apis/rest.
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { defaultRoutingKeys } from '../apis/serving.ts';
import { restError, type RestRequest, type RestResponse } from '../apis/rest/rest-api.ts';
import { PerchError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { addressText, listenError } from './address.ts';
import type { Listener } from './grpc-listener.ts';
import { answerMalformed } from './malformed-http.ts';
import { answerPreflight, checkOrigin, crossOriginHeaders } from './origin-guard.ts';
import { hasBody, readBody } from './rest-body.ts';

/** What a route beside `/v1/` answers. */
export interface RouteAnswer {
  readonly contentType: string;
  readonly body: string;
}

/** How the listener listens. */
export interface RestListenerOptions {
  readonly bindAddress: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Of the body as `answer` gets it, inflated. */
  readonly maxBodyBytes: number;
  /** Milliseconds from the request's headers to its answer, 0 for no limit; 30000 where absent, as in TF Serving. */
  readonly timeoutMs?: number;
  /** Whether pages of other sites may call (TF Serving's --rest_api_enable_cors_support); not where absent. */
  readonly cors?: boolean;
  /** GET handlers beside `/v1/`, by path; none where absent. */
  readonly routes?: ReadonlyMap<string, () => RouteAnswer>;
  /** The header that keeps a sender on one version, in lower case; `x-perch-routing-key` where absent. */
  readonly routingKeyHeader?: string;
  /** Where the gRPC listener is, for clients that took the wrong port. */
  readonly grpcAddress?: () => string;
  /** Answers what is under `/v1/`. Its signal fires when the caller left or the time is up. */
  readonly answer: (request: RestRequest) => Promise<RestResponse>;
  readonly log: Logger;
}

type Settings = Required<RestListenerOptions>;

const defaults = {
  timeoutMs: 30_000,
  cors: false,
  routingKeyHeader: defaultRoutingKeys.header,
  routes: new Map<string, never>(),
  grpcAddress: () => 'another port',
} as const;

/** For request lines and headers; less where the whole request has less. */
const headersTimeoutMs = 15_000;
/** For headers and body together where `timeoutMs` sets no limit, or a later one. */
const receiveTimeoutMs = 300_000;
/** Longer than the pools of usual clients keep a connection: they, not the server, are to end it. */
const keepAliveMs = 65_000;
/** How often node looks for connections whose time is up. */
const checkIntervalMs = 2000;
/** How long the rest of a refused body is read and thrown away. */
const lingerMs = 2000;
/** As many as the gRPC listener takes. */
const maximumConnections = 512;

/** Serves `answer` and the routes. Rejects with PORT_TAKEN or ADDRESS_INVALID. */
export async function listenRest(options: RestListenerOptions): Promise<Listener> {
  const settings: Settings = { ...defaults, ...options };
  const { bindAddress, port, timeoutMs } = settings;
  const draining = new AbortController();
  const server = createServer(
    {
      headersTimeout: timeoutMs === 0 ? headersTimeoutMs : Math.min(headersTimeoutMs, timeoutMs),
      requestTimeout: receiveTimeoutMs,
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: checkIntervalMs,
    },
    (request, response) => void respond(request, response, settings, draining.signal),
  );
  server.maxConnections = maximumConnections;
  answerMalformed(server, settings.grpcAddress, settings.log);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (reason) => reject(listenError(reason, bindAddress, port, '--rest_api_port')));
    server.listen(port, bindAddress, resolve);
  });
  return {
    address: addressText(bindAddress, (server.address() as AddressInfo).port),
    close: (force) => {
      draining.abort();
      return closeServer(server, force);
    },
  };
}

function closeServer(server: Server, force: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => server.closeAllConnections();
    force.addEventListener('abort', end);
    server.close(() => {
      force.removeEventListener('abort', end);
      resolve();
    });
    server.closeIdleConnections();
    if (force.aborted) {
      end();
    }
  });
}

/** A response, of the API or of a route. */
interface Answer extends RestResponse {
  /** JSON where absent. */
  readonly contentType?: string;
}

async function respond(
  message: IncomingMessage,
  response: ServerResponse,
  settings: Settings,
  draining: AbortSignal,
): Promise<void> {
  const signal = untilLeftOrLate(response, settings.timeoutMs);
  let answer: Answer;
  let cause: unknown;
  try {
    answer = await answerTo(message, settings, signal);
  } catch (reason) {
    const error = PerchError.from(reason);
    answer = restError(error);
    ({ cause } = error);
  }
  if (answer.status === 500) {
    settings.log.error('a call failed', { path: message.url ?? '' }, cause);
  }
  if (!response.destroyed) {
    send(message, response, answer, { cors: settings.cors, draining: draining.aborted });
  }
}

/** Fires with DEADLINE_EXCEEDED after `timeoutMs`, or when the caller leaves before the answer is out. */
function untilLeftOrLate(response: ServerResponse, timeoutMs: number): AbortSignal {
  const given = new AbortController();
  const late = (): void =>
    given.abort(
      new PerchError(
        'DEADLINE_EXCEEDED',
        `Timed out waiting for notification: the request took longer than ${timeoutMs} ms (--rest_api_timeout_in_ms).`,
      ),
    );
  const timer = timeoutMs === 0 ? undefined : setTimeout(late, timeoutMs);
  response.once('close', () => {
    clearTimeout(timer);
    if (!response.writableFinished) {
      given.abort();
    }
  });
  return given.signal;
}

async function answerTo(message: IncomingMessage, settings: Settings, signal: AbortSignal): Promise<Answer> {
  const { method = '', headers } = message;
  checkOrigin(headers, settings.bindAddress, settings.cors);
  // The target's path as it came: URL would resolve ".." and hide what was asked for.
  const [path = '', ...query] = (message.url ?? '').split('?');
  const route = method === 'GET' || method === 'HEAD' ? settings.routes.get(path) : undefined;
  if (route !== undefined) {
    return { status: 200, ...route() };
  }
  if (!/^\/v1\//i.test(path)) {
    return { status: 404, contentType: 'text/plain', body: 'Not Found: the API is under /v1/models.\n' };
  }
  if (settings.cors && method === 'OPTIONS') {
    return answerPreflight(headers.origin);
  }
  const body = await readBody(message, settings.maxBodyBytes, signal);
  const routingKey = headers[settings.routingKeyHeader];
  const request = {
    method,
    path,
    query: query.join('?'),
    accept: headers.accept ?? '',
    body,
    signal,
    ...(typeof routingKey === 'string' && routingKey !== '' ? { routingKey } : {}),
  };
  return orAborted(signal, () => settings.answer(request));
}

/** What `work` gives, unless `signal` fires first: then rejects with its reason, whatever the work makes of it. */
function orAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(PerchError.from(signal.reason)), { once: true });
    work().then(resolve, reject);
  });
}

/**
 * `retry-after` knows whole seconds (RFC 9110, 10.2.3), and 0 of them would be no hint; `retry-after-ms` is for clients that
 * can do better: a full queue is often done with in a fraction of one.
 */
function retryHeaders(retryAfterMs: number): OutgoingHttpHeaders {
  return {
    'retry-after': Math.max(1, Math.ceil(retryAfterMs / 1000)).toString(),
    'retry-after-ms': Math.ceil(retryAfterMs).toString(),
  };
}

function send(
  message: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  { cors, draining }: { readonly cors: boolean; readonly draining: boolean },
): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  const unread = hasBody(message) && !message.complete;
  response.writeHead(answer.status, {
    'content-type': answer.contentType ?? 'application/json',
    'content-length': body.length,
    ...(answer.modelVersion === undefined ? {} : { 'x-perch-model-version': answer.modelVersion.toString() }),
    ...(answer.retryAfterMs === undefined ? {} : retryHeaders(answer.retryAfterMs)),
    ...(cors ? crossOriginHeaders : {}),
    // What was not read of a refused body would be taken for the next request; and a drain must not wait for more.
    ...(unread || draining ? { connection: 'close' } : {}),
  });
  if (!unread) {
    response.end(body);
    return;
  }
  // Closed with unread bytes, the socket would be reset, and the client might never see why it was refused.
  response.write(body);
  message.resume();
  const end = (): void => void response.end();
  const timer = setTimeout(end, lingerMs);
  message.once('end', end);
  response.once('close', () => clearTimeout(timer));
}

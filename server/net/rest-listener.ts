// The REST listener on node:http: guards, time limits and routes; what it answers comes from apis/rest.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { challengeOf } from '../auth/challenge.ts';
import { defaultRoutingKeys } from '../apis/serving.ts';
import { restError, type RestRequest, type RestResponse } from '../apis/rest/rest-api.ts';
import { PerchError } from '../errors.ts';
import { clientOfAddress } from '../limits/client-name.ts';
import { LogBudget } from '../log-budget.ts';
import type { Logger } from '../log.ts';
import { bindAddresses, type BindAddresses } from './bind-addresses.ts';
import type { Listener } from './grpc-listener.ts';
import { answerMalformed } from './malformed-http.ts';
import { OpenRequests } from './open-requests.ts';
import { answerPreflight, checkOrigin } from './origin-guard.ts';
import { readBody } from './rest-body.ts';
import { send, type Answer } from './rest-send.ts';
import { closeRestServer, makeRestServer, type RestServer } from './rest-server.ts';
import type { TlsConfig } from './tls-config.ts';

/** What a route beside `/v1/` answers. */
export interface RouteAnswer {
  /** 200 where absent. */
  readonly status?: number;
  readonly contentType: string;
  readonly body: string;
}

/** What is known of a request before it is read. */
export interface RestKnock {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The header; undefined where there is none. */
  readonly authorization: string | undefined;
  /** The client's IP address; `unknown` where it has left. */
  readonly peer: string;
}

/** Who may call what. */
export interface RestGuard {
  /** Throws what the request is to be refused with. */
  admit(request: RestKnock): void;
  /** It was refused for its Host or Origin. */
  refused(request: RestKnock, error: PerchError): void;
}

/** How the listener listens. */
export interface RestListenerOptions extends BindAddresses {
  /** 0 takes any free one. */
  readonly port: number;
  /** Of the body as `answer` gets it, inflated. */
  readonly maxBodyBytes: number;
  /** Milliseconds from the request's headers to its answer, 0 for no limit; 30000 where absent, as in TF Serving. */
  readonly timeoutMs?: number;
  /** Whether pages of other sites may call (TF Serving's --rest_api_enable_cors_support); not where absent. */
  readonly cors?: boolean;
  /** Names beside the server's own under which it may be called, in lower case; none where absent. */
  readonly allowedHosts?: ReadonlySet<string>;
  /** Clients that may be connected at each address; 512 where absent. */
  readonly maxConnections?: number;
  /** Milliseconds that a client may take for each 64 kB of its answer, 0 for any time; 30000 where absent. */
  readonly slowReadMs?: number;
  /** GET handlers beside `/v1/`, by path; none where absent. They are given what follows the `?`. */
  readonly routes?: ReadonlyMap<string, (query: string) => RouteAnswer>;
  /** The header that keeps a sender on one version, in lower case; `x-perch-routing-key` where absent. */
  readonly routingKeyHeader?: string;
  /** Where the gRPC listener is, for clients that took the wrong port. */
  readonly grpcAddress?: () => string;
  /** Answers what is under `/v1/`. Its signal fires when the caller left or the time is up. */
  readonly answer: (request: RestRequest) => Promise<RestResponse>;
  /** HTTPS; in clear where absent. */
  readonly tls?: TlsConfig | undefined;
  /** Everybody may call everything where absent. */
  readonly guard?: RestGuard;
  /**
   * Told of each refusal that is not `answer`'s: the code of the error; CONNECTION_LIMIT, PIPELINE_LIMIT, SLOW_READ,
   * REQUEST_TIMEOUT, HEADERS_TOO_LARGE; MALFORMED_HTTP for what is no HTTP/1.1. Nobody where absent.
   */
  readonly refused?: (reason: string) => void;
  readonly log: Logger;
}

type Settings = Required<RestListenerOptions>;

/** At one of the addresses. */
interface ServerSettings extends Settings {
  readonly scheme: 'http' | 'https';
  readonly open: OpenRequests;
}

const defaults = {
  moreAddresses: [],
  tls: undefined,
  guard: { admit: () => undefined, refused: () => undefined },
  refused: () => undefined,
  timeoutMs: 30_000,
  cors: false,
  allowedHosts: new Set<string>(),
  slowReadMs: 30_000,
  maxConnections: 512,
  routingKeyHeader: defaultRoutingKeys.header,
  routes: new Map<string, never>(),
  grpcAddress: () => 'another port',
} as const;

/** Serves `answer` and the routes. Rejects with PORT_TAKEN or ADDRESS_INVALID. */
export async function listenRest(options: RestListenerOptions): Promise<Listener> {
  const settings: Settings = { ...defaults, ...options };
  const { timeoutMs, maxConnections, tls, log } = settings;
  const draining = new AbortController();
  const made: RestServer[] = [];
  const dropped = new LogBudget();
  const make = (bindAddress: string): Server => {
    const scheme = tls === undefined ? 'http' : 'https';
    const own: ServerSettings = {
      ...settings,
      bindAddress,
      scheme,
      open: new OpenRequests(log, () => settings.refused('PIPELINE_LIMIT')),
    };
    const rest = makeRestServer(
      { timeoutMs, maxConnections, tls },
      log,
      (request, response) => void respond(request, response, own, draining.signal),
    );
    answerMalformed(rest.server, settings, log);
    rest.server.on('drop', () => {
      settings.refused('CONNECTION_LIMIT');
      if (dropped.take('connections', performance.now()) !== undefined) {
        log.warning('a REST client was turned away: too many are connected (--rest_max_connections)', {
          maximum: maxConnections,
        });
      }
    });
    made.push(rest);
    return rest.server;
  };
  const { bindAddress, moreAddresses, port } = settings;
  const { servers, addresses } = await bindAddresses({
    ...{ bindAddress, moreAddresses, port, log },
    portFlag: '--rest_api_port',
    make,
  });
  return {
    address: addresses[0],
    addresses,
    renewTls: (renewed) => made.forEach((rest) => rest.renewTls(renewed)),
    close: async (force) => {
      draining.abort();
      await Promise.all(servers.map((server) => closeRestServer(server, force)));
    },
  };
}

async function respond(
  message: IncomingMessage,
  response: ServerResponse,
  settings: ServerSettings,
  draining: AbortSignal,
): Promise<void> {
  const signal = untilLeftOrLate(message, response, settings);
  if (signal === undefined) {
    return;
  }
  let answer: Answer;
  let cause: unknown;
  try {
    answer = await answerTo(message, settings, signal);
  } catch (reason) {
    const error = PerchError.from(reason);
    answer = { ...restError(error), ...challengeOf(error.code) };
    ({ cause } = error);
    if (error.code !== 'CANCELLED') {
      settings.refused(error.code);
    }
  }
  if (answer.status === 500) {
    settings.log.error('a call failed', { path: message.url ?? '' }, cause);
  }
  if (!response.destroyed) {
    const { cors, slowReadMs, log, refused } = settings;
    const tooSlow = (): void => {
      refused('SLOW_READ');
      log.warning('a client did not read its answer in time; its connection was closed', {
        path: message.url ?? '',
        afterMs: slowReadMs,
        option: '--rest_slow_read_seconds',
      });
    };
    send(message, response, answer, { cors, draining: draining.aborted, slowReadMs, tooSlow });
  }
}

/**
 * Fires with DEADLINE_EXCEEDED after `timeoutMs`, or when the caller leaves before the answer is out. Undefined where the
 * caller has left, or has sent more requests than are taken at a time.
 */
function untilLeftOrLate(
  { socket }: IncomingMessage,
  response: ServerResponse,
  { timeoutMs, open }: ServerSettings,
): AbortSignal | undefined {
  const given = new AbortController();
  const late = (): void =>
    given.abort(
      new PerchError(
        'DEADLINE_EXCEEDED',
        `Timed out waiting for notification: the request took longer than ${timeoutMs} ms (--rest_api_timeout_in_ms).`,
      ),
    );
  const timer = timeoutMs === 0 ? undefined : setTimeout(late, timeoutMs);
  const isTaken = open.add(socket, response, () => {
    clearTimeout(timer);
    if (!response.writableFinished) {
      given.abort();
    }
  });
  if (!isTaken) {
    clearTimeout(timer);
    return undefined;
  }
  return given.signal;
}

async function answerTo(
  message: IncomingMessage,
  settings: ServerSettings,
  signal: AbortSignal,
): Promise<Answer> {
  const { method = '', headers } = message;
  // The target's path as it came: URL would resolve ".." and hide what was asked for.
  const [path = '', ...query] = (message.url ?? '').split('?');
  // Browsers send no token with a preflight.
  const isPreflight = settings.cors && method === 'OPTIONS';
  checkCaller(message, { method, path, isPreflight }, settings);
  const route = method === 'GET' || method === 'HEAD' ? settings.routes.get(path) : undefined;
  if (route !== undefined) {
    return { status: 200, ...route(query.join('?')) };
  }
  if (!/^\/v1\//i.test(path)) {
    return { status: 404, contentType: 'text/plain', body: 'Not Found: the API is under /v1/models.\n' };
  }
  if (isPreflight) {
    return answerPreflight(headers.origin);
  }
  const body = await readBody(message, settings.maxBodyBytes, signal);
  const routingKey = headers[settings.routingKeyHeader];
  const { remoteAddress } = message.socket;
  const request = {
    method,
    path,
    query: query.join('?'),
    accept: headers.accept ?? '',
    body,
    signal,
    ...(typeof routingKey === 'string' && routingKey !== '' ? { routingKey } : {}),
    ...(remoteAddress === undefined ? {} : { client: clientOfAddress(remoteAddress) }),
    ...(headers.authorization === undefined ? {} : { authorization: headers.authorization }),
  };
  return orAborted(signal, () => settings.answer(request));
}

/** Throws what the guards refuse the request with. */
function checkCaller(
  message: IncomingMessage,
  { method, path, isPreflight }: { method: string; path: string; isPreflight: boolean },
  settings: ServerSettings,
): void {
  const peer = message.socket.remoteAddress ?? 'unknown';
  const knock: RestKnock = { method, path, authorization: message.headers.authorization, peer };
  try {
    checkOrigin(message, settings);
  } catch (reason) {
    if (PerchError.is(reason, 'HOST_REFUSED')) {
      settings.guard.refused(knock, reason);
    }
    throw reason;
  }
  if (!isPreflight) {
    settings.guard.admit(knock);
  }
}

/** What `work` gives, unless `signal` fires first: then rejects with its reason, whatever the work makes of it. */
function orAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(PerchError.from(signal.reason));
    signal.addEventListener('abort', abort);
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}

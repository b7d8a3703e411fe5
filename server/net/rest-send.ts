// Sends an answer: its headers, and its body no longer than the client goes on to read it.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { RestResponse } from '../apis/rest/rest-api.ts';
import { crossOriginHeaders } from './origin-guard.ts';
import { hasBody } from './rest-body.ts';

/** A response, of the API or of a route. */
export interface Answer extends RestResponse {
  /** JSON where absent. */
  readonly contentType?: string;
  /** For a caller without the right token: the header `www-authenticate`. */
  readonly challenge?: string;
}

/** How answers are sent. */
export interface SendRules {
  /** Whether pages of other sites may read them. */
  readonly cors: boolean;
  /** Whether the connection is to end with it. */
  readonly draining: boolean;
  /** Milliseconds that a client may take for each piece; 0: any time. */
  readonly slowReadMs: number;
  /** A client took too long, and its connection was closed. */
  readonly tooSlow: () => void;
}

/** What a client must have taken before its time begins anew: with 30 s for it, 2 kB a second is enough. */
const pieceBytes = 64 * 1024;

/** What node's timers can count to. */
const maximumTimerMs = 2 ** 31 - 1;

/** How long the rest of a refused body is read and thrown away. */
const lingerMs = 2000;

/** Sends `answer` to `message`. */
export function send(
  message: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  { cors, draining, slowReadMs, tooSlow }: SendRules,
): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  const unread = hasBody(message) && !message.complete;
  response.writeHead(answer.status, {
    'content-type': answer.contentType ?? 'application/json',
    'content-length': body.length,
    ...(answer.modelVersion === undefined ? {} : { 'x-perch-model-version': answer.modelVersion.toString() }),
    ...(answer.retryAfterMs === undefined ? {} : retryHeaders(answer.retryAfterMs)),
    ...(answer.challenge === undefined ? {} : { 'www-authenticate': answer.challenge }),
    ...(cors ? crossOriginHeaders : {}),
    // What was not read of a refused body would be taken for the next request; and a drain must not wait for more.
    ...(unread || draining ? { connection: 'close' } : {}),
  });
  const watch = new SlowReadWatch(response, slowReadMs, tooSlow);
  if (!unread) {
    sendBody(response, body, watch);
    return;
  }
  // Closed with unread bytes, the socket would be reset, and the client might never see why it was refused.
  response.write(body);
  message.resume();
  const end = (): void => {
    response.end();
    watch.begin(body.length);
  };
  const timer = setTimeout(end, lingerMs);
  message.once('end', end);
  response.once('close', () => clearTimeout(timer));
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

/** Sends `body` piece by piece, so that what is not taken is seen. */
function sendBody(response: ServerResponse, body: Uint8Array, watch: SlowReadWatch): void {
  if (response.socket === null) {
    // Pipelined, behind an answer that is not out: node counts what it holds for such ones, and reads no more requests.
    response.end(body);
    response.once('socket', () => watch.begin(body.length));
    return;
  }
  let sent = 0;
  const sendOn = (): void => {
    let isTaken = true;
    while (isTaken && body.length - sent > pieceBytes) {
      isTaken = response.write(body.subarray(sent, (sent += pieceBytes)));
    }
    if (isTaken) {
      response.end(body.subarray(sent));
    } else {
      response.once('drain', sendOn);
    }
    watch.begin(pieceBytes);
  };
  sendOn();
}

/** A client that does not read would hold the answer's memory and the connection for good: its connection is closed. */
class SlowReadWatch {
  readonly #response: ServerResponse;
  readonly #slowReadMs: number;
  readonly #tooSlow: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(response: ServerResponse, slowReadMs: number, tooSlow: () => void) {
    this.#response = response;
    this.#slowReadMs = slowReadMs;
    this.#tooSlow = tooSlow;
  }

  /** From now on the client has the time for `byteLength` bytes, in place of what it had before. */
  begin(byteLength: number): void {
    const response = this.#response;
    if (this.#timer === undefined) {
      // What the system took at once needs no timer: most answers.
      if (this.#slowReadMs === 0 || response.writableLength === 0) {
        return;
      }
      response.once('close', () => clearTimeout(this.#timer));
    }
    clearTimeout(this.#timer);
    const pieces = Math.max(1, Math.ceil(byteLength / pieceBytes));
    this.#timer = setTimeout(
      () => {
        response.destroy();
        this.#tooSlow();
      },
      Math.min(this.#slowReadMs * pieces, maximumTimerMs),
    );
  }
}

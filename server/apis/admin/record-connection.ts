// The admin call that records connections: a tap on loopback for as long as the call lasts, told event by event.
import { serviceMethods, type MessageInput } from '../../../protos/messages.ts';
import type { ClosedBecause } from '../../doctor/record/close-verdict.ts';
import { TapProxy } from '../../doctor/record/tap-proxy.ts';
import { PerchError } from '../../errors.ts';
import { serverStream, type Method } from '../method.ts';
import { Waker } from '../waker.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

type Message = MessageInput<'perch.admin.v1.RecordConnectionResponse'>;

/** Each is a port and up to 256 connections. */
const mostRecordings = 4;

/** Events that wait for a slow reader. */
const longestQueue = 2000;

/** RecordConnection. `ownAddress`: host:port of this server's gRPC, empty where it has none; `draining`: ends every recording. */
export function recordMethods(ownAddress: () => string, draining: AbortSignal): Method[] {
  let running = 0;
  return [
    serverStream(methods.RecordConnection, async function* ({ to }, call) {
      const target = toTarget(to === '' ? ownAddress() : to);
      if (running >= mostRecordings) {
        throw new PerchError(
          'DOCTOR_BUSY',
          `${mostRecordings} connections are being recorded already. Stop one of them.`,
        );
      }
      running++;
      try {
        yield* record(target, AbortSignal.any([call.signal, draining]));
      } finally {
        running--;
      }
    }),
  ];
}

interface Target {
  readonly host: string;
  readonly port: number;
  /** As it was given. */
  readonly text: string;
}

function toTarget(text: string): Target {
  const [, inBrackets, plain, digits] = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = inBrackets ?? plain;
  const port = Number(digits);
  if (host === undefined || port === 0 || port > 65_535 || text.length > 300) {
    throw new PerchError(
      'REQUEST_MALFORMED',
      `to takes <host>:<port> such as 127.0.0.1:8500, not "${text.slice(0, 300)}".`,
    );
  }
  return { host, port, text };
}

async function* record(target: Target, signal: AbortSignal): AsyncGenerator<Message, void, undefined> {
  const waker = new Waker();
  const waiting: Message[] = [];
  let dropped = 0;
  const tell = (message: Message): void => {
    waiting.push(message);
    if (waiting.length > longestQueue) {
      waiting.shift();
      dropped++;
    }
    waker.wake();
  };
  await using tap = await TapProxy.open({
    listenHost: '127.0.0.1',
    listenPort: 0,
    serverHost: target.host,
    serverPort: target.port,
    opened: ({ id, peer }) => tell({ opened: { connection: id, peer, atMs: Date.now() } }),
    event: ({ id }, { atMs, from, what, streamId, detail }) =>
      tell({ frame: { connection: id, atMs, from, what, stream: streamId, detail } }),
    closed: (connection) =>
      tell({ closed: toClose(connection.id, connection.seen().endedAt, connection.verdict()) }),
  });
  signal.addEventListener('abort', waker.close);
  try {
    yield { started: { address: tap.address, to: target.text } };
    for (;;) {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const message = { ...next, dropped };
        dropped = 0;
        yield message;
      }
      if (signal.aborted || (await waker.wait()) === 'closed') {
        return;
      }
    }
  } finally {
    signal.removeEventListener('abort', waker.close);
  }
}

function toClose(
  connection: number,
  atMs: number,
  { cause, text, evidence, advice, notes }: ClosedBecause,
): MessageInput<'perch.admin.v1.RecordedClose'> {
  return { connection, atMs, cause, text, evidence: [...evidence], advice, notes: [...notes] };
}

// A WireListener on a real socket, which echoes whatever an HTTP/2 client sends; everything is closed with the test.
import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { encodeFields } from '../../../../../server/wire/hpack/encode-fields.ts';
import { defaultLimits } from '../../../../../server/wire/http2/connection-limits.ts';
import { defaultTimers } from '../../../../../server/wire/http2/connection-timers.ts';
import type { RequestHandler } from '../../../../../server/wire/http2/contract.ts';
import { MemoryAccount } from '../../../../../server/wire/http2/memory-account.ts';
import { defaultPingRules } from '../../../../../server/wire/http2/ping-policy.ts';
import {
  WireListener,
  type ListenerSettings,
  type WireListenerOptions,
} from '../../../../../server/wire/socket/wire-listener.ts';
import { memoryLog } from '../../fakes.ts';

/** Limits and times as the daemon has them. */
export const usualSettings: ListenerSettings = {
  limits: defaultLimits,
  timers: defaultTimers,
  pings: defaultPingRules,
  maxConnections: 100,
};

const okBlock = encodeFields([[':status', '200']]);

/** Sends back what comes as it comes; a GET gets as many bytes as its path says, as fast as they are taken. */
const echo: RequestHandler = {
  request: (stream, head, endStream) => {
    stream.sendHeaders(okBlock, false);
    let left = head.method === 'GET' ? Number(head.path.slice(1)) : 0;
    const piece = Buffer.alloc(65_536, 'x');
    const pour = (): void => {
      for (;;) {
        const bytes = piece.subarray(0, Math.min(left, piece.length));
        left -= bytes.length;
        const more = stream.sendData(bytes, left === 0);
        if (left === 0 || !more) {
          return;
        }
      }
    };
    if (head.method === 'GET' && endStream) {
      pour();
    }
    return {
      data: (bytes, start, end) => {
        stream.sendData(Buffer.from(bytes.subarray(start, end)), false);
        stream.consumed(end - start);
      },
      end: () => void stream.sendData(new Uint8Array(0), true),
      ended: () => undefined,
      drained: () => {
        if (left > 0) {
          pour();
        }
      },
    };
  },
};

/** A listener and what belongs to it. */
export interface EchoWire {
  readonly listener: WireListener;
  readonly port: number;
  /** What was logged, as it is in JSON lines. */
  readonly logged: () => LogLine[];
  /** A socket that is connected to it. */
  readonly connect: () => Promise<Socket>;
  /** The server's side of all sockets that came, closed ones included. */
  readonly accepted: Socket[];
}

/** A line of the log. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** Listens on a free port. */
export async function echoWire(
  t: TestContext,
  options: Partial<WireListenerOptions> = {},
): Promise<EchoWire> {
  const { log, lines } = memoryLog();
  const listener = new WireListener({
    protocol: { connected: () => echo, drain: () => Promise.resolve() },
    settings: usualSettings,
    memory: new MemoryAccount(2 ** 30),
    tls: undefined,
    restAddress: () => '127.0.0.1:8501',
    log,
    ...options,
  });
  const accepted: Socket[] = [];
  const door = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    accepted.push(socket);
    listener.accept(socket);
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  const sockets: Socket[] = [];
  t.after(async () => {
    door.close();
    await listener.close(AbortSignal.abort());
    sockets.forEach((socket) => socket.destroy());
  });
  return {
    listener,
    port,
    logged: () => lines.map((line) => JSON.parse(line) as LogLine),
    connect: async () => {
      const socket = createConnection(port, '127.0.0.1');
      socket.on('error', () => undefined);
      sockets.push(socket);
      await once(socket, 'connect');
      return socket;
    },
    accepted,
  };
}

/** Everything that comes until the socket is closed. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  socket.on('data', (bytes: Buffer) => pieces.push(bytes));
  if (!socket.closed) {
    // Not `once`, which would reject with a socket's error.
    await new Promise((resolve) => socket.once('close', resolve));
  }
  return Buffer.concat(pieces);
}

// Clients of the soak on real sockets: what each does to its connection, and the cause that the daemon has to find for it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../../../server/wire/http2/error-code.ts';
import type { H2Connection } from '../../support/h2-client/connection.ts';
import { type ConnectOptions } from '../../support/h2-client/connection.ts';
import {
  dataFrame,
  frame,
  frameType,
  goawayFrame,
  headersFrames,
  pingFrame,
  preface,
  priorityFrame,
  resetFrame,
  settingsFrame,
  windowUpdateFrame,
} from '../../support/h2-client/frame.ts';
import { GrpcCall, requestFields } from '../../support/h2-client/grpc-call.ts';
import type { Random } from '../../unit/codec/support/random.ts';

/** How the daemon is set up: its usual times some hundred times shorter, and both ping and age rules in force. */
export const soakArguments = {
  'grpc.keepalive_time_ms': 700,
  // Longer than this test, or the daemon, may stand still on a busy machine.
  'grpc.keepalive_timeout_ms': 3000,
  'grpc.max_connection_idle_ms': 2500,
  'grpc.max_connection_age_ms': 6000,
  'grpc.max_connection_age_grace_ms': 1000,
  'grpc.server_handshake_timeout_ms': 1500,
  'grpc.http2.settings_timeout': 3000,
  'grpc.http2.min_recv_ping_interval_without_data_ms': 2000,
  'grpc.http2.max_ping_strikes': 2,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.max_allowed_incoming_connections': 40,
  'grpc.max_concurrent_streams': 100,
} as const;

/** What the daemon has to say. */
export interface Expectation {
  /** Each of them is right: two things race on the wire. */
  readonly causes: readonly string[];
  /** In its text. */
  readonly text?: RegExp;
  /** It may not come earlier than so long after the connection began, milliseconds. */
  readonly afterMs?: number;
}

/** What an actor works with. */
export interface Stage {
  readonly port: number;
  readonly random: Random;
  /** A connection to the daemon, which the end of the act does not close. */
  readonly open: (options?: ConnectOptions) => Promise<H2Connection>;
  /** The same without HTTP/2. */
  readonly openSocket: () => Promise<Socket>;
  /** A connection that is not this process's: by its local port. */
  readonly adopt: (localPort: number) => void;
  /** From now on the connection that was opened last may close for this. */
  readonly expect: (expectation: Expectation) => void;
}

/** A kind of client; it is done when its connection is closed, or is the daemon's to close. */
export interface SoakActor {
  readonly name: string;
  readonly act: (stage: Stage) => Promise<void>;
}

const check = '/grpc.health.v1.Health/Check';
const watch = '/grpc.health.v1.Health/Watch';
const nothing = Buffer.alloc(0);

async function someCalls(connection: H2Connection, random: Random): Promise<void> {
  for (let call = random.below(5); call > 0 && !connection.isClosed; call--) {
    await GrpcCall.unary(connection, check, nothing);
    await sleep(random.below(100));
  }
}

/** A call that stays open. */
async function openWatch(connection: H2Connection): Promise<GrpcCall> {
  const call = new GrpcCall(connection, watch);
  await call.send(nothing, { endStream: true });
  await connection.settle();
  return call;
}

const client = (openCalls: number): RegExp =>
  openCalls === 0 ? /^the client closed it$/ : new RegExp(`while ${openCalls} call`);

/** libuv takes RST for FIN where it comes together with the last bytes (POLLHUP after a partial read). */
const resetCauses = ['peer-reset', 'peer-closed'];

const actors: readonly SoakActor[] = [
  {
    name: 'polite',
    act: async ({ open, expect, random }) => {
      const connection = await open();
      await someCalls(connection, random);
      expect({ causes: ['peer-closed'], text: client(0) });
      connection.socket.end();
    },
  },
  {
    name: 'says goodbye and closes',
    act: async ({ open, expect, random }) => {
      const connection = await open();
      await someCalls(connection, random);
      expect({ causes: ['peer-closed'], text: client(0) });
      connection.send(goawayFrame(0, errorCode.NO_ERROR));
      connection.socket.end();
    },
  },
  {
    name: 'says goodbye and stays',
    act: async ({ open, expect }) => {
      const connection = await open();
      expect({ causes: ['peer-closed'], text: client(0), afterMs: 900 });
      connection.send(goawayFrame(0, errorCode.NO_ERROR));
    },
  },
  {
    name: 'complains',
    act: async ({ open, expect }) => {
      const connection = await open();
      expect({ causes: ['peer-error'], text: /INTERNAL_ERROR \("no"\)/ });
      connection.send(goawayFrame(0, errorCode.INTERNAL_ERROR, 'no'));
      connection.socket.end();
    },
  },
  {
    name: 'half-closes with a call open',
    act: async ({ open, expect }) => {
      const connection = await open();
      await openWatch(connection);
      expect({ causes: ['peer-closed'], text: client(1) });
      connection.socket.end();
    },
  },
  {
    name: 'resets with calls open',
    act: async ({ open, expect, random }) => {
      const connection = await open();
      const calls = 1 + random.below(4);
      for (let call = 0; call < calls; call++) {
        await openWatch(connection);
      }
      expect({ causes: resetCauses, text: new RegExp(`(?:with|while) ${calls} call`) });
      await sleep(50);
      reset(connection.socket);
    },
  },
  {
    name: 'resets while idle',
    act: async ({ open, expect }) => {
      const connection = await open();
      await connection.settle();
      expect({ causes: resetCauses });
      await sleep(50);
      reset(connection.socket);
    },
  },
  {
    name: 'is killed',
    act: async ({ adopt, expect, port }) => {
      const source = `const s = require('node:net').connect(${port}, '127.0.0.1', () => console.log(s.localPort));
        s.write(Buffer.from('${Buffer.concat([preface, settingsFrame([])]).toString('hex')}', 'hex')); s.resume();`;
      const process_ = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'ignore'] });
      const [line] = (await once(process_.stdout, 'data')) as [Buffer];
      adopt(Number(line.toString()));
      // Reset where the kernel has something unread for it.
      expect({ causes: resetCauses });
      process_.kill('SIGKILL');
      await once(process_, 'close');
    },
  },
  {
    name: 'falls silent',
    act: async ({ open, expect }) => {
      const connection = await open();
      await connection.settle();
      connection.socket.pause();
      expect({ causes: ['keepalive-timeout'], text: /did not answer a ping within 3 s/, afterMs: 3600 });
    },
  },
  {
    name: 'falls silent with a call open',
    act: async ({ open, expect }) => {
      const connection = await open();
      await openWatch(connection);
      connection.socket.pause();
      expect({ causes: ['keepalive-timeout'], text: /did not answer a ping within 3 s/, afterMs: 3600 });
    },
  },
  {
    name: 'idles',
    act: async ({ open, expect, random }) => {
      const connection = await open();
      await someCalls(connection, random);
      expect({ causes: ['max-idle'], text: /no call for/, afterMs: 2400 });
    },
  },
  {
    name: 'stays on',
    act: async ({ open, expect }) => {
      const connection = await open();
      await openWatch(connection);
      expect({ causes: ['max-age'], text: /1 call had not ended within the grace/, afterMs: 6300 });
    },
  },
  {
    name: 'gets old',
    act: async ({ open, expect }) => {
      const connection = await open();
      expect({ causes: ['max-age'], text: /reached its age/, afterMs: 5300 });
      while (!connection.isClosed && !connection.log.frames.some(({ type }) => type === frameType.goaway)) {
        await GrpcCall.unary(connection, check, nothing);
        await sleep(400);
      }
    },
  },
  {
    name: 'pings too often',
    act: async ({ open, expect, random }) => {
      const connection = await open();
      if (random.chance(0.5)) {
        await openWatch(connection);
      }
      expect({ causes: ['too-many-pings'], text: /2 s are allowed/ });
      // Answers forgive what was before.
      for (let ping = 0; ping < 8 && !connection.isClosed; ping++) {
        connection.send(pingFrame());
        await sleep(50);
      }
    },
  },
  {
    name: 'connects only',
    act: async ({ openSocket, expect }) => {
      const socket = await openSocket();
      expect({ causes: ['peer-closed'], text: client(0) });
      socket.end();
    },
  },
  {
    name: 'says nothing',
    act: async ({ openSocket, expect, random }) => {
      const socket = await openSocket();
      const bytes = random.below(preface.length);
      socket.write(preface.subarray(0, bytes));
      expect({ causes: ['preface-timeout'], text: new RegExp(`\\(${bytes} bytes came\\)`), afterMs: 1450 });
    },
  },
  {
    name: 'acknowledges nothing',
    act: async ({ open, expect }) => {
      const connection = await open({ acknowledge: false });
      expect({ causes: ['settings-timeout'], text: /acknowledge the settings within 3 s/, afterMs: 2900 });
      const call = new GrpcCall(connection, watch);
      await call.send(nothing, { endStream: true });
      while (!connection.isClosed) {
        connection.send(windowUpdateFrame(0, 1));
        await sleep(200);
      }
    },
  },
  {
    name: 'speaks HTTP/1.1',
    act: async ({ openSocket, expect }) => {
      const socket = await openSocket();
      expect({ causes: ['wrong-protocol'], text: /HTTP\/1\.1 client.*GET \/v1/ });
      socket.write('GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n');
    },
  },
  {
    name: 'speaks TLS',
    act: async ({ openSocket, expect }) => {
      const socket = await openSocket();
      expect({ causes: ['wrong-protocol'], text: /a TLS client knocked/ });
      socket.write(Buffer.from('16030102000100', 'hex'));
    },
  },
  {
    name: 'speaks something else',
    act: async ({ openSocket, expect }) => {
      const socket = await openSocket();
      expect({ causes: ['wrong-protocol'], text: /neither HTTP\/2 nor TLS/ });
      socket.write('SSH-2.0-OpenSSH_9.6\r\n');
    },
  },
  {
    name: 'breaks a rule',
    act: async ({ open, expect, random }) => {
      const connection = await open();
      expect({ causes: ['protocol-error'], text: /RFC (?:9113|7541) §/ });
      const block = connection.encoder.encode(requestFields(check));
      const breach = random.pick([
        dataFrame(0, Buffer.alloc(10)),
        headersFrames(2, block),
        frame(frameType.ping, 0, 0, Buffer.alloc(7)),
        headersFrames(1, Buffer.of(0xff, 0xff, 0x0f)),
      ]);
      connection.socket.write(breach);
    },
  },
  ...(
    [
      ['PING', () => pingFrame(), /PING|pings/],
      ['SETTINGS', () => settingsFrame([[4, 65_535]]), /SETTINGS frames came/],
      ['PRIORITY', () => priorityFrame(1, { dependsOn: 0 }), /PRIORITY frames came/],
      [
        'rapid resets',
        (connection: H2Connection) => {
          const id = connection.nextStreamId();
          const block = connection.encoder.encode(requestFields(watch));
          return Buffer.concat([headersFrames(id, block), resetFrame(id, errorCode.CANCEL)]);
        },
        /CVE-2023-44487/,
      ],
    ] as const
  ).map(([name, next, text]): SoakActor => ({
    name: `floods with ${name}`,
    act: async ({ open, expect }) => {
      const connection = await open();
      // Strict rules take pings for too many before the guard takes them for a flood.
      expect({ causes: name === 'PING' ? ['too-many-pings'] : ['flood'], text });
      for (let batch = 0; batch < 40 && !connection.isClosed; batch++) {
        connection.send(...Array.from({ length: 200 }, () => next(connection)));
        await sleep(0);
      }
    },
  })),
];

/** All of them. */
export function soakActors(): readonly SoakActor[] {
  return actors;
}

/** Forty at once where others are already, and forty are let in: some find no place, and the others never say a word. */
export const crowd: SoakActor = {
  name: 'crowds',
  act: async ({ openSocket, expect }) => {
    await openSocket();
    expect({ causes: ['preface-timeout', 'limit'] });
  },
};

/**
 * RST and nothing else: `resetAndDestroy` sends FIN first where the socket is still writable, and then it depends on the
 * moment which of them the other side reads.
 */
function reset(socket: Socket): void {
  const { _handle: handle } = socket as unknown as { _handle: { reset: (done: () => void) => void } };
  handle.reset(() => undefined);
  socket.destroy();
}

/** A socket that is connected. */
export async function connected(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  return socket;
}

// What clients of the simulation do, and what has to be the cause when that closes their connection.
import type { CloseCause, Flood } from '../../../../../server/wire/close-cause.ts';
import { errorCode } from '../../../../../server/wire/http2/error-code.ts';
import type { ListenerSettings } from '../../../../../server/wire/socket/wire-listener.ts';
import type { Random } from '../../../codec/support/random.ts';
import {
  dataFrame,
  frame,
  frameHeaderBytes,
  frameType,
  headersFrames,
  pingFrame,
  preface,
  priorityFrame,
  resetFrame,
  settingsFrame,
  windowUpdateFrame,
} from '../../../../support/h2-client/frame.ts';
import type { SimClient } from './sim-client.ts';
import { simPath } from './sim-server.ts';

/** A cause with what shows that it is the right one. */
type Evidence = {
  readonly [Kind in CloseCause['kind']]: Partial<Extract<CloseCause, { kind: Kind }>> & { kind: Kind };
}[CloseCause['kind']];

/** What an actor has done, and what follows from it. */
export interface Expected {
  /** Fields that are not given may be anything. */
  readonly cause: Evidence;
  /** The connection closes at this time, give or take what timers are rounded by; undefined: whenever. */
  readonly at?: number;
}

/** An actor at work. */
export interface Act {
  readonly client: SimClient;
  readonly random: Random;
  readonly settings: ListenerSettings;
  readonly now: () => number;
  /** From now on the connection may close for this reason; `reason` is asked at the close. */
  readonly expect: (reason: () => Expected) => void;
}

/** Waits for the milliseconds that it yields. When it ends, the connection is left to the server. */
export type Script = (act: Act) => Generator<number, void, void>;

/** Servers that an actor may go to: `usual` has the daemon's settings, `strict` closes for pings and idleness, `aged` by age. */
export type ServerKind = 'usual' | 'strict' | 'aged';

/** A kind of client. */
export interface Actor {
  readonly name: string;
  /** How often it comes, beside the others. */
  readonly weight: number;
  readonly servers: readonly ServerKind[];
  readonly script: Script;
}

const everywhere: readonly ServerKind[] = ['usual', 'strict', 'aged'];

/** The end that a client brings about by closing. */
function closedByClient({ client }: Act, afterGoaway = false): () => Expected {
  // What is open is open now: answers that come later find no reader.
  const openStreams = client.open;
  return () => ({ cause: { kind: 'peer-closed', openStreams, afterGoaway } });
}

function* calls({ client, random }: Act, count: number, pauseMs: number): Generator<number, void, void> {
  for (let call = 0; call < count; call++) {
    switch (random.below(6)) {
      case 0:
        client.call(simPath.pour, String(random.below(10)));
        break;
      case 1:
        client.call(simPath.hang, '', `${1 + random.below(2000)}m`);
        break;
      case 2: {
        const id = client.call(simPath.hang);
        yield 300 + random.below(2000);
        client.cancel(id);
        break;
      }
      default:
        client.call(simPath.echo, 'x'.repeat(random.below(3000)));
    }
    yield random.below(pauseMs);
  }
}

/** Lets calls with a deadline end. */
const untilAnswered = 2500;

/** Calls that end, and then FIN. */
function* polite(act: Act): Generator<number, void, void> {
  act.client.greet();
  yield* calls(act, 1 + act.random.below(12), act.random.pick([50, 3000, 20_000]));
  yield untilAnswered;
  act.expect(closedByClient(act));
  act.client.socket.fin();
}

function* farewell(act: Act): Generator<number, void, void> {
  const { client, random } = act;
  client.greet();
  yield* calls(act, random.below(5), 2000);
  yield untilAnswered;
  client.goaway(0);
  if (random.chance(0.5)) {
    act.expect(closedByClient(act, true));
    client.socket.fin();
  } else {
    // It says that it goes, and stays: a second is all it gets.
    const at = act.now() + 1000;
    act.expect(() => ({ cause: { kind: 'peer-closed', openStreams: 0, afterGoaway: true }, at }));
  }
}

function* complains(act: Act): Generator<number, void, void> {
  const { client } = act;
  client.greet();
  yield* calls(act, 1, 500);
  client.goaway(errorCode.INTERNAL_ERROR, 'I do not like it');
  act.expect(() => ({
    cause: { kind: 'peer-error', code: errorCode.INTERNAL_ERROR, debugData: 'I do not like it' },
  }));
  client.socket.fin();
}

/** Killed with calls open: FIN, as the kernel of a killed process sends it, or RST, or half-closed. */
function* killed(act: Act): Generator<number, void, void> {
  const { client, random } = act;
  client.greet();
  yield* calls(act, random.below(4), 1000);
  yield untilAnswered;
  for (let open = 1 + random.below(5); open > 0; open--) {
    client.call(random.pick([simPath.hang, simPath.tick]));
  }
  yield random.below(15_000);
  if (random.chance(0.5)) {
    act.expect(closedByClient(act));
    client.socket.fin();
    return;
  }
  const cause = {
    kind: 'peer-reset',
    openStreams: client.open,
    silentMs: act.now() - client.lastSentAt,
  } as const;
  act.expect(() => ({ cause }));
  client.socket.fail('ECONNRESET');
}

function* timedOut(act: Act): Generator<number, void, void> {
  act.client.greet();
  yield* calls(act, 2, 1000);
  act.expect(() => ({ cause: { kind: 'socket-error', code: 'ETIMEDOUT' } }));
  act.client.socket.fail('ETIMEDOUT');
}

/** Gone without a word: asleep, or behind a firewall that has forgotten it. */
function* vanished(act: Act): Generator<number, void, void> {
  const { client, random, settings } = act;
  client.greet();
  yield* calls(act, random.below(3), 1000);
  yield untilAnswered;
  if (random.chance(0.4)) {
    client.call(random.pick([simPath.hang, simPath.tick]));
  }
  yield random.below(8000);
  client.socket.lose();
  const { keepaliveMs, keepaliveTimeoutMs: timeoutMs } = settings.timers;
  act.expect(() => ({
    cause: { kind: 'keepalive-timeout', timeoutMs, loopDelayMs: 0 },
    at: client.lastSentAt + keepaliveMs + timeoutMs,
  }));
}

/** Answers no pings, and is there all the same: C-core would call it dead, and so do we. */
function* deaf(act: Act): Generator<number, void, void> {
  const { client, settings } = act;
  client.greet(65_535, { pings: false });
  const { keepaliveMs, keepaliveTimeoutMs: timeoutMs } = settings.timers;
  act.expect(() => ({
    cause: { kind: 'keepalive-timeout', timeoutMs, loopDelayMs: 0 },
    at: client.lastSentAt + keepaliveMs + timeoutMs,
  }));
  yield 0;
}

/** Asks for much and reads nothing. */
function* readsNothing(act: Act): Generator<number, void, void> {
  const { client, random, settings } = act;
  client.greet(16 * 2 ** 20);
  yield* calls(act, random.below(3), 1000);
  yield untilAnswered;
  client.socket.stopReading();
  client.call(simPath.pour, '100');
  const at = act.now() + settings.timers.writeMs;
  act.expect(() => ({ cause: { kind: 'write-timeout', timeoutMs: settings.timers.writeMs }, at }));
}

/** Asks for much and reads it in its own time. */
function* readsSlowly(act: Act): Generator<number, void, void> {
  const { client, random } = act;
  client.greet(16 * 2 ** 20);
  client.call(simPath.pour, String(20 + random.below(60)));
  while (client.open > 0) {
    client.socket.stopReading();
    yield random.below(20_000);
    client.socket.startReading();
    yield random.below(20);
  }
  act.expect(closedByClient(act));
  client.socket.fin();
}

/** Never opens its windows: that is its right, and costs nothing but memory. */
function* grantsNothing(act: Act): Generator<number, void, void> {
  const { client, random } = act;
  client.greet(0);
  client.call(simPath.pour, '4');
  yield random.below(60_000);
  act.expect(closedByClient(act));
  client.socket.fin();
}

function* idles(act: Act): Generator<number, void, void> {
  const { client, random, settings } = act;
  client.greet();
  yield* calls(act, random.below(3), 3000);
  yield untilAnswered;
  const { maxIdleMs } = settings.timers;
  act.expect(() => ({ cause: { kind: 'max-idle' }, at: Math.max(act.now(), client.begunAt + maxIdleMs) }));
}

/** Keeps a call open beyond the age of its connection. */
function* staysOn(act: Act): Generator<number, void, void> {
  const { client } = act;
  client.greet();
  client.call(act.random.pick([simPath.hang, simPath.tick]));
  // The server's age is what ends it.
  yield 0;
}

/** Calls until it is told to go. */
function* getsOld(act: Act): Generator<number, void, void> {
  act.client.greet();
  while (act.client.goodbyes.length === 0) {
    yield* calls(act, 1, 4000);
  }
  yield untilAnswered;
}

/** A keepalive that is too fast. Where that is only warned of, it is let. */
function* pingsTooOften(act: Act): Generator<number, void, void> {
  const { client, random, settings } = act;
  const { mode, minIntervalMs, permitWithoutCalls } = settings.pings;
  client.greet();
  if (random.chance(0.5)) {
    client.call(simPath.hang);
  }
  yield 10;
  const intervalMs = 1000 + random.below(4000);
  for (let ping = 1; ping <= 6; ping++) {
    if (mode === 'strict' && ping >= settings.pings.maxStrikes + 2) {
      const at = act.now();
      // Its call may be over by now, as the server shuts down; the answer has forgiven the pings before.
      const allowedMs = client.open > 0 || permitWithoutCalls ? minIntervalMs : 7_200_000;
      act.expect(() => ({ cause: { kind: 'too-many-pings', intervalMs, allowedMs }, at }));
    }
    client.ping();
    yield intervalMs;
  }
  act.expect(closedByClient(act));
  client.socket.fin();
}

/** A keepalive that is as it should be. */
function* pingsWell(act: Act): Generator<number, void, void> {
  const { client, random, settings } = act;
  client.greet();
  client.call(simPath.hang);
  const pauseMs = Math.max(settings.pings.minIntervalMs, 1000) + 1;
  for (let ping = random.below(5); ping > 0; ping--) {
    yield pauseMs;
    client.ping();
  }
  act.expect(closedByClient(act));
  client.socket.fin();
}

function* connectsOnly(act: Act): Generator<number, void, void> {
  yield act.random.below(5000);
  act.expect(closedByClient(act));
  act.client.socket.fin();
}

/** Nothing, or a part of the preface. */
function* saysNothing(act: Act): Generator<number, void, void> {
  const { client, random, settings } = act;
  const { prefaceMs: timeoutMs } = settings.timers;
  const receivedBytes = random.below(preface.length);
  const at = act.now() + timeoutMs;
  for (let byte = 0; byte < receivedBytes; byte++) {
    client.raw(preface.subarray(byte, byte + 1));
    yield 100;
  }
  act.expect(() => ({ cause: { kind: 'preface-timeout', timeoutMs, receivedBytes }, at }));
}

function* acknowledgesNothing(act: Act): Generator<number, void, void> {
  const { client, settings } = act;
  client.greet(65_535, { settings: false });
  const timeoutMs = settings.timers.settingsAckMs;
  const at = act.now() + timeoutMs;
  act.expect(() => ({ cause: { kind: 'settings-timeout', timeoutMs }, at }));
  // Not idle, and not silent.
  client.call(simPath.hang);
  while (!client.isGone) {
    yield 4000;
    client.send(windowUpdateFrame(0, 1));
  }
}

/** Slow loris: headers that never end. */
function* neverEndsHeaders(act: Act): Generator<number, void, void> {
  const { client, random, settings } = act;
  client.greet();
  yield 50;
  // What it said in between would be taken for a part of its headers.
  client.fallSilent();
  const block = client.block(simPath.echo);
  const bytes = headersFrames(client.nextStream(), block, { splitAt: [10] });
  const timeoutMs = settings.timers.headerBlockMs;
  const at = act.now() + timeoutMs;
  client.raw(bytes.subarray(0, frameHeaderBytes));
  act.expect(() => ({ cause: { kind: 'headers-timeout', timeoutMs }, at }));
  for (let sent = frameHeaderBytes, end = sent + random.below(25); sent < end; sent++) {
    client.raw(bytes.subarray(sent, sent + 1));
    yield 250;
  }
}

const strangers: readonly (readonly [protocol: 'http1' | 'tls' | 'unknown', bytes: string])[] = [
  ['http1', 'GET /v1/models/digits HTTP/1.1\r\nHost: here\r\n\r\n'],
  ['http1', 'POST /v1/models/digits:predict HTTP/1.1\r\nContent-Length: 9\r\n\r\n'],
  ['tls', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['unknown', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['unknown', '\x00\x00\x00\x2f\xff'],
];

function* wrongDoor(act: Act): Generator<number, void, void> {
  const { client, random } = act;
  const [protocol, bytes] = random.pick(strangers);
  const at = act.now();
  act.expect(() => ({ cause: { kind: 'wrong-protocol', protocol }, at }));
  client.raw(Buffer.from(bytes, 'latin1'));
  yield 0;
}

/** What breaks a rule, and the code that has to name it. */
const breaches: readonly (readonly [
  code: Extract<CloseCause, { kind: 'protocol-error' }>['code'],
  bytes: (client: SimClient) => Buffer,
])[] = [
  ['PROTOCOL_ERROR', () => dataFrame(0, Buffer.alloc(10))],
  ['PROTOCOL_ERROR', (client) => headersFrames(2, client.block(simPath.echo))],
  ['FRAME_SIZE_ERROR', () => frame(frameType.data, 0, 1, Buffer.alloc(16_385))],
  ['FRAME_SIZE_ERROR', () => frame(frameType.ping, 0, 0, Buffer.alloc(7))],
  ['COMPRESSION_ERROR', () => headersFrames(1, Buffer.of(0xff, 0xff, 0x0f))],
  ['FLOW_CONTROL_ERROR', () => windowUpdateFrame(0, 2 ** 31 - 1)],
];

function* breaksRule(act: Act): Generator<number, void, void> {
  const { client, random } = act;
  client.greet();
  yield random.below(500);
  const [code, bytes] = random.pick(breaches);
  const at = act.now();
  act.expect(() => ({ cause: { kind: 'protocol-error', code }, at }));
  client.raw(bytes(client));
  yield 0;
}

/** Frames of a flood, more than any guard lets through. */
const floods: readonly (readonly [flood: Flood, times: number, bytes: (client: SimClient) => Buffer])[] = [
  ['ping', 1200, () => pingFrame()],
  ['settings', 150, () => settingsFrame([[4, 65_535]])],
  ['priority', 700, () => priorityFrame(1, { dependsOn: 0 })],
  ['window-update', 2300, () => windowUpdateFrame(0, 1)],
  [
    'rapid-reset',
    1200,
    (client) => {
      const id = client.nextStream();
      return Buffer.concat([headersFrames(id, client.block(simPath.hang)), resetFrame(id, errorCode.CANCEL)]);
    },
  ],
  ['continuation', 10_000, (client) => continuation(client)],
];

/** HEADERS that never end at first, and then more of the same. */
function continuation(client: SimClient): Buffer {
  return client.nextStream() === 1 ? frame(frameType.headers, 0, 1) : frame(frameType.continuation, 0, 1);
}

function* floodsIt(act: Act): Generator<number, void, void> {
  const { client, random, settings } = act;
  client.greet();
  yield 5;
  const [flood, times, bytes] = random.pick(floods);
  // In strict mode a flood of pings has broken the ping policy long before.
  const cause: Evidence =
    flood === 'ping' && settings.pings.mode === 'strict'
      ? { kind: 'too-many-pings' }
      : { kind: 'flood', flood };
  const at = act.now();
  act.expect(() => ({ cause, at }));
  const frames = Array.from({ length: times }, () => bytes(client));
  client.send(...frames);
  yield 0;
}

/** Streams beyond the limit, on and on. */
function* overcrowds(act: Act): Generator<number, void, void> {
  const { client, settings } = act;
  client.greet();
  yield 5;
  const at = act.now();
  act.expect(() => ({ cause: { kind: 'flood', flood: 'refused-streams' }, at }));
  const times = settings.limits.maxConcurrentStreams + 5200;
  const frames = Array.from({ length: times }, () =>
    headersFrames(client.nextStream(), client.block(simPath.hang)),
  );
  client.send(...frames);
  yield 0;
}

/** All of them. */
export const actors: readonly Actor[] = [
  { name: 'polite', weight: 14, servers: everywhere, script: polite },
  { name: 'farewell', weight: 4, servers: everywhere, script: farewell },
  { name: 'complains', weight: 2, servers: everywhere, script: complains },
  { name: 'killed', weight: 8, servers: everywhere, script: killed },
  { name: 'timed out', weight: 1, servers: everywhere, script: timedOut },
  { name: 'vanished', weight: 6, servers: everywhere, script: vanished },
  { name: 'deaf', weight: 1, servers: ['usual'], script: deaf },
  { name: 'reads nothing', weight: 2, servers: everywhere, script: readsNothing },
  { name: 'reads slowly', weight: 3, servers: ['usual', 'strict'], script: readsSlowly },
  { name: 'grants nothing', weight: 2, servers: everywhere, script: grantsNothing },
  { name: 'idles', weight: 3, servers: ['strict'], script: idles },
  { name: 'stays on', weight: 3, servers: ['aged'], script: staysOn },
  { name: 'gets old', weight: 3, servers: ['aged'], script: getsOld },
  { name: 'pings too often', weight: 5, servers: everywhere, script: pingsTooOften },
  { name: 'pings well', weight: 2, servers: ['strict'], script: pingsWell },
  { name: 'connects only', weight: 4, servers: everywhere, script: connectsOnly },
  { name: 'says nothing', weight: 3, servers: everywhere, script: saysNothing },
  { name: 'acknowledges nothing', weight: 2, servers: ['usual'], script: acknowledgesNothing },
  { name: 'never ends its headers', weight: 3, servers: everywhere, script: neverEndsHeaders },
  { name: 'wrong door', weight: 5, servers: everywhere, script: wrongDoor },
  { name: 'breaks a rule', weight: 5, servers: everywhere, script: breaksRule },
  { name: 'floods', weight: 5, servers: everywhere, script: floodsIt },
  { name: 'overcrowds', weight: 1, servers: ['strict'], script: overcrowds },
];

// Random gRPC conversations from a seed: what a client says on one connection, in which pieces and in which disorder.
import { Random } from '../../unit/codec/support/random.ts';
import type { HeaderField } from '../../../server/wire/http2/contract.ts';
import type { ErrorCode } from '../../../server/errors.ts';
import { wirePath } from '../wire-service.ts';
import {
  frame,
  pingFrame,
  priorityFrame,
  setting,
  settingsFrame,
  windowUpdateFrame,
  type Priority,
} from './frame.ts';
import { messageBytes, type MessageEncoding } from './grpc-message.ts';

/** What of a call's end is compared. */
export type Expectation =
  /** Everything: status, text, messages. */
  | 'all'
  /** The status; texts of transports differ. */
  | 'status'
  /** Nothing: the client left, and what had come by then is a matter of time. */
  | 'nothing';

/** A call of a conversation. */
export interface PlannedCall {
  readonly path: string;
  readonly metadata: readonly HeaderField[];
  readonly timeout: string | undefined;
  readonly encoding: MessageEncoding;
  readonly padding: number | undefined;
  readonly priority: Priority | undefined;
  /** Where its header block is cut, as parts of its length. */
  readonly headerCuts: readonly number[];
  /** Its messages with their prefixes, one after the other. */
  readonly content: Buffer;
  /** Its client leaves at some time. */
  readonly isCancelled: boolean;
  readonly expect: Expectation;
}

/** What the client does next. */
export type Step =
  | { readonly kind: 'begin'; readonly call: number }
  /** So many octets of the call's content, in frames of at most `frameBytes`; `last`: END_STREAM with the last octet. */
  | {
      readonly kind: 'write';
      readonly call: number;
      readonly begin: number;
      readonly end: number;
      readonly frameBytes: number;
      readonly padding: number | undefined;
      readonly last: boolean;
    }
  /** END_STREAM on an empty frame. */
  | { readonly kind: 'close'; readonly call: number }
  | { readonly kind: 'cancel'; readonly call: number }
  /** Frames that belong to no call. */
  | { readonly kind: 'frames'; readonly bytes: Buffer }
  /** The server gets time to do something. */
  | { readonly kind: 'pause' };

/** All that a client says on one connection. */
export interface Conversation {
  readonly seed: number;
  readonly settings: readonly (readonly [identifier: number, value: number])[];
  readonly grantAfterBytes: number;
  readonly calls: readonly PlannedCall[];
  readonly steps: readonly Step[];
}

/** The least window that streams ever have here, but for the moments in which it is shut. */
const leastWindowBytes = 1_024;

/** What a conversation may be. */
export interface ConversationLimits {
  readonly calls: number;
  readonly messageBytes: number;
}

/** The conversation of a seed. */
export function conversationOf(
  seed: number,
  limits: ConversationLimits = { calls: 8, messageBytes: 2 * 2 ** 20 },
): Conversation {
  const random = new Random(seed);
  // Most conversations are small: the large ones cost as much as a hundred of them.
  const messageBytes = Math.ceil(limits.messageBytes / 2 ** (2 * random.below(6)));
  const calls = Array.from({ length: 1 + random.below(limits.calls) }, () => planCall(random, messageBytes));
  const window = random.pick([leastWindowBytes, 16_384, 65_535, 2 ** 20, 2 ** 31 - 1]);
  return {
    seed,
    settings: [
      [setting.initialWindowSize, window],
      ...(random.chance(0.3) ? ([[setting.maxFrameSize, 16_384 + random.below(2 ** 20)]] as const) : []),
      ...(random.chance(0.3) ? ([[setting.headerTableSize, random.below(8_192)]] as const) : []),
      ...(random.chance(0.3) ? ([[setting.enablePush, 0]] as const) : []),
      ...(random.chance(0.2) ? ([[0x100 + random.below(1_000), random.below(2 ** 31)]] as const) : []),
    ],
    grantAfterBytes: 1 + random.below(leastWindowBytes),
    calls,
    steps: interleave(random, calls, window),
  };
}

const errors: readonly ErrorCode[] = [
  'MODEL_UNKNOWN',
  'DRAINING',
  'BATCH_QUEUE_FULL',
  'LOAD_CANCELLED',
  'INTERNAL',
];
const texts = ['', 'plain', 'percent % and "quotes"', 'ümlaut ☺ 😈', '\t\r\n', 'x'.repeat(1_000)];
const metadataKeys = ['x-one', 'x-two', 'x-three-bin'];

function planCall(random: Random, largest: number): PlannedCall {
  const kind = random.pick(
    Object.keys(wirePath).filter((name) => name !== 'counts') as (keyof typeof wirePath)[],
  );
  const encoding = random.pick<MessageEncoding>(['identity', 'identity', 'identity', 'gzip', 'deflate']);
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const sized = (): Buffer => fill(random, sizeUpTo(random, largest));
  const messages: Record<keyof typeof wirePath, () => Buffer[]> = {
    echo: () => [sized()],
    fail: () => [json({ code: random.pick(errors), message: random.pick(texts), ...pushback(random) })],
    metadata: () => [json(metadataKeys)],
    wait: () => [sized()],
    counts: () => [],
    produce: () => [json(Array.from({ length: random.below(20) }, () => sizeUpTo(random, largest / 4)))],
    collect: () =>
      Array.from({ length: random.below(20) }, () => fill(random, sizeUpTo(random, largest / 4))),
    converse: () =>
      Array.from({ length: random.below(20) }, () => fill(random, sizeUpTo(random, largest / 4))),
  };
  const unknown = random.chance(0.05);
  const isCancelled = random.chance(0.08);
  return {
    path: unknown ? random.pick(['/perch.test.Wire/None', '/none.None/Echo', '/']) : wirePath[kind],
    metadata: Array.from({ length: random.below(6) }, () => randomField(random)),
    timeout:
      kind === 'wait' ? `${1 + random.below(50)}m` : random.pick([undefined, '1H', '99999999S', '60000000u']),
    encoding,
    padding: random.chance(0.2) ? random.below(256) : undefined,
    priority: random.chance(0.2)
      ? { dependsOn: 2 * random.below(20) + 1_001, exclusive: random.chance(0.5), weight: random.below(256) }
      : undefined,
    headerCuts: random.chance(0.3) ? Array.from({ length: random.below(5) }, () => random.next()).sort() : [],
    // A message is compressed or not as it pleases its sender.
    content: Buffer.concat(
      messages[kind]().map((message) => messageBytes(message, random.chance(0.3) ? 'identity' : encoding)),
    ),
    isCancelled,
    expect: isCancelled ? 'nothing' : unknown || kind === 'wait' ? 'status' : 'all',
  };
}

function pushback(random: Random): { retryAfterMs?: number } {
  return random.chance(0.5) ? { retryAfterMs: random.below(10_000) } : {};
}

function randomField(random: Random): HeaderField {
  const key = random.pick(metadataKeys);
  return key.endsWith('-bin')
    ? [key, random.bytes(random.below(50)).toString('base64').replace(/=+$/, '')]
    : [
        key,
        String.fromCharCode(...Array.from({ length: 1 + random.below(40) }, () => 0x21 + random.below(0x5e))),
      ];
}

/** Sizes of every order of magnitude, and none. */
function sizeUpTo(random: Random, largest: number): number {
  return random.chance(0.1) ? 0 : Math.floor(largest ** random.next());
}

function fill(random: Random, size: number): Buffer {
  return Buffer.alloc(size, random.bytes(1 + random.below(64)));
}

/** The steps of all calls, each call's in order, with noise in between. */
function interleave(random: Random, calls: readonly PlannedCall[], window: number): Step[] {
  const queues = calls.map((call, index) => stepsOf(random, call, index));
  const steps: Step[] = [];
  let reopen: Step | undefined;
  while (queues.some((queue) => queue.length > 0)) {
    const queue = random.pick(queues.filter((each) => each.length > 0));
    // Several steps of one call in a row are as real as a change at every step.
    steps.push(...queue.splice(0, 1 + random.below(4)));
    if (random.chance(0.15)) {
      steps.push({ kind: 'frames', bytes: noise(random) });
    }
    if (random.chance(0.1)) {
      steps.push({ kind: 'pause' });
    }
    if (reopen !== undefined) {
      steps.push(reopen);
      reopen = undefined;
    } else if (random.chance(0.05)) {
      steps.push(windowSetting(0), { kind: 'pause' });
      reopen = windowSetting(random.pick([window, leastWindowBytes]));
    }
  }
  return reopen === undefined ? steps : [...steps, reopen];
}

function windowSetting(bytes: number): Step {
  return { kind: 'frames', bytes: settingsFrame([[setting.initialWindowSize, bytes]]) };
}

function stepsOf(random: Random, call: PlannedCall, index: number): Step[] {
  const steps: Step[] = [{ kind: 'begin', call: index }];
  const { length } = call.content;
  const cuts = Array.from({ length: random.below(6) }, () => random.below(length + 1)).sort((a, b) => a - b);
  const closesApart = random.chance(0.3);
  [0, ...cuts].forEach((begin, at) => {
    const end = cuts[at] ?? length;
    const padding = random.chance(0.15) ? random.below(256) : undefined;
    const frameBytes = random.pick([
      16_384,
      16_384,
      1 + random.below(16_384),
      Math.ceil((end - begin) / 3) + 1,
    ]);
    const last = at === cuts.length && !closesApart;
    steps.push({ kind: 'write', call: index, begin, end, frameBytes, padding, last });
  });
  if (closesApart) {
    steps.push({ kind: 'close', call: index });
  }
  if (call.isCancelled) {
    steps.splice(1 + random.below(steps.length), 0, { kind: 'cancel', call: index });
  }
  return steps;
}

/** Frames that must not matter: PING, unknown types, PRIORITY, settings, windows that open further. */
function noise(random: Random): Buffer {
  const kinds = [
    () => pingFrame(random.bytes(8)),
    () =>
      frame(
        0x20 + random.below(0xd0),
        random.below(256),
        random.below(2 ** 31),
        random.bytes(random.below(100)),
      ),
    () => priorityFrame(2 * random.below(500) + 1, { dependsOn: 0, weight: random.below(256) }),
    () => settingsFrame([[setting.maxConcurrentStreams, random.below(1_000)]]),
    () => settingsFrame([]),
    () => settingsFrame([[setting.maxFrameSize, 16_384 + random.below(100_000)]]),
    () => windowUpdateFrame(0, 1 + random.below(100_000)),
  ];
  return random.pick(kinds)();
}

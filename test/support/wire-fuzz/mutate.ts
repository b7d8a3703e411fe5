// Mutations of what a client says: of frames as wholes, of their headers, and of octets anywhere.
import type { Random } from '../../unit/codec/support/random.ts';
import {
  dataFrame,
  flag,
  frame,
  frameType,
  goawayFrame,
  headersFrames,
  pingFrame,
  priorityFrame,
  resetFrame,
  setting,
  settingsFrame,
  windowUpdateFrame,
} from '../h2-client/frame.ts';
import { offset } from './corpus.ts';

/** Numbers at which implementations go wrong. */
const numbers = [
  0,
  1,
  2,
  3,
  7,
  127,
  128,
  255,
  16_383,
  16_384,
  16_385,
  65_535,
  65_536,
  2 ** 20,
  2 ** 24 - 1,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
];

/** Changes `frames` in place, mostly once or twice: what is too wrong ends at its first frames. Up to eight times; `others` are conversations to take frames from. */
export function mutateFrames(random: Random, frames: Buffer[], others: readonly (readonly Buffer[])[]): void {
  for (let times = 1 + random.below(2 ** random.below(4)); times > 0; times--) {
    const at = random.below(frames.length + 1);
    const chosen = frames[at];
    switch (random.below(9)) {
      case 0:
        frames.splice(at, 1);
        break;
      case 1:
        frames.splice(at, 0, hostileFrame(random));
        break;
      case 2:
        // A flood, mostly a small one.
        if (chosen !== undefined) {
          frames.splice(at, 0, ...Array<Buffer>(random.below(2 ** random.below(9))).fill(chosen));
        }
        break;
      case 3:
        frames.splice(at, 0, random.pick(random.pick(others)));
        break;
      case 4:
        if (chosen !== undefined && at > 0) {
          frames.splice(at, 1);
          frames.splice(random.below(frames.length + 1), 0, chosen);
        }
        break;
      default:
        if (chosen !== undefined) {
          frames[at] = mutateFrame(random, chosen);
        }
    }
  }
}

/** A copy of a frame with something wrong. */
function mutateFrame(random: Random, original: Buffer): Buffer {
  const copy = Buffer.from(original);
  switch (random.below(8)) {
    case 0:
      copy[offset.type] = random.chance(0.8) ? random.below(10) : random.below(256);
      return copy;
    case 1:
      copy[offset.flags]! ^= 1 << random.below(8);
      return copy;
    case 2:
      copy.writeUInt32BE(random.chance(0.7) ? random.below(20) : random.pick(numbers) >>> 0, offset.stream);
      return copy;
    case 3:
      // A length that is a lie: what follows is read at the wrong place.
      copy.writeUIntBE(random.chance(0.7) ? random.below(100) : random.pick(numbers) % 2 ** 24, 0, 3);
      return copy;
    case 4: {
      const payload = copy.subarray(
        offset.payload,
        offset.payload + random.below(copy.length - offset.payload + 1),
      );
      return frame(copy[offset.type]!, copy[offset.flags]!, copy.readUInt32BE(offset.stream), payload);
    }
    case 5: {
      const longer = Buffer.concat([copy.subarray(offset.payload), random.bytes(random.below(40))]);
      return frame(copy[offset.type]!, copy[offset.flags]!, copy.readUInt32BE(offset.stream), longer);
    }
    default:
      mutateOctets(random, copy.subarray(offset.payload), 1 + random.below(6));
      return copy;
  }
}

/** Changes octets of `bytes` in place. */
export function mutateOctets(random: Random, bytes: Buffer, times: number): void {
  for (let i = 0; i < times && bytes.length > 0; i++) {
    const at = random.below(bytes.length);
    bytes[at] = random.chance(0.5) ? bytes[at]! ^ (1 << random.below(8)) : random.below(256);
  }
}

function hostileFrame(random: Random): Buffer {
  const streamId = random.chance(0.8) ? 2 * random.below(8) + 1 : random.below(20);
  const kinds: (() => Buffer)[] = [
    () => windowUpdateFrame(random.chance(0.3) ? 0 : streamId, random.pick(numbers)),
    () => resetFrame(streamId, random.below(20)),
    () => settingsFrame([[random.pick(Object.values(setting)), random.pick(numbers)]]),
    () =>
      settingsFrame(Array.from({ length: random.below(40) }, () => [random.below(10), random.pick(numbers)])),
    () => pingFrame(random.bytes(8), random.chance(0.3)),
    () => goawayFrame(random.below(20), random.below(15), 'fuzz'),
    () => priorityFrame(streamId, { dependsOn: random.below(20), exclusive: random.chance(0.5) }),
    () => dataFrame(streamId, random.bytes(random.below(60)), { endStream: random.chance(0.3) }),
    () => dataFrame(streamId, Buffer.alloc(0)),
    () => dataFrame(streamId, Buffer.alloc(random.below(16_384))),
    () => frame(frameType.data, flag.padded, streamId, random.bytes(random.below(4))),
    () => headersFrames(streamId, random.bytes(random.below(60)), { endStream: random.chance(0.5) }),
    () => frame(frameType.headers, 0, streamId, random.bytes(random.below(30))),
    () =>
      frame(
        frameType.continuation,
        random.chance(0.5) ? flag.endHeaders : 0,
        streamId,
        random.bytes(random.below(30)),
      ),
    () => frame(frameType.pushPromise, flag.endHeaders, streamId, random.bytes(random.below(30))),
    () => frame(random.below(256), random.below(256), random.below(20), random.bytes(random.below(30))),
  ];
  return random.pick(kinds)();
}

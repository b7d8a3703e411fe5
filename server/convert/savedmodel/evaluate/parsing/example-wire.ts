// The wire format of tf.Example, exactly as leniently as TensorFlow's fast parser reads it (example_proto_fast_parsing.cc).
import { latin1Of } from '../strings/ascii.ts';

/** Bytes that are no tf.Example. What is wrong matters to nobody: TensorFlow names the whole. */
export class ExampleError extends Error {}

/** A feature of an example, not parsed yet: a part of its bytes. */
export interface RawFeature {
  /** Its name, one character for each byte. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

const firstField = 10;
const secondField = 18;

/** Reads a varint, a tag or a length inside of some bytes. */
export class ExampleCursor {
  readonly bytes: Uint8Array;
  position: number;
  /** Bits 0-31 and 32-63 of the last varint. */
  low = 0;
  high = 0;

  constructor(bytes: Uint8Array, position = 0) {
    this.bytes = bytes;
    this.position = position;
  }

  /** Whether the next byte is this tag; then it is read. */
  takes(tag: number, limit: number): boolean {
    if (this.position >= limit || this.bytes[this.position] !== tag) {
      return false;
    }
    this.position++;
    return true;
  }

  /** Reads a varint of up to ten bytes into `low` and `high`. */
  varint(limit: number): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.bytes[this.position];
      if (byte === undefined || this.position >= limit) {
        throw new ExampleError();
      }
      this.position++;
      const bits = byte & 127;
      if (shift < 28) {
        low |= bits << shift;
      } else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else {
        high |= bits << (shift - 32);
      }
      if (byte < 128) {
        this.low = low;
        this.high = high;
        return;
      }
    }
    throw new ExampleError();
  }

  /** Reads a length and gives where what it measures ends: never beyond the limit, as a limit pushed in protobuf's reader. */
  end(limit: number): number {
    this.varint(limit);
    return Math.min(limit, this.position + (this.low >>> 0));
  }

  /** As `end`, for bytes that must all be there. */
  wholeEnd(limit: number): number {
    this.varint(limit);
    const end = this.position + (this.low >>> 0);
    if (end > limit) {
      throw new ExampleError();
    }
    return end;
  }

  /** Skips a field of another kind. Groups are refused. */
  skipField(limit: number): void {
    this.varint(limit);
    const type = this.low & 7;
    if (type === 0) {
      this.varint(limit);
    } else if (type === 2) {
      this.position = this.wholeEnd(limit);
    } else if (type === 1 || type === 5) {
      this.position += type === 1 ? 8 : 4;
    } else {
      throw new ExampleError();
    }
    if (this.position > limit) {
      throw new ExampleError();
    }
  }
}

/** The features of an example in their order; a key may come more than once. Throws ExampleError. */
export function featuresOf(bytes: Uint8Array): RawFeature[] {
  const features: RawFeature[] = [];
  const cursor = new ExampleCursor(bytes);
  while (cursor.position < bytes.length) {
    if (!cursor.takes(firstField, bytes.length)) {
      cursor.skipField(bytes.length);
      continue;
    }
    const end = cursor.end(bytes.length);
    while (cursor.position < end) {
      if (!cursor.takes(firstField, end)) {
        throw new ExampleError();
      }
      features.push(entryOf(cursor, cursor.end(end)));
    }
  }
  return features;
}

function entryOf(cursor: ExampleCursor, limit: number): RawFeature {
  if (!cursor.takes(firstField, limit)) {
    throw new ExampleError();
  }
  const keyEnd = cursor.wholeEnd(limit);
  const key = latin1Of(cursor.bytes.subarray(cursor.position, keyEnd));
  cursor.position = keyEnd;
  if (!cursor.takes(secondField, limit)) {
    throw new ExampleError();
  }
  const end = cursor.wholeEnd(limit);
  const feature = { key, start: cursor.position, end };
  cursor.position = end;
  if (end !== limit) {
    throw new ExampleError();
  }
  return feature;
}

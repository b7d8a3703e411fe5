// Reads the protobuf wire format from bytes: a cursor, no object per field (protobuf.dev/programming-guides/encoding).
import { isUtf8 } from 'node:buffer';
import { PerchError } from '../errors.ts';

/** Wire types, the low three bits of a tag. */
export const wireType = {
  VARINT: 0,
  FIXED64: 1,
  LENGTH_DELIMITED: 2,
  START_GROUP: 3,
  END_GROUP: 4,
  FIXED32: 5,
} as const;

/** The tag of a field: its number and its wire type in one integer below 2^32. */
export function fieldTag(fieldNumber: number, type: number): number {
  return fieldNumber * 8 + type;
}

/** The work on a message in pieces: yields where others may have their turn. */
export type WireSteps<Result> = Generator<void, Result>;

/** So many fields or values are read between two yields: one or two milliseconds. */
export const valuesPerTurn = 16_384;

/** Of a packed run of varints that is only counted. */
const varintPieceBytes = 512 * 1024;

/** Groups inside groups in unknown fields; the limit of the C++ and Java parsers. */
const groupDepthLimit = 100;

/**
 * A cursor over one message.
 *
 * As strict as the C++ parser: a tag takes at most 5 bytes, a length at most 5 bytes and 2^31-1, a varint at most 10;
 * field number 0, wire types 6 and 7, a stray end of a group and anything that reaches past its container are errors.
 * Every method throws PerchError REQUEST_MALFORMED for these.
 */
export class WireReader {
  readonly bytes: Uint8Array;
  position = 0;
  /** Where the current (sub)message ends. */
  limit: number;
  /** Low and high 32 bits of what `varint64` read last, each 0 to 2^32-1. */
  low = 0;
  high = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.limit = bytes.length;
  }

  /** Whether the current (sub)message has been read to its end. */
  get done(): boolean {
    return this.position >= this.limit;
  }

  /** The tag of the next field. */
  tag(): number {
    const start = this.position;
    const tag = this.shortVarint(15, 'a tag');
    if (tag < 8) {
      this.position = start;
      throw this.malformed('field number 0');
    }
    return tag;
  }

  /** A length that fits into the current message. */
  length(): number {
    const length = this.shortVarint(7, 'a length');
    if (length > this.limit - this.position) {
      throw this.malformed('a field reaches past the end');
    }
    return length;
  }

  /** The low 32 bits of a varint, 0 to 2^32-1: how protobuf reads uint32, and with `| 0` int32 and enums. */
  varint32(): number {
    const first = this.bytes[this.position] ?? 128;
    if (first < 128 && this.position < this.limit) {
      this.position++;
      return first;
    }
    this.varint64();
    return this.low;
  }

  /** Reads a varint of up to 64 bits into `low` and `high`. */
  varint64(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
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
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    throw this.malformed('a varint is longer than 10 bytes');
  }

  /** A varint as int64, exact. */
  int64(): bigint {
    this.varint64();
    return BigInt.asIntN(64, (BigInt(this.high) << 32n) | BigInt(this.low));
  }

  /** A varint as int64; exact up to 2^53, and beyond that certainly no safe integer. */
  int64AsNumber(): number {
    this.varint64();
    return (this.high | 0) * 4294967296 + this.low;
  }

  /** A length-delimited field as a view, nothing copied. */
  view(): Uint8Array {
    const length = this.length();
    const start = this.position;
    this.position = start + length;
    return this.bytes.subarray(start, this.position);
  }

  /** A length-delimited field as text; refuses invalid UTF-8, as proto3 does. */
  string(): string {
    const view = this.view();
    if (!isUtf8(view)) {
      throw this.malformed('a string is not valid UTF-8');
    }
    return Buffer.from(view.buffer, view.byteOffset, view.length).toString('utf8');
  }

  /** Enters a length-delimited submessage; returns the limit to hand to `leave`. */
  enter(): number {
    const length = this.length();
    const outer = this.limit;
    this.limit = this.position + length;
    return outer;
  }

  /** Leaves a submessage that has been read to its end. */
  leave(outerLimit: number): void {
    this.limit = outerLimit;
  }

  /** Advances over `count` bytes. */
  advance(count: number): void {
    if (count > this.limit - this.position) {
      throw this.malformed('a field reaches past the end');
    }
    this.position += count;
  }

  /** Advances over the varints that fill the next `length` bytes, and counts them; yields after each `pieceBytes`. */
  *countVarints(length: number, pieceBytes = varintPieceBytes): WireSteps<number> {
    const { bytes } = this;
    const end = this.position + length;
    let count = 0;
    let run = 0;
    for (let position = this.position; position < end;) {
      const stop = Math.min(end, position + pieceBytes);
      for (; position < stop; position++) {
        if ((bytes[position] ?? 128) < 128) {
          count++;
          run = 0;
        } else if (++run === 10) {
          throw this.malformed('a varint is longer than 10 bytes');
        }
      }
      if (position < end) {
        yield;
      }
    }
    if (run > 0) {
      throw this.malformed('a packed field ends inside a varint');
    }
    this.position = end;
    return count;
  }

  /** Skips the value of the field whose tag was just read. */
  skip(tag: number): void {
    this.skipValue(tag, 0);
  }

  /** An error at the current position. */
  malformed(what: string): PerchError {
    return new PerchError(
      'REQUEST_MALFORMED',
      `The request is not a valid protocol buffer message: ${what} at byte ${this.position}.`,
    );
  }

  private skipValue(tag: number, depth: number): void {
    switch (tag & 7) {
      case wireType.VARINT:
        this.varint64();
        return;
      case wireType.FIXED64:
        this.advance(8);
        return;
      case wireType.LENGTH_DELIMITED:
        this.advance(this.length());
        return;
      case wireType.START_GROUP:
        this.skipGroup(tag, depth);
        return;
      case wireType.FIXED32:
        this.advance(4);
        return;
      default:
        throw this.malformed(`wire type ${tag & 7}`);
    }
  }

  private skipGroup(startTag: number, depth: number): void {
    if (depth >= groupDepthLimit) {
      throw this.malformed('groups are nested too deep');
    }
    const endTag = startTag + 1;
    for (let tag = this.tag(); tag !== endTag; tag = this.tag()) {
      this.skipValue(tag, depth + 1);
    }
  }

  private byte(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined || this.position >= this.limit) {
      throw this.malformed('the message ends too soon');
    }
    this.position++;
    return byte;
  }

  /** A varint of at most 5 bytes whose fifth byte is at most `lastByteLimit`. */
  private shortVarint(lastByteLimit: number, what: string): number {
    let value = this.byte();
    if (value < 128) {
      return value;
    }
    value &= 127;
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.byte();
      value |= (byte & 127) << shift;
      if (byte < 128) {
        return value;
      }
    }
    const last = this.byte();
    if (last > lastByteLimit) {
      throw this.malformed(`${what} is too long`);
    }
    return (value | (last << 28)) >>> 0;
  }
}

// The wire reader for messages in a model's files: what is wrong there is the file's fault, and it is bounded what a file may ask for.
import { WireReader, wireType } from '../../../codec/wire-reader.ts';
import { PerchError } from '../../../errors.ts';

/** Messages inside messages: the limit of the C++ and Java parsers. */
const deepest = 100;

/** Messages and list elements in one file. The largest graphs have about a million; each may take some hundred bytes here. */
const mostValues = 8_000_000;

/** The tag of a length-delimited field: text, bytes, a message, packed numbers. */
export function delimited(field: number): number {
  return field * 8 + wireType.LENGTH_DELIMITED;
}

/** The tag of a varint field: integers, bools, enums. */
export function varint(field: number): number {
  return field * 8 + wireType.VARINT;
}

/** The tag of a field of 4 bytes: float, fixed32. */
export function fixed32(field: number): number {
  return field * 8 + wireType.FIXED32;
}

/** The tag of a field of 8 bytes: double. */
export function fixed64(field: number): number {
  return field * 8 + wireType.FIXED64;
}

/** A cursor over a model's file. Every method throws SAVED_MODEL_INVALID for bytes that are not such a message. */
export class FileReader extends WireReader {
  /** For error texts: a name, never a path. */
  readonly fileName: string;
  private readonly words: DataView;
  private readonly buffer: Buffer;
  /** Short texts by a hash of their bytes. */
  private readonly texts: (string | undefined)[] = [];
  private depth = 0;
  private values = 0;

  constructor(bytes: Uint8Array, fileName: string) {
    // A plain array, so that slices of it are copies.
    super(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
    this.fileName = fileName;
    this.words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  override malformed(what: string): PerchError {
    return new PerchError(
      'SAVED_MODEL_INVALID',
      `${this.fileName} is not a valid protocol buffer message: ${what} at byte ${this.position}.`,
    );
  }

  /** Reads what is left of the current message: `read` gets each tag and reads or skips its value. */
  fields(read: (tag: number) => void): void {
    while (!this.done) {
      read(this.tag());
    }
  }

  /** Reads the submessage that follows. */
  message(read: (tag: number) => void): void {
    if (this.depth >= deepest) {
      throw this.malformed('messages are nested too deep');
    }
    this.count();
    const outer = this.enter();
    this.depth++;
    this.fields(read);
    this.depth--;
    this.leave(outer);
  }

  /** Reads the packed values that follow. */
  packed(read: () => void): void {
    const outer = this.enter();
    while (!this.done) {
      read();
    }
    this.leave(outer);
  }

  /** Reads what follows a tag of a repeated field of numbers: one of them, or many packed. */
  repeated<T>(tag: number, list: T[], read: (reader: FileReader) => T): void {
    const next = (): void => {
      this.count();
      list.push(read(this));
    };
    if ((tag & 7) === wireType.LENGTH_DELIMITED) {
      this.packed(next);
    } else {
      next();
    }
  }

  /** A text. Short ones that were met before are not made again: names of ops and attributes are most of a file. */
  override string(): string {
    const start = this.position;
    const length = this.length();
    const from = this.position;
    if (length > longestKept) {
      this.position = start;
      return super.string();
    }
    const { bytes } = this;
    const end = from + length;
    let hash = length;
    for (let at = from; at < end; at++) {
      const byte = bytes[at] ?? 128;
      if (byte > 127) {
        this.position = start;
        return super.string();
      }
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    this.position = end;
    const slot = (hash ^ (hash >>> 15)) & (keptTexts - 1);
    const kept = this.texts[slot];
    if (kept !== undefined && this.isText(kept, from, end)) {
      return kept;
    }
    const text = this.buffer.toString('latin1', from, end);
    this.texts[slot] = text;
    return text;
  }

  /** Counts an element of a list. */
  count(): void {
    this.values++;
    if (this.values > mostValues) {
      throw this.malformed(`there are more than ${mostValues} values`);
    }
  }

  /** A text in a list. */
  countedString(): string {
    this.count();
    return this.string();
  }

  /** A copy of a length-delimited field. */
  copy(): Uint8Array {
    this.count();
    const length = this.length();
    this.position += length;
    return this.bytes.slice(this.position - length, this.position);
  }

  bool(): boolean {
    this.varint64();
    return this.low !== 0 || this.high !== 0;
  }

  float(): number {
    const at = this.position;
    this.advance(4);
    return this.words.getFloat32(at, true);
  }

  fixed32(): number {
    const at = this.position;
    this.advance(4);
    return this.words.getUint32(at, true);
  }

  double(): number {
    const at = this.position;
    this.advance(8);
    return this.words.getFloat64(at, true);
  }

  /** An int64 that says how many, how large or where: up to 2^53. */
  safeInteger(): number {
    const value = this.int64AsNumber();
    if (!Number.isSafeInteger(value)) {
      throw this.malformed('a number is too large');
    }
    return value;
  }

  /** An entry of a map with text keys, the value by `readValue`. */
  mapEntry<V>(readValue: () => V, absent: V): readonly [string, V] {
    let key = '';
    let value = absent;
    this.message((tag) => {
      switch (tag) {
        case entryTags.key:
          key = this.string();
          break;
        case entryTags.value:
          value = readValue();
          break;
        default:
          this.skip(tag);
      }
    });
    return [key, value];
  }

  private isText(text: string, from: number, end: number): boolean {
    if (text.length !== end - from) {
      return false;
    }
    for (let index = 0; index < text.length; index++) {
      if (text.charCodeAt(index) !== this.bytes[from + index]) {
        return false;
      }
    }
    return true;
  }
}

/** Texts up to so many bytes are kept, at most so many of them. */
const longestKept = 64;
const keptTexts = 4096;

const entryTags = { key: delimited(1), value: delimited(2) } as const;

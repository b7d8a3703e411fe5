// Reads FlatBuffers: tables, vectors and strings in a file that nobody vouches for (google/flatbuffers, "FlatBuffers internals").
import { PerchError } from '../../errors.ts';

/** Longest vector of tables or numbers that is taken for real. */
const maximumLength = 1 << 28;

/** What is read, in sizes of the file: one whose tables share vectors could grow without end. */
const maximumReadings = 4;
const smallFileBytes = 1 << 16;

/** A file. Offsets are checked at every step; a wrong one throws MODEL_FILE_INVALID. */
export class FlatBuffer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  #unread: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#unread = maximumReadings * bytes.length + smallFileBytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The four letters behind the root's offset, `TFL3`. */
  get identifier(): string {
    return this.bytes.length < 8 ? '' : Buffer.from(this.bytes.subarray(4, 8)).toString('latin1');
  }

  root(): Table {
    return new Table(this, this.uint32(0));
  }

  uint32(at: number): number {
    this.#check(at, 4);
    return this.view.getUint32(at, true);
  }

  /** Where what the offset at `at` points to begins. */
  target(at: number): number {
    return at + this.uint32(at);
  }

  uint16(at: number): number {
    this.#check(at, 2);
    return this.view.getUint16(at, true);
  }

  /** The first element and the length of a vector of elements of `elementBytes`, all inside of the file. */
  vector(at: number, elementBytes: number): { readonly start: number; readonly length: number } {
    const length = this.uint32(at);
    if (length > maximumLength) {
      throw damaged();
    }
    this.#check(at + 4, length * elementBytes);
    return { start: at + 4, length };
  }

  /** As `vector`, for elements that are copied out of the file. */
  copied(at: number, elementBytes: number): { readonly start: number; readonly length: number } {
    const vector = this.vector(at, elementBytes);
    this.#unread -= elementBytes * vector.length;
    if (this.#unread < 0) {
      throw damaged();
    }
    return vector;
  }

  #check(at: number, length: number): void {
    if (!(at >= 0 && at + length <= this.bytes.length)) {
      throw damaged();
    }
  }
}

/** A table: fields by their numbers, each of which may be missing. */
export class Table {
  readonly #file: FlatBuffer;
  readonly #at: number;
  readonly #vtable: number;
  readonly #vtableBytes: number;

  constructor(file: FlatBuffer, at: number) {
    this.#file = file;
    this.#at = at;
    this.#vtable = at - (file.uint32(at) | 0);
    this.#vtableBytes = file.uint16(this.#vtable);
  }

  int(field: number, missing = 0): number {
    const at = this.#field(field, 4);
    return at === undefined ? missing : this.#file.view.getInt32(at, true);
  }

  uint(field: number, missing = 0): number {
    const at = this.#field(field, 4);
    return at === undefined ? missing : this.#file.view.getUint32(at, true);
  }

  /** A signed byte; enums of one byte too. */
  byte(field: number, missing = 0): number {
    const at = this.#field(field, 1);
    return at === undefined ? missing : this.#file.view.getInt8(at);
  }

  flag(field: number): boolean {
    return this.byte(field) !== 0;
  }

  float(field: number, missing = 0): number {
    const at = this.#field(field, 4);
    return at === undefined ? missing : this.#file.view.getFloat32(at, true);
  }

  /** An unsigned number of 64 bits that must be a safe integer. */
  size(field: number): number {
    const at = this.#field(field, 8);
    const size = at === undefined ? 0 : Number(this.#file.view.getBigUint64(at, true));
    if (!Number.isSafeInteger(size)) {
      throw damaged();
    }
    return size;
  }

  table(field: number): Table | undefined {
    const at = this.#field(field, 4);
    return at === undefined ? undefined : new Table(this.#file, this.#file.target(at));
  }

  /** Empty where the field is missing. */
  tables(field: number): Table[] {
    const at = this.#field(field, 4);
    if (at === undefined) {
      return [];
    }
    const { start, length } = this.#file.copied(this.#file.target(at), 4);
    return Array.from({ length }, (_, index) => new Table(this.#file, this.#file.target(start + 4 * index)));
  }

  text(field: number): string {
    const at = this.#field(field, 4);
    if (at === undefined) {
      return '';
    }
    const { start, length } = this.#file.copied(this.#file.target(at), 1);
    return Buffer.from(this.#file.bytes.subarray(start, start + length)).toString('utf8');
  }

  /** A view of a vector of bytes, or of a string. Empty where the field is missing. */
  bytes(field: number): Uint8Array {
    const at = this.#field(field, 4);
    if (at === undefined) {
      return new Uint8Array(0);
    }
    const { start, length } = this.#file.vector(this.#file.target(at), 1);
    return this.#file.bytes.subarray(start, start + length);
  }

  ints(field: number): number[] {
    return this.#numbers(field, 4, (at) => this.#file.view.getInt32(at, true)) ?? [];
  }

  /** As `ints`, and undefined where the field is missing. */
  intsOrNone(field: number): number[] | undefined {
    return this.#numbers(field, 4, (at) => this.#file.view.getInt32(at, true));
  }

  floats(field: number): number[] {
    return this.#numbers(field, 4, (at) => this.#file.view.getFloat32(at, true)) ?? [];
  }

  /** Numbers of 64 bits; beyond 2^53 they round. */
  longs(field: number): number[] {
    return this.#numbers(field, 8, (at) => Number(this.#file.view.getBigInt64(at, true))) ?? [];
  }

  #numbers(field: number, elementBytes: number, read: (at: number) => number): number[] | undefined {
    const at = this.#field(field, 4);
    if (at === undefined) {
      return undefined;
    }
    const { start, length } = this.#file.copied(this.#file.target(at), elementBytes);
    return Array.from({ length }, (_, index) => read(start + elementBytes * index));
  }

  /** Where a field lies, with room for `bytes`; undefined where the table does not have it. */
  #field(field: number, bytes: number): number | undefined {
    const entry = 4 + 2 * field;
    if (entry + 2 > this.#vtableBytes) {
      return undefined;
    }
    const offset = this.#file.uint16(this.#vtable + entry);
    if (offset === 0) {
      return undefined;
    }
    const at = this.#at + offset;
    if (at + bytes > this.#file.bytes.length) {
      throw damaged();
    }
    return at;
  }
}

function damaged(): PerchError {
  return new PerchError('MODEL_FILE_INVALID', 'The model file is damaged: an offset leads out of it.');
}

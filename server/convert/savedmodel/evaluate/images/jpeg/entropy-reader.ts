// Reads the entropy-coded bits of a JPEG scan, with restart markers, as libjpeg does: also where data is missing or wrong.
import { lookBits } from './huffman-table.ts';
import { JpegEnd } from './jpeg-error.ts';
import type { HuffmanTable } from './huffman-table.ts';

/** A file that is being read: segments by the parser, bits by the scans. */
export class EntropyReader {
  readonly bytes: Uint8Array;
  /** The next byte. */
  position = 0;
  /** A marker that was met in the data, its second byte; 0 for none. */
  marker = 0;
  /** Whether the segment ended: what follows in it reads as zeros. */
  exhausted = false;
  #buffer = 0;
  #count = 0;
  #nextRestart = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Begins a scan at the current position. */
  startScan(): void {
    this.#buffer = 0;
    this.#count = 0;
    this.exhausted = false;
    this.#nextRestart = 0;
  }

  #fill(needed: number): void {
    while (this.#count <= 24 && this.marker === 0) {
      let byte = this.#nextByte();
      if (byte === 0xff) {
        do {
          byte = this.#nextByte();
        } while (byte === 0xff);
        if (byte !== 0) {
          this.marker = byte;
          break;
        }
        byte = 0xff;
      }
      this.#buffer = (this.#buffer << 8) | byte;
      this.#count += 8;
    }
    if (this.#count < needed) {
      this.exhausted = true;
      this.#buffer <<= 25 - this.#count;
      this.#count = 25;
    }
  }

  #nextByte(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined) {
      throw new JpegEnd();
    }
    this.position++;
    return byte;
  }

  /** The next bits as a number; zeros after the end of the segment. @param count 1 to 16 */
  bits(count: number): number {
    if (this.#count < count) {
      this.#fill(count);
    }
    this.#count -= count;
    return (this.#buffer >> this.#count) & ((1 << count) - 1);
  }

  /** A signed number of so many bits (T.81, F.2.2.1). @param count 1 to 15 */
  signed(count: number): number {
    const value = this.bits(count);
    return value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
  }

  /** The next symbol. What is no code reads as 0. */
  symbol(table: HuffmanTable): number {
    if (this.#count < 16) {
      this.#fill(0);
    }
    let length = lookBits;
    if (this.#count >= lookBits) {
      const found = table.look[(this.#buffer >> (this.#count - lookBits)) & ((1 << lookBits) - 1)] ?? 0;
      if (found !== 0) {
        this.#count -= found >> 8;
        return found & 0xff;
      }
    } else {
      length = 1;
    }
    let code = this.bits(length);
    while (code > (table.largest[length] ?? 0)) {
      code = (code << 1) | this.bits(1);
      length++;
    }
    return length > 16 ? 0 : (table.symbols[code + (table.offset[length] ?? 0)] ?? 0);
  }

  /** Passes a restart marker: the one that is due, or what libjpeg makes of another one. */
  restart(): void {
    this.#count = 0;
    this.#buffer = 0;
    if (this.marker === 0) {
      this.nextMarker();
    }
    this.#resynchronise(this.#nextRestart);
    this.#nextRestart = (this.#nextRestart + 1) & 7;
    if (this.marker === 0) {
      this.exhausted = false;
    }
  }

  /** jpeg_resync_to_restart of libjpeg. */
  #resynchronise(due: number): void {
    for (;;) {
      const ahead = this.marker >= 0xd0 && this.marker <= 0xd7 ? (this.marker - 0xd0 - due) & 7 : undefined;
      if (ahead === undefined ? this.marker >= 0xc0 : ahead === 1 || ahead === 2) {
        return;
      }
      if (ahead === undefined || ahead >= 6) {
        this.nextMarker();
        continue;
      }
      this.marker = 0;
      return;
    }
  }

  /** Goes on to the next marker and remembers it. Throws JpegEnd where there is none. */
  nextMarker(): void {
    const { bytes } = this;
    let at = bytes.indexOf(0xff, this.position);
    while (at >= 0) {
      while (bytes[at] === 0xff) {
        at++;
      }
      const second = bytes[at];
      if (second === undefined) {
        break;
      }
      if (second !== 0) {
        this.marker = second;
        this.position = at + 1;
        return;
      }
      at = bytes.indexOf(0xff, at + 1);
    }
    throw new JpegEnd();
  }
}

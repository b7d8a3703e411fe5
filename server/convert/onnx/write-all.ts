// Writes bytes to a file, however many they are.
import { writeSync } from 'node:fs';

/** Systems write at most 2 GiB at once. */
const maximumWrite = 2 ** 26;

/** Writes all bytes at the file's end. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let start = 0; start < bytes.length;) {
    start += writeSync(descriptor, bytes, start, Math.min(maximumWrite, bytes.length - start));
  }
}

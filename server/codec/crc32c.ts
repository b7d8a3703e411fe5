// CRC-32C (Castagnoli), sixteen bytes at a time, and the mask under which TensorFlow stores it (tsl/lib/hash/crc32c.h).

/** The polynomial, its bits reversed. */
const polynomial = 0x82f63b78;
const slices = 16;

/** tables[256 * k + b]: what byte b adds when k bytes follow it. */
const tables = makeTables();

function makeTables(): Int32Array {
  const made = new Int32Array(256 * slices);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ polynomial;
    }
    made[byte] = crc;
  }
  for (let index = 256; index < made.length; index++) {
    const before = made[index - 256] ?? 0;
    made[index] = (before >>> 8) ^ (made[before & 255] ?? 0);
  }
  return made;
}

/** The checksum of what `crc` is the checksum of, followed by `bytes`: 0 to 2^32-1. */
export function crc32c(bytes: Uint8Array, crc = 0): number {
  let state = ~crc;
  let position = 0;
  const unaligned = -bytes.byteOffset & 3;
  if (bytes.length - unaligned >= 16) {
    for (; position < unaligned; position++) {
      state = step(state, bytes[position] ?? 0);
    }
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + position, (bytes.length - position) >>> 2);
    const wholeRounds = words.length & ~3;
    for (let word = 0; word < wholeRounds; word += 4) {
      state = quad(state, words, word);
    }
    position += wholeRounds * 4;
  }
  for (; position < bytes.length; position++) {
    state = step(state, bytes[position] ?? 0);
  }
  return ~state >>> 0;
}

function step(state: number, byte: number): number {
  return (state >>> 8) ^ (tables[(state ^ byte) & 255] ?? 0);
}

/** Four words at once: each table says what a byte adds at its distance from the end. */
function quad(state: number, words: Int32Array, index: number): number {
  const first = (words[index] ?? 0) ^ state;
  const second = words[index + 1] ?? 0;
  const third = words[index + 2] ?? 0;
  const fourth = words[index + 3] ?? 0;
  return (
    (tables[3840 + (first & 255)] ?? 0) ^
    (tables[3584 + ((first >>> 8) & 255)] ?? 0) ^
    (tables[3328 + ((first >>> 16) & 255)] ?? 0) ^
    (tables[3072 + (first >>> 24)] ?? 0) ^
    (tables[2816 + (second & 255)] ?? 0) ^
    (tables[2560 + ((second >>> 8) & 255)] ?? 0) ^
    (tables[2304 + ((second >>> 16) & 255)] ?? 0) ^
    (tables[2048 + (second >>> 24)] ?? 0) ^
    (tables[1792 + (third & 255)] ?? 0) ^
    (tables[1536 + ((third >>> 8) & 255)] ?? 0) ^
    (tables[1280 + ((third >>> 16) & 255)] ?? 0) ^
    (tables[1024 + (third >>> 24)] ?? 0) ^
    (tables[768 + (fourth & 255)] ?? 0) ^
    (tables[512 + ((fourth >>> 8) & 255)] ?? 0) ^
    (tables[256 + ((fourth >>> 16) & 255)] ?? 0) ^
    (tables[fourth >>> 24] ?? 0)
  );
}

/** The checksum that a stored, masked one stands for. */
export function unmask(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

/** The masked form of a checksum. */
export function mask(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

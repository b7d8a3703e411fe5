// 64-bit arithmetic on pairs of 32-bit halves: several times as fast as bigint, which allocates for every step.

/** A 64-bit word; both halves are int32. */
export interface Word64 {
  readonly high: number;
  readonly low: number;
}

/** The word 0x`high``low`; halves may be given as int32 or uint32. */
export function word(high: number, low: number): Word64 {
  return { high: high | 0, low: low | 0 };
}

/** A small number, 0 to 2^31-1. */
export function small(value: number): Word64 {
  return { high: 0, low: value };
}

export function add(a: Word64, b: Word64): Word64 {
  const low = (a.low >>> 0) + (b.low >>> 0);
  return { high: (a.high + b.high + (low > 0xffffffff ? 1 : 0)) | 0, low: low | 0 };
}

export function xor(a: Word64, b: Word64): Word64 {
  return { high: a.high ^ b.high, low: a.low ^ b.low };
}

/** The low 64 bits of the product. */
export function multiply(a: Word64, b: Word64): Word64 {
  const a0 = a.low & 0xffff;
  const a1 = a.low >>> 16;
  const b0 = b.low & 0xffff;
  const b1 = b.low >>> 16;
  const lowest = a0 * b0;
  // Below 2^34, so exact.
  const middle = a1 * b0 + (lowest >>> 16);
  const middle2 = a0 * b1 + (middle % 0x10000);
  const carry = a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(middle2 / 0x10000);
  return {
    high: (carry + Math.imul(a.high, b.low) + Math.imul(a.low, b.high)) | 0,
    low: (middle2 << 16) | (lowest & 0xffff),
  };
}

/** Rotates to the right by 1 to 63 bits. */
export function rotateRight(a: Word64, count: number): Word64 {
  const swapped = count >= 32;
  const bits = count & 31;
  const high = swapped ? a.low : a.high;
  const low = swapped ? a.high : a.low;
  return bits === 0
    ? { high, low }
    : { high: (high >>> bits) | (low << (32 - bits)), low: (low >>> bits) | (high << (32 - bits)) };
}

/** `a ^ (a >> 47)`. */
export function shiftMix(a: Word64): Word64 {
  return { high: a.high, low: a.low ^ (a.high >>> 15) };
}

/** Four bytes, little-endian, as int32. They must be there. */
export function fetch32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

/** Eight bytes, little-endian. They must be there. */
export function fetch64(bytes: Uint8Array, at: number): Word64 {
  return { high: fetch32(bytes, at + 4), low: fetch32(bytes, at) };
}

export function wordOfBigint(value: bigint): Word64 {
  return { high: Number(BigInt.asIntN(32, value >> 32n)), low: Number(BigInt.asIntN(32, value)) };
}

/** As uint64. */
export function bigintOfWord(value: Word64): bigint {
  return (BigInt(value.high >>> 0) << 32n) | BigInt(value.low >>> 0);
}

/** The remainder of the word, read as uint64. `divisor` is 1 to 2^37: intermediate steps stay exact below it. */
export function remainder(value: Word64, divisor: number): number {
  const high = (value.high >>> 0) % divisor;
  const middle = (high * 0x10000 + (value.low >>> 16)) % divisor;
  return (middle * 0x10000 + (value.low & 0xffff)) % divisor;
}

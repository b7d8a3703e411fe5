// Numbers in frames: unsigned, in network byte order (RFC 9113 §2.2).

/** The 16 bits at `at`. */
export function uint16At(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** The 24 bits at `at`. */
export function uint24At(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
}

/** The 32 bits at `at`. */
export function uint32At(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) << 24) | uint24At(bytes, at + 1)) >>> 0;
}

/** The 31 bits at `at`; the first bit is reserved and means nothing (RFC 9113 §4.1, §6.9). */
export function uint31At(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) & 0x7f) << 24) | uint24At(bytes, at + 1);
}

/** Writes 32 bits at `at`. */
export function putUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Writes 16 bits at `at`. */
export function putUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

// What decoding an image gives.

/** An image: rows from the top, pixels from the left, `channels` numbers for each. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array | Uint16Array;
}

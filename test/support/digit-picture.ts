// A picture of a handwritten digit, as a camera or a paint program would give it: dark ink on white paper, in a PNG file.
import { crc32, deflateSync } from 'node:zlib';

/** Each pixel of the sample becomes a square of so many pixels. */
const scale = 20;

/** The largest value of the sample's pixels (examples/README.md): full ink. */
const fullInk = 16;

/** The PNG file of a sample: `ink`, 0 to 16, row by row, of a square. */
export function digitPicture(ink: readonly number[]): Buffer {
  const side = Math.sqrt(ink.length);
  const width = side * scale;
  // Each row of an image begins with the number of its filter: none.
  const rows = Array.from({ length: width }, (_, y) =>
    Buffer.of(
      0,
      ...Array.from({ length: width }, (__, x) => {
        const value = ink[Math.floor(y / scale) * side + Math.floor(x / scale)] ?? 0;
        return Math.round(255 * (1 - value / fullInk));
      }),
    ),
  );
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  // 8 bits a pixel, greyscale.
  header.writeUInt8(8, 8);
  return Buffer.concat([
    Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Length, type, data and checksum (PNG specification, section 5.3). */
function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, checksum]);
}

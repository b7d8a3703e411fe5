// The bytes of a string tensor in a TensorBundle: lengths, their checksum, the strings (core/util/tensor_bundle, ReadStringTensor).
import { PerchError } from '../../../errors.ts';
import { FileReader } from '../proto/file-reader.ts';
import { crc32c, mask } from '../../../codec/crc32c.ts';

/** Each takes about a hundred bytes of memory beside its own. */
const mostStrings = 8_000_000;

/**
 * The strings, copied out of `bytes`, and the checksum that the entry must have. It goes over the lengths as fixed numbers,
 * 4 bytes each (8 where they do not fit), not over their varints. Throws SAVED_MODEL_INVALID where anything does not fit.
 *
 * @param count how many there are.
 * @param what the tensor, for error texts.
 */
export function readStrings(
  bytes: Uint8Array,
  count: number,
  what: string,
): { readonly data: Uint8Array[]; readonly crc: number } {
  const invalid = (problem: string): PerchError =>
    new PerchError('SAVED_MODEL_INVALID', `${what}: ${problem}.`);
  if (count > bytes.length || count > mostStrings) {
    throw invalid(`${count} strings in ${bytes.length} bytes are too many`);
  }
  if (bytes.length === 0) {
    return { data: [], crc: 0 };
  }
  const reader = new FileReader(bytes, what);
  const lengths: number[] = [];
  const four = new DataView(new ArrayBuffer(4));
  const eight = new DataView(new ArrayBuffer(8));
  let crc = 0;
  for (let index = 0; index < count; index++) {
    const length = reader.safeInteger();
    if (length < 0) {
      throw invalid('a string has a negative length');
    }
    if (length < 2 ** 32) {
      four.setUint32(0, length, true);
    } else {
      eight.setBigUint64(0, BigInt(length), true);
    }
    crc = crc32c(new Uint8Array((length < 2 ** 32 ? four : eight).buffer), crc);
    lengths.push(length);
  }
  const checksumAt = reader.position;
  if (reader.fixed32() !== mask(crc)) {
    throw invalid('the checksum of the lengths is wrong');
  }
  crc = crc32c(bytes.subarray(checksumAt), crc);
  const data = lengths.map((length) => {
    const start = reader.position;
    reader.advance(length);
    return bytes.slice(start, reader.position);
  });
  if (!reader.done) {
    throw invalid('there are bytes after the last string');
  }
  return { data, crc };
}

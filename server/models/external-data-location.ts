// Where an ONNX tensor says that its data lies: the rules for TensorProto.external_data that need no look at the disk.
import { isUtf8 } from 'node:buffer';
import type { ExternalTensor } from './onnx-tensors.ts';

/** What a tensor reads of a file beside the model. */
export interface ExternalRange {
  /** The parts of a relative path, at least one; none is empty, `.` or `..`. */
  readonly parts: readonly string[];
  /** Bytes; 0 where the tensor does not say. */
  readonly offset: bigint;
  /** Bytes; undefined where the tensor does not say, and its shape decides. */
  readonly length: bigint | undefined;
}

/** Linux's limit of a path, bytes; what is longer cannot be opened. */
const longestLocation = 4096;
/** Below 2^63, without a sign, blanks or anything else that strtoll would take. */
const decimal = /^\d{1,18}$/;

/**
 * Checks what `tensor` says, more strictly than ONNX Runtime 1.30 does: that lets keys be repeated. A string is the reason
 * why it is refused; it names no place outside of the version directory.
 */
export function readExternalRange({
  data,
  repeats,
  prepacked,
}: Omit<ExternalTensor, 'name'>): ExternalRange | string {
  if (repeats) {
    return 'it names its location, offset or length twice';
  }
  if (prepacked) {
    // ONNX Runtime hands such blocks to its kernels unchecked.
    return 'it comes with prepacked weights, which cannot be checked';
  }
  const location = data.get('location');
  const parts = location === undefined ? 'it names no file' : readLocation(location);
  if (typeof parts === 'string') {
    return parts;
  }
  const offset = readNumber(data.get('offset'));
  const length = readNumber(data.get('length'));
  if (offset === 'invalid' || length === 'invalid') {
    return `its ${offset === 'invalid' ? 'offset' : 'length'} is not a whole number from 0 to 10^18`;
  }
  return { parts, offset: offset ?? 0n, length };
}

function readLocation(bytes: Uint8Array): string[] | string {
  if (bytes.length > longestLocation || !isUtf8(bytes)) {
    return 'its location is too long or not valid UTF-8';
  }
  const location = Buffer.from(bytes).toString('utf8');
  if (location.includes('\0')) {
    return 'its location has a NUL in it';
  }
  if (location.includes('\\')) {
    return 'its location has a backslash in it; directories are separated by "/"';
  }
  if (location.startsWith('/') || /^[a-z]:/i.test(location)) {
    return 'its location is absolute';
  }
  if (location.startsWith('*/')) {
    return 'its location is a mark that ONNX Runtime keeps for addresses in memory';
  }
  const parts = location.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) {
    return 'its location leads out of the version directory by ".."';
  }
  return parts.length === 0 ? 'its location is empty' : parts;
}

function readNumber(bytes: Uint8Array | undefined): bigint | 'invalid' | undefined {
  if (bytes === undefined) {
    return undefined;
  }
  const text = Buffer.from(bytes).toString('latin1');
  return decimal.test(text) ? BigInt(text) : 'invalid';
}

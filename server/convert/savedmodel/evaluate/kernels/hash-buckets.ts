// Kernels that hash: buckets of strings, fingerprints.
import { bigintAttr, bigintListAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import { farmFingerprint64 } from '../hashing/farm-hash.ts';
import { legacyHash64 } from '../hashing/legacy-hash.ts';
import { sipHash64 } from '../hashing/sip-hash.ts';
import { bigintOfWord, remainder, wordOfBigint } from '../hashing/word64.ts';
import { refusal, stringsAt, tensorAt } from '../operands.ts';
import { utf8Of } from '../strings/ascii.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Value } from '../../../value.ts';
import type { Kernel, Kernels } from '../contract.ts';
import type { Word64 } from '../hashing/word64.ts';

/** Up to here remainders need no bigints. */
const smallDivisor = 2 ** 37;

function buckets(hashOf: (node: GraphNode) => (bytes: Uint8Array) => Word64): Kernel {
  return (operands, node) => {
    const { shape, data } = stringsAt(operands, 0, node);
    const count = bigintAttr(node, 'num_buckets');
    if (count < 1n) {
      throw refusal(`Need num_buckets >= 1, got ${count}`);
    }
    const hash = hashOf(node);
    const bucket =
      count <= smallDivisor
        ? (bytes: Uint8Array) => BigInt(remainder(hash(bytes), Number(count)))
        : (bytes: Uint8Array) => bigintOfWord(hash(bytes)) % count;
    return [{ dtype: 'int64', shape, data: BigInt64Array.from(data, bucket) }];
  };
}

function keyedHash(node: GraphNode): (bytes: Uint8Array) => Word64 {
  const [first, second, ...more] = bigintListAttr(node, 'key');
  if (first === undefined || second === undefined || more.length > 0) {
    throw refusal('Key must have 2 elements');
  }
  const key = [wordOfBigint(first), wordOfBigint(second)] as const;
  return (bytes) => sipHash64(bytes, key);
}

/** One row of bytes for each row of the tensor, as it lies in memory; for strings their own fingerprints if there are several. */
function rowsOf(value: Value): readonly Uint8Array[] {
  const rowCount = value.shape[0] ?? 0;
  const width = value.shape.slice(1).reduce((product, size) => product * size, 1);
  if (value.dtype === 'string') {
    return width === 1
      ? value.data
      : Array.from({ length: rowCount }, (_, row) =>
          Buffer.concat(value.data.slice(row * width, (row + 1) * width).map(fingerprintBytes)),
        );
  }
  if (value.dtype === 'float16' || value.dtype === 'bfloat16') {
    throw new Unsupported(`Fingerprint of ${value.dtype}`);
  }
  const { data } = value;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const length = rowCount === 0 ? 0 : bytes.length / rowCount;
  return Array.from({ length: rowCount }, (_, row) => bytes.subarray(row * length, (row + 1) * length));
}

function fingerprintBytes(bytes: Uint8Array): Uint8Array {
  const { high, low } = farmFingerprint64(bytes);
  const result = Buffer.alloc(8);
  result.writeInt32LE(low, 0);
  result.writeInt32LE(high, 4);
  return result;
}

const fingerprint: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const method = utf8Of(stringsAt(operands, 1, node).data[0] ?? new Uint8Array());
  if (value.shape.length === 0) {
    throw refusal('`data` should have at least one dimension. Got shape = []');
  }
  if (method !== 'farmhash64') {
    throw refusal(`Unsupported fingerprint method: ${method}`);
  }
  const rows = rowsOf(value);
  const data = new Uint8Array(rows.length * 8);
  rows.forEach((row, i) => data.set(fingerprintBytes(row), i * 8));
  return [{ dtype: 'uint8', shape: [rows.length, 8], data }];
};

export const hashBucketKernels: Kernels = new Map<string, Kernel>([
  ['StringToHashBucketFast', buckets(() => farmFingerprint64)],
  ['StringToHashBucketStrong', buckets(keyedHash)],
  ['StringToHashBucket', buckets(() => legacyHash64)],
  ['Fingerprint', fingerprint],
]);

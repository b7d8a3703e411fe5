// Kernels that cross columns: every combination of the features of a row, joined or hashed.
import { bigintAttr, boolAttr, intAttr, typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import { isBig } from '../../../value.ts';
import { farmFingerprint64, fingerprintCat64 } from '../hashing/farm-hash.ts';
import { bigintOfWord, wordOfBigint } from '../hashing/word64.ts';
import { numbersAt, refusal, stringsAt, tensorAt } from '../operands.ts';
import { joinBytes, latin1Bytes } from '../strings/ascii.ts';
import { int64Matrix, int64Vector } from '../sparse/sparse-tensor.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Word64 } from '../hashing/word64.ts';
import type { Kernel, KernelContext, Kernels, Operand } from '../contract.ts';

type Feature = Uint8Array | bigint;

/** The features of each row. */
type Column = readonly (readonly Feature[])[];

/** The separator of SparseCross, which has no attribute for it. */
const defaultSeparator = latin1Bytes('_X_');

function featuresAt(operands: readonly Operand[], index: number, node: GraphNode): readonly Feature[] {
  const value = tensorAt(operands, index, node);
  if (value.dtype === 'string') {
    return value.data;
  }
  if (value.dtype !== 'int64' || !isBig(value)) {
    throw new Unsupported(`${node.op} of ${value.dtype}`);
  }
  return Array.from(value.data);
}

function sparseColumn(operands: readonly Operand[], index: number, count: number, node: GraphNode): Column {
  const indices = numbersAt(operands, index, node);
  const features = featuresAt(operands, count + index, node);
  const [rowCount = 0, ...rest] = numbersAt(operands, 2 * count + index, node);
  if (rest.length !== 1) {
    throw refusal(`shape should imply a 2D tensor, but got rank ${rest.length + 1}`);
  }
  const rows = Array.from({ length: rowCount }, (): Feature[] => []);
  features.forEach((feature, i) => {
    const row = rows[indices[2 * i] ?? 0];
    if (row === undefined) {
      throw refusal(`indices[${i}] is out of bounds: row ${indices[2 * i] ?? 0} of ${rowCount}`);
    }
    row.push(feature);
  });
  return rows;
}

function denseColumn(operands: readonly Operand[], index: number, node: GraphNode): Column {
  const [rowCount = 0, width = 0, ...rest] = tensorAt(operands, index, node).shape;
  const features = featuresAt(operands, index, node);
  if (rest.length > 0 || features.length !== rowCount * width) {
    throw refusal(
      `Dense inputs should be a matrix but got ${tensorAt(operands, index, node).shape.join(',')}`,
    );
  }
  return Array.from({ length: rowCount }, (_, row) => features.slice(row * width, (row + 1) * width));
}

/** The sparse columns, then the dense ones. `behind`: operands behind the columns. */
function columnsOf(operands: readonly Operand[], behind: number, node: GraphNode): readonly Column[] {
  const count = intAttr(node, 'N');
  const denseEnd = operands.length - behind;
  const columns: Column[] = [];
  for (let index = 0; index < count; index++) {
    columns.push(sparseColumn(operands, index, count, node));
  }
  for (let index = 3 * count; index < denseEnd; index++) {
    columns.push(denseColumn(operands, index, node));
  }
  const rowCount = columns[0]?.length;
  if (columns.some((column) => column.length !== rowCount)) {
    throw refusal('Expected batch size is the same for all columns');
  }
  return columns;
}

/** All combinations of a row's features, those of the last column fastest. */
function combinations(columns: readonly Column[], row: number): readonly (readonly Feature[])[] {
  let found: (readonly Feature[])[] = [[]];
  for (const column of columns) {
    found = found.flatMap((before) => (column[row] ?? []).map((feature) => [...before, feature]));
  }
  return found;
}

/** A sparse tensor of the crosses: indices, values, shape. */
function crossed(
  columns: readonly Column[],
  context: KernelContext,
  valuesOf: (crosses: readonly (readonly Feature[])[]) => Operand,
): readonly Operand[] {
  const indices: number[] = [];
  const crosses: (readonly Feature[])[] = [];
  let widest = 0;
  const rowCount = columns[0]?.length ?? 0;
  for (let row = 0; row < rowCount; row++) {
    const size = columns.reduce((product, column) => product * (column[row]?.length ?? 0), 1);
    context.claim(size * (columns.length + 3));
    widest = Math.max(widest, size);
    for (const [column, cross] of combinations(columns, row).entries()) {
      indices.push(row, column);
      crosses.push(cross);
    }
  }
  return [int64Matrix(indices, 2), valuesOf(crosses), int64Vector([rowCount, widest])];
}

function joinedValues(separator: Uint8Array): (crosses: readonly (readonly Feature[])[]) => Operand {
  const textOf = (feature: Feature): Uint8Array =>
    typeof feature === 'bigint' ? latin1Bytes(String(feature)) : feature;
  return (crosses) => ({
    dtype: 'string',
    shape: [crosses.length],
    data: crosses.map((cross) => joinBytes(cross.map(textOf), separator)),
  });
}

const largestInt64 = 2n ** 63n - 1n;

/** @param buckets 0: as many as int64 has numbers from 0 */
function hashedValues(key: bigint, buckets: bigint): (crosses: readonly (readonly Feature[])[]) => Operand {
  const wordOf = (feature: Feature): Word64 =>
    typeof feature === 'bigint' ? wordOfBigint(feature) : farmFingerprint64(feature);
  const start = wordOfBigint(key);
  const bucketOf = (cross: readonly Feature[]): bigint =>
    bigintOfWord(cross.reduce((hash, feature) => fingerprintCat64(hash, wordOf(feature)), start)) %
    (buckets > 0n ? buckets : largestInt64);
  return (crosses) => ({
    dtype: 'int64',
    shape: [crosses.length],
    data: BigInt64Array.from(crosses, bucketOf),
  });
}

const sparseCross: Kernel = (operands, node, context) => {
  const isHashed = boolAttr(node, 'hashed_output');
  const internal = elementTypeOf(typeAttr(node, 'internal_type'));
  if (isHashed !== (internal === 'int64')) {
    throw new Unsupported(`${node.op} by way of ${internal}`);
  }
  const columns = columnsOf(operands, 0, node);
  const integers = columns.flat(2).some((feature) => typeof feature === 'bigint');
  if (!isHashed && integers) {
    throw refusal('Input values should be of internal type 7 but received 9');
  }
  const valuesOf = isHashed
    ? hashedValues(bigintAttr(node, 'hash_key'), bigintAttr(node, 'num_buckets'))
    : joinedValues(defaultSeparator);
  return crossed(columns, context, valuesOf);
};

const sparseCrossV2: Kernel = (operands, node, context) => {
  const separator = stringsAt(operands, operands.length - 1, node).data[0] ?? new Uint8Array();
  return crossed(columnsOf(operands, 1, node), context, joinedValues(separator));
};

/** SparseCross, SparseCrossV2. */
export const sparseCrossKernels: Kernels = new Map<string, Kernel>([
  ['SparseCross', sparseCross],
  ['SparseCrossV2', sparseCrossV2],
]);

// Kernels of lookup tables: making, filling, asking.
import { PerchError } from '../../../../errors.ts';
import { intAttr, shapeAttr, stringAttr, typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import { handleAt, refusal, stringsAt, tensorAt } from '../operands.ts';
import { sameShape, shapeText } from '../shapes.ts';
import { latin1Bytes, latin1Of, utf8Of } from '../strings/ascii.ts';
import { addEntry, readVocabulary } from '../tables/vocabulary-file.ts';
import type { Value } from '../../../value.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Handle, Kernel, KernelContext, Kernels, LookupTable, Operand } from '../contract.ts';

type Key = string | bigint;
type Entry = string | bigint | number;

function keyTypeOf(node: GraphNode): LookupTable['keyType'] {
  const type = elementTypeOf(typeAttr(node, 'key_dtype'));
  if (type === 'string' || type === 'int64' || type === 'int32') {
    return type;
  }
  throw new Unsupported(`a table with keys of ${type}`);
}

function valueTypeOfTable(node: GraphNode): LookupTable['valueType'] {
  const type = elementTypeOf(typeAttr(node, 'value_dtype'));
  switch (type) {
    case 'string':
    case 'int64':
    case 'int32':
    case 'float32':
    case 'float64':
    case 'bool':
      return type;
    default:
      throw new Unsupported(`a table with values of ${type}`);
  }
}

/** Gives the table of a node, made where it is not there yet. */
const table: Kernel = (_, node, { state }) => {
  const key = stringAttr(node, 'shared_name', '') || node.name;
  if ((shapeAttr(node, 'value_shape') ?? []).length > 0) {
    throw new Unsupported('a table whose values are no scalars');
  }
  if (!state.tables.has(key)) {
    state.tables.set(key, {
      keyType: keyTypeOf(node),
      valueType: valueTypeOfTable(node),
      entries: new Map(),
    });
  }
  const handle: Handle = { kind: 'handle', of: 'table', key };
  return [handle];
};

function tableAt(operands: readonly Operand[], node: GraphNode, { state }: KernelContext): LookupTable {
  const { key } = handleAt(operands, 0, node, 'table');
  const found = state.tables.get(key);
  if (found === undefined) {
    throw new PerchError(
      'SAVED_MODEL_INVALID',
      `The node ${node.name} asks a table that is not there: ${key}.`,
    );
  }
  return found;
}

/** Reads elements as entries of a table. Throws INFERENCE_FAILED where they are of another type. */
function entriesOf(value: Value, type: LookupTable['valueType']): (index: number) => Entry {
  if (value.dtype !== type) {
    throw refusal(`Expected the table's type ${type}, got ${value.dtype}`);
  }
  if (value.dtype === 'string') {
    return (index) => latin1Of(value.data[index] ?? new Uint8Array());
  }
  const { data } = value;
  return (index) => data[index] ?? 0;
}

function keysOf(value: Value, type: LookupTable['keyType']): (index: number) => Key {
  const read = entriesOf(value, type);
  return type === 'int32' ? (index) => BigInt(read(index)) : (read as (index: number) => Key);
}

/** A tensor of entries of one type. */
function valueOfEntries(
  type: LookupTable['valueType'],
  shape: readonly number[],
  entries: readonly Entry[],
): Value {
  switch (type) {
    case 'string':
      return { dtype: type, shape, data: (entries as string[]).map(latin1Bytes) };
    case 'int64':
      return { dtype: type, shape, data: BigInt64Array.from(entries as bigint[]) };
    case 'int32':
      return { dtype: type, shape, data: Int32Array.from(entries, Number) };
    case 'float32':
      return { dtype: type, shape, data: Float32Array.from(entries, Number) };
    case 'float64':
      return { dtype: type, shape, data: Float64Array.from(entries, Number) };
    case 'bool':
      return { dtype: type, shape, data: Uint8Array.from(entries, Number) };
  }
}

const find: Kernel = (operands, node, context) => {
  const { keyType, valueType, entries } = tableAt(operands, node, context);
  const keys = tensorAt(operands, 1, node);
  const fallbacks = tensorAt(operands, 2, node);
  const readKey = keysOf(keys, keyType);
  const readFallback = entriesOf(fallbacks, valueType);
  const isOneFallback = fallbacks.data.length === 1;
  if (!isOneFallback && !sameShape(fallbacks.shape, keys.shape)) {
    throw refusal(
      `Expected shape ${shapeText(keys.shape)} or [] for default value, got ${shapeText(fallbacks.shape)}`,
    );
  }
  const found: Entry[] = [];
  for (let i = 0; i < keys.data.length; i++) {
    found.push(entries.get(readKey(i)) ?? readFallback(isOneFallback ? 0 : i));
  }
  return [valueOfEntries(valueType, keys.shape, found)];
};

/** Keys and values of two operands, which must be as many. */
function pairsOf(
  operands: readonly Operand[],
  node: GraphNode,
  { keyType, valueType }: LookupTable,
): [Key, Entry][] {
  const keys = tensorAt(operands, 1, node);
  const values = tensorAt(operands, 2, node);
  if (!sameShape(keys.shape, values.shape)) {
    throw refusal(
      `Number of elements of keys and values differ: ${shapeText(keys.shape)} and ${shapeText(values.shape)}`,
    );
  }
  const readKey = keysOf(keys, keyType);
  const readValue = entriesOf(values, valueType);
  return Array.from({ length: keys.data.length }, (_, i) => [readKey(i), readValue(i)]);
}

const initialize: Kernel = (operands, node, context) => {
  const target = tableAt(operands, node, context);
  for (const [key, value] of pairsOf(operands, node, target)) {
    addEntry(target, key, value);
  }
  return [];
};

const initializeFromFile: Kernel = (operands, node, context) => {
  const target = tableAt(operands, node, context);
  const file = stringsAt(operands, 1, node).data[0];
  if (file === undefined || context.readAsset === undefined) {
    throw new Unsupported('a vocabulary that is read at a request');
  }
  const fileName = utf8Of(file);
  const format = {
    fileName,
    keyIndex: intAttr(node, 'key_index'),
    valueIndex: intAttr(node, 'value_index'),
    size: intAttr(node, 'vocab_size', -1),
    delimiter: stringAttr(node, 'delimiter', '\t'),
    offset: intAttr(node, 'offset', 0),
  };
  readVocabulary(context.readAsset(fileName), format, target);
  return [];
};

const insert: Kernel = (operands, node, context) => {
  const target = tableAt(operands, node, context);
  for (const [key, value] of pairsOf(operands, node, target)) {
    target.entries.set(key, value);
  }
  return [];
};

const importAll: Kernel = (operands, node, context) => {
  tableAt(operands, node, context).entries.clear();
  return insert(operands, node, context);
};

const remove: Kernel = (operands, node, context) => {
  const { keyType, entries } = tableAt(operands, node, context);
  const keys = tensorAt(operands, 1, node);
  const readKey = keysOf(keys, keyType);
  for (let i = 0; i < keys.data.length; i++) {
    entries.delete(readKey(i));
  }
  return [];
};

const size: Kernel = (operands, node, context) => [
  {
    dtype: 'int64',
    shape: [],
    data: BigInt64Array.of(BigInt(tableAt(operands, node, context).entries.size)),
  },
];

const exportAll: Kernel = (operands, node, context) => {
  const { keyType, valueType, entries } = tableAt(operands, node, context);
  const shape = [entries.size];
  return [
    valueOfEntries(keyType, shape, [...entries.keys()]),
    valueOfEntries(valueType, shape, [...entries.values()]),
  ];
};

function withOlder(op: string, kernel: Kernel): readonly (readonly [string, Kernel])[] {
  return [
    [op, kernel],
    [`${op}V2`, kernel],
  ];
}

export const tableKernels: Kernels = new Map<string, Kernel>([
  ...withOlder('HashTable', table),
  ...withOlder('MutableHashTable', table),
  ...withOlder('MutableDenseHashTable', table),
  ['AnonymousHashTable', table],
  ['AnonymousMutableHashTable', table],
  ...withOlder('InitializeTable', initialize),
  ...withOlder('InitializeTableFromTextFile', initializeFromFile),
  ...withOlder('LookupTableFind', find),
  ...withOlder('LookupTableSize', size),
  ...withOlder('LookupTableExport', exportAll),
  ...withOlder('LookupTableImport', importAll),
  ...withOlder('LookupTableInsert', insert),
  ['LookupTableRemoveV2', remove],
]);

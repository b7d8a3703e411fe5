// Ops that do more than give outputs of their inputs: what they change, and why their outputs are never constants.

/** Ops that write to a variable, with its handle or reference as first operand. */
const variableWrites = [
  'Assign',
  'AssignAdd',
  'AssignAddVariableOp',
  'AssignSub',
  'AssignSubVariableOp',
  'AssignVariableOp',
  'CountUpTo',
  'ResourceCountUpTo',
  'ResourceScatterAdd',
  'ResourceScatterDiv',
  'ResourceScatterMax',
  'ResourceScatterMin',
  'ResourceScatterMul',
  'ResourceScatterNdAdd',
  'ResourceScatterNdSub',
  'ResourceScatterNdUpdate',
  'ResourceScatterSub',
  'ResourceScatterUpdate',
  'ScatterAdd',
  'ScatterDiv',
  'ScatterMax',
  'ScatterMin',
  'ScatterMul',
  'ScatterNdAdd',
  'ScatterNdSub',
  'ScatterNdUpdate',
  'ScatterSub',
  'ScatterUpdate',
] as const;

/** Ops that write to a table. */
const tableWrites = [
  'InitializeTable',
  'InitializeTableFromTextFile',
  'InitializeTableFromTextFileV2',
  'InitializeTableV2',
  'LookupTableImport',
  'LookupTableImportV2',
  'LookupTableInsert',
  'LookupTableInsertV2',
  'LookupTableRemoveV2',
] as const;

/** Ops that call functions, which may do anything. */
const calls = [
  'Case',
  'If',
  'PartitionedCall',
  'StatefulPartitionedCall',
  'StatelessCase',
  'StatelessIf',
  'StatelessWhile',
  'While',
] as const;

/** Ops that give or read a variable or a table. */
const stateReads = [
  'AnonymousHashTable',
  'AnonymousMutableDenseHashTable',
  'AnonymousMutableHashTable',
  'AnonymousMutableHashTableOfTensors',
  'AutoReloadVariable',
  'HashTable',
  'HashTableV2',
  'IsVariableInitialized',
  'LookupTableExport',
  'LookupTableExportV2',
  'LookupTableFind',
  'LookupTableFindV2',
  'LookupTableSize',
  'LookupTableSizeV2',
  'MutableDenseHashTable',
  'MutableDenseHashTableV2',
  'MutableHashTable',
  'MutableHashTableOfTensors',
  'MutableHashTableOfTensorsV2',
  'MutableHashTableV2',
  'ReadVariableOp',
  'ResourceGather',
  'ResourceGatherNd',
  'VarHandleOp',
  'VarIsInitializedOp',
  'Variable',
  'VariableShape',
  'VariableV2',
] as const;

/** Ops that give something else each time. */
const random = [
  'Multinomial',
  'ParameterizedTruncatedNormal',
  'RandomGamma',
  'RandomPoisson',
  'RandomPoissonV2',
  'RandomShuffle',
  'RandomStandardNormal',
  'RandomUniform',
  'RandomUniformInt',
  'StatefulRandomBinomial',
  'StatefulStandardNormal',
  'StatefulStandardNormalV2',
  'StatefulUniform',
  'StatefulUniformFullInt',
  'StatefulUniformInt',
  'Timestamp',
  'TruncatedNormal',
] as const;

/** Ops that say something, or refuse. */
const reports = ['Abort', 'Assert', 'Print', 'PrintV2'] as const;

/** Ops that read files. */
const files = ['ReadFile', 'Restore', 'RestoreSlice', 'RestoreV2'] as const;

/** What stands for a request's own values. */
const feeds = ['Placeholder', 'PlaceholderV2', 'PlaceholderWithDefault'] as const;

/** Ops whose outputs are never folded into constants, even where all operands are. */
export const notFoldable: ReadonlySet<string> = new Set<string>([
  ...variableWrites,
  ...tableWrites,
  ...calls,
  ...stateReads,
  ...random,
  ...reports,
  ...files,
  ...feeds,
]);

const effects: ReadonlySet<string> = new Set<string>([
  ...variableWrites,
  ...tableWrites,
  'Assert',
  'Abort',
  'Case',
  'If',
  'StatefulPartitionedCall',
  'While',
]);

/** Whether a node of this op in a function's body is executed even where no result needs it. */
export function changesState(op: string): boolean {
  return effects.has(op);
}

/** Ops that take a TensorFlow 1 variable's reference itself. */
const takesReference: ReadonlySet<string> = new Set<string>([
  ...variableWrites,
  'IsVariableInitialized',
  'RefEnter',
  'RefExit',
  'RefIdentity',
]);

/** Whether an op reads the variable where a reference of TensorFlow 1 is its operand. */
export function readsReferences(op: string): boolean {
  return !takesReference.has(op);
}

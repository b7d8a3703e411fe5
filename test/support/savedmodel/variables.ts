// Variables as TensorFlow's exports write them: the nodes that hold them, and those that restore them from the checkpoint.
import { attr, constant, functionDef, node, placeholder, type FunctionJson, type NodeJson } from './nodes.ts';
import { dataTypeOfValue } from '../../../server/convert/savedmodel/proto/data-types.ts';
import type { ValueType } from '../../../server/convert/value.ts';
import { tensor } from './tensors.ts';

const resource = 20;

/** A variable of the graph. */
export interface TestVariable {
  /** The node that holds it. */
  readonly name: string;
  /** Its key in the checkpoint; the same as `name` where it is not given. */
  readonly key?: string;
  readonly dtype: ValueType;
  readonly shape: readonly number[];
  /** Which part of the key's tensor it is: `10 4 0,5:-`. */
  readonly slice?: string;
}

/** What goes into the graph for variables. */
export interface RestoreNodes {
  readonly nodes: readonly NodeJson[];
  readonly functions: readonly FunctionJson[];
  readonly saver: {
    readonly filename_tensor_name: string;
    readonly save_tensor_name: string;
    readonly restore_op_name: string;
  };
}

/** VariableV2 and Assign, as TensorFlow 1 had them. The nodes' outputs are references. */
export function referenceVariables(variables: readonly TestVariable[]): RestoreNodes {
  return tf1Restore(
    variables.map(({ name, dtype, shape }) =>
      node(name, 'VariableV2', [], {
        dtype: attr.type(dtype),
        shape: attr.shape(shape),
        container: attr.string(''),
        shared_name: attr.string(''),
      }),
    ),
    variables,
    (index, { name, dtype }) => [
      node(`save/Assign_${index}`, 'Assign', [name, `save/RestoreV2:${index}`], {
        T: attr.type(dtype),
        use_locking: attr.bool(true),
        validate_shape: attr.bool(true),
      }),
    ],
    'save/Assign_',
  );
}

/** VarHandleOp and AssignVariableOp behind `save/restore_all`, as TensorFlow 1 with resource variables and estimators have them. */
export function resourceVariables(variables: readonly TestVariable[]): RestoreNodes {
  return tf1Restore(
    variables.map(handle),
    variables,
    (index, { name, dtype }) => [
      node(`save/Identity_${index + 1}`, 'Identity', [`save/RestoreV2:${index}`], { T: attr.type(dtype) }),
      node(`save/AssignVariableOp_${index}`, 'AssignVariableOp', [name, `save/Identity_${index + 1}`], {
        dtype: attr.type(dtype),
      }),
    ],
    'save/AssignVariableOp_',
  );
}

/** VarHandleOp, and a function that restores, as tf.saved_model.save of TensorFlow 2 writes them. */
export function functionRestoredVariables(variables: readonly TestVariable[]): RestoreNodes {
  const restoring = '__inference__traced_restore_1';
  const assigned = variables.flatMap(({ dtype }, index) => [
    node(`Identity_${index}`, 'Identity', [`RestoreV2:tensors:${index}`], { T: attr.type(dtype) }),
    node(
      `AssignVariableOp_${index}`,
      'AssignVariableOp',
      [`variable_${index}`, `Identity_${index}:output:0`],
      {
        dtype: attr.type(dtype),
      },
    ),
  ]);
  const done = node(
    'done',
    'Identity',
    ['file_prefix', ...variables.map((_variable, index) => `^AssignVariableOp_${index}`)],
    { T: attr.type('string') },
  );
  const body = functionDef(
    restoring,
    [
      { name: 'file_prefix', type: 'string' },
      ...variables.map((_variable, index) => ({ name: `variable_${index}`, type: resource })),
    ],
    [{ name: 'identity', type: 'string' }],
    [...restoreNodes('', 'file_prefix', variables), ...assigned, done],
    { identity: 'done:output:0' },
  );
  const call = node(
    'StatefulPartitionedCall_1',
    'StatefulPartitionedCall',
    ['saver_filename', ...variables.map(({ name }) => name)],
    {
      Tin: attr.types(['string', ...variables.map(() => resource)]),
      Tout: attr.types(['string']),
      f: attr.func(restoring),
      config: attr.string(''),
      config_proto: attr.string(''),
      executor_type: attr.string(''),
    },
  );
  return {
    nodes: [...variables.map(handle), placeholder('saver_filename', 'string', []), call],
    functions: [body],
    saver: {
      filename_tensor_name: 'saver_filename:0',
      save_tensor_name: 'StatefulPartitionedCall:0',
      restore_op_name: 'StatefulPartitionedCall_1',
    },
  };
}

function handle({ name, dtype, shape }: TestVariable): NodeJson {
  return node(name, 'VarHandleOp', [], {
    dtype: attr.type(dtype),
    shape: attr.shape(shape),
    container: attr.string(''),
    shared_name: attr.string(name),
    allowed_devices: attr.strings([]),
  });
}

function restoreNodes(prefix: string, file: string, variables: readonly TestVariable[]): NodeJson[] {
  const inFunction = prefix === '';
  const output = inFunction ? ':output:0' : '';
  return [
    constant(
      `${prefix}RestoreV2/tensor_names`,
      tensor(
        'string',
        variables.map(({ name, key }) => key ?? name),
      ),
    ),
    constant(
      `${prefix}RestoreV2/shape_and_slices`,
      tensor(
        'string',
        variables.map(({ slice }) => slice ?? ''),
      ),
    ),
    node(
      `${prefix}RestoreV2`,
      'RestoreV2',
      [file, `${prefix}RestoreV2/tensor_names${output}`, `${prefix}RestoreV2/shape_and_slices${output}`],
      { dtypes: attr.types(variables.map(({ dtype }) => dataTypeOfValue(dtype))) },
    ),
  ];
}

function tf1Restore(
  holders: readonly NodeJson[],
  variables: readonly TestVariable[],
  assign: (index: number, variable: TestVariable) => readonly NodeJson[],
  assignPrefix: string,
): RestoreNodes {
  const text = { dtype: attr.type('string'), shape: attr.shape([]) };
  return {
    nodes: [
      ...holders,
      constant('save/filename/input', tensor('string', 'model')),
      node('save/filename', 'PlaceholderWithDefault', ['save/filename/input'], text),
      node('save/Const', 'PlaceholderWithDefault', ['save/filename'], text),
      ...restoreNodes('save/', 'save/Const', variables),
      ...variables.flatMap((variable, index) => assign(index, variable)),
      node(
        'save/restore_shard',
        'NoOp',
        variables.map((_variable, index) => `^${assignPrefix}${index}`),
      ),
      node('save/restore_all', 'NoOp', ['^save/restore_shard']),
    ],
    functions: [],
    saver: {
      filename_tensor_name: 'save/Const:0',
      save_tensor_name: 'save/Identity:0',
      restore_op_name: 'save/restore_all',
    },
  };
}

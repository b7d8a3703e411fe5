// Variables that only a copy of theirs in the checkpoint gives a value, as Keras 3 models have them that tf.saved_model.save wrote.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadSavedModel } from '../../../../../../server/convert/savedmodel/load/load-saved-model.ts';
import { numbersOf } from '../../../../../../server/convert/value.ts';
import { attr, constant, node, type NodeJson } from '../../../../../support/savedmodel/nodes.ts';
import { tensor } from '../../../../../support/savedmodel/tensors.ts';
import { functionRestoredVariables } from '../../../../../support/savedmodel/variables.ts';
import { writeSavedModel } from '../../../../../support/savedmodel/write-saved-model.ts';
import { tempDir } from '../../../../../support/temp-dir.ts';

const float = { dtype: attr.type('float32') };
const kernel = node('dense/kernel', 'VarHandleOp', [], { ...float, shape: attr.shape([2]) });

/** What `copy` is initialised with, as `tf.Variable(kernel)` writes it. */
function initialised(copy: string): readonly NodeJson[] {
  return [
    node(`${copy}/Initializer/ReadVariableOp`, 'ReadVariableOp', ['dense/kernel'], float),
    node(`${copy}/Assign`, 'AssignVariableOp', [copy, `${copy}/Initializer/ReadVariableOp`], float),
  ];
}

/** What `dense/kernel` holds where the checkpoint restores these copies of it. */
function kernelOf(copies: readonly string[], ...more: readonly NodeJson[]): readonly number[] | undefined {
  using directory = tempDir();
  const { nodes, functions, saver } = functionRestoredVariables(
    copies.map((name) => ({ name, dtype: 'float32', shape: [2] })),
  );
  writeSavedModel(directory.path, {
    graph: [kernel, ...nodes, ...copies.flatMap(initialised), ...more],
    functions,
    saver,
    variables: new Map(copies.map((name, index) => [name, tensor('float32', [1.5 + index, -2])])),
    signatures: {},
  });
  const value = loadSavedModel(directory.path, { tags: ['serve'] }).state.variables.get('dense/kernel');
  return value && numbersOf(value);
}

describe('a variable that is not restored', () => {
  it('has the value of its copy, which is', () => {
    assert.deepEqual(kernelOf(['Variable']), [1.5, -2]);
  });

  it('has none where there are two copies, or where the graph writes it', () => {
    assert.equal(kernelOf(['Variable', 'Variable_1']), undefined);
    const written = [
      constant('zeros', tensor('float32', [0, 0])),
      node('dense/kernel/Assign', 'AssignVariableOp', ['dense/kernel', 'zeros'], float),
    ];
    assert.equal(kernelOf(['Variable'], ...written), undefined);
  });
});

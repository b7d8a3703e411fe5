// TensorFlow Serving's own SavedModels, where they lie beside the repository.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { TensorBundle } from '../../../../../../server/convert/savedmodel/bundle/tensor-bundle.ts';
import type { MetaGraph } from '../../../../../../server/convert/savedmodel/proto/messages.ts';
import {
  readSavedModel,
  selectMetaGraph,
} from '../../../../../../server/convert/savedmodel/proto/saved-model.ts';

const directory = path.join(import.meta.dirname, '../../../../../../../shared/data/savedmodels');
const skip = existsSync(directory) ? false : 'the shared data is not here';

function open(model: string): { metaGraph: MetaGraph; values: ReadonlyMap<string, unknown> } {
  const version = path.join(directory, model, '00000123');
  const metaGraph = selectMetaGraph(readSavedModel(readFileSync(path.join(version, 'saved_model.pb'))), [
    'serve',
  ]);
  const bundle = TensorBundle.open(path.join(version, 'variables', 'variables'));
  try {
    return { metaGraph, values: new Map(bundle.names().map((name) => [name, bundle.read(name).data])) };
  } finally {
    bundle.close();
  }
}

describe('real SavedModels', { skip }, () => {
  it('half_plus_two of TensorFlow 1', () => {
    const { metaGraph, values } = open('half_plus_two');
    assert.equal(metaGraph.tensorflowVersion, '1.14.0');
    assert.equal(metaGraph.nodes.length, 74);
    assert.deepEqual(metaGraph.saver, {
      filenameTensorName: 'save/Const:0',
      restoreOpName: 'save/restore_all',
    });
    assert.deepEqual(metaGraph.assets, [{ tensorName: 'Const:0', filename: 'foo.txt' }]);
    assert.equal(metaGraph.initOpName, 'group_deps');
    assert.deepEqual(metaGraph.signatures.get('classify_x_to_y')?.methodName, 'tensorflow/serving/classify');
    assert.deepEqual(
      values,
      new Map([
        ['a', Float32Array.of(0.5)],
        ['a2', Float32Array.of(0.5)],
        ['b', Float32Array.of(2)],
        ['c', Float32Array.of(3)],
        ['c2', Float32Array.of(3)],
      ]),
    );
  });

  it('half_plus_two of TensorFlow 2', () => {
    const { metaGraph, values } = open('half_plus_two_tf2');
    assert.equal(metaGraph.functions.size, 14);
    assert.equal(metaGraph.saver?.restoreOpName, 'StatefulPartitionedCall_7');
    assert.equal(metaGraph.initOpName, 'NoOp');
    assert.deepEqual(values.get('a/.ATTRIBUTES/VARIABLE_VALUE'), Float32Array.of(0.5));
    assert.ok(values.has('_CHECKPOINTABLE_OBJECT_GRAPH'));
  });
});

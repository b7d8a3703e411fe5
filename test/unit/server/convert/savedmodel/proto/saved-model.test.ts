// The reader of saved_model.pb, on what the tests' own writer writes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  readSavedModel,
  selectMetaGraph,
} from '../../../../../../server/convert/savedmodel/proto/saved-model.ts';
import { decodeTensor } from '../../../../../../server/convert/savedmodel/proto/tensor-proto.ts';
import type { Attribute, MetaGraph } from '../../../../../../server/convert/savedmodel/proto/messages.ts';
import { attr, constant, functionDef, node, placeholder } from '../../../../../support/savedmodel/nodes.ts';
import { tensor } from '../../../../../support/savedmodel/tensors.ts';
import { savedModelBytes, type TestSavedModel } from '../../../../../support/savedmodel/write-saved-model.ts';

const nothing: TestSavedModel = { graph: [], signatures: {} };

function metaGraph(model: TestSavedModel): MetaGraph {
  const read = readSavedModel(savedModelBytes(model)).metaGraphs[0];
  assert.ok(read !== undefined);
  return read;
}

/** The attribute, its tensors decoded, for comparing. */
function plain(attribute: Attribute | undefined): unknown {
  if (attribute?.kind === 'tensor') {
    return decodeTensor(attribute.value).data;
  }
  if (attribute?.kind === 'list') {
    const { tensors, ...rest } = attribute.value;
    const lists = Object.entries(rest).filter(([, list]) => list.length > 0);
    return [...lists.map(([, list]) => list as unknown), ...tensors.map((raw) => decodeTensor(raw).data)];
  }
  return attribute?.value;
}

describe('readSavedModel', () => {
  it('reads nodes with attributes of every kind', () => {
    const attributes = {
      int: attr.int(-(2n ** 62n)),
      float: attr.float(0.5),
      bool: attr.bool(true),
      string: attr.string('größe'),
      type: attr.type(101),
      shape: attr.shape([2, -1]),
      anyShape: attr.shape(undefined),
      tensor: attr.tensor(tensor('int32', [1, 2])),
      func: attr.func('f', { T: attr.type('int64') }),
      placeholder: attr.placeholder('T'),
      ints: attr.ints([1, -2]),
      floats: attr.floats([0.5, -1]),
      bools: attr.bools([true, false]),
      strings: attr.strings(['a', '']),
      types: attr.types(['float32', 107]),
      shapes: attr.shapes([[1], undefined]),
      tensors: attr.tensors([tensor('float32', 3)]),
      funcs: attr.funcs(['g']),
      empty: attr.ints([]),
      unset: {},
      __proto: attr.int(1),
      constructor: attr.int(2),
    };
    const { nodes } = metaGraph({
      ...nothing,
      graph: [node('a/b', 'Thing', ['x', 'y:1', '^z'], attributes), node('c', 'NoOp')],
    });
    assert.equal(nodes.length, 2);
    const [read, bare] = nodes;
    assert.deepEqual([read?.name, read?.op, read?.inputs], ['a/b', 'Thing', ['x', 'y:1', '^z']]);
    assert.deepEqual([bare?.inputs, bare?.attributes.size], [[], 0]);
    const found = Object.fromEntries([...read!.attributes].map(([name, value]) => [name, plain(value)]));
    assert.deepEqual(found, {
      int: -(2n ** 62n),
      float: 0.5,
      bool: true,
      string: Uint8Array.from(Buffer.from('größe')),
      type: 1,
      shape: [2, -1],
      anyShape: undefined,
      tensor: Int32Array.of(1, 2),
      func: { name: 'f', attributes: new Map([['T', { kind: 'type', value: 9 }]]) },
      placeholder: 'T',
      ints: [[1n, -2n]],
      floats: [[0.5, -1]],
      bools: [[true, false]],
      strings: [[Uint8Array.of(97), new Uint8Array()]],
      types: [[1, 7]],
      shapes: [[[1], undefined]],
      tensors: [Float32Array.of(3)],
      funcs: [[{ name: 'g', attributes: new Map() }]],
      empty: [],
      __proto: 1n,
      constructor: 2n,
    });
  });

  it('reads functions, op definitions and versions', () => {
    const body = functionDef(
      'double',
      [{ name: 'x', type: 'float32' }],
      [{ name: 'y', type: 'float32' }],
      [node('add', 'AddV2', ['x', 'x'], { T: attr.type('float32') })],
      { y: 'add:z:0' },
    );
    const op = {
      name: 'AddV2',
      input_arg: [{ name: 'x', type_attr: 'T' }],
      output_arg: [{ name: 'z', number_attr: 'N', type_list_attr: 'L', type: 103 }],
      attr: [
        { name: 'T', type: 'type' },
        { name: 'flag', default_value: { b: true } },
      ],
      is_stateful: true,
    };
    const read = metaGraph({ ...nothing, functions: [body], ops: [op], tensorflowVersion: '2.14.0' });
    assert.equal(read.tensorflowVersion, '2.14.0');
    const double = read.functions.get('double');
    assert.deepEqual(double?.returns, new Map([['y', 'add:z:0']]));
    assert.deepEqual(
      double.nodes.map(({ name }) => name),
      ['add'],
    );
    assert.deepEqual(double.signature.inputs, [
      { name: 'x', type: 1, typeAttribute: '', numberAttribute: '', typeListAttribute: '' },
    ]);
    assert.deepEqual(read.ops.get('AddV2'), {
      name: 'AddV2',
      inputs: [{ name: 'x', type: 0, typeAttribute: 'T', numberAttribute: '', typeListAttribute: '' }],
      outputs: [{ name: 'z', type: 3, typeAttribute: '', numberAttribute: 'N', typeListAttribute: 'L' }],
      defaults: new Map([['flag', { kind: 'bool', value: true }]]),
      isStateful: true,
    });
    assert.throws(() => metaGraph({ ...nothing, functions: [body, body] }), { code: 'SAVED_MODEL_INVALID' });
  });

  it('reads signatures with sparse inputs and defaults', () => {
    const sparse = { values: 'v:0', indices: 'i:0', denseShape: 's:0' };
    const { signatures } = metaGraph({
      graph: [placeholder('x', 'float32')],
      signatures: {
        serving_default: {
          inputs: {
            x: { name: 'x:0', dtype: 'float32', shape: [-1, 2] },
            s: { name: sparse, dtype: 'int64' },
          },
          outputs: { y: { name: 'y:0', dtype: 'string' } },
          defaults: { x: tensor('float32', [1, 2], [1, 2]) },
        },
      },
    });
    const signature = signatures.get('serving_default');
    assert.equal(signature?.methodName, 'tensorflow/serving/predict');
    assert.deepEqual(signature.inputs.get('x'), { name: 'x:0', dtype: 1, shape: [-1, 2], sparse: undefined });
    assert.deepEqual(signature.inputs.get('s'), { name: '', dtype: 9, shape: undefined, sparse });
    assert.deepEqual(signature.outputs.get('y'), {
      name: 'y:0',
      dtype: 7,
      shape: undefined,
      sparse: undefined,
    });
    assert.deepEqual(decodeTensor(signature.defaults.get('x')!).data, Float32Array.of(1, 2));
  });

  it('finds assets and the init op where files of any age say them', () => {
    const assets = [{ tensorName: 'Const:0', filename: 'words.txt' }];
    for (const assetsInCollection of [false, true]) {
      assert.deepEqual(metaGraph({ ...nothing, assets, assetsInCollection }).assets, assets);
    }
    for (const where of ['__saved_model_init_op', 'saved_model_main_op', 'legacy_init_op'] as const) {
      assert.equal(metaGraph({ ...nothing, initOp: { name: 'init', in: where } }).initOpName, 'init');
    }
    assert.equal(metaGraph(nothing).initOpName, undefined);
    const saver = { filename_tensor_name: 'save/Const:0', restore_op_name: 'save/restore_all' };
    assert.deepEqual(metaGraph({ ...nothing, saver }).saver, {
      filenameTensorName: 'save/Const:0',
      restoreOpName: 'save/restore_all',
    });
    assert.equal(metaGraph(nothing).saver, undefined);
  });

  it('gives tensors as views of the file', () => {
    const bytes = savedModelBytes({ ...nothing, graph: [constant('c', tensor('float32', [1, 2]))] });
    const value = readSavedModel(bytes).metaGraphs[0]?.nodes[0]?.attributes.get('value');
    assert.ok(value?.kind === 'tensor');
    assert.equal(value.value.bytes.buffer, bytes.buffer);
  });
});

describe('selectMetaGraph', () => {
  const model = readSavedModel(
    savedModelBytes({ ...nothing, tags: ['train', 'serve'] }, { ...nothing, tags: ['serve'] }),
  );

  it('takes the one whose tags are exactly these, in any order', () => {
    assert.deepEqual(selectMetaGraph(model, ['serve']).tags, ['serve']);
    assert.deepEqual(selectMetaGraph(model, ['serve', 'train']).tags, ['train', 'serve']);
  });

  it('says which tags there are', () => {
    assert.throws(() => selectMetaGraph(model, ['serve', 'gpu']), {
      code: 'SAVED_MODEL_INVALID',
      message:
        'saved_model.pb has no meta graph with exactly the tags {serve, gpu}; it has {train, serve}, {serve}.',
    });
    assert.throws(() => selectMetaGraph({ schemaVersion: 1, metaGraphs: [] }, ['serve']), {
      message: /it has no meta graph/u,
    });
  });
});

// TensorFlow 1's loops and conditionals become While and If ops that compute the same.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { neededBy } from '../../../../../../server/convert/savedmodel/graph/traverse.ts';
import { attr, constant, functionDef, node, placeholder } from '../../../../../support/savedmodel/nodes.ts';
import { tensor } from '../../../../../support/savedmodel/tensors.ts';
import { evaluated, libraryOf } from './library-of.ts';
import type { GraphLibrary } from '../../../../../../server/convert/savedmodel/graph/graph-library.ts';
import type { NodeJson } from '../../../../../support/savedmodel/nodes.ts';

const float = { T: attr.type('float32') };
const int = { T: attr.type('int32') };

/** tf.cond as TensorFlow 1 writes it, without its branches: pivots, and a Switch of `data` for each branch. */
function conditional(name: string, predicate: string, data: string): NodeJson[] {
  return [
    node(`${name}/Switch`, 'Switch', [predicate, predicate], { T: attr.type('bool') }),
    node(`${name}/switch_t`, 'Identity', [`${name}/Switch:1`], { T: attr.type('bool') }),
    node(`${name}/switch_f`, 'Identity', [`${name}/Switch`], { T: attr.type('bool') }),
    node(`${name}/pred_id`, 'Identity', [predicate], { T: attr.type('bool') }),
    node(`${name}/data`, 'Switch', [data, `${name}/pred_id`], float),
  ];
}

/** A loop of two variables: `i < n`, i + 1, and what the body makes of `total` and the constant `step`. */
function loop(
  name: string,
  n: string,
  total: string,
  step: string,
  body: (name: string) => NodeJson[],
): NodeJson[] {
  const frame = (constantOne: boolean) => ({
    frame_name: attr.string(`${name}/context`),
    is_constant: attr.bool(constantOne),
  });
  const enter = (own: string, input: string, type: typeof float, constantOne = false): NodeJson =>
    node(`${name}/${own}`, 'Enter', [input], { ...type, ...frame(constantOne) });
  return [
    constant(`${name}/zero`, tensor('int32', 0)),
    enter('Enter', `${name}/zero`, int),
    enter('Enter_1', total, float),
    enter('n', n, int, true),
    enter('step', step, float, true),
    node(`${name}/Merge`, 'Merge', [`${name}/Enter`, `${name}/NextIteration`], int),
    node(`${name}/Merge_1`, 'Merge', [`${name}/Enter_1`, `${name}/NextIteration_1`], float),
    node(`${name}/Less`, 'Less', [`${name}/Merge`, `${name}/n`], int),
    node(`${name}/LoopCond`, 'LoopCond', [`${name}/Less`]),
    node(`${name}/Switch`, 'Switch', [`${name}/Merge`, `${name}/LoopCond`], int),
    node(`${name}/Switch_1`, 'Switch', [`${name}/Merge_1`, `${name}/LoopCond`], float),
    node(`${name}/i`, 'Identity', [`${name}/Switch:1`], int),
    node(`${name}/total`, 'Identity', [`${name}/Switch_1:1`], float),
    node(`${name}/one`, 'Const', [`^${name}/i`], constant('', tensor('int32', 1)).attr),
    node(`${name}/next`, 'AddV2', [`${name}/i`, `${name}/one`], int),
    ...body(name),
    node(`${name}/NextIteration`, 'NextIteration', [`${name}/next`], int),
    node(`${name}/NextIteration_1`, 'NextIteration', [`${name}/result`], float),
    node(`${name}/Exit`, 'Exit', [`${name}/Switch`], int),
    node(`${name}/Exit_1`, 'Exit', [`${name}/Switch_1`], float),
  ];
}

/** The ops that a ref of the main graph needs there. */
function opsOf(library: GraphLibrary, ref: string): ReadonlySet<string> {
  return new Set(neededBy(library.main(), [ref]).map(({ op }) => op));
}

describe('conditionals', () => {
  const zero = constant('zero', tensor('float32', 0));
  const branches = [
    ...conditional('c', 'p', 'x'),
    node('c/twice', 'AddV2', ['c/data:1', 'c/data:1'], float),
    node('c/minus', 'Neg', ['c/data'], float),
    node('c/seven', 'Const', ['^c/switch_f'], constant('', tensor('float32', 7)).attr),
    node('c/Merge', 'Merge', ['c/minus', 'c/twice'], float),
    node('c/Merge_1', 'Merge', ['c/seven', 'c/data:1'], float),
  ];
  const graph = [placeholder('x', 'float32'), zero, node('p', 'Greater', ['x', 'zero'], float), ...branches];

  it('become one If for all their results', () => {
    const library = libraryOf(graph);
    const ops = opsOf(library, 'c/Merge');
    assert.ok(ops.has('StatelessIf') && !ops.has('Merge') && !ops.has('Switch'), [...ops].join());
    assert.equal([...library.main().nodes.values()].filter(({ op }) => op === 'StatelessIf').length, 1);
    assert.deepEqual(evaluated(library, 'c/Merge:0', { 'x:0': 3 }), [6]);
    assert.deepEqual(evaluated(library, 'c/Merge:0', { 'x:0': -3 }), [3]);
    assert.deepEqual(evaluated(library, 'c/Merge_1:0', { 'x:0': 3 }), [3]);
    assert.deepEqual(evaluated(library, 'c/Merge_1:0', { 'x:0': -3 }), [7]);
    assert.deepEqual(evaluated(library, 'c/Merge:1', { 'x:0': 3 }), [1]);
    assert.deepEqual(evaluated(library, 'c/Merge:1', { 'x:0': -3 }), [0]);
  });

  it('behind each other, of one predicate, stay apart', () => {
    const library = libraryOf([
      ...graph,
      ...conditional('d', 'p', 'c/Merge'),
      node('d/minus', 'Neg', ['d/data:1'], float),
      node('d/Merge', 'Merge', ['d/data', 'd/minus'], float),
    ]);
    assert.deepEqual(evaluated(library, 'd/Merge:0', { 'x:0': 3 }), [-6]);
    assert.deepEqual(evaluated(library, 'd/Merge:0', { 'x:0': -3 }), [3]);
  });

  it('inside of others become If ops of their branches', () => {
    const library = libraryOf([
      placeholder('x', 'float32'),
      zero,
      constant('ten', tensor('float32', 10)),
      node('p', 'Greater', ['x', 'zero'], float),
      ...conditional('o', 'p', 'x'),
      node('o/ten', 'Switch', ['ten', 'o/pred_id'], float),
      node('q', 'Greater', ['o/data:1', 'o/ten:1'], float),
      ...conditional('i', 'q', 'o/data:1'),
      node('i/minus', 'Neg', ['i/data:1'], float),
      node('i/Merge', 'Merge', ['i/data', 'i/minus'], float),
      node('o/zero', 'Sub', ['o/data', 'o/data'], float),
      node('o/Merge', 'Merge', ['o/zero', 'i/Merge'], float),
    ]);
    assert.ok(!opsOf(library, 'o/Merge').has('Merge'));
    for (const [input, expected] of [
      [20, -20],
      [5, 5],
      [-5, 0],
    ] as const) {
      assert.deepEqual(evaluated(library, 'o/Merge:0', { 'x:0': input }), [expected]);
    }
  });

  it('with a known predicate become the branch that is taken', () => {
    for (const taken of [true, false]) {
      const library = libraryOf(graph, [], {
        known: (_, ref) => (ref === 'c/pred_id:0' || ref === 'p:0' ? taken : undefined),
      });
      const ops = opsOf(library, 'c/Merge');
      assert.ok(!ops.has('StatelessIf') && !ops.has('Switch') && !ops.has('Greater'), [...ops].join());
      assert.ok(ops.has(taken ? 'AddV2' : 'Neg') && !ops.has(taken ? 'Neg' : 'AddV2'));
      assert.deepEqual(evaluated(library, 'c/Merge:0', { 'x:0': 4 }), [taken ? 8 : -4]);
      assert.deepEqual(evaluated(library, 'c/Merge:1', { 'x:0': 4 }), [Number(taken)]);
    }
  });
});

describe('loops', () => {
  const main = [
    constant('n', tensor('int32', 4)),
    constant('start', tensor('float32', 1)),
    placeholder('x', 'float32'),
  ];
  const times = (name: string): NodeJson[] => [
    node(`${name}/result`, 'Mul', [`${name}/total`, `${name}/step`], float),
  ];

  it('become While ops', () => {
    const library = libraryOf([...main, ...loop('w', 'n', 'start', 'x', times)]);
    const ops = opsOf(library, 'w/Exit_1');
    assert.deepEqual([...ops].sort(), ['Const', 'Identity', 'Placeholder', 'StatelessWhile']);
    assert.deepEqual(evaluated(library, 'w/Exit_1:0', { 'x:0': 3 }), [81]);
    assert.deepEqual(evaluated(library, 'w/Exit:0', { 'x:0': 3 }), [4]);
  });

  it('in loops, and conditionals in those, become functions of functions', () => {
    const inner = (name: string): NodeJson[] => [
      ...loop('v', `${name}/i`, `${name}/total`, `${name}/step`, (own) => [
        node(`${own}/big`, 'Greater', [`${own}/total`, `${own}/step`], float),
        ...conditional(`${own}/c`, `${own}/big`, `${own}/total`),
        node(`${own}/stepped`, 'Switch', [`${own}/step`, `${own}/c/pred_id`], float),
        node(`${own}/down`, 'Sub', [`${own}/c/data:1`, `${own}/stepped:1`], float),
        node(`${own}/up`, 'AddV2', [`${own}/c/data`, `${own}/stepped`], float),
        node(`${own}/result`, 'Merge', [`${own}/up`, `${own}/down`], float),
      ]).map((each) => (each.name === 'v/zero' ? { ...each, input: [`^${name}/i`] } : each)),
      node(`${name}/result`, 'Identity', ['v/Exit_1'], float),
    ];
    const library = libraryOf([...main, ...loop('w', 'n', 'start', 'x', inner)]);
    let expected = 1;
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < i; j++) {
        expected += expected > 2 ? -2 : 2;
      }
    }
    assert.deepEqual(evaluated(library, 'w/Exit_1:0', { 'x:0': 2 }), [expected]);
  });

  it('in a function that is called twice have frames of their own', () => {
    const argument = (name: string, type: 'int32' | 'float32') => ({ name, type });
    const inFunction = (each: NodeJson): NodeJson => ({
      ...each,
      input: (each.input ?? []).map((input) => {
        const [name = '', output = '0'] = input.split(':');
        return ['n', 'start', 'x'].includes(name) || name.startsWith('^')
          ? name
          : `${name}:${outputName(name, output)}:0`;
      }),
    });
    const outputName = (name: string, output: string): string =>
      name.includes('Switch')
        ? output === '1'
          ? 'output_true'
          : 'output_false'
        : name.includes('Merge')
          ? 'output'
          : 'y';
    const power = functionDef(
      'power',
      [argument('n', 'int32'), argument('start', 'float32'), argument('x', 'float32')],
      [argument('out', 'float32')],
      loop('w', 'n', 'start', 'x', times).map(inFunction),
      { out: 'w/Exit_1:output:0' },
    );
    const call = (name: string, start: string): NodeJson =>
      node(name, 'PartitionedCall', ['n', start, 'x'], { f: attr.func('power') });
    const library = libraryOf([...main, call('a', 'start'), call('b', 'a')], [power]);
    assert.deepEqual(evaluated(library, 'b:0', { 'x:0': 2 }), [256]);
  });

  it('that are built otherwise stay as what nobody can compute, and harm nobody else', () => {
    const broken = loop('w', 'n', 'start', 'x', times).filter(({ op }) => op !== 'LoopCond');
    const library = libraryOf([
      ...main,
      ...broken.map((each) => ({
        ...each,
        input: (each.input ?? []).map((input) => (input === 'w/LoopCond' ? 'w/Less' : input)),
      })),
      node('fine', 'Neg', ['x'], float),
    ]);
    assert.deepEqual(evaluated(library, 'fine:0', { 'x:0': 2 }), [-2]);
    assert.deepEqual([...opsOf(library, 'w/Exit_1')], ['Exit']);
  });
});

describe('TensorArrays', () => {
  it('become lists that the flow carries', () => {
    const array = { dtype: attr.type('float32'), element_shape: attr.shape([2]) };
    const library = libraryOf([
      placeholder('x', 'float32'),
      constant('n', tensor('int32', 3)),
      constant('zero', tensor('int32', 0)),
      constant('one', tensor('int32', 1)),
      node('array', 'TensorArrayV3', ['n'], { ...array, dynamic_size: attr.bool(false) }),
      node('range', 'Range', ['zero', 'n', 'one'], {}),
      node('all', 'TensorArrayScatterV3', ['array', 'range', 'x', 'array:1'], float),
      node('write', 'TensorArrayWriteV3', ['array', 'one', 'x', 'all'], float),
      node('read', 'TensorArrayReadV3', ['array', 'one', 'write'], { dtype: attr.type('float32') }),
      node('stack', 'TensorArrayGatherV3', ['array', 'range', 'write'], { dtype: attr.type('float32') }),
      node('size', 'TensorArraySizeV3', ['array', 'write']),
      node('some', 'TensorArrayGatherV3', ['array', 'zero', 'array:1'], { dtype: attr.type('float32') }),
    ]);
    const { nodes } = library.main();
    const ops = ['array', 'all', 'write', 'read', 'stack', 'size', 'some'].map((name) => nodes.get(name)?.op);
    assert.deepEqual(ops, [
      'TensorListReserve',
      'TensorListFromTensor',
      'TensorListSetItem',
      'TensorListGetItem',
      'TensorListStack',
      'TensorListLength',
      'TensorListGather',
    ]);
    assert.deepEqual(
      nodes.get('write')?.inputs,
      ['all', 'one', 'x'].map((name) => `${name}:0`),
    );
    assert.equal(library.main().resolve('array:1'), 'array:0');
    assert.deepEqual(evaluated(library, 'read@shape:0'), [2]);
  });
});

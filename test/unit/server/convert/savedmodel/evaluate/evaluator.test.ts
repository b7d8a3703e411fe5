// The evaluator: order, branches, functions, and what stops graphs that cost too much.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Budget } from '../../../../../../server/convert/savedmodel/evaluate/budget.ts';
import { Evaluator } from '../../../../../../server/convert/savedmodel/evaluate/evaluator.ts';
import { Folder } from '../../../../../../server/convert/savedmodel/emit/folder.ts';
import { hostGraph } from '../../../../../../server/convert/run/host-graph.ts';
import { emptyHostProgram } from '../../../../../../server/convert/savedmodel/evaluate/host-program.ts';
import { kernels } from '../../../../../../server/convert/savedmodel/evaluate/kernels.ts';
import { notFoldable } from '../../../../../../server/convert/savedmodel/evaluate/op-effects.ts';
import { Unsupported } from '../../../../../../server/convert/savedmodel/unsupported.ts';
import { int32 } from '../../../../../../server/convert/value.ts';
import { PerchError } from '../../../../../../server/errors.ts';
import type { Operand } from '../../../../../../server/convert/savedmodel/evaluate/contract.ts';
import type { HostFunction } from '../../../../../../server/convert/savedmodel/evaluate/host-program.ts';
import type { RunLimits } from '../../../../../../server/convert/savedmodel/evaluate/budget.ts';
import type { GraphNode } from '../../../../../../server/convert/savedmodel/graph/flat-graph.ts';
import type { Attribute } from '../../../../../../server/convert/savedmodel/proto/messages.ts';
import type { Value } from '../../../../../../server/convert/value.ts';

interface NodeParts {
  readonly controls?: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

function node(name: string, op: string, inputs: readonly string[] = [], parts: NodeParts = {}): GraphNode {
  return {
    name,
    op,
    inputs,
    controls: parts.controls ?? [],
    attributes: new Map(Object.entries(parts.attributes ?? {})),
  };
}

function calls(functions: Readonly<Record<string, string>>): NodeParts {
  const entries = Object.entries(functions).map(([attribute, name]): [string, Attribute] => [
    attribute,
    { kind: 'function', value: { name, attributes: new Map() } },
  ]);
  return { attributes: Object.fromEntries(entries) };
}

interface Run {
  readonly nodes: readonly GraphNode[];
  readonly known?: Readonly<Record<string, Operand>>;
  readonly functions?: Readonly<Record<string, HostFunction>>;
  readonly limits?: Partial<RunLimits>;
  readonly variables?: Map<string, Value>;
}

function evaluator({ nodes, known = {}, functions = {}, limits, variables = new Map() }: Run): Evaluator {
  const program = { ...emptyHostProgram, nodes, functions: new Map(Object.entries(functions)) };
  const { graph, functions: library } = hostGraph(program);
  const budget = new Budget('SAVED_MODEL_INVALID', {
    elements: 1e6,
    steps: 1e6,
    calls: 1000,
    ...limits,
  });
  const state = { variables, tables: new Map() };
  return new Evaluator(graph, { state, functions: library, budget }, new Map(Object.entries(known)));
}

const truth = (value: boolean): Value => ({ dtype: 'bool', shape: [], data: Uint8Array.of(value ? 1 : 0) });

function numbers(value: Value): unknown[] {
  return Array.from<unknown>(value.data);
}

function failsWith(code: string, text: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof PerchError && error.code === code && text.test(error.message);
}

describe('order', () => {
  it('pulls what is asked for, once, and nothing else', () => {
    const run = evaluator({
      nodes: [node('sum', 'AddV2', ['x:0', 'y:0']), node('y', 'Neg', ['x:0']), node('other', 'Nonsense')],
      known: { 'x:0': int32([1, 2]) },
    });
    assert.deepEqual(numbers(run.value('sum:0')), [0, 0]);
    assert.equal(run.value('y:0'), run.value('y:0'));
  });

  it('runs control dependencies first, in their order', () => {
    const variables = new Map<string, Value>();
    const run = evaluator({
      nodes: [
        node('v', 'VarHandleOp'),
        node('first', 'AssignVariableOp', ['v:0', 'one:0']),
        node('second', 'AssignAddVariableOp', ['v:0', 'one:0'], { controls: ['first'] }),
        node('init', 'NoOp', [], { controls: ['second'] }),
        node('read', 'ReadVariableOp', ['v:0'], { controls: ['init'] }),
      ],
      known: { 'one:0': int32(1) },
      variables,
    });
    assert.deepEqual(numbers(run.value('read:0')), [2]);
    assert.deepEqual([...variables.keys()], ['v']);
  });

  it('reads TensorFlow 1 references, and gives them to assignments', () => {
    const run = evaluator({
      nodes: [
        node('v', 'VariableV2'),
        node('assign', 'Assign', ['v:0', 'one:0']),
        node('read', 'Identity', ['v:0'], { controls: ['assign'] }),
        node('negative', 'Neg', ['assign:0']),
      ],
      known: { 'one:0': int32(7) },
    });
    assert.deepEqual(numbers(run.value('read:0')), [7]);
    assert.deepEqual(numbers(run.value('negative:0')), [-7]);
  });

  it('goes down a chain of a hundred thousand nodes', () => {
    const nodes = Array.from({ length: 100_000 }, (_, i) => node(`n${i}`, 'Identity', [`n${i - 1}:0`]));
    const run = evaluator({ nodes, known: { 'n-1:0': int32(3) } });
    assert.deepEqual(numbers(run.value('n99999:0')), [3]);
  });

  it('refuses cycles, refs to nothing, and variables without a value', () => {
    const run = evaluator({
      nodes: [
        node('a', 'Identity', ['b:0']),
        node('b', 'Identity', ['a:0']),
        node('c', 'Identity', ['missing:0']),
        node('d', 'Identity', ['v:0']),
        node('v', 'VariableV2'),
      ],
    });
    assert.throws(() => run.value('a:0'), failsWith('SAVED_MODEL_INVALID', /cycle/u));
    assert.throws(() => run.value('c:0'), failsWith('SAVED_MODEL_INVALID', /no node missing/u));
    assert.throws(() => run.value('c:3'), PerchError);
    assert.throws(() => run.value('d:0'), failsWith('SAVED_MODEL_INVALID', /before it has a value/u));
  });

  it('names op and node where there is no kernel', () => {
    const run = evaluator({ nodes: [node('a', 'Nonsense')] });
    assert.throws(
      () => run.value('a:0'),
      (error) => error instanceof Unsupported && error.message === 'no kernel for Nonsense (node a)',
    );
  });
});

describe('dead branches', () => {
  const nodes = [
    node('switch', 'Switch', ['x:0', 'p:0']),
    node('no', 'Neg', ['switch:0']),
    node('yes', 'Identity', ['switch:1']),
    node('late', 'Assert', ['no!:0'], { controls: ['no'] }),
    node('merge', 'Merge', ['no:0', 'yes:0']),
  ];

  for (const [taken, expected, index] of [
    [true, 5, 1],
    [false, -5, 0],
  ] as const) {
    it(`takes the branch of ${String(taken)} alone`, () => {
      const run = evaluator({ nodes, known: { 'x:0': int32(5), 'p:0': truth(taken), 'no!:0': truth(true) } });
      assert.deepEqual(numbers(run.value('merge:0')), [expected]);
      assert.deepEqual(numbers(run.value('merge:1')), [index]);
      assert.throws(
        () => run.value(taken ? 'no:0' : 'yes:0'),
        failsWith('SAVED_MODEL_INVALID', /not taken/u),
      );
    });
  }

  it('does not run what depends on a dead node by control', () => {
    const run = evaluator({
      nodes,
      known: { 'x:0': int32(5), 'p:0': truth(true), 'no!:0': truth(false) },
    });
    assert.doesNotThrow(() => run.run('late'));
  });
});

describe('functions', () => {
  const countdown: Record<string, HostFunction> = {
    more: {
      nodes: [node('zero', 'ZerosLike', ['@arg:0']), node('g', 'Greater', ['@arg:0', 'zero:0'])],
      returns: ['g:0'],
    },
    next: {
      nodes: [
        node('one', 'OnesLike', ['@arg:0']),
        node('less', 'Sub', ['@arg:0', 'one:0']),
        node('sum', 'AddV2', ['@arg:1', '@arg:0']),
      ],
      returns: ['less:0', 'sum:0'],
    },
    forever: { nodes: [], returns: ['@arg:0', '@arg:1'] },
    itself: {
      nodes: [node('call', 'PartitionedCall', ['@arg:0'], calls({ f: 'itself' }))],
      returns: ['call:0'],
    },
    set: { nodes: [node('assign', 'AssignVariableOp', ['@arg:0', '@arg:1'])], returns: [] },
    keep: { nodes: [], returns: [] },
  };

  it('loops as long as the condition holds', () => {
    const run = evaluator({
      nodes: [node('w', 'StatelessWhile', ['n:0', 's:0'], calls({ cond: 'more', body: 'next' }))],
      known: { 'n:0': int32(10), 's:0': int32(0) },
      functions: countdown,
    });
    assert.deepEqual(numbers(run.value('w:1')), [55]);
  });

  it('ends a loop without end, and calls without end, with a named error', () => {
    const run = evaluator({
      nodes: [
        node('w', 'While', ['n:0', 's:0'], calls({ cond: 'more', body: 'forever' })),
        node('c', 'PartitionedCall', ['n:0'], calls({ f: 'itself' })),
      ],
      known: { 'n:0': int32(10), 's:0': int32(0) },
      functions: countdown,
    });
    assert.throws(() => run.value('w:0'), failsWith('SAVED_MODEL_INVALID', /a loop does not end/u));
    const other = evaluator({
      nodes: [node('c', 'PartitionedCall', ['n:0'], calls({ f: 'itself' }))],
      known: { 'n:0': int32(10) },
      functions: countdown,
    });
    assert.throws(() => other.value('c:0'), failsWith('SAVED_MODEL_INVALID', /more than 64 deep/u));
  });

  it('runs what a taken branch does, though no result needs it', () => {
    for (const [taken, expected] of [
      [true, ['v']],
      [false, []],
    ] as const) {
      const variables = new Map<string, Value>();
      const run = evaluator({
        nodes: [
          node('v', 'VarHandleOp'),
          node('if', 'If', ['p:0', 'v:0', 'n:0'], calls({ then_branch: 'set', else_branch: 'keep' })),
        ],
        known: { 'p:0': truth(taken), 'n:0': int32(10) },
        functions: countdown,
        variables,
      });
      run.run('if');
      assert.deepEqual([...variables.keys()], expected);
    }
  });
});

describe('what a run may cost', () => {
  const large = int32([100_000, 100_000]);
  const hostile: readonly (readonly [string, Readonly<Record<string, Value>>])[] = [
    ['Fill', { a: large, b: int32(1) }],
    ['BroadcastTo', { a: int32(1), b: large }],
    ['Tile', { a: { ...int32([1, 2]), shape: [1, 2] }, b: large }],
    ['Range', { a: int32(0), b: int32(2 ** 31 - 1), c: int32(1) }],
    [
      'LinSpace',
      { a: { dtype: 'float32', shape: [], data: Float32Array.of(1) }, b: int32(2), c: int32(2e9) },
    ],
    ['OneHot', { a: int32([1, 2]), b: int32(1e9), c: int32(1), d: int32(0) }],
    ['Pad', { a: int32([1]), b: { ...int32([0, 2e9]), shape: [1, 2] } }],
    ['ScatterNd', { a: { ...int32([0]), shape: [1, 1] }, b: int32([1]), c: int32([2e9]) }],
    ['UnsortedSegmentSum', { a: int32([1]), b: int32([0]), c: int32(2e9) }],
    ['SegmentSum', { a: int32([1]), b: int32([2e9]) }],
    ['DenseBincount', { a: int32([1]), b: int32(2e9), c: int32([]) }],
    ['DynamicStitch', { a: int32([2e9]), b: int32([1]) }],
    ['TensorListReserve', { a: int32([]), b: int32(2e9) }],
    [
      'AddV2',
      {
        a: { ...int32(Array(2000).fill(1) as number[]), shape: [2000, 1] },
        b: int32(Array(2000).fill(1) as number[]),
      },
    ],
    ['MatrixDiag', { a: int32(Array(2000).fill(1) as number[]) }],
  ];
  for (const [op, operands] of hostile) {
    it(`${op} of a huge size is refused before it is made`, () => {
      const names = Object.keys(operands);
      const run = evaluator({
        nodes: [
          node(
            'huge',
            op,
            names.map((name) => `${name}:0`),
          ),
        ],
        known: Object.fromEntries(names.map((name) => [`${name}:0`, operands[name]!])),
      });
      assert.throws(
        () => run.run('huge'),
        (error) =>
          error instanceof PerchError && /more than 1000000 elements|is too large/u.test(error.message),
      );
    });
  }

  it('adds up what all nodes make', () => {
    const nodes = Array.from({ length: 20 }, (_, i) => node(`n${i}`, 'Neg', [`n${i - 1}:0`]));
    const known = { 'n-1:0': int32(Array(100_000).fill(1) as number[]) };
    assert.throws(
      () => evaluator({ nodes, known }).value('n19:0'),
      failsWith('SAVED_MODEL_INVALID', /more than 1000000 elements/u),
    );
  });

  it('counts nodes', () => {
    const nodes = Array.from({ length: 20 }, (_, i) => node(`n${i}`, 'Identity', [`n${i - 1}:0`]));
    const run = evaluator({ nodes, known: { 'n-1:0': int32(1) }, limits: { steps: 10 } });
    assert.throws(() => run.value('n19:0'), failsWith('SAVED_MODEL_INVALID', /more than 10 nodes/u));
  });
});

describe('lists', () => {
  it('are written and stacked', () => {
    const dtype: Attribute = { kind: 'type', value: 3 };
    const run = evaluator({
      nodes: [
        node('reserve', 'TensorListReserve', ['shape:0', 'three:0']),
        node('set', 'TensorListSetItem', ['reserve:0', 'one:0', 'item:0']),
        node('stack', 'TensorListStack', ['set:0', 'shape:0'], { attributes: { element_dtype: dtype } }),
        node('length', 'TensorListLength', ['set:0']),
      ],
      known: { 'shape:0': int32([2]), 'three:0': int32(3), 'one:0': int32(1), 'item:0': int32([4, 5]) },
    });
    assert.deepEqual(numbers(run.value('stack:0')), [0, 0, 4, 5, 0, 0]);
    assert.deepEqual(numbers(run.value('length:0')), [3]);
  });
});

describe('folding', () => {
  const folder = new Folder({ variables: new Map(), tables: new Map() });

  it('gives the outputs of an op on known operands', () => {
    const [sum] = folder.fold('AddV2', node('n', 'AddV2'), [int32(1), int32(2)]) ?? [];
    assert.deepEqual(sum && numbers(sum), [3]);
  });

  it('leaves alone what is random, stateful, or a request’s', () => {
    for (const op of [
      'RandomUniform',
      'ReadVariableOp',
      'AssignVariableOp',
      'Placeholder',
      'LookupTableFindV2',
      'Assert',
    ]) {
      assert.equal(folder.fold(op, node('n', op), [int32(1)]), undefined, op);
    }
    assert.ok(notFoldable.has('StatefulUniform'));
  });

  it('has no kernel for what is random', () => {
    const random = [...kernels.keys()].filter((op) => /Random|StatefulUniform|Multinomial/u.test(op));
    assert.deepEqual(random, []);
  });
});

// Functions are inlined, whatever they call, and files that would not end are refused.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { intAttr, stringAttr } from '../../../../../../server/convert/savedmodel/graph/attributes.ts';
import { GraphLibrary } from '../../../../../../server/convert/savedmodel/graph/graph-library.ts';
import { defaultInlineLimits } from '../../../../../../server/convert/savedmodel/graph/inline-budget.ts';
import { PerchError } from '../../../../../../server/errors.ts';
import { attr, constant, functionDef, node, placeholder } from '../../../../../support/savedmodel/nodes.ts';
import { tensor } from '../../../../../support/savedmodel/tensors.ts';
import { evaluated, libraryOf, metaOf, nodeTexts } from './library-of.ts';
import type { FunctionJson, NodeJson } from '../../../../../support/savedmodel/nodes.ts';

const x = { name: 'x', type: 'float32' } as const;
const y = { name: 'y', type: 'float32' } as const;
const float = { T: attr.type('float32') };

function call(name: string, called: string, inputs: readonly string[]): NodeJson {
  return node(name, 'PartitionedCall', inputs, { f: attr.func(called) });
}

/** A function of one node. */
function unary(name: string, op: string): FunctionJson {
  return functionDef(name, [x], [y], [node('op', op, ['x'], float)], { y: 'op:y:0' });
}

function refuses(act: () => unknown, message: RegExp): void {
  assert.throws(act, (error: unknown) => {
    assert.ok(error instanceof PerchError, String(error));
    assert.equal(error.code, 'SAVED_MODEL_INVALID');
    assert.match(error.message, message);
    return true;
  });
}

describe('flattening', () => {
  it('inlines calls in calls and gives their outputs other names', () => {
    const outer = functionDef(
      'outer',
      [x],
      [y],
      [call('inner', 'negate', ['x']), node('twice', 'Add', ['inner:output:0', 'x'], float)],
      { y: 'twice:z:0' },
    );
    const library = libraryOf(
      [placeholder('in', 'float32'), call('call', 'outer', ['in']), node('out', 'Abs', ['call'], float)],
      [outer, unary('negate', 'Neg')],
    );
    const graph = library.main();
    assert.equal(graph.resolve('call:0'), 'call/twice:0');
    assert.equal(graph.resolve('call/inner:0'), 'call/inner/op:0');
    assert.deepEqual(
      nodeTexts(graph.nodes.values())
        .filter((text) => !text.startsWith('NoOp'))
        .sort(),
      ['Abs out(call:0)', 'Add call/twice(call/inner:0 in:0)', 'Neg call/inner/op(in:0)', 'Placeholder in()'],
    );
  });

  it('inlines ops that are functions by name, and functions that give an argument back', () => {
    const same = functionDef('same', [x], [y], [], { y: 'x' });
    const library = libraryOf(
      [placeholder('in', 'float32'), node('call', 'same', ['in']), node('again', 'same', ['call'])],
      [same],
    );
    assert.equal(library.main().resolve('again:0'), 'in:0');
  });

  it('puts the attributes of a call where the body has placeholders, also in functions that the body names', () => {
    const body = functionDef(
      'body',
      [x],
      [y],
      [
        node('cast', 'Cast', ['x'], { DstT: attr.placeholder('To') }),
        node('if', 'If', ['cast'], { then_branch: attr.func('branch', { To: attr.placeholder('To') }) }),
      ],
      { y: 'cast:y:0' },
    );
    const branch = functionDef(
      'branch',
      [x],
      [y],
      [node('cast', 'Cast', ['x'], { DstT: attr.placeholder('To') })],
      { y: 'cast:y:0' },
    );
    const library = libraryOf(
      [
        placeholder('in', 'float32'),
        node('call', 'PartitionedCall', ['in'], { f: attr.func('body', { To: attr.type('int64') }) }),
      ],
      [body, branch],
    );
    const { nodes } = library.main();
    assert.deepEqual(nodes.get('call/cast')?.attributes.get('DstT'), { kind: 'type', value: 9 });
    const named = nodes.get('call/if')?.attributes.get('then_branch');
    assert.ok(named?.kind === 'function');
    assert.deepEqual(library.flatten(named.value.name).nodes.get('cast')?.attributes.get('DstT'), {
      kind: 'type',
      value: 9,
    });
  });

  it('knows the outputs and defaults of ops that the file does not define', () => {
    const body = functionDef(
      'body',
      [x],
      [y, { name: 'z', type: 'int32' }],
      [
        node('top', 'TopKV2', ['x', 'x'], float),
        node('split', 'SparseSplit', ['x', 'x', 'x', 'x'], { num_split: attr.int(3) }),
        node('pool', 'LeakyRelu', ['x']),
      ],
      { y: 'top:indices:0', z: 'split:output_shape:1' },
    );
    const library = libraryOf([placeholder('in', 'float32'), call('call', 'body', ['in'])], [body]);
    const graph = library.main();
    assert.equal(graph.resolve('call:0'), 'call/top:1');
    assert.equal(graph.resolve('call:1'), 'call/split:7');
    assert.deepEqual(graph.nodes.get('call/pool')?.attributes.get('alpha'), { kind: 'float', value: 0.2 });
    const pool = libraryOf([node('pool', 'MaxPool', [])])
      .main()
      .nodes.get('pool');
    assert.ok(pool);
    assert.equal(stringAttr(pool, 'data_format'), 'NHWC');
  });

  it('takes what the file says of an op before what it knows itself', () => {
    const ops = [
      {
        name: 'TopKV2',
        output_arg: [
          { name: 'many', number_attr: 'n' },
          { name: 'last', type_attr: 'T' },
        ],
        attr: [{ name: 'n', type: 'int', default_value: { i: '4' } }],
      },
    ];
    const body = functionDef('body', [x], [y], [node('top', 'TopKV2', ['x'], { n: attr.int(2) })], {
      y: 'top:last:0',
    });
    const meta = metaOf(
      [placeholder('in', 'float32'), call('call', 'body', ['in']), node('t', 'TopKV2')],
      [body],
      ops,
    );
    const graph = new GraphLibrary(meta).main();
    assert.equal(graph.resolve('call:0'), 'call/top:2');
    const top = graph.nodes.get('t');
    assert.ok(top);
    assert.equal(intAttr(top, 'n'), 4);
  });

  it('lets a body wait for what its call waits for, and others for all that it does', () => {
    const write = functionDef(
      'write',
      [{ name: 'h', type: 20 }, x],
      [],
      [node('assign', 'AssignVariableOp', ['h', 'x'])],
      {},
    );
    const library = libraryOf(
      [
        placeholder('in', 'float32'),
        node('v', 'VarHandleOp'),
        node('first', 'NoOp'),
        node('call', 'StatefulPartitionedCall', ['v', 'in', '^first'], { f: attr.func('write') }),
        node('init', 'NoOp', ['^call']),
      ],
      [write],
    );
    const texts = nodeTexts(library.main().nodes.values());
    assert.ok(texts.includes('AssignVariableOp call/assign(v:0 in:0) ^call/@before'), texts.join('\n'));
    assert.ok(texts.includes('NoOp call/@before() ^first'));
    assert.ok(texts.includes('NoOp call() ^first ^call/assign'));
    assert.ok(texts.includes('NoOp init() ^call'));
  });

  it('finds names for inlined nodes where a node has theirs already', () => {
    const library = libraryOf(
      [placeholder('in', 'float32'), node('call/op', 'Abs', ['call'], float), call('call', 'negate', ['in'])],
      [unary('negate', 'Neg')],
    );
    assert.deepEqual(evaluated(library, 'call/op:0', { 'in:0': 3 }), [3]);
    assert.deepEqual(evaluated(library, 'call:0', { 'in:0': 3 }), [-3]);
  });
});

describe('hostile graphs', () => {
  it('with functions that call themselves are refused', () => {
    const self = functionDef('self', [x], [y], [call('again', 'self', ['x'])], { y: 'again:output:0' });
    refuses(
      () => libraryOf([placeholder('in', 'float32'), call('c', 'self', ['in'])], [self]).main(),
      /self calls itself/,
    );
    const ping = functionDef('ping', [x], [y], [node('n', 'pong', ['x'])], { y: 'n:y:0' });
    const pong = functionDef('pong', [x], [y], [call('n', 'ping', ['x'])], { y: 'n:output:0' });
    refuses(
      () => libraryOf([placeholder('in', 'float32'), call('c', 'ping', ['in'])], [ping, pong]).main(),
      /calls itself/,
    );
    const branch = functionDef(
      'branch',
      [x],
      [y],
      [node('if', 'If', ['x', 'x'], { then_branch: attr.func('branch') })],
      { y: 'if:output:0' },
    );
    refuses(() => libraryOf([], [branch]).flatten('branch'), /branch calls itself/);
  });

  it('that double with every call are refused before they fill the memory', () => {
    const functions = Array.from({ length: 60 }, (_, i) =>
      functionDef(
        `f${i}`,
        [x],
        [y],
        [call('a', `f${i + 1}`, ['x']), call('b', `f${i + 1}`, ['a:output:0'])],
        { y: 'b:output:0' },
      ),
    );
    functions.push(unary('f60', 'Neg'));
    const flatten = (limits: { readonly nodes: number; readonly characters: number }): unknown =>
      libraryOf([placeholder('in', 'float32'), call('c', 'f0', ['in'])], functions, {
        limits: { ...defaultInlineLimits, ...limits },
      }).main();
    refuses(() => flatten({ nodes: 10_000, characters: 2 ** 40 }), /more than 10000 nodes/);
    refuses(() => flatten({ nodes: 2 ** 40, characters: 100_000 }), /more than 100000 characters/);
  });

  it('that nest calls without end are refused', () => {
    const functions = Array.from({ length: 1000 }, (_, i) =>
      functionDef(`f${i}`, [x], [y], [call('a', `f${i + 1}`, ['x'])], { y: 'a:output:0' }),
    );
    functions.push(unary('f1000', 'Neg'));
    refuses(
      () => libraryOf([placeholder('in', 'float32'), call('c', 'f0', ['in'])], functions).main(),
      /more than 200 deep/,
    );
  });

  it('with nodes, functions or outputs that are not there are refused', () => {
    refuses(() => libraryOf([node('a', 'Neg', ['b'], float)]).main(), /a needs a node b that is not there/);
    refuses(() => libraryOf([node('a', 'Neg', ['^b'], float)]).main(), /not there/);
    refuses(() => libraryOf([node('a', 'NoOp'), node('a', 'NoOp')]).main(), /two nodes a/);
    refuses(() => libraryOf([node('a', 'NoOp', ['a:x'])]).main(), /a:x names no output/);
    refuses(() => libraryOf([call('c', 'none', [])]).main(), /function none that it does not have/);
    refuses(() => libraryOf([node('c', 'PartitionedCall')]).main(), /does not say which function/);
    refuses(() => libraryOf([]).flatten('none'), /does not have/);
    refuses(
      () => libraryOf([call('c', 'negate', [])], [unary('negate', 'Neg')]).main(),
      /0 arguments instead of 1/,
    );
    const wrong = functionDef('wrong', [x], [y], [node('t', 'TopKV2', ['x', 'x'])], { y: 't:nothing:0' });
    refuses(() => libraryOf([], [wrong]).flatten('wrong'), /TopKV2 has no output argument nothing/);
    const lost = functionDef('lost', [x], [y], [], { y: 'gone:y:0' });
    refuses(() => libraryOf([], [lost]).flatten('lost'), /lost reads gone:y:0/);
    const mute = functionDef('mute', [x], [y], [], {});
    refuses(() => libraryOf([], [mute]).flatten('mute'), /does not say what its result y is/);
    const wide = functionDef(
      'wide',
      [x],
      [y],
      [node('s', 'SparseSplit', ['x', 'x', 'x', 'x'], { num_split: attr.int(2n ** 40n) })],
      { y: 's:output_shape:0' },
    );
    refuses(() => libraryOf([], [wide]).flatten('wide'), /how many tensors/);
  });

  it('with cycles are refused, also those that calls hide', () => {
    refuses(
      () => libraryOf([node('a', 'Neg', ['b'], float), node('b', 'Neg', ['a'], float)]).main(),
      /cycle/,
    );
    refuses(() => libraryOf([node('a', 'NoOp', ['^b']), node('b', 'NoOp', ['^a'])]).main(), /cycle/);
    const same = functionDef('same', [x], [y], [], { y: 'x' });
    refuses(() => libraryOf([call('a', 'same', ['b']), call('b', 'same', ['a'])], [same]).main(), /cycle/);
  });

  it('of a chain of 100 000 nodes cost no stack', () => {
    const chain = Array.from({ length: 100_000 }, (_, i) => node(`n${i + 1}`, 'Neg', [`n${i}`], float));
    const library = libraryOf([constant('n0', tensor('float32', 2)), ...chain]);
    assert.deepEqual(evaluated(library, 'n100000:0'), [2]);
  });
});

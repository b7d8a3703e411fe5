// What outputs need, in order, and what they change on the way.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { effectsOf, neededBy } from '../../../../../../server/convert/savedmodel/graph/traverse.ts';
import { attr, functionDef, node, placeholder } from '../../../../../support/savedmodel/nodes.ts';
import { libraryOf } from './library-of.ts';

const float = { T: attr.type('float32') };
const handle = { name: 'h', type: 20 } as const;
const x = { name: 'x', type: 'float32' } as const;

const assign = node('assign', 'AssignVariableOp', ['h', 'x']);
const count = functionDef('count', [handle, x], [x], [assign], { x: 'x' });
const read = functionDef('read', [handle, x], [x], [node('r', 'ReadVariableOp', ['h'])], { x: 'r:value:0' });
const library = libraryOf(
  [
    placeholder('in', 'float32'),
    node('v', 'VarHandleOp'),
    node('unused', 'AssignVariableOp', ['v', 'in']),
    node('first', 'AssignAddVariableOp', ['v', 'in']),
    node('call', 'StatefulPartitionedCall', ['v', 'in', '^first'], { f: attr.func('count') }),
    node('out', 'Neg', ['call'], float),
    node('pure', 'Neg', ['in'], float),
    node('waits', 'Identity', ['in', '^first'], float),
    node('if', 'If', ['in', 'v', 'in'], { then_branch: attr.func('count'), else_branch: attr.func('read') }),
    node('ifRead', 'If', ['in', 'v', 'in'], {
      then_branch: attr.func('read'),
      else_branch: attr.func('read'),
    }),
    node('assert', 'Assert', ['in', 'in']),
    node('checked', 'Neg', ['in', '^assert'], float),
  ],
  [count, read],
);
const graph = library.main();

function names(nodes: readonly { readonly name: string }[]): string[] {
  return nodes.map(({ name }) => name);
}

describe('a walk', () => {
  it('gives what is needed, each node behind those that it needs', () => {
    assert.deepEqual(names(neededBy(graph, ['pure:0'])), ['in', 'pure']);
    const order = names(neededBy(graph, ['out:0']));
    for (const [earlier, later] of [
      ['in', 'first'],
      ['first', 'call/assign'],
      ['call/assign', 'call'],
      ['call', 'out'],
    ] as const) {
      assert.ok(order.includes(earlier) && order.indexOf(earlier) < order.indexOf(later), order.join());
    }
    assert.ok(!order.includes('unused'));
  });

  it('finds what is changed, in order: by control edges, in calls and in branches', () => {
    const effects = (ref: string): string[] => names(effectsOf(graph, [ref], library));
    assert.deepEqual(effects('out:0'), ['first', 'call/assign']);
    assert.deepEqual(effects('call:0'), ['first', 'call/assign']);
    assert.deepEqual(effects('waits:0'), ['first']);
    assert.deepEqual(effects('if:0'), ['if']);
    assert.deepEqual(effects('ifRead:0'), []);
    assert.deepEqual(effects('checked:0'), []);
    assert.deepEqual(effects('pure:0'), []);
  });

  it('refuses what is not there', () => {
    assert.throws(() => neededBy(graph, ['none:0']), { code: 'SAVED_MODEL_INVALID' });
  });
});

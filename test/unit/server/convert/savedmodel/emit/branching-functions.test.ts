// Functions whose branches call functions: each level doubles what is emitted, so a small file could take for ever.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PerchError } from '../../../../../../server/errors.ts';
import { convertModel } from '../../../../../support/convert/converted-model.ts';
import { attr, functionDef, node, placeholder } from '../../../../../support/savedmodel/nodes.ts';
import type { FunctionJson } from '../../../../../support/savedmodel/nodes.ts';

const float = { T: attr.type('float32') };
const argument = [
  { name: 'c', type: 'bool' },
  { name: 'x', type: 'float32' },
] as const;

function call(name: string, inputs: readonly string[], callee: string): ReturnType<typeof node> {
  return node(name, 'If', inputs, {
    Tcond: attr.type('bool'),
    Tin: attr.types(['bool', 'float32']),
    Tout: attr.types(['float32']),
    then_branch: attr.func(callee),
    else_branch: attr.func(callee),
  });
}

describe('branches that call functions', () => {
  it('are refused by a named error where they double without an end', () => {
    const depth = 40;
    const functions = Array.from({ length: depth }, (_, level): FunctionJson => {
      const body =
        level === depth - 1
          ? node('y', 'Neg', ['x'], float)
          : call('y', ['c', 'c', 'x'], `level_${level + 1}`);
      const result = level === depth - 1 ? 'y:y:0' : 'y:output:0';
      return functionDef(`level_${level}`, argument, [{ name: 'r', type: 'float32' }], [body], { r: result });
    });
    const graph = [
      placeholder('c', 'bool', []),
      placeholder('x', 'float32', [-1]),
      call('y', ['c', 'c', 'x'], 'level_0'),
    ];
    const signatures = {
      serving_default: {
        inputs: {
          c: { name: 'c:0', dtype: 'bool', shape: [] },
          x: { name: 'x:0', dtype: 'float32', shape: [-1] },
        },
        outputs: { y: { name: 'y:0', dtype: 'float32', shape: [-1] } },
      },
    } as const;
    assert.throws(
      () => convertModel({ graph, functions, signatures }),
      (reason: unknown) =>
        PerchError.is(reason, 'SAVED_MODEL_INVALID') && reason.message.includes('more than 20000 functions'),
    );
  });
});

// A While that counts, for small graphs.
import { tensor } from '../../../../../../support/savedmodel/tensors.ts';
import {
  attr,
  constant,
  functionDef,
  node,
  type FunctionJson,
  type NodeJson,
  type TestArgument,
  type TypeName,
} from '../../../../../../support/savedmodel/nodes.ts';

/** The type of an edge that carries a list. */
export const variant: TypeName = 21;
const integer = { T: attr.type('int32') };
/** Attributes of list ops, for items of float32. */
export const items = { element_dtype: attr.type('float32'), shape_type: attr.type('int32') };

/** Arguments of a loop, its counter first. */
function variables(...types: readonly TypeName[]): readonly TestArgument[] {
  return ['int32', ...types].map((type, index) => ({ name: `v${index}`, type: type as TypeName }));
}

/** A loop `loop` over the argument types: `v0` counts from 0 while it is below the last argument, which stays as it is. */
export function counting(
  types: readonly TypeName[],
  inputs: readonly string[],
  body: { readonly nodes: readonly NodeJson[]; readonly returns: readonly string[] },
): { readonly nodes: readonly NodeJson[]; readonly functions: readonly FunctionJson[] } {
  const all = variables(...types, 'int32');
  const limit = `v${all.length - 1}`;
  const outputs = all.map(({ type }, index) => ({ name: `r${index}`, type }));
  const returns = ['next:z:0', ...body.returns, limit];
  return {
    nodes: [
      constant('zero', tensor('int32', [0], [])),
      node('loop', 'StatelessWhile', ['zero', ...inputs, 'n'], {
        T: attr.types(all.map(({ type }) => type)),
        cond: attr.func('goes_on'),
        body: attr.func('round'),
      }),
    ],
    functions: [
      functionDef(
        'goes_on',
        all,
        [{ name: 'more', type: 'bool' }],
        [node('less', 'Less', ['v0', limit], integer)],
        { more: 'less:z:0' },
      ),
      functionDef(
        'round',
        all,
        outputs,
        [
          constant('one', tensor('int32', [1], [])),
          node('next', 'AddV2', ['v0', 'one:output:0'], integer),
          ...body.nodes,
        ],
        Object.fromEntries(outputs.map(({ name }, index) => [name, returns[index] ?? ''])),
      ),
    ],
  };
}

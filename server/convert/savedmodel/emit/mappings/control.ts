// Branches: If and Case as ONNX's If.
import { functionAttr, functionListAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, InnerScope, Mapping, Mappings, Term, TensorTerm } from '../contract.ts';
import { knownInteger, tensorAt } from './facts.ts';
import { whileLoop } from './loops.ts';
import { joinedShape, takenApart } from './term-leaves.ts';
import { truth } from './truth.ts';

/** Emits the nodes of a branch, and gives its results. */
type Branch = (scope: InnerScope) => readonly Term[];

const branchOf: Mapping = (node, [predicate, ...operands], scope) => {
  if (predicate === undefined) {
    throw new Unsupported('no condition');
  }
  const [yes, no] = ['then_branch', 'else_branch'].map((name) => functionAttr(node, name).name);
  const condition = truth(scope, predicate);
  if (condition.known !== undefined) {
    return scope.inline((condition.known ? yes : no) ?? '', operands);
  }
  return chosen(
    scope,
    condition.name(),
    (inner) => inner.also(yes ?? '', operands),
    (inner) => inner.also(no ?? '', operands),
  );
};

/** The last branch is taken where there is none of that number. */
const caseOf: Mapping = (node, inputs, scope) => {
  const branches = functionListAttr(node, 'branches').map(({ name }) => name);
  const index = tensorAt(scope, inputs, 0);
  const operands = inputs.slice(1);
  const last = branches.length - 1;
  const known = knownInteger(index);
  if (known !== undefined) {
    return scope.inline(branches[known] ?? branches[last] ?? '', operands);
  }
  const from =
    (first: number): Branch =>
    (inner) => {
      if (first === last) {
        return inner.also(branches[first] ?? '', operands);
      }
      const isFirst = inner.node('Equal', [inner.name(index), inner.scalar('int32', first)]);
      return chosen(inner, isFirst, (own) => own.also(branches[first] ?? '', operands), from(first + 1));
    };
  if (last < 1 || branches.length > mostBranches) {
    return last === 0
      ? scope.inline(branches[0] ?? '', operands)
      : refused(`a Case of ${branches.length} branches`);
  }
  const isFirst = scope.node('Equal', [scope.name(index), scope.scalar('int32', 0)]);
  return chosen(scope, isFirst, (own) => own.also(branches[0] ?? '', operands), from(1));
};

/** Each lies in the one before it. */
const mostBranches = 50;

function refused(reason: string): never {
  throw new Unsupported(reason);
}

/** What one of two branches gives. Results that both give alike need no node. */
function chosen(scope: EmitScope, condition: string, yes: Branch, no: Branch): readonly Term[] {
  const first = scope.inner();
  const firstTerms = yes(first);
  const second = scope.inner();
  const secondTerms = no(second);
  if (firstTerms.length !== secondTerms.length) {
    throw new Unsupported('branches of different results');
  }
  const leaves: { readonly first: TensorTerm; readonly second: TensorTerm }[] = [];
  const results = firstTerms.map((term, index): ((given: readonly TensorTerm[]) => Term) => {
    const other = secondTerms[index] ?? term;
    if (isSame(term, other)) {
      return () => term;
    }
    const start = leaves.length;
    const one = takenApart(first, term);
    const two = takenApart(second, other);
    one.leaves.forEach((leaf, part) => {
      const match = two.leaves[part];
      if (match?.dtype !== leaf.dtype || two.leaves.length !== one.leaves.length) {
        throw new Unsupported('branches that give different types');
      }
      leaves.push({ first: leaf, second: match });
    });
    return (given) => one.rebuild(given.slice(start, start + one.leaves.length));
  });
  const outputs =
    leaves.length === 0
      ? []
      : scope.nodes(
          'If',
          [condition],
          {
            then_branch: first.close(
              'then',
              [],
              leaves.map((pair) => pair.first),
            ),
            else_branch: second.close(
              'else',
              [],
              leaves.map((pair) => pair.second),
            ),
          },
          leaves.length,
        );
  const given = leaves.map((pair, index) =>
    scope.tensor(pair.first.dtype, outputs[index] ?? '', {
      shape: joinedShape(pair.first.shape, pair.second.shape),
    }),
  );
  return results.map((rebuild) => rebuild(given));
}

function isSame(one: Term, other: Term): boolean {
  return (
    one === other ||
    (one.kind === 'handle' && other.kind === 'handle' && one.handle.key === other.handle.key) ||
    (one.kind === 'dead' && other.kind === 'dead')
  );
}

/** If, Case, While. */
export const controlMappings: Mappings = new Map<string, Mapping>([
  ['If', branchOf],
  ['StatelessIf', branchOf],
  ['Case', caseOf],
  ['StatelessCase', caseOf],
  ['While', whileLoop],
  ['StatelessWhile', whileLoop],
]);

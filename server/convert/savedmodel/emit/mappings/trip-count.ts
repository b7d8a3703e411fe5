// How often a loop runs whose condition is that counters are less than something.
import type { EmitScope, Term, TensorTerm } from '../contract.ts';
import type { CountLimit } from './loop-facts.ts';
import { cast } from './element-types.ts';
import { knownInteger } from './facts.ts';

/** The number of rounds; below 0 for none. */
export interface TripCount {
  readonly known: number | undefined;
  /** As an int64 scalar. */
  readonly name: () => string;
  /** Whether it is certainly the same number. */
  readonly isSameAs: (count: TensorTerm) => boolean;
  /** A counter behind the loop. */
  readonly behind: (start: TensorTerm) => TensorTerm;
}

interface Limit {
  readonly start: TensorTerm;
  readonly end: TensorTerm | number;
}

/** undefined where a counter is no integer scalar. */
export function tripCount(
  scope: EmitScope,
  limits: readonly CountLimit[],
  inputs: readonly Term[],
): TripCount | undefined {
  const all: Limit[] = [];
  for (const { counter, bound } of limits) {
    const start = inputs[counter];
    const end = bound.kind === 'number' ? bound.value : inputs[bound.index];
    if (!isCount(start) || !(typeof end === 'number' || isCount(end))) {
      return undefined;
    }
    all.push({ start, end });
  }
  const differences = all.map(knownDifference);
  const known = differences.includes(undefined) ? undefined : Math.min(...differences.map((one) => one ?? 0));
  let name: string | undefined;
  const emit = (): string =>
    known === undefined
      ? all.map((limit) => difference(scope, limit)).reduce((one, other) => scope.node('Min', [one, other]))
      : scope.scalar('int64', known);
  const ownName = (): string => (name ??= emit());
  return {
    known,
    name: ownName,
    isSameAs: (count) =>
      known === undefined
        ? all.every(({ start, end }) => knownInteger(start) === 0 && isSame(end, count))
        : known === knownInteger(count),
    behind: (start) => {
      const rounds = scope.node('Max', [ownName(), scope.scalar('int64', 0)]);
      const sum = scope.node('Add', [cast(scope, rounds, 'int64', start.dtype), scope.name(start)]);
      const first = knownInteger(start);
      const last = known === undefined || first === undefined ? null : first + Math.max(known, 0);
      return scope.tensor(start.dtype, sum, { shape: [], partial: [last] });
    },
  };
}

/** Whether a term is an integer that a loop can count with. */
export function isCount(term: Term | undefined): term is TensorTerm {
  return (
    term?.kind === 'tensor' && (term.dtype === 'int32' || term.dtype === 'int64') && term.shape?.length === 0
  );
}

function knownDifference({ start, end }: Limit): number | undefined {
  const first = knownInteger(start);
  const last = typeof end === 'number' ? end : knownInteger(end);
  return first === undefined || last === undefined ? undefined : last - first;
}

function difference(scope: EmitScope, limit: Limit): string {
  const known = knownDifference(limit);
  if (known !== undefined) {
    return scope.scalar('int64', known);
  }
  const { start, end } = limit;
  const last = typeof end === 'number' ? scope.scalar('int64', end) : scope.int64Name(end);
  return knownInteger(start) === 0 ? last : scope.node('Sub', [last, scope.int64Name(start)]);
}

function isSame(end: TensorTerm | number, count: TensorTerm): boolean {
  const known = typeof end === 'number' ? end : knownInteger(end);
  return end === count || (known !== undefined && known === knownInteger(count));
}

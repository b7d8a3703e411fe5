// Terms as plain tensors and back: what a branch gives, or a loop carries from round to round.
import { Unsupported } from '../../unsupported.ts';
import type { ComplexTerm, EmitScope, ListTerm, Term, TensorTerm } from '../contract.ts';
import { stackedList, wholeTensor } from './list-terms.ts';

/** A term taken apart. */
export interface TakenApart {
  readonly leaves: readonly TensorTerm[];
  /** The same kind of term of other tensors, as many. */
  readonly rebuild: (leaves: readonly TensorTerm[]) => Term;
}

/** The tensors of a term. Throws Unsupported for strings (ONNX has no bytes) and handles. */
export function takenApart(scope: EmitScope, term: Term): TakenApart {
  if (term.kind === 'complex') {
    return { leaves: [term.real, term.imaginary], rebuild: (leaves) => complexOf(term, leaves) };
  }
  if (term.kind === 'list') {
    const rebuild = ([leaf]: readonly TensorTerm[]): ListTerm =>
      leaf === undefined ? term : stackedList(leaf, term.itemShape);
    return { leaves: [wholeTensor(scope, term)], rebuild };
  }
  const tensor = scope.asTensor(term);
  if (tensor.dtype === 'string') {
    throw new Unsupported('strings in a loop or a branch');
  }
  return { leaves: [tensor], rebuild: ([leaf]) => leaf ?? tensor };
}

function complexOf({ kind, dtype }: ComplexTerm, [real, imaginary]: readonly TensorTerm[]): Term {
  if (real === undefined || imaginary === undefined) {
    throw new Unsupported('half a complex number');
  }
  return { kind, dtype, real, imaginary, shape: real.shape };
}

/** The shape of a tensor that is one or the other. */
export function joinedShape(
  first: readonly number[] | undefined,
  second: readonly number[] | undefined,
): readonly number[] | undefined {
  return first?.length === second?.length
    ? first?.map((size, axis) => (size === second?.[axis] ? size : -1))
    : undefined;
}

// Complex terms as mappings take them apart and put them together.
import { Unsupported } from '../../unsupported.ts';
import type { ComplexTerm, EmitScope, Term } from '../contract.ts';

/** What the parts of complex numbers are. */
export type PartType = 'float32' | 'float64';

/** Names of both parts. */
export interface Parts {
  readonly real: string;
  readonly imaginary: string;
  readonly type: PartType;
}

export function partTypeOf(dtype: ComplexTerm['dtype']): PartType {
  return dtype === 'complex64' ? 'float32' : 'float64';
}

/** The operand, which must be complex. Throws Unsupported where it is not. */
export function complexAt(inputs: readonly Term[], index: number): ComplexTerm {
  const term = inputs[index];
  if (term?.kind !== 'complex') {
    throw new Unsupported('an operand that is not complex');
  }
  return term;
}

export function partsOf(scope: EmitScope, { dtype, real, imaginary }: ComplexTerm): Parts {
  return { real: scope.name(real), imaginary: scope.name(imaginary), type: partTypeOf(dtype) };
}

/** The complex tensor whose parts these ONNX values hold. */
export function complexTerm(
  scope: EmitScope,
  dtype: ComplexTerm['dtype'],
  { real, imaginary, type }: Parts,
  shape: readonly number[] | undefined,
): ComplexTerm {
  return {
    kind: 'complex',
    dtype,
    shape,
    real: scope.tensor(type, real, { shape }),
    imaginary: scope.tensor(type, imaginary, { shape }),
  };
}

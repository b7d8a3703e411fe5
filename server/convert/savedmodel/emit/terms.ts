// The terms that scopes make: tensors whose ONNX names come into being when somebody asks for them.
import { isBig, isReal, sizeOf } from '../../value.ts';
import { Unsupported } from '../unsupported.ts';
import type { Value } from '../../value.ts';
import type { ComplexTerm, Term, TensorTerm, TermFacts } from './contract.ts';
import type { Scope } from './scope.ts';

/** Vectors up to this length are followed element by element: shapes, axes, sizes. */
const partialLimit = 64;

/** Where the ONNX names of a tensor are kept; each is undefined until it was needed. */
export interface TensorNames {
  /** In TensorFlow's layout. */
  own: string | undefined;
  /** In the layout N, C, H, W. */
  nchw: string | undefined;
  /** Cast to int64. */
  int64: string | undefined;
}

/** A tensor term with its ONNX names. Only scopes read and write what the contract does not have. */
export class EmittedTensor implements TensorTerm {
  readonly kind = 'tensor';
  readonly dtype: TensorTerm['dtype'];
  readonly shape: readonly number[] | undefined;
  readonly constant: Value | undefined;
  readonly partial: readonly (number | null)[] | undefined;
  /** The scope whose nodes give it: what is made of it belongs there. */
  owner: Scope;
  readonly names: TensorNames;
  /** Gives the name of an input of the graph, which becomes one when it is asked for. */
  readonly asInput: (() => string) | undefined;
  /** The ref under which the host has it before ONNX runs: an input of the signature, or what the host computes first. */
  readonly hostRef: string | undefined;

  constructor(
    owner: Scope,
    dtype: TensorTerm['dtype'],
    facts: TermFacts & { readonly constant?: Value | undefined },
    source: {
      readonly own?: string;
      readonly nchw?: string;
      readonly asInput?: () => string;
      readonly hostRef?: string;
    },
  ) {
    this.owner = owner;
    this.dtype = dtype;
    this.shape = facts.shape;
    this.constant = facts.constant;
    this.partial = facts.partial;
    this.names = { own: source.own, nchw: source.nchw, int64: undefined };
    this.asInput = source.asInput;
    this.hostRef = source.hostRef;
  }

  /** The same tensor, of which the shape is known now. */
  withShape(shape: readonly number[]): EmittedTensor {
    const { own, nchw } = this.names;
    return new EmittedTensor(
      this.owner,
      this.dtype,
      { shape, partial: this.partial, constant: this.constant },
      {
        ...(own !== undefined && { own }),
        ...(nchw !== undefined && { nchw }),
        ...(this.asInput !== undefined && { asInput: this.asInput }),
        ...(this.hostRef !== undefined && { hostRef: this.hostRef }),
      },
    );
  }
}

/** A complex tensor, and its contents where they are known. */
export class EmittedComplex implements ComplexTerm {
  readonly kind = 'complex';
  readonly dtype: ComplexTerm['dtype'];
  readonly shape: readonly number[] | undefined;
  readonly real: TensorTerm;
  readonly imaginary: TensorTerm;
  readonly constant: Value;

  constructor(owner: Scope, value: Value & { readonly dtype: ComplexTerm['dtype'] }) {
    this.dtype = value.dtype;
    this.shape = value.shape;
    this.constant = value;
    const partType = value.dtype === 'complex64' ? 'float32' : 'float64';
    const part = (offset: 0 | 1): TensorTerm => {
      const source = value.data;
      const data =
        value.dtype === 'complex64'
          ? new Float32Array(source.length / 2)
          : new Float64Array(source.length / 2);
      for (let index = 0; index < data.length; index++) {
        data[index] = source[2 * index + offset] ?? 0;
      }
      return constantTensor(owner, { dtype: partType, shape: value.shape, data });
    };
    this.real = part(0);
    this.imaginary = part(1);
  }
}

/** A term for a value that is not complex. */
export function constantTensor(owner: Scope, value: Value): EmittedTensor {
  if (value.dtype === 'complex64' || value.dtype === 'complex128') {
    throw new Unsupported(`elements of ${value.dtype}`);
  }
  return new EmittedTensor(
    owner,
    value.dtype,
    { shape: value.shape, constant: value, partial: partialOf(value) },
    {},
  );
}

/** A term for any value. */
export function constantTerm(owner: Scope, value: Value): Term {
  return value.dtype === 'complex64' || value.dtype === 'complex128'
    ? new EmittedComplex(owner, value)
    : constantTensor(owner, value);
}

/** The contents of a term where they are known. */
export function constantOf(term: Term): Value | undefined {
  if (term.kind === 'tensor') {
    return term.constant;
  }
  return term instanceof EmittedComplex ? term.constant : undefined;
}

/** The elements of a short integer vector or scalar; null for what JavaScript's numbers cannot hold. */
function partialOf(value: Value): readonly (number | null)[] | undefined {
  if (value.shape.length > 1 || sizeOf(value.shape) > partialLimit) {
    return undefined;
  }
  if (isBig(value)) {
    return Array.from<bigint, number | null>(value.data, (element) => {
      const number = Number(element);
      return Number.isSafeInteger(number) ? number : null;
    });
  }
  return isReal(value) && isIntegerType(value.dtype) ? Array.from(value.data) : undefined;
}

const integerTypes: ReadonlySet<string> = new Set([
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
]);

/** Whether elements of the type are integers (and no truth values). */
export function isIntegerType(dtype: string): boolean {
  return integerTypes.has(dtype);
}

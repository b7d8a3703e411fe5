// Fourier transforms of one, two and three axes, of real and complex tensors, and back.
import { elementTypeOf } from '../../proto/data-types.ts';
import { typeAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import type { ComplexTerm, EmitScope, Mapping, Mappings, TensorTerm, Term } from '../contract.ts';
import { complexAt, complexTerm, partTypeOf, type Parts, type PartType } from './complex-parts.ts';
import { cast } from './element-types.ts';
import { tensorAt, withSize } from './facts.ts';

/** A tensor whose last axis holds real and imaginary part, or only the real one. */
interface Interleaved {
  readonly name: string;
  /** In what it is transformed. */
  readonly type: PartType;
}

/**
 * In what a transform is computed. ONNX Runtime's is exact to float32 for lengths that are powers of two; for others it
 * loses three digits, and float64 has them.
 */
function transformType(type: PartType, lengths: readonly number[]): PartType {
  return lengths.every((length) => length > 0 && Number.isInteger(Math.log2(length))) ? type : 'float64';
}

function interleaved(scope: EmitScope, { real, imaginary, type }: Parts, to: PartType): Interleaved {
  const last = scope.ints([-1]);
  const part = (name: string): string => scope.node('Unsqueeze', [cast(scope, name, type, to), last]);
  return {
    name: scope.node('Concat', [part(real), part(imaginary)], { axis: -1 }),
    type: to,
  };
}

function parts(scope: EmitScope, { name, type }: Interleaved, to: PartType): Parts {
  const [real = '', imaginary = ''] = scope.nodes('Split', [name], { axis: -1, num_outputs: 2 }, 2);
  const last = scope.ints([-1]);
  const part = (half: string): string => cast(scope, scope.node('Squeeze', [half, last]), type, to);
  return { real: part(real), imaginary: part(imaginary), type: to };
}

/** Transforms one axis, counted from the end of the tensor without its parts: -1 is the last one. */
function transformed(
  scope: EmitScope,
  { name, type }: Interleaved,
  axis: number,
  { inverse = false, onesided = false } = {},
): Interleaved {
  const attributes = { inverse: inverse ? 1 : 0, onesided: onesided ? 1 : 0 };
  return { name: scope.node('DFT', [name, '', scope.scalar('int64', axis - 1)], attributes), type };
}

/** The lengths of the last axes; -1 for one that is not known. */
function lengthsOf(shape: readonly number[] | undefined, axes: number): readonly number[] {
  return shape === undefined ? new Array<number>(axes).fill(-1) : shape.slice(-axes);
}

const complexTransform =
  (axes: number, inverse: boolean): Mapping =>
  (_node, inputs, scope) => {
    const input = complexAt(inputs, 0);
    const type = partTypeOf(input.dtype);
    let current = interleaved(
      scope,
      { real: scope.name(input.real), imaginary: scope.name(input.imaginary), type },
      transformType(type, lengthsOf(input.shape, axes)),
    );
    for (let axis = -1; axis >= -axes; axis--) {
      current = transformed(scope, current, axis, { inverse });
    }
    return [complexTerm(scope, input.dtype, parts(scope, current, type), input.shape)];
  };

/** The first `length` elements of an axis. TensorFlow refuses shorter ones; what is taken beyond their end is refused here too. */
function cropped(scope: EmitScope, name: string, size: number, axis: number, length: number): string {
  if (size === length) {
    return name;
  }
  if (size > length) {
    return scope.node('Slice', [name, scope.ints([0]), scope.ints([length]), scope.ints([axis])]);
  }
  const indices = scope.ints(Array.from({ length }, (_, index) => index));
  const label = `Input dimension must have length of at least ${length}`;
  return scope.nodes('Gather', [name, indices], { axis }, 1, '', label)[0] ?? '';
}

/** Longer transforms are not written out as lists of indices. */
const maximumLength = 2 ** 20;

function fftLengths(scope: EmitScope, inputs: readonly Term[], axes: number): readonly number[] {
  const lengths = scope.known(tensorAt(scope, inputs, 1), 'fft_length');
  if (lengths.length !== axes || !lengths.every((length) => length > 0 && length <= maximumLength)) {
    throw new Unsupported(`fft_length [${lengths.join(',')}]`);
  }
  return lengths;
}

/** The shape with other sizes at its end. */
function withLast(
  shape: readonly number[] | undefined,
  sizes: readonly number[],
): readonly number[] | undefined {
  return sizes.reduce<readonly number[] | undefined>(
    (current, size, index) => withSize(current, index - sizes.length, size),
    shape,
  );
}

const realTransform =
  (axes: number): Mapping =>
  (node, inputs, scope) => {
    const input = tensorAt(scope, inputs, 0);
    const lengths = fftLengths(scope, inputs, axes);
    const dtype = elementTypeOf(typeAttr(node, 'Tcomplex'));
    if (
      (input.dtype !== 'float32' && input.dtype !== 'float64') ||
      (dtype !== 'complex64' && dtype !== 'complex128')
    ) {
      throw new Unsupported(`transforms of ${input.dtype} elements to ${dtype}`);
    }
    const sizes = lengthsOf(input.shape, axes);
    const type = transformType(input.dtype, lengths);
    let name = scope.name(input);
    lengths.forEach((length, index) => {
      name = cropped(scope, name, sizes[index] ?? -1, index - axes, length);
    });
    name = scope.node('Unsqueeze', [cast(scope, name, input.dtype, type), scope.ints([-1])]);
    let current = transformed(scope, { name, type }, -1, { onesided: true });
    for (let axis = -2; axis >= -axes; axis--) {
      current = transformed(scope, current, axis);
    }
    const half = [...lengths.slice(0, -1), Math.floor((lengths.at(-1) ?? 0) / 2) + 1];
    const result = parts(scope, current, partTypeOf(dtype));
    return [complexTerm(scope, dtype, result, withLast(input.shape, half))];
  };

/** The other half of the spectrum is the conjugate of the first, backwards. */
const inverseRealTransform =
  (axes: number): Mapping =>
  (_node, inputs, scope) => {
    const input: ComplexTerm = complexAt(inputs, 0);
    const lengths = fftLengths(scope, inputs, axes);
    const length = lengths.at(-1) ?? 1;
    const type = partTypeOf(input.dtype);
    const given = [...lengths.slice(0, -1), Math.floor(length / 2) + 1];
    const sizes = lengthsOf(input.shape, axes);
    const half = (part: TensorTerm): string =>
      given.reduce(
        (name, size, index) => cropped(scope, name, sizes[index] ?? -1, index - axes, size),
        scope.name(part),
      );
    let current = interleaved(
      scope,
      { real: half(input.real), imaginary: half(input.imaginary), type },
      transformType(type, lengths),
    );
    for (let axis = -axes; axis < -1; axis++) {
      current = transformed(scope, current, axis, { inverse: true });
    }
    const spectrum = parts(scope, current, current.type);
    const whole = interleaved(
      scope,
      {
        real: mirrored(scope, spectrum.real, length),
        imaginary: mirrored(scope, spectrum.imaginary, length, 'Neg'),
        type: current.type,
      },
      current.type,
    );
    const result = parts(scope, transformed(scope, whole, -1, { inverse: true }), type);
    return [scope.tensor(type, result.real, { shape: withLast(input.shape, lengths) })];
  };

/** Half a spectrum, and behind it the rest that a real signal of this length has. */
function mirrored(scope: EmitScope, name: string, length: number, op?: 'Neg'): string {
  const rest = Math.ceil(length / 2) - 1;
  if (rest === 0) {
    return name;
  }
  const tail = scope.node('Slice', [
    name,
    scope.ints([rest]),
    scope.ints([0]),
    scope.ints([-1]),
    scope.ints([-1]),
  ]);
  return scope.node('Concat', [name, op === undefined ? tail : scope.node(op, [tail])], { axis: -1 });
}

/** Fourier transforms. */
export const fourierMappings: Mappings = new Map<string, Mapping>([
  ['FFT', complexTransform(1, false)],
  ['FFT2D', complexTransform(2, false)],
  ['FFT3D', complexTransform(3, false)],
  ['IFFT', complexTransform(1, true)],
  ['IFFT2D', complexTransform(2, true)],
  ['IFFT3D', complexTransform(3, true)],
  ['RFFT', realTransform(1)],
  ['RFFT2D', realTransform(2)],
  ['RFFT3D', realTransform(3)],
  ['IRFFT', inverseRealTransform(1)],
  ['IRFFT2D', inverseRealTransform(2)],
  ['IRFFT3D', inverseRealTransform(3)],
]);

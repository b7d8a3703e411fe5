// Made-up inputs for the first run of a version that has no recorded requests.
import {
  elementCount,
  elementSize,
  type Signature,
  type Tensor,
  type TensorSpec,
} from '../../codec/tensor.ts';

/** Inputs beyond this are not worth making up: the run is to be quick and to leave the memory alone. */
const maximumBytes = 64 * 1024 * 1024;
/** About what an empty string costs in the engine. */
const stringBytes = 32;

/**
 * An input of zeros (false, the empty string) for each that `signature` has, every dynamic dimension 1, one dimension where
 * their number is not said. Undefined where
 * they would take more than 64 MiB together.
 */
export function zeroInputs({ inputs }: Signature): Map<string, Tensor> | undefined {
  const shaped = inputs.map((spec) => ({ ...spec, shape: shapeToTry(spec) }));
  const bytes = shaped.reduce((sum, spec) => sum + weigh(spec), 0);
  return bytes > maximumBytes ? undefined : new Map(shaped.map((spec) => [spec.name, zeros(spec)]));
}

/** One for every size that is not said; a batch of one where not even the rank is. */
function shapeToTry({ shape, isUnranked }: TensorSpec): readonly number[] {
  return isUnranked === true ? [1] : shape.map((size) => (size < 0 ? 1 : size));
}

function weigh({ dtype, shape }: TensorSpec): number {
  return (elementCount(shape) ?? Infinity) * (dtype === 'string' ? stringBytes : elementSize[dtype]);
}

function zeros({ dtype, shape }: TensorSpec): Tensor {
  const count = elementCount(shape) ?? 0;
  return dtype === 'string'
    ? { dtype, shape, values: Array<Uint8Array>(count).fill(new Uint8Array()) }
    : { dtype, shape, bytes: new Uint8Array(count * elementSize[dtype]) };
}

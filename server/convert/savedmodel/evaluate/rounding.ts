// Rounding to the element types that lie in an array of a wider one: float16 and bfloat16 in float32.
import type { RealArray, RealType } from '../../value.ts';

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** The nearest bfloat16, ties to even. */
export function roundBfloat16(value: number): number {
  scratch[0] = value;
  const bits = scratchBits[0] ?? 0;
  if (Number.isNaN(value)) {
    return value;
  }
  scratchBits[0] = (bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000;
  return scratch[0];
}

/** From here on rounding to float16 gives infinity. */
const halfOverflow = 65520;
/** The smallest normal float16. */
const halfNormal = 2 ** -14;
/** float32 has the spacing of float16's subnormal numbers between this and its double. */
const subnormalAnchor = 0.5;

/** The nearest float16, ties to even, of a number that is first rounded to float32. */
export function roundHalf(value: number): number {
  const single = Math.fround(value);
  const magnitude = Math.abs(single);
  if (magnitude < halfNormal) {
    const rounded = Math.fround(magnitude + subnormalAnchor) - subnormalAnchor;
    return single < 0 || Object.is(single, -0) ? -rounded : rounded;
  }
  if (!(magnitude < halfOverflow)) {
    return Number.isNaN(single) ? single : Math.sign(single) * Infinity;
  }
  scratch[0] = single;
  const bits = scratchBits[0] ?? 0;
  scratchBits[0] = (bits + 0xfff + ((bits >>> 13) & 1)) & 0xffffe000;
  return scratch[0];
}

const roundings: Readonly<Partial<Record<RealType, (value: number) => number>>> = {
  float32: Math.fround,
  float16: roundHalf,
  bfloat16: roundBfloat16,
};

const exact = (value: number): number => value;

/** How a result of this type is rounded; integers wrap when they are stored. */
export function roundingOf(dtype: RealType): (value: number) => number {
  return roundings[dtype] ?? exact;
}

/** Rounds what was computed as float32 to the type that the array stands for, in place. */
export function settle<Data extends RealArray>(dtype: RealType, data: Data): Data {
  if (dtype === 'float16' || dtype === 'bfloat16') {
    const round = dtype === 'float16' ? roundHalf : roundBfloat16;
    for (let i = 0; i < data.length; i++) {
      data[i] = round(data[i] ?? 0);
    }
  }
  return data;
}

// The integers that stand for reals: their ranges, and what is left of one behind an activation.
import { Unsupported } from '../../savedmodel/unsupported.ts';
import type { ValueType } from '../../value.ts';
import { activation } from '../operators/activation.ts';
import type { LiteTensor } from '../tflite-model.ts';

/** Element types that activations are quantised to. */
export type QuantisedType = 'int8' | 'uint8' | 'int16';

const ranges: Readonly<Record<QuantisedType, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
};

export function rangeOf(type: QuantisedType): readonly [number, number] {
  return ranges[type];
}

export function isQuantisedType(type: ValueType): type is QuantisedType {
  return type === 'int8' || type === 'uint8' || type === 'int16';
}

/** A tensor's one scale and zero. Throws Unsupported for one with a scale for each slice. */
export interface Scale {
  readonly scale: number;
  readonly zero: number;
}

export function scaleOf({ quantization }: LiteTensor): Scale {
  const [scale, ...more] = quantization?.scales ?? [];
  if (scale === undefined || more.length > 0) {
    throw new Unsupported('a tensor with several scales, or none');
  }
  return { scale, zero: quantization?.zeroPoints[0] ?? 0 };
}

/** What a fused activation leaves (CalculateActivationRangeQuantized of tensorflow/lite/kernels/kernel_util.cc). */
export function activatedRange(
  kind: number,
  type: QuantisedType,
  { scale, zero }: Scale,
): readonly [number, number] {
  const [lowest, highest] = ranges[type];
  const at = (real: number): number => zero + roundAway(Math.fround(real / scale));
  switch (kind) {
    case activation.none:
      return [lowest, highest];
    case activation.relu:
      return [Math.max(lowest, at(0)), highest];
    case activation.relu6:
      return [Math.max(lowest, at(0)), Math.min(highest, at(6))];
    case activation.reluN1To1:
      return [Math.max(lowest, at(-1)), Math.min(highest, at(1))];
    default:
      throw new Unsupported(`fused activation ${kind} of integers`);
  }
}

/** To the nearest integer, halves away from zero, as C's round. */
export function roundAway(value: number): number {
  const size = Math.abs(value);
  const down = Math.floor(size);
  return Math.sign(value) * (size - down >= 0.5 ? down + 1 : down);
}

// How each pixel of a resized axis is made of the pixels before it, as TensorFlow's kernels weigh them (core/kernels/image/resize_*_op.cc).

/** One axis resampled: output `i` is the sum of `weights[i * taps + t]` times the input at `indices[i * taps + t]`. */
export interface Interpolation {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly taps: number;
  readonly indices: Int32Array;
  /** Values of float32. */
  readonly weights: Float32Array;
}

/** The attributes of the same names; TensorFlow refuses both at once. */
export interface Alignment {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

const f32 = Math.fround;

/** How many input pixels an output pixel is wide (CalculateResizeScale). */
export function resizeScale(inputSize: number, outputSize: number, { alignCorners }: Alignment): number {
  return alignCorners && outputSize > 1
    ? f32((inputSize - 1) / (outputSize - 1))
    : f32(f32(inputSize) / f32(outputSize));
}

function clamp(value: number, size: number): number {
  return Math.min(Math.max(value, 0), size - 1);
}

function newInterpolation(inputSize: number, outputSize: number, taps: number): Interpolation {
  const count = outputSize * taps;
  return {
    inputSize,
    outputSize,
    taps,
    indices: new Int32Array(count),
    weights: new Float32Array(count),
  };
}

/** Where an output pixel lies in the input, in float32. */
function coordinate(pixel: number, scale: number, { halfPixelCenters }: Alignment): number {
  return halfPixelCenters ? f32(f32(f32(pixel + 0.5) * scale) - 0.5) : f32(pixel * scale);
}

/** The two nearest pixels, each the heavier the nearer it is. */
export function bilinear(inputSize: number, outputSize: number, alignment: Alignment): Interpolation {
  const result = newInterpolation(inputSize, outputSize, 2);
  const scale = resizeScale(inputSize, outputSize, alignment);
  for (let pixel = 0; pixel < outputSize; pixel++) {
    const at = coordinate(pixel, scale, alignment);
    const upper = clamp(Math.ceil(at), inputSize);
    const lerp = f32(at - Math.floor(at));
    result.indices[2 * pixel] = Math.min(Math.max(Math.floor(at), 0), upper);
    result.indices[2 * pixel + 1] = upper;
    result.weights[2 * pixel] = f32(1 - lerp);
    result.weights[2 * pixel + 1] = lerp;
  }
  return result;
}

/** One pixel each. */
export function nearest(inputSize: number, outputSize: number, alignment: Alignment): Interpolation {
  const result = newInterpolation(inputSize, outputSize, 1);
  const scale = resizeScale(inputSize, outputSize, alignment);
  for (let pixel = 0; pixel < outputSize; pixel++) {
    const at = f32((alignment.halfPixelCenters ? pixel + 0.5 : pixel) * scale);
    // C's roundf: for what is not negative, half goes up.
    result.indices[pixel] = clamp(alignment.alignCorners ? Math.floor(at + 0.5) : Math.floor(at), inputSize);
    result.weights[pixel] = 1;
  }
  return result;
}

/** TensorFlow looks coefficients up in a table with so many steps. */
const cubicSteps = 1024;

/** Weights of the pixel `x` away, and of the one `1 + x` away. */
function cubicWeights(a: number, step: number): readonly [number, number] {
  const near = f32(step / cubicSteps);
  const far = f32(near + 1);
  return [
    f32(((a + 2) * near - (a + 3)) * near * near + 1),
    f32(((a * far - 5 * a) * far + 8 * a) * far - 4 * a),
  ];
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** Four pixels. With half-pixel centres those beyond the edge do not count; else the edge counts for them. */
export function bicubic(inputSize: number, outputSize: number, alignment: Alignment): Interpolation {
  const result = newInterpolation(inputSize, outputSize, 4);
  const scale = resizeScale(inputSize, outputSize, alignment);
  const isKeys = alignment.halfPixelCenters;
  const a = isKeys ? -0.5 : -0.75;
  for (let pixel = 0; pixel < outputSize; pixel++) {
    const at = coordinate(pixel, scale, alignment);
    const first = Math.floor(at);
    const step = roundHalfEven(f32(f32(at - first) * cubicSteps));
    const [near, far] = cubicWeights(a, step);
    const [otherNear, otherFar] = cubicWeights(a, cubicSteps - step);
    const weights = [far, near, otherNear, otherFar];
    let sum = 0;
    weights.forEach((weight, tap) => {
      const index = first - 1 + tap;
      const inside = clamp(index, inputSize);
      const counted = isKeys && inside !== index ? 0 : weight;
      sum = f32(sum + counted);
      result.indices[4 * pixel + tap] = inside;
      result.weights[4 * pixel + tap] = counted;
    });
    if (isKeys) {
      scaleWeights(result, pixel, sum);
    }
  }
  return result;
}

/** Below it TensorFlow does not divide. */
const leastSum = 1000 * 1.17549435e-38;

/** Divides the weights of a pixel by their sum. */
function scaleWeights({ taps, weights }: Interpolation, pixel: number, sum: number): void {
  if (Math.abs(sum) >= leastSum) {
    const factor = f32(1 / sum);
    for (let tap = pixel * taps; tap < (pixel + 1) * taps; tap++) {
      weights[tap] = f32((weights[tap] ?? 0) * factor);
    }
  }
}

/** The average of what an output pixel covers. */
export function area(inputSize: number, outputSize: number, alignment: Alignment): Interpolation {
  const scale = resizeScale(inputSize, outputSize, alignment);
  const taps = Math.max(1, Math.ceil(scale) + 1);
  const result = newInterpolation(inputSize, outputSize, taps);
  for (let pixel = 0; pixel < outputSize; pixel++) {
    const from = f32(pixel * scale);
    const to = f32((pixel + 1) * scale);
    const first = Math.floor(from);
    for (let tap = 0; tap < taps && first + tap < Math.ceil(to); tap++) {
      const at = first + tap;
      const covered = at < from ? (at + 1 > to ? scale : f32(at + 1 - from)) : at + 1 > to ? f32(to - at) : 1;
      result.indices[pixel * taps + tap] = clamp(at, inputSize);
      result.weights[pixel * taps + tap] = f32(covered / scale);
    }
  }
  return result;
}

/** A weight by distance, and how far it reaches. */
interface SamplingKernel {
  readonly radius: number;
  weight(distance: number): number;
}

function lanczos(radius: number): SamplingKernel {
  return {
    radius,
    weight: (x) => {
      if (x > radius) {
        return 0;
      }
      return x <= 1e-3
        ? 1
        : (radius * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / radius)) / (Math.PI * Math.PI * x * x);
    },
  };
}

/** By the attribute `kernel_type` (sampling_kernels.h). */
const samplingKernels: ReadonlyMap<string, SamplingKernel> = new Map([
  ['lanczos1', lanczos(1)],
  ['lanczos3', lanczos(3)],
  ['lanczos5', lanczos(5)],
  ['gaussian', { radius: 1.5, weight: (x) => (x >= 1.5 ? 0 : Math.exp((-x * x) / 0.5)) }],
  ['box', { radius: 1, weight: (x) => (x < 0.5 ? 1 : x === 0.5 ? 0.5 : 0) }],
  ['triangle', { radius: 1, weight: (x) => (x < 1 ? 1 - x : 0) }],
  [
    'keyscubic',
    {
      radius: 2,
      weight: (x) => {
        if (x >= 2) {
          return 0;
        }
        return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1;
      },
    },
  ],
  [
    'mitchellcubic',
    {
      radius: 2,
      weight: (x) => {
        if (x >= 2) {
          return 0;
        }
        return x >= 1 ? (((-7 / 18) * x + 2) * x - 10 / 3) * x + 16 / 9 : ((7 / 6) * x - 2) * x * x + 8 / 9;
      },
    },
  ],
]);

/** What ScaleAndTranslate does along one axis. */
export interface Sampling {
  readonly kernelType: string;
  readonly antialias: boolean;
  readonly scale: number;
  readonly translation: number;
}

/** ScaleAndTranslate along one axis (ComputeSpansCore); undefined for a kernel that TensorFlow does not have. */
export function sampled(
  inputSize: number,
  outputSize: number,
  { kernelType, antialias, scale, translation }: Sampling,
): Interpolation | undefined {
  const kernel = samplingKernels.get(kernelType);
  if (kernel === undefined) {
    return undefined;
  }
  const inverse = f32(1 / scale);
  const offset = f32(-inverse * translation);
  const kernelScale = antialias ? Math.max(inverse, 1) : 1;
  const reach = f32(kernel.radius * kernelScale);
  const taps = Math.max(1, Math.min(2 * Math.ceil(reach) + 1, inputSize));
  const result = newInterpolation(inputSize, outputSize, taps);
  const shrink = f32(1 / kernelScale);
  for (let pixel = 0; pixel < outputSize; pixel++) {
    const at = f32(f32((pixel + 0.5) * inverse) + offset);
    if (!(at >= 0 && at <= inputSize)) {
      continue;
    }
    const start = clamp(Math.ceil(f32(f32(at - reach) - 0.5)), inputSize);
    const end = clamp(Math.floor(f32(f32(at + reach) - 0.5)), inputSize) + 1;
    let sum = 0;
    for (let source = start; source < end && source - start < taps; source++) {
      const weight = f32(kernel.weight(Math.abs(f32(f32(source + 0.5 - at) * shrink))));
      sum = f32(sum + weight);
      result.indices[pixel * taps + source - start] = source;
      result.weights[pixel * taps + source - start] = weight;
    }
    if (Math.abs(sum) >= leastSum) {
      scaleWeights(result, pixel, sum);
    } else {
      result.weights.fill(0, pixel * taps, (pixel + 1) * taps);
    }
  }
  return result;
}

/** The same as a matrix [outputs, inputs], by which a column of pixels is multiplied. */
export function interpolationMatrix({
  inputSize,
  outputSize,
  taps,
  indices,
  weights,
}: Interpolation): Float32Array {
  const matrix = new Float32Array(outputSize * inputSize);
  indices.forEach((index, tap) => {
    const at = Math.floor(tap / taps) * inputSize + index;
    matrix[at] = (matrix[at] ?? 0) + (weights[tap] ?? 0);
  });
  return matrix;
}

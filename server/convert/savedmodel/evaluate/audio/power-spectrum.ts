// How strong each frequency is in a piece of sound.

/** The squared magnitudes of the Fourier transform of so many real samples, a power of two: the first half and one. */
export function powerSpectrum(samples: Float64Array): Float64Array {
  const { length } = samples;
  const real = new Float64Array(length);
  const imaginary = new Float64Array(length);
  const bits = Math.log2(length);
  for (let i = 0; i < length; i++) {
    real[reversed(i, bits)] = samples[i] ?? 0;
  }
  for (let half = 1; half < length; half *= 2) {
    for (let offset = 0; offset < half; offset++) {
      const angle = (-Math.PI * offset) / half;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      for (let low = offset; low < length; low += 2 * half) {
        const [re, im] = [real[low + half] ?? 0, imaginary[low + half] ?? 0];
        const [turnedRe, turnedIm] = [re * cos - im * sin, re * sin + im * cos];
        const [lowRe, lowIm] = [real[low] ?? 0, imaginary[low] ?? 0];
        real[low + half] = lowRe - turnedRe;
        imaginary[low + half] = lowIm - turnedIm;
        real[low] = lowRe + turnedRe;
        imaginary[low] = lowIm + turnedIm;
      }
    }
  }
  return Float64Array.from(
    { length: length / 2 + 1 },
    (_, i) => (real[i] ?? 0) ** 2 + (imaginary[i] ?? 0) ** 2,
  );
}

/** The lowest bits of a number the other way round. */
function reversed(number: number, bits: number): number {
  let result = 0;
  for (let bit = 0; bit < bits; bit++) {
    result = (result << 1) | ((number >> bit) & 1);
  }
  return result;
}

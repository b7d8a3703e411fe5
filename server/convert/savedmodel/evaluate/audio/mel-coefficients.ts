// Mel-frequency cepstral coefficients of a spectrum, as TensorFlow's Mfcc has them (core/kernels/mfcc*.cc).
import { refusal } from '../operands.ts';

export interface MelSettings {
  /** Frequencies of the spectrum. */
  readonly bins: number;
  /** In hertz, as are the limits. */
  readonly sampleRate: number;
  readonly lower: number;
  readonly upper: number;
  readonly filterCount: number;
  readonly coefficientCount: number;
}

function melOf(frequency: number): number {
  return 1127 * Math.log1p(frequency / 700);
}

/** Less is taken for it before logarithms. */
const floor = 1e-12;

/** Triangles that overlap: what share of a frequency belongs to the filter at its left, the rest to the next one. */
function filterBank(settings: MelSettings): (powers: ArrayLike<number>) => Float64Array {
  const { bins, sampleRate, lower, upper, filterCount } = settings;
  const low = melOf(lower);
  const spacing = (melOf(upper) - low) / (filterCount + 1);
  const centre = (filter: number): number => low + spacing * (filter + 1);
  const hertzPerBin = (0.5 * sampleRate) / (bins - 1);
  const first = Math.trunc(1.5 + lower / hertzPerBin);
  const last = Math.trunc(upper / hertzPerBin);
  const filters = new Int32Array(bins);
  const shares = new Float64Array(bins);
  let next = 0;
  for (let bin = first; bin <= Math.min(last, bins - 1); bin++) {
    const mel = melOf(bin * hertzPerBin);
    while (next < filterCount && centre(next) < mel) {
      next++;
    }
    filters[bin] = next - 1;
    shares[bin] = (centre(next) - mel) / spacing;
  }
  return (powers) => {
    const sums = new Float64Array(filterCount);
    for (let bin = first; bin <= last && last < bins; bin++) {
      const strength = Math.sqrt(powers[bin] ?? 0);
      const share = strength * (shares[bin] ?? 0);
      const filter = filters[bin] ?? 0;
      if (filter >= 0) {
        sums[filter] = (sums[filter] ?? 0) + share;
      }
      if (filter + 1 < filterCount) {
        sums[filter + 1] = (sums[filter + 1] ?? 0) + strength - share;
      }
    }
    return sums;
  };
}

/** What computes the coefficients of one spectrum of squared magnitudes. Throws INFERENCE_FAILED for settings that TensorFlow refuses. */
export function melCoefficients(settings: MelSettings): (powers: ArrayLike<number>) => Float64Array {
  const { bins, sampleRate, lower, upper, filterCount, coefficientCount } = settings;
  const isPossible =
    bins > 1 &&
    sampleRate > 0 &&
    lower > 0 &&
    upper > lower &&
    filterCount > 0 &&
    coefficientCount > 0 &&
    coefficientCount <= filterCount;
  if (!isPossible) {
    throw refusal(
      `Mfcc initialization failed for channel count ${bins}, sample rate ${sampleRate}, upper_frequency_limit ${upper} and lower_frequency_limit ${lower}`,
    );
  }
  const bank = filterBank(settings);
  const norm = Math.sqrt(2 / filterCount);
  const cosines = Float64Array.from({ length: coefficientCount * filterCount }, (_, at) => {
    const row = Math.floor(at / filterCount);
    return norm * Math.cos(((row * Math.PI) / filterCount) * ((at % filterCount) + 0.5));
  });
  return (powers) => {
    const logs = bank(powers).map((sum) => Math.log(Math.max(sum, floor)));
    return Float64Array.from({ length: coefficientCount }, (_, row) =>
      logs.reduce((sum, log, at) => sum + log * (cosines[row * filterCount + at] ?? 0), 0),
    );
  };
}

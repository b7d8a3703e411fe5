// Kernels of sound: WAV files, spectrograms, and the coefficients that speech models are fed with.
import { boolAttr, floatAttr, intAttr } from '../../graph/attributes.ts';
import { decodeWav } from '../audio/decode-wav.ts';
import { melCoefficients } from '../audio/mel-coefficients.ts';
import { powerSpectrum } from '../audio/power-spectrum.ts';
import { numberAt, realAt, refusal, stringsAt } from '../operands.ts';
import type { Kernel, Kernels } from '../contract.ts';

/** Samples and their rate; `desired_channels` and `desired_samples` of -1 mean those of the file. */
const wav: Kernel = (operands, node, context) => {
  const { data, shape } = stringsAt(operands, 0, node);
  const [contents] = data;
  if (shape.length > 0 || contents === undefined) {
    throw refusal(`contents must be scalar, got shape [${shape.join(',')}]`);
  }
  const found = decodeWav(contents);
  const channels = intAttr(node, 'desired_channels', -1);
  const samples = intAttr(node, 'desired_samples', -1);
  const outChannels = channels === -1 ? found.channels : channels;
  const outSamples = samples === -1 ? found.samples.length / found.channels : samples;
  context.claim(outChannels * outSamples);
  const result = new Float32Array(outChannels * outSamples);
  for (let at = 0; at < result.length; at++) {
    const channel = Math.min(at % outChannels, found.channels - 1);
    result[at] = found.samples[Math.floor(at / outChannels) * found.channels + channel] ?? 0;
  }
  return [
    { dtype: 'float32', shape: [outSamples, outChannels], data: result },
    { dtype: 'int32', shape: [], data: Int32Array.of(found.sampleRate) },
  ];
};

/** From samples [samples, channels] to the strength of frequencies, [channels, slices, frequencies]. */
const spectrogram: Kernel = (operands, node, context) => {
  const input = realAt(operands, 0, node);
  const [samples = 0, channels = 0] = input.shape;
  if (input.shape.length !== 2) {
    throw refusal(`input must be 2-dimensional[${input.shape.join(',')}]`);
  }
  const window = intAttr(node, 'window_size');
  const stride = intAttr(node, 'stride');
  if (window < 2 || stride < 1) {
    throw refusal(`Spectrogram initialization failed for window size ${window} and stride ${stride}`);
  }
  const length = 2 ** Math.ceil(Math.log2(window));
  const bins = length / 2 + 1;
  const slices = samples < window ? 0 : 1 + Math.floor((samples - window) / stride);
  context.claim(channels * slices * bins + 3 * length);
  const isSquared = boolAttr(node, 'magnitude_squared', false);
  const hann = Float64Array.from(
    { length: window },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / window),
  );
  const data = new Float32Array(channels * slices * bins);
  const frame = new Float64Array(length);
  for (let row = 0; row < channels * slices; row++) {
    const channel = Math.floor(row / slices);
    const start = (row % slices) * stride;
    for (let i = 0; i < window; i++) {
      frame[i] = (input.data[(start + i) * channels + channel] ?? 0) * (hann[i] ?? 0);
    }
    const powers = powerSpectrum(frame);
    data.set(isSquared ? powers : powers.map(Math.sqrt), row * bins);
  }
  return [{ dtype: 'float32', shape: [channels, slices, bins], data }];
};

const mfcc: Kernel = (operands, node, context) => {
  const input = realAt(operands, 0, node);
  if (input.shape.length !== 3) {
    throw refusal(`spectrogram must be 3-dimensional[${input.shape.join(',')}]`);
  }
  const [channels = 0, slices = 0, bins = 0] = input.shape;
  const coefficientCount = intAttr(node, 'dct_coefficient_count', 13);
  const filterCount = intAttr(node, 'filterbank_channel_count', 40);
  context.claim(channels * slices * coefficientCount + filterCount * coefficientCount + 2 * bins);
  const coefficientsOf = melCoefficients({
    bins,
    sampleRate: numberAt(operands, 1, node),
    lower: floatAttr(node, 'lower_frequency_limit', 20),
    upper: floatAttr(node, 'upper_frequency_limit', 4000),
    filterCount,
    coefficientCount,
  });
  const data = new Float32Array(channels * slices * coefficientCount);
  for (let row = 0; row < channels * slices; row++) {
    data.set(coefficientsOf(input.data.subarray(row * bins, (row + 1) * bins)), row * coefficientCount);
  }
  return [{ dtype: 'float32', shape: [channels, slices, coefficientCount], data }];
};

/** Sound. */
export const audioKernels: Kernels = new Map<string, Kernel>([
  ['AudioSpectrogram', spectrogram],
  ['DecodeWav', wav],
  ['Mfcc', mfcc],
]);

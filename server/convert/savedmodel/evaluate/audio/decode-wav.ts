// Reads WAV files of 16-bit samples, as DecodeWav does (core/lib/wav/wav_io.cc).
import { refusal } from '../operands.ts';

/** What a file holds. */
export interface Wav {
  readonly channels: number;
  readonly sampleRate: number;
  /** From -1 to 1, the channels of a moment beside each other. */
  readonly samples: Float32Array;
}

/** Reads pieces one after the other. */
class WavReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** So many bytes. Throws INFERENCE_FAILED in TensorFlow's words where there are fewer. */
  take(length: number, what = 'value'): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) {
      throw refusal(`Data too short when trying to read ${what}`);
    }
    this.#at += length;
    return start;
  }

  text(): string {
    const start = this.take(4, 'string');
    return String.fromCharCode(...this.#bytes.subarray(start, start + 4));
  }

  expect(text: string): void {
    const start = this.take(text.length, 'string');
    const found = String.fromCharCode(...this.#bytes.subarray(start, start + text.length));
    if (found !== text) {
      throw refusal(`Header mismatch: Expected ${text} but found ${found}`);
    }
  }

  uint16(): number {
    return this.#view.getUint16(this.take(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.take(4), true);
  }

  int16At(offset: number): number {
    return this.#view.getInt16(offset, true);
  }
}

/** What a request says of samples that are no PCM of 16 bits. */
const bytesPerSample = 2;

/** Throws INFERENCE_FAILED in TensorFlow's words for what is no such file. */
export function decodeWav(contents: Uint8Array): Wav {
  const reader = new WavReader(contents);
  reader.expect('RIFF');
  reader.uint32();
  reader.expect('WAVE');
  reader.expect('fmt ');
  const formatLength = reader.uint32();
  if (formatLength !== 16 && formatLength !== 18) {
    throw refusal(`Bad format chunk size for WAV: Expected 16 or 18, but got${formatLength}`);
  }
  const format = reader.uint16();
  const channels = reader.uint16();
  const sampleRate = reader.uint32();
  const bytesPerSecond = reader.uint32();
  const bytesPerMoment = reader.uint16();
  const bits = reader.uint16();
  if (format !== 1) {
    throw refusal(`Bad audio format for WAV: Expected 1 (PCM), but got${format}`);
  }
  if (channels < 1) {
    throw refusal(`Bad number of channels for WAV: Expected at least 1, but got ${channels}`);
  }
  if (bits !== 8 * bytesPerSample) {
    throw refusal(`Can only read 16-bit WAV files, but received ${bits}`);
  }
  const expected = { second: bytesPerSample * sampleRate * channels, moment: bytesPerSample * channels };
  if (bytesPerSecond !== expected.second) {
    throw refusal(
      `Bad bytes per second in WAV header: Expected ${expected.second} but got ${bytesPerSecond} (sample_rate=${sampleRate}, bytes_per_sample=${expected.moment})`,
    );
  }
  if (bytesPerMoment !== expected.moment) {
    throw refusal(
      `Bad bytes per sample in WAV header: Expected ${expected.moment} but got ${bytesPerMoment}`,
    );
  }
  reader.take(formatLength - 16);
  let samples: Float32Array | undefined;
  while (!reader.isAtEnd) {
    const chunk = reader.text();
    const length = reader.uint32();
    if (chunk !== 'data') {
      reader.take(length);
      continue;
    }
    if (samples !== undefined) {
      throw refusal('More than one data chunk found in WAV');
    }
    const count = Math.floor(length / bytesPerMoment) * channels;
    const start = reader.take(count * bytesPerSample);
    samples = Float32Array.from(
      { length: count },
      (_, i) => reader.int16At(start + bytesPerSample * i) / 32768,
    );
  }
  if (samples === undefined) {
    throw refusal('No data chunk found in WAV');
  }
  return { channels, sampleRate, samples };
}

// WAV files that TensorFlow 2.21 reads, and those that it refuses.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeWav } from '../../../../../../server/convert/savedmodel/evaluate/audio/decode-wav.ts';

const samples = [0, 1000, -32768, 32767, 5, -5];

function uint(bytes: 2 | 4, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntLE(value, 0, bytes);
  return buffer;
}

function pcm(): Buffer {
  const buffer = Buffer.alloc(2 * samples.length);
  samples.forEach((sample, index) => buffer.writeInt16LE(sample, 2 * index));
  return buffer;
}

interface File {
  readonly bits?: number;
  readonly format?: number;
  readonly bytesPerSecond?: number;
  readonly extra?: string;
  readonly data?: Buffer;
}

function wav({ bits = 16, format = 1, bytesPerSecond, extra = '', data = pcm() }: File): Buffer {
  const rest = Buffer.from(extra, 'latin1');
  return Buffer.concat([
    Buffer.from('RIFF'),
    uint(4, 36 + data.length + rest.length),
    Buffer.from('WAVEfmt '),
    uint(4, 16),
    uint(2, format),
    uint(2, 1),
    uint(4, 8000),
    uint(4, bytesPerSecond ?? 1000 * bits),
    uint(2, bits / 8),
    uint(2, bits),
    rest,
    Buffer.from('data'),
    uint(4, data.length),
    data,
  ]);
}

describe('WAV files', () => {
  it('are read, whatever other chunks there are', () => {
    for (const extra of ['', 'LIST\x04\0\0\0abcd', 'LIST\x03\0\0\0abc']) {
      const { channels, sampleRate, samples: found } = decodeWav(wav({ extra }));
      assert.deepEqual([channels, sampleRate], [1, 8000]);
      assert.deepEqual(
        Array.from(found),
        samples.map((sample) => sample / 32768),
      );
    }
  });

  const refused: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['of 24 bits', wav({ bits: 24 }), /Can only read 16-bit WAV files, but received 24/],
    ['of floats', wav({ format: 3, bits: 32 }), /Bad audio format for WAV: Expected 1 \(PCM\), but got3/],
    ['of another rate', wav({ bytesPerSecond: 1 }), /Bad bytes per second in WAV header: Expected 16000/],
    ['that end early', wav({}).subarray(0, -2), /Data too short/],
    ['without data', wav({}).subarray(0, 36), /No data chunk found in WAV/],
    ['that are none', Buffer.from('hello'), /Header mismatch: Expected RIFF but found hell/],
  ];
  for (const [what, bytes, message] of refused) {
    it(`${what} are refused`, () => {
      assert.throws(() => decodeWav(bytes), message);
    });
  }
});

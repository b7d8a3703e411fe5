// What the playground reads of files: .npy, CSV, pixels.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCsv } from '../../../webview/playground/csv.ts';
import { NpyError, readNpy } from '../../../webview/playground/npy.ts';
import { asSeen, fromPixels, planFor, roundedFor } from '../../../webview/playground/pixels.ts';

/** A .npy file of version 1, as numpy.save writes it. */
function npy(header: string, data: ArrayBuffer, version = 1): Uint8Array {
  const padded = `${header}${' '.repeat((64 - ((10 + header.length + 1) % 64)) % 64)}\n`;
  const size = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) {
    size.writeUInt16LE(padded.length);
  } else {
    size.writeUInt32LE(padded.length);
  }
  return Buffer.concat([
    Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]),
    size,
    Buffer.from(padded),
    Buffer.from(data),
  ]);
}

function header(descr: string, shape: string, order = 'False'): string {
  return `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
}

describe('readNpy', () => {
  it('reads each type that is served', () => {
    const cases: readonly [string, ArrayBuffer, readonly (number | bigint)[]][] = [
      ['<f4', new Float32Array([1.5, -2]).buffer, [1.5, -2]],
      ['<f8', new Float64Array([1.5, -2]).buffer, [1.5, -2]],
      ['<f2', new Uint16Array([0x3e00, 0xc000]).buffer, [1.5, -2]],
      ['|i1', new Int8Array([1, -2]).buffer, [1, -2]],
      ['|u1', new Uint8Array([1, 255]).buffer, [1, 255]],
      ['<i2', new Int16Array([1, -2]).buffer, [1, -2]],
      ['<u2', new Uint16Array([1, 65535]).buffer, [1, 65535]],
      ['<i4', new Int32Array([1, -2]).buffer, [1, -2]],
      ['<u4', new Uint32Array([1, 4294967295]).buffer, [1, 4294967295]],
      ['<i8', new BigInt64Array([1n, -2n]).buffer, [1n, -2n]],
      ['<u8', new BigUint64Array([1n, 2n ** 64n - 1n]).buffer, [1n, 2n ** 64n - 1n]],
    ];
    for (const [descr, data, numbers] of cases) {
      const { shape, numbers: read, isBool } = readNpy(npy(header(descr, '(2,)'), data));
      assert.deepEqual([shape, [...read], isBool], [[2], numbers, false], descr);
    }
    assert.equal(readNpy(npy(header('|b1', '(2,)'), new Uint8Array([0, 1]).buffer)).isBool, true);
  });

  it('reads half floats that are subnormal, infinite and no number', () => {
    const bits = new Uint16Array([0x0001, 0x7c00, 0xfc00, 0x7e00, 0x8000]);
    const { numbers } = readNpy(npy(header('<f2', '(5,)'), bits.buffer));
    assert.deepEqual([...numbers], [2 ** -24, Infinity, -Infinity, NaN, -0]);
  });

  it('reads shapes, scalars and headers of the second version', () => {
    assert.deepEqual(
      readNpy(npy(header('<f4', '(1, 2, 1)'), new Float32Array(2).buffer, 2)).shape,
      [1, 2, 1],
    );
    assert.deepEqual(readNpy(npy(header('<f4', '()'), new Float32Array(1).buffer)).shape, []);
  });

  it('refuses what it would read wrongly', () => {
    const whole = npy(header('<f4', '(2, 2)'), new Float32Array(4).buffer);
    const cases: readonly [Uint8Array, NpyError['problem']][] = [
      [new Uint8Array(20), 'not-npy'],
      [new Uint8Array(2), 'not-npy'],
      [whole.subarray(0, whole.length - 1), 'cut-off'],
      [npy(header('>f4', '(1,)'), new ArrayBuffer(4)), 'type'],
      [npy(header('<c8', '(1,)'), new ArrayBuffer(8)), 'type'],
      [npy(header('<U3', '(1,)'), new ArrayBuffer(12)), 'type'],
      [npy("{'descr': [('a', '<f4')], 'shape': (1,)}", new ArrayBuffer(4)), 'type'],
      [npy(header('<f4', '(2, 2)', 'True'), new ArrayBuffer(16)), 'order'],
      [npy(header('<f4', '(999999999, 999999999)'), new ArrayBuffer(16)), 'cut-off'],
    ];
    for (const [file, problem] of cases) {
      assert.throws(
        () => readNpy(file),
        (error) => error instanceof NpyError && error.problem === problem,
        problem,
      );
    }
  });
});

describe('readCsv', () => {
  it('reads rows, with a heading or without', () => {
    const rows = { kind: 'elements', shape: [2, 2], elements: ['1', '2.5', '-3', '0.4'] };
    assert.deepEqual(readCsv('1,2.5\n-3,.4\n', 'DT_FLOAT', 2), rows);
    assert.deepEqual(readCsv('\ufeffwidth,height\r\n1,2.5\r\n\r\n-3,.4', 'DT_FLOAT', 2), rows);
    assert.deepEqual(readCsv('1;2.5\n-3;+0.4', 'DT_FLOAT', undefined), rows);
  });

  it('reads strings with separators and quotes in them, and booleans', () => {
    assert.deepEqual(readCsv('"a, b"\n"say ""no"""\n', 'DT_STRING', 1), {
      kind: 'elements',
      shape: [2, 1],
      elements: ['"a, b"', '"say \\"no\\""'],
    });
    assert.deepEqual(readCsv('True\t0', 'DT_BOOL', 2), {
      kind: 'elements',
      shape: [1, 2],
      elements: ['true', 'false'],
    });
  });

  it('says which line is wrong', () => {
    assert.deepEqual(readCsv('', 'DT_FLOAT', 2), { problem: 'empty', details: [] });
    assert.deepEqual(readCsv('a,b\n1,2\n3', 'DT_FLOAT', 2), { problem: 'ragged', details: ['3', '1', '2'] });
    assert.deepEqual(readCsv('1,2\n3,x', 'DT_FLOAT', 2), {
      problem: 'element',
      details: ['2', 'x', 'float32'],
    });
    assert.deepEqual(readCsv('1,2.5', 'DT_INT32', 2), { problem: 'element', details: ['1', '2.5', 'int32'] });
  });
});

describe('pictures', () => {
  /** Two pixels beside each other: red and half-transparent white. */
  const pixels = new Uint8ClampedArray([255, 0, 0, 255, 255, 255, 255, 128]);
  const plan = {
    layout: 'NHWC',
    width: 2,
    height: 1,
    channels: 3,
    mean: [0],
    scale: [1],
    invert: false,
  } as const;

  it('become numbers channel by channel, or pixel by pixel', () => {
    assert.deepEqual(fromPixels(pixels, plan), {
      shape: [1, 1, 2, 3],
      numbers: new Float32Array([255, 0, 0, 255, 255, 255]),
    });
    assert.deepEqual(fromPixels(pixels, { ...plan, layout: 'NCHW' }), {
      shape: [1, 3, 1, 2],
      numbers: new Float32Array([255, 255, 0, 255, 0, 255]),
    });
    assert.deepEqual(fromPixels(pixels, { ...plan, channels: 4 }).numbers, new Float32Array([...pixels]));
  });

  it('are grey by what the eye sees, inverted, and scaled for each channel', () => {
    const grey = fromPixels(pixels, { ...plan, layout: 'flat', channels: 1, scale: [1 / 255] });
    assert.deepEqual(
      [grey.shape, [...grey.numbers].map((value) => value.toFixed(3))],
      [
        [1, 2],
        ['0.299', '1.000'],
      ],
    );
    const inverted = fromPixels(pixels, { ...plan, layout: 'NHW', channels: 1, invert: true });
    assert.deepEqual([inverted.shape, Math.round(inverted.numbers[0] ?? 0)], [[1, 1, 2], 179]);
    const normalized = fromPixels(pixels, { ...plan, mean: [255, 5, 0], scale: [1, 2, 3] });
    assert.deepEqual([...normalized.numbers], [0, -10, 0, 0, 500, 765]);
    assert.deepEqual([...asSeen(pixels, { channels: 1, invert: true })].slice(0, 4), [179, 179, 179, 255]);
  });

  it('fit inputs by their shape', () => {
    const planned = (dtype: string, ...shape: number[]): unknown => {
      const fit = planFor({ name: 'x', dtype, shape });
      return fit && [fit.layout, fit.channels, fit.width, fit.height];
    };
    assert.deepEqual(planned('DT_FLOAT', -1, 3, 224, 112), ['NCHW', 3, 112, 224]);
    assert.deepEqual(planned('DT_UINT8', 1, -1, -1, 3), ['NHWC', 3, 224, 224]);
    assert.deepEqual(planned('DT_FLOAT', -1, 1, 8, 8), ['NCHW', 1, 8, 8]);
    assert.deepEqual(planned('DT_FLOAT', -1, 28, 28), ['NHW', 1, 28, 28]);
    assert.deepEqual(planned('DT_FLOAT', -1, 64), ['flat', 1, 8, 8]);
    assert.equal(planned('DT_FLOAT', -1, 63), undefined);
    assert.equal(planned('DT_STRING', -1, 64), undefined);
    assert.equal(planned('DT_FLOAT', -1), undefined);
  });

  it('are rounded into the range of a type without fractions', () => {
    assert.deepEqual([...roundedFor('DT_UINT8', new Float32Array([-3, 1.6, 300]))], [0, 2, 255]);
    assert.deepEqual([...roundedFor('DT_FLOAT', new Float32Array([1.5]))], [1.5]);
  });
});

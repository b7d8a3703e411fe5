// Images that TensorFlow 2.21 decoded (all samplings, ratios, crops, PNG kinds), and the same files changed at random.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { imageKernels } from '../../../../../../../server/convert/savedmodel/evaluate/kernels/images.ts';
import { PerchError } from '../../../../../../../server/errors.ts';
import { emptyContext, nodeFrom } from '../kernels/oracle-cases.ts';
import type { Value } from '../../../../../../../server/convert/value.ts';
import type { OracleCase } from '../kernels/oracle-cases.ts';

/** One file and what TensorFlow made of it; bytes in Base64. */
interface DecodedImage {
  readonly label: string;
  readonly op: string;
  readonly attrs: OracleCase['attrs'];
  readonly contents: string;
  readonly crop?: readonly number[];
  readonly shape?: readonly number[];
  readonly dtype?: string;
  readonly data?: string;
  readonly error?: string;
}

const images = readFileSync(new URL('tensorflow.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as DecodedImage);

function decode({ op, attrs, crop }: DecodedImage, contents: Uint8Array): Value {
  const kernel = imageKernels.get(op);
  assert.ok(kernel !== undefined);
  const window: Value[] =
    crop === undefined ? [] : [{ dtype: 'int32', shape: [crop.length], data: Int32Array.from(crop) }];
  const [image] = kernel(
    [{ dtype: 'string', shape: [], data: [contents] }, ...window],
    nodeFrom(op, attrs),
    emptyContext(),
  );
  assert.ok(image !== undefined && !('kind' in image));
  return image;
}

describe('images', () => {
  it('are decoded to what TensorFlow makes of them, bit for bit', () => {
    for (const image of images) {
      const contents = Buffer.from(image.contents, 'base64');
      const { label, error } = image;
      if (error !== undefined) {
        assert.throws(() => decode(image, contents), { code: 'INFERENCE_FAILED', message: error }, label);
        continue;
      }
      const { dtype, shape, data } = decode(image, contents) as Value & { data: Uint8Array };
      assert.deepEqual([dtype, [...shape]], [image.dtype, image.shape], label);
      const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      assert.ok(bytes.equals(Buffer.from(image.data ?? '', 'base64')), `${label}: other pixels`);
    }
  });

  it('that are damaged are decoded or refused by name', () => {
    let seed = 12_345;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (seed >> 8) % below;
    };
    for (const image of images) {
      for (let round = 0; round < 20; round++) {
        const contents = Buffer.from(image.contents, 'base64');
        for (let change = random(4); change >= 0; change--) {
          contents[random(contents.length)] = random(256);
        }
        const cut = random(4) === 0 ? contents.subarray(0, random(contents.length)) : contents;
        try {
          decode(image, cut);
        } catch (error) {
          const isBudget =
            error instanceof assert.AssertionError && error.message.startsWith('more elements');
          assert.ok(isBudget || PerchError.is(error, 'INFERENCE_FAILED'), `${image.label}: ${String(error)}`);
        }
      }
    }
  });
});

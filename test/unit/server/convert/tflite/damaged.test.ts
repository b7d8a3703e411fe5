// Files that are damaged, hostile or beyond us: a named error each, and no more than that.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PerchError } from '../../../../../server/errors.ts';
import { refuseRecursion } from '../../../../../server/convert/tflite/subgraph-calls.ts';
import { readLiteModel } from '../../../../../server/convert/tflite/tflite-model.ts';
import { convertLite, readGolden } from './lite-model.ts';

const named: readonly PerchError['code'][] = [
  'MODEL_FILE_INVALID',
  'OPERATORS_UNSUPPORTED',
  'SAVED_MODEL_INVALID',
];

function contentOf(name: string): Buffer {
  return Buffer.from(readGolden(name).model, 'base64');
}

function refusal(content: Uint8Array): PerchError {
  try {
    void convertLite(content)[Symbol.asyncDispose]();
  } catch (reason) {
    assert.ok(reason instanceof PerchError, String(reason instanceof Error ? reason.stack : reason));
    return reason;
  }
  return assert.fail('it was converted');
}

const tanh = 28;
const svdf = 27;

function withBytes(content: Buffer, places: readonly number[], byte: number): Buffer {
  const copy = Buffer.from(content);
  for (const at of places) {
    copy[at] = byte;
  }
  return copy;
}

function hasOperator(content: Buffer, wanted: number): boolean {
  try {
    return readLiteModel(content).subgraphs.some(({ operators }) =>
      operators.some(({ code }) => code === wanted),
    );
  } catch {
    return false;
  }
}

describe('a .tflite file that cannot be served is refused with its fault', () => {
  it('an empty file, and one of another kind', () => {
    for (const content of [Buffer.alloc(0), Buffer.alloc(7), Buffer.from('x'.repeat(500))]) {
      assert.equal(refusal(content).code, 'MODEL_FILE_INVALID');
    }
  });

  it('one that was cut off anywhere', () => {
    const content = contentOf('mlp');
    for (let length = 0; length < content.length - 8; length += 97) {
      assert.ok(named.includes(refusal(content.subarray(0, length)).code));
    }
  });

  it('an operator that is not known, by its name and its tensor', () => {
    const content = contentOf('mlp');
    // Its number is in the file twice: as a byte, and as 32 bits.
    const places = [...content.keys()].filter((at) => content[at] === tanh);
    const changed = places
      .flatMap((first) => places.map((second) => withBytes(content, [first, second], svdf)))
      .find((copy) => hasOperator(copy, svdf));
    assert.ok(changed);
    const { code, message } = refusal(changed);
    assert.equal(code, 'OPERATORS_UNSUPPORTED');
    assert.match(
      message,
      /SVDF \(1 node, first functional\S*: .* is not known here\).*--tflite model\.tflite/,
    );
  });

  it('a subgraph that calls itself', () => {
    const { subgraphs, signatures } = readLiteModel(contentOf('loops'));
    const [first] = subgraphs;
    assert.ok(first);
    assert.doesNotThrow(() => {
      refuseRecursion({ subgraphs, signatures });
    });
    // The graph with the loop takes the place of the loop's body.
    assert.throws(
      () => {
        refuseRecursion({ subgraphs: subgraphs.map(() => first), signatures });
      },
      (reason) => PerchError.is(reason, 'MODEL_FILE_INVALID') && reason.message.includes('calls itself'),
    );
  });

  for (const name of ['mlp', 'loops', 'several-signatures', 'cnn-int8-int8', 'lstm']) {
    it(`whatever bytes of ${name} are changed`, async () => {
      const content = contentOf(name);
      // A small generator with a fixed seed: the same mutations at every run.
      let state = 7;
      const random = (below: number): number => {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        return (state >>> 8) % below;
      };
      for (let round = 0; round < 150; round++) {
        const mutated = Buffer.from(content);
        for (let change = random(3); change >= 0; change--) {
          mutated[random(mutated.length)] = random(2) === 0 ? 255 : random(256);
        }
        try {
          await convertLite(mutated)[Symbol.asyncDispose]();
        } catch (reason) {
          assert.ok(reason instanceof PerchError, reason instanceof Error ? reason.stack : String(reason));
          assert.ok(named.includes(reason.code), reason.code);
        }
      }
    });
  }
});

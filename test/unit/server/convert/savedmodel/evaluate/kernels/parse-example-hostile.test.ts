// tf.Examples that were made to hurt: cut, absurd lengths, one long among many short ones.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExampleKernels } from '../../../../../../../server/convert/savedmodel/evaluate/kernels/parse-example.ts';
import { PerchError } from '../../../../../../../server/errors.ts';
import { emptyContext, readCases, valueFrom, nodeFrom } from './oracle-cases.ts';
import type {
  KernelContext,
  Operand,
} from '../../../../../../../server/convert/savedmodel/evaluate/contract.ts';

const dense = readCases('parse-example')[0];
const variable = readCases('parse-example').find(({ attrs }) =>
  JSON.stringify(attrs.dense_shapes).includes('[-1]'),
);

function parse(
  stored: typeof dense,
  examples: readonly Uint8Array[],
  context: KernelContext = emptyContext(),
): readonly Operand[] {
  const kernel = parseExampleKernels.get('ParseExampleV2');
  assert.ok(kernel !== undefined && stored !== undefined);
  const serialized: Operand = { dtype: 'string', shape: [examples.length], data: examples };
  return kernel(
    [serialized, ...stored.in.slice(1).map(valueFrom)],
    nodeFrom(stored.op, stored.attrs),
    context,
  );
}

function exampleOf(stored: typeof dense): Buffer {
  return Buffer.from(String(stored?.in[0]?.data[0]), 'latin1');
}

function parseOrRefuse(example: Uint8Array): void {
  try {
    parse(dense, [example]);
  } catch (error) {
    assert.ok(PerchError.is(error, 'INFERENCE_FAILED'), String(error));
  }
}

describe('hostile examples', () => {
  it('that are cut anywhere are parsed as TensorFlow does or refused by name', () => {
    const whole = exampleOf(dense);
    assert.throws(() => parse(dense, [whole.subarray(0, 5)]), { code: 'INFERENCE_FAILED' });
    for (let length = 0; length < whole.length; length++) {
      parseOrRefuse(whole.subarray(0, length));
    }
  });

  it('with any byte changed are parsed or refused by name', () => {
    const whole = exampleOf(dense);
    for (let at = 0; at < whole.length; at++) {
      for (const byte of [0, 0x0a, 0x7f, 0x80, 0xff]) {
        const changed = Buffer.from(whole);
        changed[at] = byte;
        parseOrRefuse(changed);
      }
    }
  });

  it('cannot make a tensor larger than the run allows by padding', () => {
    assert.ok(variable !== undefined);
    const claims: number[] = [];
    const context = { ...emptyContext(), claim: (elements: number) => void claims.push(elements) };
    parse(variable, new Array<Uint8Array>(100).fill(exampleOf(variable)), context);
    assert.ok(claims.length > 0);
  });
});

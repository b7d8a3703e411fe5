// Every kernel gives what TensorFlow gives, and refuses with its words.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Budget } from '../../../../../../server/convert/savedmodel/evaluate/budget.ts';
import { kernels } from '../../../../../../server/convert/savedmodel/evaluate/kernels.ts';
import { PerchError } from '../../../../../../server/errors.ts';
import { difference, kernelCases, nodeOfCase, valueOfStored } from './kernel-cases.ts';
import type {
  KernelContext,
  Operand,
} from '../../../../../../server/convert/savedmodel/evaluate/contract.ts';
import type { KernelCase } from './kernel-cases.ts';

const budget = new Budget('INFERENCE_FAILED');

const context: KernelContext = {
  state: { variables: new Map(), tables: new Map() },
  call: () => assert.fail('nothing is called'),
  claim: (elements) => budget.claim(elements),
};

function run(kernelCase: KernelCase): readonly Operand[] {
  const kernel = kernels.get(kernelCase.op);
  assert.ok(kernel, `there is no kernel for ${kernelCase.op}`);
  return kernel(kernelCase.in.map(valueOfStored), nodeOfCase(kernelCase), context);
}

/** What is wrong with a case; undefined: nothing. */
function wrong(kernelCase: KernelCase): string | undefined {
  const { out, error } = kernelCase;
  try {
    const outputs = run(kernelCase);
    if (out === undefined) {
      return `no error where TensorFlow says ${String(error)}`;
    }
    for (const [i, stored] of out.entries()) {
      const output = outputs[i];
      const what = output === undefined || 'kind' in output ? 'no tensor' : difference(output, stored);
      if (what !== undefined) {
        return `output ${i} is ${what}`;
      }
    }
    return undefined;
  } catch (thrown) {
    if (!PerchError.is(thrown, 'INFERENCE_FAILED') || error === undefined) {
      return String(thrown);
    }
    return error.startsWith(thrown.message) || thrown.message.startsWith(error)
      ? undefined
      : `the error is "${thrown.message}", not "${error}"`;
  }
}

describe('kernels against TensorFlow', () => {
  const byOp = new Map<string, KernelCase[]>();
  for (const kernelCase of kernelCases()) {
    byOp.set(kernelCase.op, [...(byOp.get(kernelCase.op) ?? []), kernelCase]);
  }
  for (const [op, cases] of byOp) {
    it(`${op}, ${cases.length} times`, () => {
      const failures = cases.flatMap((kernelCase) => {
        const what = wrong(kernelCase);
        return what === undefined
          ? []
          : [`${JSON.stringify(kernelCase.in)} ${JSON.stringify(kernelCase.attrs)}: ${what}`];
      });
      assert.deepEqual(failures, []);
    });
  }
});

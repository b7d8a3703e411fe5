// Kernels of strings, hashing, regular expressions, tf.Example, sparse and ragged tensors against TensorFlow 2.21.
import { describe, it } from 'node:test';
import { countingKernels } from '../../../../../../../server/convert/savedmodel/evaluate/kernels/counting.ts';
import { hashBucketKernels } from '../../../../../../../server/convert/savedmodel/evaluate/kernels/hash-buckets.ts';
import { parseExampleKernels } from '../../../../../../../server/convert/savedmodel/evaluate/kernels/parse-example.ts';
import { raggedKernels } from '../../../../../../../server/convert/savedmodel/evaluate/kernels/ragged.ts';
import { regexKernels } from '../../../../../../../server/convert/savedmodel/evaluate/kernels/regex.ts';
import { sparseKernels } from '../../../../../../../server/convert/savedmodel/evaluate/kernels/sparse.ts';
import { sparseSumKernels } from '../../../../../../../server/convert/savedmodel/evaluate/kernels/sparse-sums.ts';
import { stringByteKernels } from '../../../../../../../server/convert/savedmodel/evaluate/kernels/string-bytes.ts';
import { stringNumberKernels } from '../../../../../../../server/convert/savedmodel/evaluate/kernels/string-numbers.ts';
import { stringKernels } from '../../../../../../../server/convert/savedmodel/evaluate/kernels/strings.ts';
import { textKernels } from '../../../../../../../server/convert/savedmodel/evaluate/kernels/text.ts';
import { unicodeKernels } from '../../../../../../../server/convert/savedmodel/evaluate/kernels/unicode.ts';
import { assertCases, readCases } from './oracle-cases.ts';

describe('kernels give what TensorFlow gives', () => {
  it('strings', () => {
    const kernels = new Map([
      ...stringKernels,
      ...stringNumberKernels,
      ...stringByteKernels,
      ...unicodeKernels,
      ...textKernels,
    ]);
    assertCases(kernels, readCases('strings'));
  });
  it('hash buckets and regular expressions', () => {
    assertCases(new Map([...hashBucketKernels, ...regexKernels]), readCases('hashing-and-regex'));
  });
  it('tf.Example', () => {
    assertCases(parseExampleKernels, readCases('parse-example'));
  });
  it('sparse tensors', () => {
    assertCases(new Map([...sparseKernels, ...sparseSumKernels]), readCases('sparse'), 1e-6);
  });
  it('ragged tensors', () => {
    assertCases(new Map([...raggedKernels, ...countingKernels]), readCases('ragged'), 1e-6);
  });
});

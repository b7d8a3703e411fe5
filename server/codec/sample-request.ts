// A JSON predict request that a model accepts, made from its signature alone.
import { encodeExample } from './example-writer.ts';
import { defaultSignatureName, elementCount, type Signature, type TensorSpec } from './tensor.ts';

/** More values make no sample that a person could read, and could take all memory: a signature is no more than a claim. */
const maximumValues = 200_000;
/** What a signature for tf.Examples says that it is; its strings are serialized ones. */
const exampleMethods: ReadonlySet<string> = new Set([
  'tensorflow/serving/classify',
  'tensorflow/serving/regress',
]);
/** Without features: which ones the model reads, and whether it can do without them, no signature tells. */
const emptyExample = `{"b64": "${Buffer.from(encodeExample(new Map())).toString('base64')}"}`;

/**
 * The body of a REST predict request with plausible values for `signature`, on one line.
 *
 * Every dynamic dimension is 1. One instance in row form where all inputs begin with a dynamic dimension, which is then the
 * batch; columnar otherwise. It names the signature unless that is `serving_default`, and is an empty tf.Example where a
 * signature for Classify or Regress takes serialized ones. Undefined where that would be more than 200,000 values.
 */
export function sampleRequest(signature: Signature): string | undefined {
  const { named } = signature;
  const inputs = signature.inputs.map(asRanked);
  if (inputs.reduce((sum, { shape }) => sum + countOf(shape), 0) > maximumValues) {
    return undefined;
  }
  const isBatched = inputs.length > 0 && inputs.every(({ shape }) => shape[0] === -1);
  const takesExamples = named !== undefined && exampleMethods.has(named.methodName);
  const values = inputs.map((input) => ({
    name: JSON.stringify(input.name),
    value: sampleValue(input, isBatched ? 1 : 0, takesExamples),
  }));
  const [only] = values;
  const value =
    only !== undefined && values.length === 1
      ? only.value
      : `{${values.map((input) => `${input.name}: ${input.value}`).join(', ')}}`;
  const name =
    named === undefined || named.name === defaultSignatureName
      ? ''
      : `"signature_name": ${JSON.stringify(named.name)}, `;
  return isBatched ? `{${name}"instances": [${value}]}` : `{${name}"inputs": ${value}}`;
}

/** Where the number of dimensions is not said, a batch of scalars is what most such models take. */
function asRanked(spec: TensorSpec): TensorSpec {
  return spec.isUnranked === true ? { ...spec, shape: [-1] } : spec;
}

function countOf(shape: readonly number[]): number {
  return elementCount(shape.map((size) => (size < 0 ? 1 : size))) ?? Infinity;
}

/** Nested lists of one value, from dimension `from` on. */
function sampleValue(input: TensorSpec, from: number, takesExamples: boolean): string {
  return input.shape.slice(from).reduceRight(
    (inner, size) =>
      `[${Array<string>(size < 0 ? 1 : size)
        .fill(inner)
        .join()}]`,
    sampleElement(input, takesExamples),
  );
}

function sampleElement({ dtype, shape }: TensorSpec, takesExamples: boolean): string {
  switch (dtype) {
    case 'string':
      return takesExamples && shape.length === 1 ? emptyExample : '"text"';
    case 'bool':
      return 'true';
    case 'float16':
    case 'float32':
    case 'float64':
      return '0.5';
    default:
      return '1';
  }
}

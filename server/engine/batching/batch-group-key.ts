// What may be batched at all, and which requests may share a batch.
import type { Signature, TensorMap, TensorSpec } from '../../codec/tensor.ts';

/**
 * Whether every input and output has a dynamic first dimension: Triton's rule for what can be batched. What keeps state
 * between requests cannot.
 */
export function isBatchable({ inputs, outputs, named }: Signature): boolean {
  if (named?.isStateful === true) {
    return false;
  }
  const specs = [...inputs, ...outputs];
  return inputs.length > 0 && outputs.length > 0 && specs.every(({ shape }) => shape[0] === -1);
}

/** Gives requests their keys. Most are like the one before, and have its key without a new text being made. */
export class GroupKeys {
  readonly #signature: Signature;
  readonly #anyShape: boolean;
  #last:
    | {
        /** Those of the inputs, in the signature's order. */
        readonly shapes: readonly (readonly number[])[];
        readonly outputNames: readonly string[];
        readonly key: string;
      }
    | undefined;

  /** With `anyShape` dynamic dimensions do not tell requests apart. */
  constructor(signature: Signature, anyShape: boolean) {
    this.#signature = signature;
    this.#anyShape = anyShape;
  }

  /**
   * Tells apart what cannot share a batch: other shapes beyond the first dimension, other outputs. Undefined for what
   * does not fit the signature, which the engine is to judge.
   */
  keyOf(inputs: TensorMap, outputNames: readonly string[]): string | undefined {
    const last = this.#last;
    if (
      last !== undefined &&
      sameNames(outputNames, last.outputNames) &&
      sameItems(inputs, last.shapes, this.#signature.inputs)
    ) {
      return last.key;
    }
    const key = groupKey(inputs, outputNames, this.#signature, this.#anyShape);
    if (key !== undefined) {
      const shapes = this.#signature.inputs.map(({ name }) => inputs.get(name)?.shape ?? []);
      this.#last = { shapes, outputNames, key };
    }
    return key;
  }
}

function sameNames(names: readonly string[], others: readonly string[]): boolean {
  return names === others || (names.length === others.length && names.every((name, i) => name === others[i]));
}

/** Whether `inputs` are those of the signature, with these shapes but for the first dimension. Runs for every request. */
function sameItems(
  inputs: TensorMap,
  shapes: readonly (readonly number[])[],
  specs: readonly TensorSpec[],
): boolean {
  if (inputs.size !== specs.length) {
    return false;
  }
  for (let i = 0; i < specs.length; i++) {
    const spec = specs[i];
    const tensor = spec && inputs.get(spec.name);
    const shape = shapes[i];
    if (shape === undefined || tensor?.dtype !== spec?.dtype || tensor?.shape.length !== shape.length) {
      return false;
    }
    for (let d = 1; d < shape.length; d++) {
      if (tensor.shape[d] !== shape[d]) {
        return false;
      }
    }
  }
  return true;
}

function groupKey(
  inputs: TensorMap,
  outputNames: readonly string[],
  signature: Signature,
  anyShape: boolean,
): string | undefined {
  const numbers: number[] = [];
  for (const name of outputNames) {
    const index = signature.outputs.findIndex((output) => output.name === name);
    if (index === -1) {
      return undefined;
    }
    numbers.push(index);
  }
  if (inputs.size !== signature.inputs.length) {
    return undefined;
  }
  for (const spec of signature.inputs) {
    const item = itemOf(inputs, spec);
    if (item === undefined) {
      return undefined;
    }
    if (!anyShape) {
      numbers.push(...item);
    }
  }
  // Ranks are the signature's, and inputs all there: what follows the outputs cannot be read in two ways.
  return `${outputNames.length}:${numbers.join()}`;
}

/** The input's shape beyond the first dimension; undefined where it is missing or is not as the signature says. */
function itemOf(inputs: TensorMap, { name, dtype, shape }: TensorSpec): readonly number[] | undefined {
  const tensor = inputs.get(name);
  const fits =
    tensor?.dtype === dtype &&
    tensor.shape.length === shape.length &&
    tensor.shape.every((size, i) => shape[i] === -1 || shape[i] === size);
  return fits ? tensor.shape.slice(1) : undefined;
}

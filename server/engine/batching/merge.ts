// From requests to the inputs of a batch, and from its outputs back to the requests.
import type { Tensor, TensorMap } from '../../codec/tensor.ts';
import type { RunResult } from '../../lifecycle/version-state.ts';
import type { BatchPart } from './batch-request.ts';
import { concatRows, divideRows, padToLargest, sliceRows } from './tensor-rows.ts';

/**
 * The inputs of a batch: those of its parts, one after the other, and `copies` copies of the first row. With `pad` other
 * dimensions than the first are brought to the largest among the parts, else they are the same.
 */
export function mergeInputs(parts: readonly BatchPart[], copies: number, pad: boolean): TensorMap {
  const merged = new Map<string, Tensor>();
  for (const name of parts[0]?.request.facts.inputs.keys() ?? []) {
    const tensors: Tensor[] = [];
    for (const { request, from, to } of parts) {
      const tensor = request.facts.inputs.get(name);
      if (tensor !== undefined) {
        tensors.push(sliceRows(tensor, from, to));
      }
    }
    merged.set(name, concatRows(pad ? padToLargest(tensors) : tensors, copies));
  }
  return merged;
}

/** Gives each part its rows of the batch's outputs, in the order of mergeInputs; rows beyond them are dropped. */
export function distributeOutputs(parts: readonly BatchPart[], { outputs, engineUs }: RunResult): void {
  const counts = parts.map(({ from, to }) => to - from);
  const answers = parts.map(() => new Map<string, Tensor>());
  for (const [name, tensor] of outputs) {
    divideRows(tensor, counts).forEach((piece, i) => answers[i]?.set(name, piece));
  }
  parts.forEach(({ request, from, to }, i) => {
    request.accept(from, to - from, { outputs: answers[i] ?? new Map(), engineUs });
  });
}

/** Whether every output has `rows` for its first dimension, as those of a batch must. */
export function hasRows(outputs: TensorMap, rows: number): boolean {
  return [...outputs.values()].every(({ shape }) => shape[0] === rows);
}

// How the shapes of a request compare with those that a signature declares.
import type { TensorMap } from '../../codec/tensor.ts';
import type { ProgramSignature, ProgramTensor } from '../program.ts';

/** Whether every input has the declared rank, and the declared sizes where there are any. */
export function fitsDeclared(signature: ProgramSignature, inputs: TensorMap): boolean {
  return signature.inputs.every((input) => fits(input, inputs.get(input.alias)?.shape ?? []));
}

function fits({ shape: declared }: ProgramTensor, shape: readonly number[]): boolean {
  return (
    declared === undefined ||
    (declared.length === shape.length && declared.every((size, axis) => size < 0 || size === shape[axis]))
  );
}

/** The rank of every input of the signature, by alias. */
export function ranksOf(signature: ProgramSignature, inputs: TensorMap): ReadonlyMap<string, number> {
  return new Map(signature.inputs.map(({ alias }) => [alias, inputs.get(alias)?.shape.length ?? 0]));
}

/** The ranks as a key: the signature's order of inputs is fixed. */
export function ranksText(ranks: ReadonlyMap<string, number>): string {
  return [...ranks.values()].join(',');
}

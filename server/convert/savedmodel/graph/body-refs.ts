// What the inputs of nodes mean: `node:1` in a MetaGraph; `argument`, `node:output:0` in a function's body.
import { PerchError } from '../../../errors.ts';
import type { Attributes, FunctionMessage } from '../proto/messages.ts';
import type { FunctionTable } from './function-table.ts';

/** Turns the inputs of one graph's or body's nodes into refs and names of the flat graph. */
export interface InputReader {
  /** The ref of a data input. Throws SAVED_MODEL_INVALID for one that cannot be. */
  ref(input: string): string;
  /** The name of a control input; undefined where there is nothing to wait for. */
  control(name: string): string | undefined;
}

const digits = /^\d{1,7}$/;

/** Of a MetaGraph. Whether the nodes are there is checked when the graph is flat. */
export const mainInputs: InputReader = {
  ref: (input) => {
    const colon = input.lastIndexOf(':');
    if (colon < 0) {
      return `${input}:0`;
    }
    if (!digits.test(input.slice(colon + 1))) {
      throw new PerchError('SAVED_MODEL_INVALID', `${input} names no output of a node.`);
    }
    return input;
  },
  control: (name) => name,
};

/**
 * Of a function's body whose nodes get `prefix` before their names.
 * @param inputs refs of the arguments
 */
export function bodyInputs(
  called: FunctionMessage,
  prefix: string,
  values: Attributes,
  inputs: readonly string[],
  functions: FunctionTable,
): InputReader {
  const { signature } = called;
  const argumentRefs = new Map(signature.inputs.map(({ name }, i) => [name, inputs[i] ?? '']));
  const nodes = new Map(called.nodes.map((node) => [node.name, node]));
  const unknown = (input: string): PerchError =>
    new PerchError(
      'SAVED_MODEL_INVALID',
      `Function ${signature.name} reads ${input}, which it does not have.`,
    );
  return {
    ref: (input) => {
      const [name = '', argument, index = '0', ...more] = input.split(':');
      const outer = argumentRefs.get(name);
      if (outer !== undefined) {
        return outer;
      }
      const node = nodes.get(name);
      if (node === undefined || more.length > 0 || !digits.test(index)) {
        throw unknown(input);
      }
      if (argument === undefined) {
        return `${prefix}${name}:0`;
      }
      const output = digits.test(argument)
        ? Number(argument)
        : functions.firstOutput(node, argument, values) + Number(index);
      return `${prefix}${name}:${output}`;
    },
    control: (name) => {
      if (argumentRefs.has(name)) {
        return undefined;
      }
      if (!nodes.has(name)) {
        throw unknown(`^${name}`);
      }
      return prefix + name;
    },
  };
}

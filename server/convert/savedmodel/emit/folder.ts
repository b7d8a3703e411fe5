// Computes at conversion what does not depend on a request, once for all signatures.
import { PerchError } from '../../../errors.ts';
import { kernels } from '../evaluate/kernels.ts';
import { notFoldable } from '../evaluate/op-effects.ts';
import { Unsupported } from '../unsupported.ts';
import { heavyOps } from './heavy-ops.ts';
import { sameValue } from '../../same-value.ts';
import type { Value } from '../../value.ts';
import type { KernelContext, ModelState } from '../evaluate/contract.ts';
import type { GraphNode } from '../graph/flat-graph.ts';

/** A constant may grow to so many elements; beyond that it stays a node of the ONNX graph, unless it is about as large as what it is made of. */
const grownElements = 2 ** 22;
const growth = 4;
/** Operands of a multiplication of matrices or a convolution that is folded have at most so many elements together. */
const heavyElements = 2 ** 20;

interface Fold {
  readonly attributes: GraphNode['attributes'];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[] | undefined;
}

/** Remembers what it computed: the signatures of a model share their weights, and the constants made of them. */
export class Folder {
  readonly #state: ModelState;
  readonly #folds = new Map<string, Fold[]>();

  constructor(state: ModelState) {
    this.#state = state;
  }

  /** The outputs of an op on known inputs; undefined where it has no kernel, is not foldable, or would grow too large. */
  fold(op: string, node: GraphNode, inputs: readonly Value[]): readonly Value[] | undefined {
    if (!kernels.has(op) || notFoldable.has(op)) {
      return undefined;
    }
    const key = `${op} ${node.name}`;
    const folds = this.#folds.get(key) ?? [];
    const known = folds.find(
      (fold) =>
        fold.attributes === node.attributes &&
        fold.inputs.length === inputs.length &&
        fold.inputs.every((input, index) => isSameInput(input, inputs[index])),
    );
    if (known !== undefined) {
      return known.outputs;
    }
    const outputs = this.#compute(op, node, inputs);
    folds.push({ attributes: node.attributes, inputs, outputs });
    this.#folds.set(key, folds);
    return outputs;
  }

  #compute(op: string, node: GraphNode, inputs: readonly Value[]): readonly Value[] | undefined {
    const elements = inputs.reduce((sum, input) => sum + input.data.length, 0);
    const limit = Math.max(grownElements, growth * elements);
    const kernel = kernels.get(op);
    if (kernel === undefined || (heavyOps.has(op) && elements > heavyElements)) {
      return undefined;
    }
    const context: KernelContext = {
      state: this.#state,
      call: () => {
        throw new Unsupported('a call that is folded');
      },
      claim: (count) => {
        if (!(count <= limit)) {
          throw new Unsupported('a constant that is too large');
        }
      },
    };
    try {
      const outputs = kernel(inputs, { ...node, op }, context);
      const values = outputs.filter((output): output is Value => !('kind' in output));
      return values.length === outputs.length ? values : undefined;
    } catch (reason) {
      if (reason instanceof Unsupported || PerchError.is(reason, 'INFERENCE_FAILED')) {
        return undefined;
      }
      throw reason;
    }
  }
}

/** Small operands are made anew by mappings: they are compared by contents. */
const comparedElements = 64;

function isSameInput(left: Value, right: Value | undefined): boolean {
  return (
    left === right || (right !== undefined && left.data.length <= comparedElements && sameValue(left, right))
  );
}

// Whether two emissions of a signature are the same but for the names they gave.
import { sameValue } from '../../same-value.ts';
import { graphsOf } from './prune.ts';
import type { OnnxAttribute, OnnxGraph, OnnxNode } from '../../onnx/onnx-model.ts';
import type { PlanOutput } from '../../program.ts';
import type { Value } from '../../value.ts';
import type { EmittedSignature } from './assemble-plan.ts';

/** Compares graphs, wiring and the host's part. */
export function sameEmission(left: EmittedSignature, right: EmittedSignature): boolean {
  return new Comparison(left, right).same();
}

class Comparison {
  readonly #left: EmittedSignature;
  readonly #right: EmittedSignature;
  readonly #leftConstants: ReadonlyMap<string, Value>;
  readonly #rightConstants: ReadonlyMap<string, Value>;
  /** The right name of each left one that was met. */
  readonly #names = new Map<string, string>([['', '']]);

  constructor(left: EmittedSignature, right: EmittedSignature) {
    this.#left = left;
    this.#right = right;
    this.#leftConstants = constantsOf(left);
    this.#rightConstants = constantsOf(right);
  }

  same(): boolean {
    const { graph: leftGraph, plan: left } = this.#left;
    const { graph: rightGraph, plan: right } = this.#right;
    return (
      (leftGraph === undefined) === (rightGraph === undefined) &&
      all(left.direct, right.direct, (a, b) => a.alias === b.alias && this.#bind(a.name, b.name)) &&
      all(left.hostToOnnx, right.hostToOnnx, (a, b) => a.ref === b.ref && this.#bind(a.name, b.name)) &&
      all(
        left.state,
        right.state,
        (a, b) => a.variable === b.variable && this.#bind(a.input ?? '', b.input ?? ''),
      ) &&
      (leftGraph === undefined || rightGraph === undefined || this.#graph(leftGraph, rightGraph)) &&
      all(left.onnxToHost, right.onnxToHost, (a, b) => a.ref === b.ref && this.#name(a.name, b.name)) &&
      all(left.outputs, right.outputs, (a, b) => this.#output(a, b)) &&
      all(left.host.nodes, right.host.nodes, (a, b) => a.name === b.name) &&
      left.host.constants.size === right.host.constants.size
    );
  }

  #output(left: PlanOutput, right: PlanOutput): boolean {
    if (left.alias !== right.alias) {
      return false;
    }
    if (left.from === 'constant') {
      return right.from === 'constant' && sameValue(left.value, right.value);
    }
    return left.from === 'host'
      ? right.from === 'host' && left.ref === right.ref
      : right.from === 'onnx' && this.#name(left.name, right.name);
  }

  #graph(left: OnnxGraph, right: OnnxGraph): boolean {
    return (
      all(left.inputs, right.inputs, (a, b) => this.#bind(a.name, b.name)) &&
      all(left.nodes, right.nodes, (a, b) => this.#node(a, b)) &&
      all(left.outputs, right.outputs, (a, b) => this.#name(a.name, b.name))
    );
  }

  #node(left: OnnxNode, right: OnnxNode): boolean {
    return (
      left.op === right.op &&
      left.domain === right.domain &&
      all(left.inputs, right.inputs, (a, b) => this.#name(a, b)) &&
      all(Object.entries(left.attributes), Object.entries(right.attributes), ([a, x], [b, y]) => {
        return a === b && sameAttribute(x, y);
      }) &&
      all(graphsOf(left), graphsOf(right), (a, b) => this.#graph(a, b)) &&
      all(left.outputs, right.outputs, (a, b) => this.#bind(a, b))
    );
  }

  /** A name that comes into being. */
  #bind(left: string, right: string): boolean {
    this.#names.set(left, right);
    return true;
  }

  #name(left: string, right: string): boolean {
    const known = this.#names.get(left);
    if (known !== undefined) {
      return known === right;
    }
    const leftValue = this.#leftConstants.get(left);
    const rightValue = this.#rightConstants.get(right);
    if (leftValue === undefined || rightValue === undefined || !sameValue(leftValue, rightValue)) {
      return false;
    }
    return this.#bind(left, right);
  }
}

/** Attributes but for graphs, which have names to be matched. */
function sameAttribute(left: OnnxAttribute, right: OnnxAttribute): boolean {
  if (typeof left !== 'object' || typeof right !== 'object') {
    return left === right;
  }
  if ('graph' in left) {
    return 'graph' in right;
  }
  if ('tensor' in left) {
    return 'tensor' in right && sameValue(left.tensor, right.tensor);
  }
  return text(left) === text(right);
}

function text(attribute: object): string {
  return JSON.stringify(attribute, (_key, value: unknown) =>
    typeof value === 'bigint' || Object.is(value, -0) || Number.isNaN(value) ? `${String(value)}n` : value,
  );
}

function constantsOf({ graph }: EmittedSignature): ReadonlyMap<string, Value> {
  return new Map(graph?.initializers.map(({ name, value }) => [name, value]));
}

function all<A>(left: readonly A[], right: readonly A[], same: (a: A, b: A) => boolean): boolean {
  return (
    left.length === right.length &&
    left.every((a, index) => {
      const b = right[index];
      return b !== undefined && same(a, b);
    })
  );
}

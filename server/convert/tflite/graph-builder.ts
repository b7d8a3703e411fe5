// Builds the graph of TensorFlow's nodes that a subgraph of a .tflite file means.
import { dataTypeOfValue } from '../savedmodel/proto/data-types.ts';
import type { FlatGraph, GraphNode } from '../savedmodel/graph/flat-graph.ts';
import type { Attribute } from '../savedmodel/proto/messages.ts';
import type { Value, ValueType } from '../value.ts';

/** The op of nodes whose contents the builder knows; its mapping is the converter's. */
export const constantOp = 'PerchConstant';

/** What a node says beside its inputs. */
export interface NodeDetails {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Of its outputs; by default that of its first input. */
  readonly type?: ValueType;
}

/** One graph. */
export class GraphBuilder {
  /** What following nodes are named after: the tensor that their operator gives. */
  base = '';
  readonly #nodes = new Map<string, GraphNode>();
  /** Contents by the name of the node; shared by all graphs of the model. */
  readonly #constants: Map<string, Value>;
  readonly #types = new Map<string, ValueType>();
  readonly #prefix: string;

  constructor(constants: Map<string, Value>, prefix: string) {
    this.#constants = constants;
    this.#prefix = prefix;
  }

  /** Adds a node and gives the ref of its first output. */
  node(op: string, inputs: readonly string[], { attributes = {}, type }: NodeDetails = {}): string {
    const first = inputs[0] === undefined ? 'float32' : this.typeOf(inputs[0]);
    const all = new Map(Object.entries(attributes));
    if (!all.has('T')) {
      all.set('T', { kind: 'type', value: dataTypeOfValue(first) });
    }
    const name = this.#freeName(op);
    this.#nodes.set(name, { name, op, inputs, controls: [], attributes: all });
    const ref = `${name}:0`;
    this.#types.set(ref, type ?? first);
    return ref;
  }

  /** The ref of another output of the node whose first one this is. */
  output(first: string, index: number, type = this.typeOf(first)): string {
    const ref = `${first.slice(0, first.lastIndexOf(':'))}:${index}`;
    this.#types.set(ref, type);
    return ref;
  }

  constant(value: Value): string {
    const ref = this.node(constantOp, [], { type: value.dtype });
    this.#constants.set(ref.slice(0, -2), value);
    return ref;
  }

  int32(value: number | readonly number[]): string {
    return this.constant(
      typeof value === 'number'
        ? { dtype: 'int32', shape: [], data: Int32Array.of(value) }
        : { dtype: 'int32', shape: [value.length], data: Int32Array.from(value) },
    );
  }

  /** A scalar of a type of floats, or an int32. */
  scalar(type: ValueType, value: number): string {
    switch (type) {
      case 'float64':
        return this.constant({ dtype: type, shape: [], data: Float64Array.of(value) });
      case 'int32':
        return this.int32(value);
      default:
        return this.constant({ dtype: 'float32', shape: [], data: Float32Array.of(value) });
    }
  }

  cast(ref: string, type: ValueType): string {
    if (this.typeOf(ref) === type) {
      return ref;
    }
    return this.node('Cast', [ref], {
      type,
      attributes: {
        SrcT: { kind: 'type', value: dataTypeOfValue(this.typeOf(ref)) },
        DstT: { kind: 'type', value: dataTypeOfValue(type) },
      },
    });
  }

  typeOf(ref: string): ValueType {
    return this.#types.get(ref) ?? 'float32';
  }

  /** Says the type of a ref that is an argument of the graph. */
  declare(ref: string, type: ValueType): void {
    this.#types.set(ref, type);
  }

  finish(returns: readonly string[], argumentCount: number): FlatGraph {
    return { nodes: this.#nodes, resolve: (ref) => ref, returns, argumentCount };
  }

  /** The first node of an operator has the tensor's own name, the others a number behind it. */
  #freeName(op: string): string {
    const base = `${this.#prefix}${this.base}`.replace(/^@/, '_') || op;
    return this.#nodes.has(base) ? `${base}#${this.#nodes.size}` : base;
  }
}

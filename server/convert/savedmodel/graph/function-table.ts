// The functions of a MetaGraph: which of them a node calls, with which attributes, and what its outputs are called.
import { PerchError } from '../../../errors.ts';
import { OpTable } from './op-table.ts';
import { hasPlaceholders, substituted } from './substitute.ts';
import type {
  Attribute,
  Attributes,
  FunctionMessage,
  FunctionReference,
  NodeMessage,
  OpMessage,
} from '../proto/messages.ts';

/** A function and what its caller says for its placeholders. */
export interface Callee {
  readonly called: FunctionMessage;
  readonly values: Attributes;
}

/** Ops that call the function in their attribute `f`. */
const calls: ReadonlySet<string> = new Set(['PartitionedCall', 'StatefulPartitionedCall']);

/** Functions by name. */
export class FunctionTable {
  readonly #functions: ReadonlyMap<string, FunctionMessage>;
  readonly #ops: OpTable;
  /** Functions with placeholders, once for each caller that an op names by attribute (a loop's body): `body@1`. */
  readonly #instances = new Map<string, Callee>();
  readonly #instanceNames = new WeakMap<FunctionReference, string>();

  constructor(functions: ReadonlyMap<string, FunctionMessage>, ops: ReadonlyMap<string, OpMessage>) {
    this.#functions = functions;
    this.#ops = new OpTable(ops);
  }

  /** The function of that name. Throws SAVED_MODEL_INVALID where there is none. */
  get(name: string): Callee {
    const instance = this.#instances.get(name);
    if (instance !== undefined) {
      return instance;
    }
    const called = this.#functions.get(name);
    if (called === undefined) {
      throw new PerchError(
        'SAVED_MODEL_INVALID',
        `The graph calls a function ${name} that it does not have.`,
      );
    }
    return { called, values: new Map() };
  }

  /** Whether nodes with this op call a function of that name. */
  isFunction(op: string): boolean {
    return this.#functions.has(op);
  }

  /** What a node calls; undefined for one that is no call. */
  calleeOf(node: {
    readonly name: string;
    readonly op: string;
    readonly attributes: Attributes;
  }): Callee | undefined {
    const { name, op, attributes } = node;
    if (!calls.has(op)) {
      const called = this.#functions.get(op);
      return called === undefined ? undefined : { called, values: attributes };
    }
    const attribute = attributes.get('f');
    if (attribute?.kind !== 'function') {
      throw new PerchError('SAVED_MODEL_INVALID', `Node ${name} does not say which function it calls.`);
    }
    return { called: this.get(attribute.value.name).called, values: attribute.value.attributes };
  }

  /** A node's attributes: placeholders and defaults filled in. Functions that it names with attributes of their own become instances. */
  attributesOf(node: NodeMessage, values: Attributes): Attributes {
    const own = substituted(node.attributes, values);
    return this.#withInstances(node.op, this.#ops.complete(node.op, own));
  }

  /** The index among all outputs of a body's node of the first tensor of one output argument. */
  firstOutput(node: NodeMessage, argument: string, values: Attributes): number {
    const called = this.#functions.get(node.op);
    if (called === undefined) {
      return this.#ops.firstOutput(node.op, argument, substituted(node.attributes, values));
    }
    const index = called.signature.outputs.findIndex(({ name }) => name === argument);
    if (index < 0) {
      throw new PerchError('SAVED_MODEL_INVALID', `Function ${node.op} has no output ${argument}.`);
    }
    return index;
  }

  #withInstances(op: string, attributes: Attributes): Attributes {
    if (calls.has(op)) {
      return attributes;
    }
    let changed: Map<string, Attribute> | undefined;
    for (const [name, attribute] of attributes) {
      const replaced = this.#instanceAttribute(attribute);
      if (replaced !== attribute) {
        changed ??= new Map(attributes);
        changed.set(name, replaced);
      }
    }
    return changed ?? attributes;
  }

  #instanceAttribute(attribute: Attribute): Attribute {
    if (attribute.kind === 'function') {
      const value = this.#instance(attribute.value);
      return value === attribute.value ? attribute : { kind: 'function', value };
    }
    if (attribute.kind === 'list' && attribute.value.functions.length > 0) {
      const functions = attribute.value.functions.map((each) => this.#instance(each));
      return { kind: 'list', value: { ...attribute.value, functions } };
    }
    return attribute;
  }

  #instance(reference: FunctionReference): FunctionReference {
    const called = this.#functions.get(reference.name);
    if (called === undefined || reference.attributes.size === 0 || !hasPlaceholders(called)) {
      return reference;
    }
    let name = this.#instanceNames.get(reference);
    if (name === undefined) {
      name = `${reference.name}@${this.#instances.size}`;
      this.#instanceNames.set(reference, name);
      this.#instances.set(name, { called, values: reference.attributes });
    }
    return { name, attributes: new Map() };
  }
}

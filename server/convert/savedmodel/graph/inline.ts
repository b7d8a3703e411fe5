// Inlines functions: nodes of a MetaGraph or of a function's body become nodes of one graph, and calls vanish.
import { PerchError } from '../../../errors.ts';
import { changesState } from '../evaluate/op-effects.ts';
import { bodyInputs, mainInputs } from './body-refs.ts';
import { noOp } from './nodes.ts';
import type { Attributes, FunctionMessage, NodeMessage } from '../proto/messages.ts';
import type { InputReader } from './body-refs.ts';
import type { GraphNode } from './flat-graph.ts';
import type { Callee, FunctionTable } from './function-table.ts';
import type { InlineBudget } from './inline-budget.ts';

/** What inlining makes. */
export interface InlinedGraph {
  readonly nodes: Map<string, GraphNode>;
  /** Outputs of inlined calls, and the refs that they are; those may be aliases themselves. */
  readonly aliases: Map<string, string>;
  readonly argumentCount: number;
  readonly returns: readonly string[];
}

/** How functions are inlined. */
export interface InlineOptions {
  readonly functions: FunctionTable;
  readonly budget: InlineBudget;
}

/** The functions that a body lies in, innermost first. */
interface Callers {
  readonly name: string;
  readonly outer: Callers | undefined;
  readonly depth: number;
}

/** A call that is to be replaced by the function's body. */
interface Call extends Callee {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly controls: readonly string[];
  readonly callers: Callers | undefined;
}

/** Where the nodes of one body go. */
interface Placement {
  readonly prefix: string;
  readonly values: Attributes;
  readonly callers: Callers | undefined;
  readonly reader: InputReader;
  /** A node for which those wait that read nothing but arguments: it stands for what the call waits for. */
  readonly before: string | undefined;
}

/** The nodes of a MetaGraph without calls. Throws SAVED_MODEL_INVALID for functions that are missing, recursive, or make too much. */
export function inlineMain(nodes: readonly NodeMessage[], options: InlineOptions): InlinedGraph {
  const inliner = new Inliner(options);
  inliner.place(nodes, {
    prefix: '',
    values: new Map(),
    callers: undefined,
    reader: mainInputs,
    before: undefined,
  });
  inliner.inlineCalls();
  return { nodes: inliner.nodes, aliases: inliner.aliases, argumentCount: 0, returns: [] };
}

/** The body of a function without calls; arguments are `@arg:i`. Throws as `inlineMain`. */
export function inlineFunction({ called, values }: Callee, options: InlineOptions): InlinedGraph {
  const inliner = new Inliner(options);
  const argumentCount = called.signature.inputs.length;
  const inputs = Array.from({ length: argumentCount }, (_, i) => `@arg:${i}`);
  const reader = bodyInputs(called, '', values, inputs, options.functions);
  const callers = { name: called.signature.name, outer: undefined, depth: 1 };
  inliner.place(called.nodes, { prefix: '', values, callers, reader, before: undefined });
  inliner.inlineCalls();
  return {
    nodes: inliner.nodes,
    aliases: inliner.aliases,
    argumentCount,
    returns: returnsOf(called, reader),
  };
}

/** Works on a list of calls, so that depth costs no stack. */
class Inliner {
  readonly nodes = new Map<string, GraphNode>();
  readonly aliases = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #calls: Call[] = [];
  readonly #options: InlineOptions;

  constructor(options: InlineOptions) {
    this.#options = options;
  }

  place(nodes: readonly NodeMessage[], placement: Placement): void {
    for (const node of nodes) {
      const name = placement.prefix + node.name;
      if (this.#taken.has(name)) {
        throw new PerchError('SAVED_MODEL_INVALID', `There are two nodes ${name} in the graph.`);
      }
      this.#taken.add(name);
    }
    for (const node of nodes) {
      this.#placeNode(node, placement);
    }
  }

  inlineCalls(): void {
    for (let call = this.#calls.pop(); call !== undefined; call = this.#calls.pop()) {
      this.#inline(call);
    }
  }

  #placeNode(node: NodeMessage, placement: Placement): void {
    const { functions } = this.#options;
    const name = placement.prefix + node.name;
    const { inputs, controls } = this.#inputsOf(node, placement);
    const attributes = this.#attributesOf(node, placement);
    const callee = functions.calleeOf({ name, op: node.op, attributes });
    if (callee === undefined) {
      this.#add({ name, op: node.op, inputs, controls, attributes });
    } else {
      this.#calls.push({ ...callee, name, inputs, controls, callers: placement.callers });
    }
  }

  #inputsOf(
    node: NodeMessage,
    { prefix, reader, before }: Placement,
  ): { readonly inputs: readonly string[]; readonly controls: readonly string[] } {
    const inputs: string[] = [];
    const controls: string[] = [];
    for (const input of node.inputs) {
      if (input.startsWith('^')) {
        const control = reader.control(input.slice(1));
        if (control !== undefined) {
          controls.push(control);
        }
      } else {
        inputs.push(reader.ref(input));
      }
    }
    const waits = inputs.every((ref) => !ref.startsWith(prefix)) && node.op !== 'Const';
    return { inputs, controls: before !== undefined && waits ? [...controls, before] : controls };
  }

  /** Frames of TensorFlow 1's loops are told apart by name: two calls of one function have frames of their own. */
  #attributesOf(node: NodeMessage, { prefix, values }: Placement): Attributes {
    const attributes = this.#options.functions.attributesOf(node, values);
    const frame = attributes.get('frame_name');
    if (prefix === '' || frame?.kind !== 'bytes') {
      return attributes;
    }
    return new Map(attributes).set('frame_name', {
      kind: 'bytes',
      value: Buffer.concat([Buffer.from(prefix), frame.value]),
    });
  }

  #inline({ called, values, name, inputs, controls, callers }: Call): void {
    const { signature } = called;
    if (signature.inputs.length !== inputs.length) {
      throw new PerchError(
        'SAVED_MODEL_INVALID',
        `Node ${name} calls ${signature.name} with ${inputs.length} arguments instead of ${signature.inputs.length}.`,
      );
    }
    for (let outer = callers; outer !== undefined; outer = outer.outer) {
      if (outer.name === signature.name) {
        throw new PerchError('SAVED_MODEL_INVALID', `Function ${signature.name} calls itself.`);
      }
    }
    const depth = (callers?.depth ?? 0) + 1;
    this.#options.budget.checkDepth(depth);
    const prefix = this.#freePrefix(name, called.nodes);
    const reader = bodyInputs(called, prefix, values, inputs, this.#options.functions);
    const before = controls.length > 0 ? `${prefix}@before` : undefined;
    if (before !== undefined) {
      this.#add(noOp(before, controls));
    }
    const inner = { name: signature.name, outer: callers, depth };
    this.place(called.nodes, { prefix, values, callers: inner, reader, before });
    returnsOf(called, reader).forEach((ref, i) => {
      this.aliases.set(`${name}:${i}`, ref);
    });
    this.#add(noOp(name, [...controls, ...this.#effectsOf(called, reader)]));
  }

  /** `call/`; marked where a node has that name already, in a way that no name in a file has. */
  #freePrefix(name: string, nodes: readonly NodeMessage[]): string {
    let prefix = `${name}/`;
    while (nodes.some((node) => this.#taken.has(prefix + node.name))) {
      prefix = `${prefix.slice(0, -1)}@/`;
    }
    return prefix;
  }

  /** The nodes of a body that run whenever it is called: its control results, and what changes state. */
  #effectsOf(called: FunctionMessage, reader: InputReader): readonly string[] {
    const names = new Set(called.controlReturns.values());
    for (const { name, op } of called.nodes) {
      if (changesState(op) || this.#options.functions.isFunction(op)) {
        names.add(name);
      }
    }
    return [...names].flatMap((name) => reader.control(name) ?? []);
  }

  #add(node: GraphNode): void {
    this.#options.budget.addNode(node.name, node.inputs, node.controls);
    if (this.nodes.has(node.name)) {
      throw new PerchError('SAVED_MODEL_INVALID', `There are two nodes ${node.name} in the graph.`);
    }
    this.nodes.set(node.name, node);
  }
}

function returnsOf({ signature, returns }: FunctionMessage, reader: InputReader): readonly string[] {
  return signature.outputs.map(({ name }) => {
    const input = returns.get(name);
    if (input === undefined) {
      throw new PerchError(
        'SAVED_MODEL_INVALID',
        `Function ${signature.name} does not say what its result ${name} is.`,
      );
    }
    return reader.ref(input);
  });
}

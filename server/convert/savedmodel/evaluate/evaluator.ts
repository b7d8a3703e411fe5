// Executes a flat graph in TypeScript: nodes are pulled by their outputs, each once, their control dependencies first.
import { PerchError } from '../../../errors.ts';
import { argumentOf, nodeOf, outputOf } from '../graph/flat-graph.ts';
import { Unsupported } from '../unsupported.ts';
import { Budget } from './budget.ts';
import { kernels } from './kernels.ts';
import { changesState, readsReferences } from './op-effects.ts';
import type { FlatGraph, FunctionLibrary, GraphNode } from '../graph/flat-graph.ts';
import type { Value } from '../../value.ts';
import type { KernelContext, ModelState, Operand } from './contract.ts';

/** What nodes may reach beside each other. */
export interface Surroundings {
  readonly state: ModelState;
  readonly functions: FunctionLibrary;
  /** What the run may cost; a run without one has the default limits and fails with SAVED_MODEL_INVALID. */
  readonly budget?: Budget;
  /** See KernelContext. */
  readonly restore?: KernelContext['restore'];
  readonly readAsset?: KernelContext['readAsset'];
}

/** What a node gives on a branch that is not taken (TensorFlow 1's Switch). It never reaches a kernel. */
const dead = Symbol('dead');
type Output = Operand | typeof dead;

/** A node on the way to being executed: its dependencies up to `next` are there. */
interface Frame {
  readonly node: GraphNode;
  next: number;
}

/** Functions that call functions, at most so deep. */
const maximumCallDepth = 64;

/** They decide what is executed, so no kernel does what they do. */
const switches = new Set(['Switch', 'RefSwitch']);
const merges = new Set(['Merge', 'RefMerge']);

/**
 * One run over a graph. Results are kept for its lifetime: pulling the same ref twice executes nothing twice.
 *
 * Throws SAVED_MODEL_INVALID for refs and nodes that are not there and for cycles, Unsupported for ops without a kernel
 * (the text names op and node), what kernels throw, and the budget's error where the graph costs too much.
 */
export class Evaluator {
  readonly #graph: FlatGraph;
  readonly #surroundings: Surroundings;
  readonly #budget: Budget;
  readonly #known: ReadonlyMap<string, Operand>;
  readonly #operands: readonly Operand[];
  readonly #results = new Map<string, readonly Output[]>();
  readonly #context: KernelContext;
  readonly #depth: number;

  /**
   * @param known operands by resolved ref: feeds, constants. They win over the nodes that would make them.
   * @param operands what `@arg:i` means in a function's graph
   */
  constructor(
    graph: FlatGraph,
    surroundings: Surroundings,
    known: ReadonlyMap<string, Operand> = new Map(),
    operands: readonly Operand[] = [],
    depth = 0,
  ) {
    const budget = surroundings.budget ?? new Budget('SAVED_MODEL_INVALID');
    this.#graph = graph;
    this.#surroundings = { ...surroundings, budget };
    this.#budget = budget;
    this.#known = known;
    this.#operands = operands;
    this.#depth = depth;
    this.#context = {
      state: surroundings.state,
      ...(surroundings.restore === undefined ? {} : { restore: surroundings.restore }),
      ...(surroundings.readAsset === undefined ? {} : { readAsset: surroundings.readAsset }),
      call: (functionName, callOperands) => this.#call(functionName, callOperands),
      claim: (elements) => budget.claim(elements),
    };
  }

  /** The tensor that a ref names, `node:0`; a variable's reference is read. Throws SAVED_MODEL_INVALID for a handle, a list, or a branch that is not taken. */
  value(ref: string): Value {
    const operand = this.#dereferenced(this.operand(ref));
    if ('kind' in operand) {
      throw new PerchError('SAVED_MODEL_INVALID', `${ref} is not a tensor.`);
    }
    return operand;
  }

  /** What a ref names. */
  operand(ref: string): Operand {
    const resolved = this.#graph.resolve(ref);
    const ready = this.#ready(resolved);
    const output = ready ?? this.#evaluated(resolved);
    if (output === dead) {
      throw new PerchError('SAVED_MODEL_INVALID', `${ref} lies on a branch that is not taken.`);
    }
    return output;
  }

  /** Executes a node, for what it does (an init op, a restore op). */
  run(nodeName: string): void {
    this.#execute(nodeName);
  }

  #evaluated(ref: string): Output {
    this.#execute(nodeOf(ref));
    const output = this.#ready(ref);
    if (output === undefined) {
      throw new PerchError('SAVED_MODEL_INVALID', `There is no output ${ref} in the graph.`);
    }
    return output;
  }

  /** What a resolved ref names, if that needs no node to be executed. */
  #ready(ref: string): Output | undefined {
    const known = this.#known.get(ref);
    if (known !== undefined) {
      return known;
    }
    const argument = argumentOf(ref);
    if (argument !== undefined) {
      const operand = this.#operands[argument];
      if (operand === undefined) {
        throw new PerchError('SAVED_MODEL_INVALID', `A function is called with too few arguments.`);
      }
      return operand;
    }
    return this.#results.get(nodeOf(ref))?.[outputOf(ref)];
  }

  /** Executes a node and all that it needs, without recursion. */
  #execute(nodeName: string): void {
    const stack: Frame[] = [];
    const open = new Set<string>();
    const enter = (name: string): void => {
      if (open.has(name)) {
        throw new PerchError('SAVED_MODEL_INVALID', `The graph has a cycle through node ${name}.`);
      }
      const node = this.#graph.nodes.get(name);
      if (node === undefined) {
        throw new PerchError('SAVED_MODEL_INVALID', `There is no node ${name} in the graph.`);
      }
      if (node.op === 'NextIteration') {
        throw new Unsupported(`a loop of TensorFlow 1 (node ${name})`);
      }
      open.add(name);
      stack.push({ node, next: 0 });
    };
    if (!this.#results.has(nodeName)) {
      enter(nodeName);
    }
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const missing = this.#missingDependency(frame);
      if (missing !== undefined) {
        enter(missing);
        continue;
      }
      this.#results.set(frame.node.name, this.#outputsOf(frame.node));
      open.delete(frame.node.name);
      stack.pop();
    }
  }

  /** The next node that must be executed before this one; undefined where all are. */
  #missingDependency(frame: Frame): string | undefined {
    const { controls, inputs } = frame.node;
    while (frame.next < controls.length + inputs.length) {
      const control = controls[frame.next];
      const name = control ?? this.#missingNode(inputs[frame.next - controls.length] ?? '');
      frame.next++;
      if (name !== undefined && !this.#results.has(name)) {
        return name;
      }
    }
    return undefined;
  }

  #missingNode(input: string): string | undefined {
    const ref = this.#graph.resolve(input);
    return this.#known.has(ref) || argumentOf(ref) !== undefined ? undefined : nodeOf(ref);
  }

  #inputOf(node: GraphNode, input: string): Output {
    const output = this.#ready(this.#graph.resolve(input));
    if (output === undefined) {
      throw new PerchError('SAVED_MODEL_INVALID', `Node ${node.name} reads ${input}, which is not there.`);
    }
    return output;
  }

  #outputsOf(node: GraphNode): readonly Output[] {
    this.#budget.step();
    const inputs = node.inputs.map((input) => this.#inputOf(node, input));
    const isDead = node.controls.some((name) => this.#isDead(name));
    if (merges.has(node.op)) {
      return isDead ? [dead, dead] : mergeOf(inputs);
    }
    if (isDead || inputs.includes(dead)) {
      return deadOutputs;
    }
    const operands = inputs.filter((input) => input !== dead);
    return switches.has(node.op)
      ? this.#switch(node, operands)
      : this.#kernelOutputs(node, this.#read(node, operands));
  }

  /** Whether a node that was executed lies on a branch that is not taken. */
  #isDead(name: string): boolean {
    const outputs = this.#results.get(name);
    return outputs !== undefined && outputs.length > 0 && outputs.every((output) => output === dead);
  }

  #switch(node: GraphNode, [data, predicate]: readonly Operand[]): readonly Output[] {
    if (data === undefined || predicate === undefined || 'kind' in predicate || predicate.dtype !== 'bool') {
      throw new PerchError('SAVED_MODEL_INVALID', `Node ${node.name} switches by what is not a truth value.`);
    }
    return predicate.data[0] === 0 ? [data, dead] : [dead, data];
  }

  #kernelOutputs(node: GraphNode, operands: readonly Operand[]): readonly Operand[] {
    const kernel = kernels.get(node.op);
    if (kernel === undefined) {
      throw new Unsupported(`no kernel for ${node.op} (node ${node.name})`);
    }
    const outputs = kernel(operands, node, this.#context);
    for (const output of outputs) {
      if (!('kind' in output)) {
        this.#budget.spend(isSharedWith(operands, output) ? 0 : output.data.length);
      } else if (output.kind === 'list') {
        this.#budget.spend(output.items.length);
      }
    }
    return outputs;
  }

  /** The operands as the op wants them: a reference of TensorFlow 1 is read, but by ops that change the variable. */
  #read(node: GraphNode, operands: readonly Operand[]): readonly Operand[] {
    return readsReferences(node.op) ? operands.map((operand) => this.#dereferenced(operand)) : operands;
  }

  #dereferenced(operand: Operand): Operand {
    if (!('kind' in operand) || operand.kind !== 'handle' || operand.reference !== true) {
      return operand;
    }
    const value = this.#surroundings.state.variables.get(operand.key);
    if (value === undefined) {
      throw new PerchError('SAVED_MODEL_INVALID', `Variable ${operand.key} is read before it has a value.`);
    }
    return value;
  }

  #call(functionName: string, operands: readonly Operand[]): readonly Operand[] {
    this.#budget.call();
    if (this.#depth >= maximumCallDepth) {
      throw new PerchError(
        'SAVED_MODEL_INVALID',
        `Functions call each other more than ${maximumCallDepth} deep.`,
      );
    }
    const graph = this.#surroundings.functions.flatten(functionName);
    const run = new Evaluator(graph, this.#surroundings, new Map(), operands, this.#depth + 1);
    for (const node of statefulNodes(graph)) {
      run.run(node);
    }
    return graph.returns.map((ref) => run.operand(ref));
  }
}

/** Whether a tensor's elements are those of an operand: nothing was allocated. */
function isSharedWith(operands: readonly Operand[], { data }: Value): boolean {
  return operands.some((operand) => !('kind' in operand) && operand.data === data);
}

/** As many as any node has outputs that are asked for: a proxy would be slower than a list of the usual length. */
const deadOutputs: readonly Output[] = Array.from({ length: 64 }, () => dead);

function mergeOf(inputs: readonly Output[]): readonly Output[] {
  const index = inputs.findIndex((input) => input !== dead);
  const taken = inputs[index];
  return taken === undefined
    ? [dead, dead]
    : [taken, { dtype: 'int32', shape: [], data: Int32Array.of(index) }];
}

const statefulNodesOf = new WeakMap<FlatGraph, readonly string[]>();

/** The nodes of a function's body that do something beside giving outputs: TensorFlow runs them whether or not a result needs them. */
function statefulNodes(graph: FlatGraph): readonly string[] {
  let names = statefulNodesOf.get(graph);
  if (names === undefined) {
    names = [...graph.nodes.values()].filter(({ op }) => changesState(op)).map(({ name }) => name);
    statefulNodesOf.set(graph, names);
  }
  return names;
}

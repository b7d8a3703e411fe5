// The nodes that TypeScript evaluates at each request: before ONNX, or behind it.
import { dtypes } from '../../../codec/tensor.ts';
import { kernels } from '../evaluate/kernels.ts';
import { nodeOf } from '../graph/flat-graph.ts';
import { Unsupported } from '../unsupported.ts';
import { EmittedTensor, constantOf } from './terms.ts';
import { functionsOf, hasEffect } from './controls.ts';
import { heavyOps } from './heavy-ops.ts';
import { hostFunctionNodes, hostFunctionTable } from './host-functions.ts';
import { refusalOf } from './probe.ts';
import type { Dtype } from '../../../codec/tensor.ts';
import type { Value, ValueType } from '../../value.ts';
import type { LookupTable, ModelState } from '../evaluate/contract.ts';
import type { HostProgram } from '../evaluate/host-program.ts';
import type { FunctionLibrary, GraphNode } from '../graph/flat-graph.ts';
import type { TensorTerm, Term } from './contract.ts';
import type { Frame } from './frame.ts';

/** Ops that the evaluator knows without a kernel. */
const evaluatorOps: ReadonlySet<string> = new Set(['Switch', 'RefSwitch', 'Merge', 'RefMerge']);

/** Whether ONNX Runtime's binding takes and gives tensors of the type. */
export function isDtype(type: string): type is Dtype {
  return (dtypes as readonly string[]).includes(type);
}

/** Decides what the host computes, and puts its program together. */
export class HostPart {
  readonly #functions: FunctionLibrary;
  readonly #state: ModelState;
  readonly #written: ReadonlySet<string>;
  /** Whether a node and all before it can be evaluated from the signature's inputs. */
  readonly #frontable = new Map<string, boolean>();
  /** By function. */
  readonly #computable = new Map<string, boolean>();
  readonly #heavy = new Map<string, boolean>();
  /** Tensors that ONNX gives to the host. */
  readonly crossing = new Map<string, TensorTerm>();

  constructor(functions: FunctionLibrary, state: ModelState, written: ReadonlySet<string>) {
    this.#functions = functions;
    this.#state = state;
    this.#written = written;
  }

  /** Whether there is a kernel for the node that takes such operands and, where it calls functions, for all in them. */
  canCompute(node: GraphNode, inputs: readonly Term[]): boolean {
    return this.#canRun(node, 0) && refusalOf(node, inputs) === undefined;
  }

  /** Whether the node and all that it depends on can be evaluated before ONNX runs. Its inputs' outcomes must be there. */
  isFrontable(frame: Frame, node: GraphNode, inputs: readonly Term[]): boolean {
    let known = this.#frontable.get(node.name);
    if (known === undefined) {
      known =
        frame.isMain &&
        this.#canRun(node, 0) &&
        !this.#isHeavy(node, 0) &&
        node.inputs.every((input) => this.#isFrontableRef(frame, frame.graph.resolve(input))) &&
        refusalOf(node, inputs) === undefined;
      this.#frontable.set(node.name, known);
    }
    return known;
  }

  #isFrontableRef(frame: Frame, ref: string): boolean {
    if (frame.isFeed(ref)) {
      return true;
    }
    const term = frame.term(ref);
    if (term === undefined || constantOf(term) !== undefined) {
      return term !== undefined;
    }
    if (term.kind === 'handle' && this.#written.has(term.handle.key)) {
      return false;
    }
    return this.#frontable.get(nodeOf(ref)) === true;
  }

  #canRun(node: GraphNode, depth: number): boolean {
    if (!kernels.has(node.op) && !evaluatorOps.has(node.op)) {
      return false;
    }
    return (
      !hasEffect(node, this.#functions) && functionsOf(node).every((name) => this.#isComputable(name, depth))
    );
  }

  #isComputable(functionName: string, depth: number): boolean {
    let known = this.#computable.get(functionName);
    if (known === undefined) {
      const graph = this.#functions.flatten(functionName);
      known =
        depth < maximumDepth &&
        Array.from(hostFunctionNodes(graph).values()).every(
          (node) => node.op === 'NoOp' || this.#canRun(node, depth + 1),
        );
      this.#computable.set(functionName, known);
    }
    return known;
  }

  /** Whether it does work that only ONNX Runtime should do, itself or in a function. It must be able to run. */
  #isHeavy(node: GraphNode, depth: number): boolean {
    return heavyOps.has(node.op) || functionsOf(node).some((name) => this.#isHeavyFunction(name, depth));
  }

  #isHeavyFunction(name: string, depth: number): boolean {
    let known = this.#heavy.get(name);
    if (known === undefined) {
      const nodes = [...hostFunctionNodes(this.#functions.flatten(name)).values()];
      known = depth >= maximumDepth || nodes.some((node) => this.#isHeavy(node, depth + 1));
      this.#heavy.set(name, known);
    }
    return known;
  }

  /** Makes the node's inputs known to the host behind ONNX. Throws Unsupported for what cannot go there. */
  takeBehind(frame: Frame, node: GraphNode): void {
    const pending = [node];
    const taken = new Set(pending);
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      for (const input of next.inputs) {
        const list = this.#takeOperand(frame, frame.graph.resolve(input));
        if (list !== undefined && !taken.has(list)) {
          taken.add(list);
          pending.push(list);
        }
      }
    }
  }

  /** Gives the node of a list: ONNX has none, so that the host makes it itself. */
  #takeOperand(frame: Frame, ref: string): GraphNode | undefined {
    const term = frame.term(ref);
    if (term?.kind === 'list') {
      const node = frame.graph.nodes.get(nodeOf(ref));
      if (node !== undefined && makesList(node) && kernels.has(node.op)) {
        return node;
      }
    }
    if (term === undefined || term.kind === 'list' || term.kind === 'complex' || term.kind === 'dead') {
      throw new Unsupported(`a ${term?.kind ?? 'missing'} operand of the host`);
    }
    if (term.kind === 'handle' && this.#written.has(term.handle.key)) {
      throw new Unsupported('a variable that requests change, in the host');
    }
    if (term.kind === 'tensor' && term.constant === undefined && !this.#hasBefore(frame, ref, term)) {
      if (!isDtype(term.dtype)) {
        throw new Unsupported(`elements of ${term.dtype} between ONNX and the host`);
      }
      this.crossing.set(ref, term);
    }
    return undefined;
  }

  /** Whether the host has the ref before ONNX runs, or need only pass on what it has. */
  #hasBefore(frame: Frame, ref: string, term: TensorTerm): boolean {
    const own = term instanceof EmittedTensor ? term.hostRef : undefined;
    return (
      frame.isFeed(ref) || own === ref || (own !== undefined && this.#frontable.get(nodeOf(ref)) === true)
    );
  }

  /** The program that gives the refs, which must be the host's. */
  program(frame: Frame, refs: readonly string[], inputs: ReadonlyMap<string, string>): HostProgram {
    const nodes = new Map<string, GraphNode>();
    const constants = new Map<string, Value>();
    const tables = new Map<string, LookupTable>();
    const variables = new Map<string, Value>();
    const pending = [...refs];
    const visit = (name: string): void => {
      const node = frame.graph.nodes.get(name);
      if (node === undefined || nodes.has(name)) {
        return;
      }
      const resolved = node.inputs.map((input) => frame.graph.resolve(input));
      const controls = frame.controls.controlsOf(node);
      nodes.set(name, { ...node, inputs: resolved, controls });
      pending.push(...resolved);
      controls.forEach(visit);
    };
    for (let ref = pending.pop(); ref !== undefined; ref = pending.pop()) {
      const term = frame.term(ref);
      const value = term === undefined ? undefined : constantOf(term);
      if (value !== undefined) {
        constants.set(ref, value);
      } else if (!frame.isFeed(ref) && !this.crossing.has(ref)) {
        this.#addState(term, tables, variables);
        visit(nodeOf(ref));
      }
    }
    const functions = hostFunctionTable(this.#functions, nodes.values());
    return { nodes: [...nodes.values()], functions, constants, inputs, tables, variables };
  }

  #addState(term: Term | undefined, tables: Map<string, LookupTable>, variables: Map<string, Value>): void {
    if (term?.kind !== 'handle') {
      return;
    }
    const { key } = term.handle;
    const table = this.#state.tables.get(key);
    const variable = this.#state.variables.get(key);
    if (table !== undefined) {
      tables.set(key, table);
    }
    if (variable !== undefined) {
      variables.set(key, variable);
    }
  }
}

const maximumDepth = 64;

/** What makes a list of tensors; a loop that gives one is not run twice. */
function makesList({ op }: GraphNode): boolean {
  return op.startsWith('TensorList') || op === 'EmptyTensorList';
}

/** What a term of the host is where it is no plain tensor that ONNX takes. */
export function hostTerm(dtype: ValueType | 'resource' | 'variant', ref: string): Term {
  return { kind: 'host', dtype, ref };
}

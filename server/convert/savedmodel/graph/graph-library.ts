// The graphs of a MetaGraph: its main graph and its functions, without calls and without TensorFlow 1's control flow.
import { PerchError } from '../../../errors.ts';
import { FunctionTable } from './function-table.ts';
import { defaultInlineLimits, InlineBudget } from './inline-budget.ts';
import { inlineFunction, inlineMain } from './inline.ts';
import { recursiveFunctions } from './recursive-functions.ts';
import { raiseConditionals } from './tf1-conditionals.ts';
import { pruneDeadBranches } from './tf1-dead-branches.ts';
import { raiseLoops } from './tf1-loops.ts';
import { raiseTensorArrays } from './tf1-tensor-arrays.ts';
import { orderAll, workGraph } from './work-graph.ts';
import type { MetaGraph } from '../proto/messages.ts';
import type { FlatGraph, FunctionLibrary } from './flat-graph.ts';
import type { InlineLimits } from './inline-budget.ts';
import type { InlinedGraph, InlineOptions } from './inline.ts';
import type { KnownPredicate } from './tf1-dead-branches.ts';
import type { WorkGraph } from './work-graph.ts';

/** How graphs are flattened. */
export interface LibraryOptions {
  /** What is known of the predicates of TensorFlow 1's conditionals. By default nothing: they all become If ops. */
  readonly known?: KnownPredicate;
  readonly limits?: InlineLimits;
}

/**
 * Flattens each graph once, as it is asked for. Functions of loops and branches of TensorFlow 1 are added to the library
 * as they are found; their names have an `@`, which no name in a file has.
 */
export class GraphLibrary implements FunctionLibrary {
  readonly #meta: MetaGraph;
  readonly #options: InlineOptions;
  readonly #known: KnownPredicate;
  readonly #graphs = new Map<string, FlatGraph>();
  #main: FlatGraph | undefined;
  #recursive: ReadonlySet<string> | undefined;

  constructor(meta: MetaGraph, options: LibraryOptions = {}) {
    const { known = () => undefined, limits = defaultInlineLimits } = options;
    this.#meta = meta;
    this.#known = known;
    this.#options = {
      functions: new FunctionTable(meta.functions, meta.ops),
      budget: new InlineBudget(limits),
    };
  }

  /** The main graph. Throws SAVED_MODEL_INVALID for one that is not whole, has cycles, or grows too large. */
  main(): FlatGraph {
    this.#main ??= this.#finish(inlineMain(this.#meta.nodes, this.#options));
    return this.#main;
  }

  /** A function's body, or a generated one. Throws as `main`, and for unknown and recursive functions. */
  flatten(name: string): FlatGraph {
    const known = this.#graphs.get(name);
    if (known !== undefined) {
      return known;
    }
    const callee = this.#options.functions.get(name);
    this.#recursive ??= recursiveFunctions(this.#meta.functions);
    if (this.#recursive.has(callee.called.signature.name)) {
      throw new PerchError('SAVED_MODEL_INVALID', `Function ${name} calls itself.`);
    }
    const graph = this.#finish(inlineFunction(callee, this.#options));
    this.#graphs.set(name, graph);
    return graph;
  }

  #finish(inlined: InlinedGraph): FlatGraph {
    const graph = workGraph(inlined);
    raiseTensorArrays(graph);
    raiseLoops(graph, (name, body) => this.#add(name, body));
    return this.#finishAcyclic(graph);
  }

  /** What is done to a graph without loops. */
  #finishAcyclic(graph: WorkGraph): FlatGraph {
    pruneDeadBranches(graph, this.#known);
    raiseConditionals(graph, (name, branch) => this.#add(name, branch));
    orderAll(graph);
    return graph;
  }

  #add(name: string, body: WorkGraph): string {
    let free = name;
    for (let i = 2; this.#graphs.has(free); i++) {
      free = `${name}${i}`;
    }
    for (const node of body.nodes.values()) {
      this.#options.budget.addNode(node.name, node.inputs, node.controls);
    }
    this.#graphs.set(free, this.#finishAcyclic(body));
    return free;
  }
}

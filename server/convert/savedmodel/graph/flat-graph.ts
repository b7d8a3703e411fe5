// A graph without functions calls: what flattening makes of a MetaGraph or of one function's body.
import type { Attributes } from '../proto/messages.ts';

/** A node with its attributes complete: defaults of its op are filled in. */
export interface GraphNode {
  /** Unique in its graph; nodes of inlined functions have the path of calls before it: `call/inner/MatMul`. */
  readonly name: string;
  readonly op: string;
  /** `node:index`, always with the index, to be resolved by the graph; `@arg:i` for an argument of a function's own graph. */
  readonly inputs: readonly string[];
  /** Names of nodes that must run before. */
  readonly controls: readonly string[];
  readonly attributes: Attributes;
}

/** A flat graph. */
export interface FlatGraph {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** The `node:index` that really makes what `ref` names: outputs of inlined calls are other names for those of their inner nodes. */
  resolve(ref: string): string;
  /** Of a function's graph: how many arguments it takes; 0 for the main graph. */
  readonly argumentCount: number;
  /** Of a function's graph: its results as refs; empty for the main graph. */
  readonly returns: readonly string[];
}

/** The node of a ref, `a/b` for `a/b:1`. */
export function nodeOf(ref: string): string {
  return ref.slice(0, ref.lastIndexOf(':'));
}

/** The output of a ref, 1 for `a/b:1`. */
export function outputOf(ref: string): number {
  return Number(ref.slice(ref.lastIndexOf(':') + 1));
}

/** Index of the argument that `@arg:i` names; undefined for another ref. */
export function argumentOf(ref: string): number | undefined {
  return ref.startsWith('@arg:') ? Number(ref.slice('@arg:'.length)) : undefined;
}

/** The functions of a MetaGraph, flattened one by one as they are asked for. */
export interface FunctionLibrary {
  /** The body of a function as a graph of its own (then/else branches, loop bodies). Throws SAVED_MODEL_INVALID for an unknown or recursive one. */
  flatten(name: string): FlatGraph;
}

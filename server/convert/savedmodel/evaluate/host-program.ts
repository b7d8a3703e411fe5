// The host's part of a converted signature as plain data: the nodes that are evaluated in TypeScript at each request.
import type { GraphNode } from '../graph/flat-graph.ts';
import type { LookupTable } from './contract.ts';
import type { Value } from '../../value.ts';

/** A function's body that the nodes call (If, While). */
export interface HostFunction {
  readonly nodes: readonly GraphNode[];
  readonly returns: readonly string[];
}

/** Nodes with resolved inputs, constants folded into values; structurally cloneable. */
export interface HostProgram {
  readonly nodes: readonly GraphNode[];
  readonly functions: ReadonlyMap<string, HostFunction>;
  /** Refs whose values are known: constants, weights that the host reads. */
  readonly constants: ReadonlyMap<string, Value>;
  /** Refs of the signature's inputs by alias. */
  readonly inputs: ReadonlyMap<string, string>;
  readonly tables: ReadonlyMap<string, LookupTable>;
  readonly variables: ReadonlyMap<string, Value>;
}

/** A host that computes nothing. */
export const emptyHostProgram: HostProgram = {
  nodes: [],
  functions: new Map(),
  constants: new Map(),
  inputs: new Map(),
  tables: new Map(),
  variables: new Map(),
};

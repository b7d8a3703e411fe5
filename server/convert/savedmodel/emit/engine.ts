// What a scope asks of the emission that it belongs to.
import type { Value } from '../../value.ts';
import type { Handle } from '../evaluate/contract.ts';
import type { FlatGraph, GraphNode } from '../graph/flat-graph.ts';
import type { TensorTerm, Term } from './contract.ts';
import type { Initializers } from './initializers.ts';
import type { Journal } from './journal.ts';
import type { Scope } from './scope.ts';

/** One emission of one signature. */
export interface Engine {
  readonly initializers: Initializers;
  readonly journal: Journal;
  freshName(prefix: string): string;
  /** Whether the name was given by `EmitScope.freshName`: it will be an input of a loop's body. */
  isReserved(name: string): boolean;
  reserve(name: string): void;
  call(op: string, node: GraphNode, inputs: readonly Term[], scope: Scope): readonly Term[];
  fold(op: string, node: GraphNode, inputs: readonly Value[]): readonly Value[] | undefined;
  readVariable(handle: Handle, scope: Scope): TensorTerm;
  writeVariable(handle: Handle, term: TensorTerm, scope: Scope): void;
  /** Emits a function's body into the scope and gives its results. */
  body(functionName: string, operands: readonly Term[], scope: Scope): readonly Term[];
  graphOf(functionName: string): FlatGraph;
  passedOn(functionName: string): readonly number[];
}

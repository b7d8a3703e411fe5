// What a mapping is: one TensorFlow op as ONNX nodes. The terms it works on, and the scope in which it emits.
import type { BigType, RealType, Value, ValueType } from '../../value.ts';
import type { OnnxAttributes } from '../../onnx/onnx-model.ts';
import type { Handle } from '../evaluate/contract.ts';
import type { FlatGraph, GraphNode } from '../graph/flat-graph.ts';
import type { EdgeType } from '../proto/data-types.ts';

/** A tensor of the graph that is being emitted. Scopes make them; mappings read them. */
export interface TensorTerm {
  readonly kind: 'tensor';
  readonly dtype: Exclude<ValueType, 'complex64' | 'complex128'>;
  /** -1 for a size that is not known; undefined where the rank is not known. */
  readonly shape: readonly number[] | undefined;
  /** Its contents, where they are known at conversion. */
  readonly constant: Value | undefined;
  /** Of an integer scalar or vector: the elements that are known, null for others. Complete where `constant` is given and it is small. */
  readonly partial: readonly (number | null)[] | undefined;
}

/** A complex tensor: ONNX has none that are computed with, so it is two real ones. */
export interface ComplexTerm {
  readonly kind: 'complex';
  readonly dtype: 'complex64' | 'complex128';
  readonly shape: readonly number[] | undefined;
  readonly real: TensorTerm;
  readonly imaginary: TensorTerm;
}

/** A variable or a table. */
export interface HandleTerm {
  readonly kind: 'handle';
  readonly handle: Handle;
}

/** A TensorList, or a TensorArray, as loops use them. All its items have one shape. */
export interface ListTerm {
  readonly kind: 'list';
  readonly dtype: TensorTerm['dtype'];
  /** How many items it has, where `stacked` may have fewer: those behind are zeros. Undefined where `stacked` has all. */
  readonly length: TensorTerm | undefined;
  /** The items along a new first axis; undefined where there are none. */
  readonly stacked: TensorTerm | undefined;
  /** Each round of the loop in whose body it is gives it one item more, in order. */
  readonly inOrder?: true;
  /** Of a list in order without `stacked`, which nobody reads: the item that this round gave. */
  readonly written: TensorTerm | undefined;
  /** The shape of an item where the file says it; -1 for a size that is not known. */
  readonly itemShape: readonly number[] | undefined;
}

/** What a branch gives that is never taken (TF1 Switch with a known predicate). */
export interface DeadTerm {
  readonly kind: 'dead';
}

/** What only the host can read: what it computes behind ONNX, and lists and the like before it. */
export interface HostTerm {
  readonly kind: 'host';
  readonly dtype: EdgeType;
  readonly ref: string;
}

export type Term = TensorTerm | ComplexTerm | HandleTerm | ListTerm | DeadTerm | HostTerm;

/** What is known of a term beside its type. */
export interface TermFacts {
  readonly shape?: readonly number[] | undefined;
  readonly partial?: readonly (number | null)[] | undefined;
}

/** Where nodes are emitted: the model's graph, or the body of a loop or branch inside of it. */
export interface EmitScope {
  /** Emits an ONNX node with so many outputs and gives their names. `label` is what ONNX Runtime says of it where it fails. */
  nodes(
    op: string,
    inputs: readonly string[],
    attributes: OnnxAttributes,
    outputs: number,
    domain?: string,
    label?: string,
  ): readonly string[];
  /** Emits an ONNX node with one output and gives its name. */
  node(op: string, inputs: readonly string[], attributes?: OnnxAttributes, domain?: string): string;
  /** A tensor that the named ONNX value holds. */
  tensor(dtype: TensorTerm['dtype'], name: string, facts?: TermFacts): TensorTerm;
  /** As `tensor`, for a value that lies in ONNX's layout (N, C, H, W) where TensorFlow's is N, H, W, C; `shape` is TensorFlow's. */
  nchwTensor(dtype: TensorTerm['dtype'], name: string, facts?: TermFacts): TensorTerm;
  /** A tensor whose contents are known. Throws Unsupported for complex numbers. */
  constant(value: Value): TensorTerm;
  /** As `constant`, complex numbers too. */
  constantTerm(value: Value): Term;
  /** The ONNX name of a tensor, in TensorFlow's layout: constants become initializers, others are transposed back where need be. */
  name(term: Term): string;
  /** The ONNX name of a tensor of rank 4 in the layout N, C, H, W. */
  nchwName(term: Term): string;
  /** Whether it lies in that layout, and only there: emitting in that layout saves a transposition. */
  isNchw(term: Term): boolean;
  /** The name of the tensor as int64: ONNX wants shapes, axes and indices so. */
  int64Name(term: Term): string;
  /** The name of a constant int64 vector. */
  ints(numbers: readonly (number | bigint)[]): string;
  /** The name of a constant scalar. */
  scalar(dtype: RealType | BigType, value: number): string;
  /** The contents as numbers. Throws Unsupported where they are not known; `what` names the operand: `axis`. */
  known(term: Term, what: string): readonly number[];
  /** The rank. Throws Unsupported where it is not known. Makes the plan one for this rank only. */
  rank(term: Term): number;
  /** A tensor, not a list or a handle. Throws Unsupported for others. */
  asTensor(term: Term): TensorTerm;
  /** Emits another TensorFlow op on these terms, by the mapping of its name, with this node's attributes or others. */
  call(op: string, node: GraphNode, inputs: readonly Term[]): readonly Term[];
  /** The contents that a TensorFlow op has on known contents; undefined where there is no kernel. */
  fold(op: string, node: GraphNode, inputs: readonly Value[]): readonly Value[] | undefined;
  /** What a variable holds: a constant, or the state that requests change. */
  readVariable(handle: Handle): TensorTerm;
  /** What a variable holds from here on. */
  writeVariable(handle: Handle, term: TensorTerm): void;
  /** A scope for the body of a loop or a branch inside of this one. */
  inner(): InnerScope;
  /** The body of a function, to look at before it is emitted. */
  graphOf(functionName: string): FlatGraph;
  /** Emits the body of a function right here (a branch that is known to be taken). */
  inline(functionName: string, operands: readonly Term[]): readonly Term[];
  /** Emits a function's body into a scope of its own, whose nodes become a graph attribute. */
  open(
    functionName: string,
    operands: readonly Term[],
  ): { readonly scope: InnerScope; readonly results: readonly Term[] };
  /** For each result of a function the index of the argument that it passes on untouched, or -1. */
  passedOn(functionName: string): readonly number[];
  /** A name that is free. */
  freshName(prefix: string): string;
}

/** The scope of a loop's or a branch's body. */
export interface InnerScope extends EmitScope {
  /** Emits another function's body into the same graph (a loop's condition behind its body). */
  also(functionName: string, operands: readonly Term[]): readonly Term[];
  /** The graph, for an attribute. Each result is passed through an Identity of its own. */
  close(
    name: string,
    inputs: readonly TensorTerm[],
    results: readonly TensorTerm[],
    leading?: { readonly iteration: string; readonly condition: string },
  ): OnnxAttributes[string];
}

/** Emits one node. Throws Unsupported where it cannot; what it emitted until then is taken back. */
export type Mapping = (node: GraphNode, inputs: readonly Term[], scope: EmitScope) => readonly Term[];

/** Mappings by op. Each file of mappings/ exports one; emit/mappings.ts puts them together. */
export type Mappings = ReadonlyMap<string, Mapping>;

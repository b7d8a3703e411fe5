// What a kernel is: one TensorFlow op computed in TypeScript, at conversion (folding, restoring) or at a request (the host's part).
import type { Value } from '../../value.ts';
import type { GraphNode } from '../graph/flat-graph.ts';

/** A variable or a table, as an edge of the graph carries it. */
export interface Handle {
  readonly kind: 'handle';
  readonly of: 'variable' | 'table';
  /** Its shared name, or its node's: the key in `ModelState`. */
  readonly key: string;
  /** A reference of TensorFlow 1 (`VariableV2`): an op that takes a value reads the variable through it. */
  readonly reference?: true;
}

/** A list of tensors (TensorList ops; dtype variant). */
export interface ListHandle {
  readonly kind: 'list';
  readonly items: readonly (Value | undefined)[];
}

/** An operand of a kernel. */
export type Operand = Value | Handle | ListHandle;

/** A lookup table. Keys are JavaScript strings of latin1 bytes, or bigints. */
export interface LookupTable {
  readonly keyType: 'string' | 'int64' | 'int32';
  readonly valueType: 'string' | 'int64' | 'int32' | 'float32' | 'float64' | 'bool';
  readonly entries: Map<string | bigint, string | bigint | number>;
}

/** Variables and tables of a loaded model. */
export interface ModelState {
  readonly variables: Map<string, Value>;
  readonly tables: Map<string, LookupTable>;
}

/** What a kernel may use beside its operands. */
export interface KernelContext {
  readonly state: ModelState;
  /** Reads a variable of the checkpoint (RestoreV2); absent at requests. Throws SAVED_MODEL_INVALID for one that is not there. */
  readonly restore?: (prefix: string, name: string, slice: string) => Value;
  /** Reads an asset (vocabularies); absent at requests. Only files inside the model's `assets`. */
  readonly readAsset?: (file: string) => Uint8Array;
  /** Evaluates a function of the library (If, While, PartitionedCall). */
  readonly call: (functionName: string, operands: readonly Operand[]) => readonly Operand[];
  /**
   * Asks whether so many more elements may be allocated: before every allocation whose size operands or attributes say
   * (Fill, Tile, a broadcast). Throws the run's named error where not. What a kernel gives is counted by itself.
   */
  readonly claim: (elements: number) => void;
}

/**
 * Computes the outputs of one node. Throws Unsupported where attributes or types are beyond it, and PerchError:
 * INFERENCE_FAILED for operands that TensorFlow refuses, with TensorFlow's words where users see them.
 */
export type Kernel = (
  operands: readonly Operand[],
  node: GraphNode,
  context: KernelContext,
) => readonly Operand[];

/** Kernels by op. Each file of kernels/ exports one; evaluate/kernels.ts puts them together. */
export type Kernels = ReadonlyMap<string, Kernel>;

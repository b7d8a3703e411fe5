// The messages of a SavedModel as far as they are read: plain data (tensorflow/core/protobuf/meta_graph.proto and what it imports).

/** TensorFlow's DataType number with the reference types (101 and up) brought down to their value types. */
export type DataType = number;

/** Sizes, -1 for unknown; undefined: unknown rank. */
export type PartialShape = readonly number[] | undefined;

/** A TensorProto, not yet decoded (tensor-proto.ts does that): constants may be large and unused. */
export interface RawTensor {
  readonly bytes: Uint8Array;
}

/** An attribute of a node. Integers are exact; `intAttr` and its like in attributes.ts give numbers. */
export type Attribute =
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'type'; readonly value: DataType }
  | { readonly kind: 'shape'; readonly value: PartialShape }
  | { readonly kind: 'tensor'; readonly value: RawTensor }
  | { readonly kind: 'function'; readonly value: FunctionReference }
  | { readonly kind: 'placeholder'; readonly value: string }
  | { readonly kind: 'list'; readonly value: AttributeList };

export type Attributes = ReadonlyMap<string, Attribute>;

/** At most one of them has elements. */
export interface AttributeList {
  readonly bytes: readonly Uint8Array[];
  readonly ints: readonly bigint[];
  readonly floats: readonly number[];
  readonly bools: readonly boolean[];
  readonly types: readonly DataType[];
  readonly shapes: readonly PartialShape[];
  readonly tensors: readonly RawTensor[];
  readonly functions: readonly FunctionReference[];
}

/** NameAttrList. */
export interface FunctionReference {
  readonly name: string;
  readonly attributes: Attributes;
}

/** NodeDef. */
export interface NodeMessage {
  readonly name: string;
  readonly op: string;
  /** `node`, `node:1`, `node:output:0` in functions, and `^node` for control. */
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
}

/** OpDef.ArgDef. Empty texts where nothing is said. */
export interface ArgumentMessage {
  readonly name: string;
  readonly type: DataType;
  readonly typeAttribute: string;
  readonly numberAttribute: string;
  readonly typeListAttribute: string;
}

/** OpDef. */
export interface OpMessage {
  readonly name: string;
  readonly inputs: readonly ArgumentMessage[];
  readonly outputs: readonly ArgumentMessage[];
  /** Default values by attribute. */
  readonly defaults: Attributes;
  readonly isStateful: boolean;
}

/** FunctionDef. */
export interface FunctionMessage {
  readonly signature: OpMessage;
  readonly attributes: Attributes;
  readonly nodes: readonly NodeMessage[];
  /** Output argument to `node:output:index`. */
  readonly returns: ReadonlyMap<string, string>;
  readonly controlReturns: ReadonlyMap<string, string>;
}

/** TensorInfo. */
export interface TensorInfoMessage {
  /** `node:0`; empty for a sparse tensor. */
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: PartialShape;
  /** Of a sparse tensor (coo_sparse): the names of its three parts. */
  readonly sparse:
    { readonly values: string; readonly indices: string; readonly denseShape: string } | undefined;
}

/** SignatureDef. */
export interface SignatureMessage {
  readonly inputs: ReadonlyMap<string, TensorInfoMessage>;
  readonly outputs: ReadonlyMap<string, TensorInfoMessage>;
  readonly methodName: string;
  readonly defaults: ReadonlyMap<string, RawTensor>;
}

/** SaverDef. */
export interface SaverMessage {
  readonly filenameTensorName: string;
  readonly restoreOpName: string;
}

/** AssetFileDef, from `asset_file_def` or, in old files, from the collection `saved_model_assets`. */
export interface AssetMessage {
  readonly tensorName: string;
  /** As the file says it: it may try to leave the directory `assets`. */
  readonly filename: string;
}

/** MetaGraphDef. */
export interface MetaGraph {
  readonly tags: readonly string[];
  readonly tensorflowVersion: string;
  /** Op definitions that the file brings (stripped_op_list), by name; empty in files of TensorFlow 2.0 to 2.3. */
  readonly ops: ReadonlyMap<string, OpMessage>;
  readonly nodes: readonly NodeMessage[];
  readonly functions: ReadonlyMap<string, FunctionMessage>;
  readonly saver: SaverMessage | undefined;
  readonly signatures: ReadonlyMap<string, SignatureMessage>;
  readonly assets: readonly AssetMessage[];
  /** The op that initialises tables: `__saved_model_init_op`, else `saved_model_main_op`, else `legacy_init_op`. */
  readonly initOpName: string | undefined;
}

/** saved_model.pb. */
export interface SavedModelMessage {
  readonly schemaVersion: number;
  readonly metaGraphs: readonly MetaGraph[];
}

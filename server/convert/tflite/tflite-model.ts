// What a .tflite file holds, as plain data (tensorflow/compiler/mlir/lite/schema/schema.fbs).
import { PerchError } from '../../errors.ts';
import { FlatBuffer, type Table } from './flatbuffer.ts';

/** Numbers that stand for reals: real = scale * (number - zeroPoint), per tensor or per slice along `axis`. */
export interface Quantization {
  readonly scales: readonly number[];
  /** As many as `scales`. */
  readonly zeroPoints: readonly number[];
  readonly axis: number;
}

export interface LiteTensor {
  readonly name: string;
  /** TensorType. */
  readonly type: number;
  /** -1 for an unknown size. */
  readonly shape: readonly number[];
  /** The contents of a constant; undefined for what is computed. */
  readonly data: Uint8Array | undefined;
  readonly quantization: Quantization | undefined;
  readonly isVariable: boolean;
  /** Whether only some of its elements are in the file. */
  readonly isSparse: boolean;
}

export interface LiteOperator {
  /** BuiltinOperator; 32 for a custom one. */
  readonly code: number;
  /** The name of a custom operator; empty for others. */
  readonly customName: string;
  readonly customOptions: Uint8Array;
  /** Indexes of tensors; -1 for one that is left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** The table of its options, read by the operator's own translation. */
  readonly options: Table | undefined;
}

export interface LiteSubgraph {
  readonly tensors: readonly LiteTensor[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly operators: readonly LiteOperator[];
}

/** Names that the converter kept for a subgraph's inputs and outputs. */
export interface LiteSignature {
  readonly key: string;
  readonly subgraph: number;
  /** Alias to index of the tensor. */
  readonly inputs: ReadonlyMap<string, number>;
  readonly outputs: ReadonlyMap<string, number>;
}

export interface LiteModel {
  readonly subgraphs: readonly LiteSubgraph[];
  readonly signatures: readonly LiteSignature[];
}

/** The schema's version that all files since 2018 have. */
const schemaVersion = 3;

/** Reads a whole file. Throws MODEL_FILE_INVALID. */
export function readLiteModel(bytes: Uint8Array): LiteModel {
  const file = new FlatBuffer(bytes);
  if (file.identifier !== 'TFL3') {
    throw damaged('it does not begin as a .tflite file does');
  }
  const model = file.root();
  if (model.uint(0) !== schemaVersion) {
    throw damaged(`its schema version is ${model.uint(0)}, not ${schemaVersion}`);
  }
  const codes = model.tables(1).map((code) => ({
    // Old files have the code in one byte only, new ones in both where it fits.
    code: Math.max(code.byte(0), code.int(3)),
    customName: code.text(1),
  }));
  const buffers = model.tables(4).map((buffer) => bufferBytes(buffer, bytes));
  const subgraphs = model.tables(2).map((subgraph) => readSubgraph(subgraph, codes, buffers));
  const signatures = model.tables(7).map((signature) => readSignature(signature, subgraphs));
  if (subgraphs.length === 0) {
    throw damaged('it holds no graph');
  }
  return { subgraphs, signatures };
}

function damaged(what: string): PerchError {
  return new PerchError('MODEL_FILE_INVALID', `The model file is damaged: ${what}.`);
}

/** Large files keep contents behind the FlatBuffer, by offset and size from the file's start. */
function bufferBytes(buffer: Table, file: Uint8Array): Uint8Array {
  const offset = buffer.size(1);
  if (offset <= 1) {
    return buffer.bytes(0);
  }
  const size = buffer.size(2);
  if (offset + size > file.length) {
    throw damaged('a buffer leads out of it');
  }
  return file.subarray(offset, offset + size);
}

function readSubgraph(
  subgraph: Table,
  codes: readonly { readonly code: number; readonly customName: string }[],
  buffers: readonly Uint8Array[],
): LiteSubgraph {
  const tensors = subgraph.tables(0).map((tensor): LiteTensor => {
    const data = buffers[tensor.uint(2)];
    return {
      name: tensor.text(3),
      type: tensor.byte(1),
      shape: tensor.intsOrNone(7) ?? tensor.ints(0),
      // Buffer 0 is the empty one of all tensors that are computed.
      data: data === undefined || data.length === 0 ? undefined : data,
      quantization: readQuantization(tensor.table(4)),
      isVariable: tensor.flag(5),
      isSparse: tensor.table(6) !== undefined,
    };
  });
  const known = (indexes: readonly number[], atLeast: number): readonly number[] => {
    if (indexes.some((index) => !(index >= atLeast && index < tensors.length))) {
      throw damaged('an operator names a tensor that is not there');
    }
    return indexes;
  };
  const operators = subgraph.tables(3).map((operator): LiteOperator => {
    const code = codes[operator.uint(0)];
    if (code === undefined) {
      throw damaged('an operator is of no kind');
    }
    return {
      ...code,
      customOptions: operator.bytes(5),
      inputs: known(operator.ints(1), -1),
      outputs: known(operator.ints(2), 0),
      options: operator.table(4),
    };
  });
  return { tensors, inputs: known(subgraph.ints(1), 0), outputs: known(subgraph.ints(2), 0), operators };
}

function readQuantization(table: Table | undefined): Quantization | undefined {
  const scales = table?.floats(2) ?? [];
  if (table === undefined || scales.length === 0) {
    return undefined;
  }
  const zeroPoints = table.longs(3);
  return {
    scales,
    zeroPoints: scales.map((_, at) => zeroPoints[zeroPoints.length === 1 ? 0 : at] ?? 0),
    axis: table.int(6),
  };
}

function readSignature(signature: Table, subgraphs: readonly LiteSubgraph[]): LiteSignature {
  const subgraph = signature.uint(4);
  const tensorCount = subgraphs[subgraph]?.tensors.length ?? 0;
  const named = (field: number): Map<string, number> =>
    new Map(
      signature.tables(field).map((entry) => {
        const index = entry.uint(1);
        if (index >= tensorCount) {
          throw damaged('a signature names a tensor that is not there');
        }
        return [entry.text(0), index];
      }),
    );
  return { key: signature.text(2), subgraph, inputs: named(0), outputs: named(1) };
}

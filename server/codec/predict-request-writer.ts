// Writes tensorflow.serving.PredictRequest (tensorflow_serving/apis/predict.proto), as a client does.
import { encodeTensorProto } from './tensor-proto-writer.ts';
import type { TensorMap } from './tensor.ts';
import { fieldTag, wireType } from './wire-reader.ts';
import { WireWriter, delimitedSize, varint64Size } from './wire-writer.ts';

/** Which model is asked: with a version, with a label, or with neither. */
export interface AskedModel {
  readonly name: string;
  /** An int64. */
  readonly version?: bigint | undefined;
  readonly label?: string | undefined;
  /** Empty: the default one. */
  readonly signatureName?: string | undefined;
}

const modelSpecField = 1;
const inputsField = 2;

/** Encodes a PredictRequest for all outputs; tensors as tensor_content. */
export function encodePredictRequest(model: AskedModel, inputs: TensorMap): Uint8Array {
  const entries = Array.from(inputs, ([name, tensor]) =>
    joined([
      field(1, Buffer.from(name)),
      field(2, encodeTensorProto(tensor, { asTensorContent: tensor.dtype !== 'string' })),
    ]),
  );
  return joined([
    field(modelSpecField, modelSpec(model)),
    ...entries.map((entry) => field(inputsField, entry)),
  ]);
}

/** tensorflow.serving.ModelSpec: name 1, version 2 (Int64Value), signature_name 3, version_label 4. */
function modelSpec({ name, version, label, signatureName = '' }: AskedModel): Uint8Array {
  return joined([
    field(1, Buffer.from(name)),
    ...(version === undefined ? [] : [field(2, int64Value(version))]),
    ...(signatureName === '' ? [] : [field(3, Buffer.from(signatureName))]),
    ...(label === undefined ? [] : [field(4, Buffer.from(label))]),
  ]);
}

function int64Value(value: bigint): Uint8Array {
  const low = Number(BigInt.asUintN(32, value));
  const high = Number(BigInt.asUintN(32, value >> 32n));
  const writer = new WireWriter(1 + varint64Size(low, high));
  writer.varint(fieldTag(1, wireType.VARINT));
  writer.varint64(low, high);
  return writer.bytes;
}

function field(number: number, value: Uint8Array): Uint8Array {
  const writer = new WireWriter(delimitedSize(value.length));
  writer.bytesField(fieldTag(number, wireType.LENGTH_DELIMITED), value);
  return writer.bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

// Reads SignatureDef, TensorInfo and AssetFileDef.
import { delimited, varint, type FileReader } from './file-reader.ts';
import { readType } from './attribute.ts';
import { readShape } from './tensor-shape.ts';
import type {
  AssetMessage,
  PartialShape,
  RawTensor,
  SignatureMessage,
  TensorInfoMessage,
} from './messages.ts';

const signatureTags = {
  inputs: delimited(1),
  outputs: delimited(2),
  methodName: delimited(3),
  defaults: delimited(4),
} as const;

const infoTags = { name: delimited(1), dtype: varint(2), shape: delimited(3), sparse: delimited(4) } as const;
const sparseTags = { values: delimited(1), indices: delimited(2), denseShape: delimited(3) } as const;
const assetTags = { info: delimited(1), filename: delimited(2) } as const;

const noInfo: TensorInfoMessage = { name: '', dtype: 0, shape: undefined, sparse: undefined };
const noTensor: RawTensor = { bytes: new Uint8Array() };

/** A SignatureDef that says nothing. */
export const emptySignature: SignatureMessage = {
  inputs: new Map(),
  outputs: new Map(),
  methodName: '',
  defaults: new Map(),
};

/** Reads the SignatureDef that follows. */
export function readSignature(reader: FileReader): SignatureMessage {
  const inputs = new Map<string, TensorInfoMessage>();
  const outputs = new Map<string, TensorInfoMessage>();
  const defaults = new Map<string, RawTensor>();
  let methodName = '';
  const info = (): TensorInfoMessage => readTensorInfo(reader);
  const tensor = (): RawTensor => ({ bytes: reader.view() });
  reader.message((tag) => {
    switch (tag) {
      case signatureTags.inputs:
        inputs.set(...reader.mapEntry(info, noInfo));
        break;
      case signatureTags.outputs:
        outputs.set(...reader.mapEntry(info, noInfo));
        break;
      case signatureTags.methodName:
        methodName = reader.string();
        break;
      case signatureTags.defaults:
        defaults.set(...reader.mapEntry(tensor, noTensor));
        break;
      default:
        reader.skip(tag);
    }
  });
  return { inputs, outputs, methodName, defaults };
}

/** Reads the AssetFileDef that follows. */
export function readAsset(reader: FileReader): AssetMessage {
  let tensorName = '';
  let filename = '';
  reader.message((tag) => {
    switch (tag) {
      case assetTags.info:
        tensorName = readTensorInfo(reader).name;
        break;
      case assetTags.filename:
        filename = reader.string();
        break;
      default:
        reader.skip(tag);
    }
  });
  return { tensorName, filename };
}

/** A TensorInfo without a shape says nothing of it; of name and sparse parts the last counts. */
function readTensorInfo(reader: FileReader): TensorInfoMessage {
  let name = '';
  let dtype = 0;
  let shape: PartialShape;
  let sparse: TensorInfoMessage['sparse'];
  reader.message((tag) => {
    switch (tag) {
      case infoTags.name:
        name = reader.string();
        sparse = undefined;
        break;
      case infoTags.dtype:
        dtype = readType(reader);
        break;
      case infoTags.shape:
        shape = readShape(reader);
        break;
      case infoTags.sparse:
        sparse = readSparse(reader);
        name = '';
        break;
      default:
        reader.skip(tag);
    }
  });
  return { name, dtype, shape, sparse };
}

function readSparse(reader: FileReader): NonNullable<TensorInfoMessage['sparse']> {
  let values = '';
  let indices = '';
  let denseShape = '';
  reader.message((tag) => {
    switch (tag) {
      case sparseTags.values:
        values = reader.string();
        break;
      case sparseTags.indices:
        indices = reader.string();
        break;
      case sparseTags.denseShape:
        denseShape = reader.string();
        break;
      default:
        reader.skip(tag);
    }
  });
  return { values, indices, denseShape };
}

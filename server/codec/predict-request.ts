// Reads tensorflow.serving.PredictRequest (tensorflow_serving/apis/predict.proto).
import { PerchError } from '../errors.ts';
import { readModelSpec, type RequestedModel } from './model-spec.ts';
import type { ScannedTensorProto } from './tensor-proto-scan.ts';
import { scanTensorProto } from './tensor-proto-scan.ts';
import type { FillBudget } from './tensor-proto.ts';
import { newFillBudget, toTensor } from './tensor-proto.ts';
import type { Tensor } from './tensor.ts';
import { WireReader, fieldTag, valuesPerTurn, wireType, type WireSteps } from './wire-reader.ts';

/** A decoded PredictRequest. Tensors may be views on its bytes. */
export interface PredictRequest {
  /** Undefined if the request has no model_spec at all. */
  readonly modelSpec?: RequestedModel;
  /** In the order in which the names first came. */
  readonly inputs: Map<string, Tensor>;
  readonly outputFilter: readonly string[];
}

/** Entries of the map of inputs: far more than a model has, since each takes some hundred bytes and microseconds. */
const mostInputs = 10_000;

const modelSpecTag = fieldTag(1, wireType.LENGTH_DELIMITED);
const inputsTag = fieldTag(2, wireType.LENGTH_DELIMITED);
const outputFilterTag = fieldTag(3, wireType.LENGTH_DELIMITED);

/**
 * Decodes a PredictRequest, some milliseconds at a time. Unknown fields are skipped, occurrences of model_spec merge, and of two inputs of one name
 * the later one counts.
 * @throws PerchError REQUEST_MALFORMED if the bytes are no such message (invalid UTF-8 in a name counts as that);
 *   TENSOR_UNPARSABLE or DTYPE_UNSUPPORTED for an input that is well-formed and yet no tensor; REQUEST_TOO_LARGE for too
 *   many inputs, names of outputs or strings
 */
export function* decodePredictRequest(bytes: Uint8Array): WireSteps<PredictRequest> {
  const reader = new WireReader(bytes);
  let modelSpec: RequestedModel | undefined;
  const scannedInputs = new Map<string, ScannedTensorProto>();
  const outputFilter: string[] = [];
  const budget = newFillBudget();
  let entries = 0;
  for (let fields = 1; !reader.done; fields++) {
    if (fields % valuesPerTurn === 0) {
      yield;
    }
    const tag = reader.tag();
    if (tag === modelSpecTag) {
      modelSpec = readModelSpec(reader, modelSpec);
    } else if (tag === inputsTag) {
      if (++entries > mostInputs) {
        throw new PerchError('REQUEST_TOO_LARGE', `A request may have ${mostInputs} inputs.`);
      }
      yield* readInput(reader, scannedInputs, budget);
    } else if (tag === outputFilterTag) {
      budget.parts.add();
      outputFilter.push(reader.string());
    } else {
      reader.skip(tag);
    }
  }
  return {
    ...(modelSpec !== undefined && { modelSpec }),
    inputs: yield* toTensors(scannedInputs, budget),
    outputFilter,
  };
}

/** One entry of map<string, TensorProto>: a missing key is the empty one, a missing value an empty message. */
function* readInput(
  reader: WireReader,
  inputs: Map<string, ScannedTensorProto>,
  { parts }: FillBudget,
): WireSteps<void> {
  let key = '';
  const values: Uint8Array[] = [];
  const outer = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === fieldTag(1, wireType.LENGTH_DELIMITED)) {
      key = reader.string();
    } else if (tag === fieldTag(2, wireType.LENGTH_DELIMITED)) {
      if (values.push(reader.view()) > 1) {
        parts.add();
      }
    } else {
      reader.skip(tag);
    }
  }
  reader.leave(outer);
  inputs.set(key, yield* scanMerged(values));
}

/** Parsing messages one behind the other is how protobuf defines merging them; each must be well-formed by itself. */
function* scanMerged(occurrences: readonly Uint8Array[]): WireSteps<ScannedTensorProto> {
  const [first] = occurrences;
  if (first !== undefined && occurrences.length === 1) {
    return yield* scanTensorProto(first);
  }
  for (const [index, occurrence] of occurrences.entries()) {
    if (index % valuesPerTurn === valuesPerTurn - 1) {
      yield;
    }
    yield* scanTensorProto(occurrence);
  }
  return yield* scanTensorProto(Buffer.concat(occurrences));
}

function* toTensors(
  scanned: ReadonlyMap<string, ScannedTensorProto>,
  budget: FillBudget,
): WireSteps<Map<string, Tensor>> {
  const tensors = new Map<string, Tensor>();
  for (const [name, proto] of scanned) {
    tensors.set(name, yield* toTensor(proto, name, budget));
  }
  return tensors;
}

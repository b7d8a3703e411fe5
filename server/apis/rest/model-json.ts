// The bodies of REST's GET calls: a model's status, its metadata, and the list of all models.
import type { ModelManager } from '../../lifecycle/model-manager.ts';
import type { ModelChoice } from '../tensorflow-serving/inference.ts';
import { signatureDefMap, type SignatureDef, type TensorInfo } from '../tensorflow-serving/model-metadata.ts';
import { modelStatus } from '../tensorflow-serving/model-status.ts';

/** `GET /v1/models/<model>[/versions/<v>]`: int64 as strings, as TF Serving has them. A label is passed over. */
export function statusJson(manager: ModelManager, { name, version }: ModelChoice): string {
  return pretty({ model_version_status: modelStatus(manager, name, version).map(toStatusJson) });
}

/** `GET /v1/models`: every model with its versions and labels. TF Serving has no such call (tensorflow/serving#795). */
export function modelsJson(manager: ModelManager): string {
  const models = manager.names().flatMap((name) => {
    const view = manager.view(name);
    if (view === undefined) {
      return [];
    }
    const hasVersions = view.versions.some(
      ({ state }) => state.phase !== 'not-loaded' && state.phase !== 'copying',
    );
    return [
      {
        name,
        model_version_status: hasVersions ? modelStatus(manager, name).map(toStatusJson) : [],
        version_labels: Object.fromEntries(
          [...view.labels].map(([label, number]) => [label, number.toString()]),
        ),
        ...(view.problem === '' ? {} : { problem: view.problem }),
      },
    ];
  });
  return pretty({ models });
}

/** `GET /v1/models/<model>[/versions/<v>]/metadata`, in the JSON form of GetModelMetadata's protobuf. */
export function metadataJson(manager: ModelManager, choice: ModelChoice): string {
  const lease = manager.acquire(choice.name, choice);
  try {
    const { signatureDef } = signatureDefMap(lease.loaded);
    return pretty({
      model_spec: { name: choice.name, signature_name: '', version: lease.version.toString() },
      metadata: { signature_def: { signature_def: mapValues(signatureDef, toSignatureJson) } },
    });
  } finally {
    lease.release();
  }
}

function toStatusJson(status: ReturnType<typeof modelStatus>[number]): object {
  return {
    version: status.version.toString(),
    state: status.state,
    status: { error_code: status.errorCode, error_message: status.errorMessage },
  };
}

function toSignatureJson({ inputs, outputs, methodName }: SignatureDef): object {
  return {
    inputs: mapValues(inputs, toTensorInfoJson),
    outputs: mapValues(outputs, toTensorInfoJson),
    method_name: methodName,
    defaults: {},
  };
}

function toTensorInfoJson({ name, dtype, tensorShape }: TensorInfo): object {
  return {
    dtype,
    tensor_shape: {
      dim: tensorShape.dim.map(({ size }) => ({ size: size.toString(), name: '' })),
      unknown_rank: tensorShape.unknownRank ?? false,
    },
    name,
  };
}

function mapValues<Value>(
  values: Readonly<Record<string, Value>>,
  convert: (value: Value) => object,
): Record<string, object> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, convert(value)]));
}

/** TF Serving indents by one space. */
function pretty(value: object): string {
  return `${JSON.stringify(value, undefined, 1)}\n`;
}

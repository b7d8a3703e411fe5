// tensorflow.serving.PredictionService: requests on the hand-written codec, all answers but Predict's on the generic one.
import { messageCodec, serviceMethods, type MessageInput } from '../../../protos/messages.ts';
import { decodeExampleRequest, decodeMultiInferenceRequest } from '../../codec/example-request.ts';
import type { ScoredClass } from '../../codec/json-results.ts';
import { decodePredictRequest } from '../../codec/predict-request.ts';
import { encodePredictResponse } from '../../codec/predict-response.ts';
import { requestedModelName, requestedModelNameOfTasks } from '../../codec/requested-model.ts';
import { PerchError } from '../../errors.ts';
import { clientOfPeer } from '../../limits/client-name.ts';
import { inTurns } from '../../limits/turns.ts';
import { unary, type CallContext, type Method } from '../method.ts';
import { defaultRoutingKeys, type InferenceApi, type RequestOrigin, type Serving } from '../serving.ts';
import { withinLimits } from '../within-limits.ts';
import { classify, multiInference, regress, type TaskResult } from './example-inference.ts';
import { infer } from './inference.ts';
import { signatureDefMap } from './model-metadata.ts';
import { requestedChoice, toModelChoice } from './model-spec.ts';
import { checkMethodName, signatureNamed, signatureRefusal } from './signatures.ts';

/** What an operator may choose. */
export interface PredictionServiceOptions {
  /** --enable_serialization_as_tensor_content: Predict's outputs in `tensor_content` instead of `*_val`. */
  readonly asTensorContent: boolean;
}

const methods = serviceMethods('tensorflow.serving.PredictionService');
const signatureDefs = messageCodec('tensorflow.serving.SignatureDefMap');
const classificationResponse = messageCodec('tensorflow.serving.ClassificationResponse');
const regressionResponse = messageCodec('tensorflow.serving.RegressionResponse');
const multiInferenceResponse = messageCodec('tensorflow.serving.MultiInferenceResponse');

/** The methods of the service. */
export function predictionService(
  serving: Serving,
  { asTensorContent }: PredictionServiceOptions = { asTensorContent: false },
): Method[] {
  return [
    {
      kind: 'unary',
      path: methods.Predict.path,
      handle: limited(serving, 'Predict', requestedModelName, async (bytes, call) => {
        const decoded = inTurns(decodePredictRequest(bytes), call.signal);
        const { modelSpec, inputs, outputFilter } = decoded instanceof Promise ? await decoded : decoded;
        const choice = requestedChoice(modelSpec);
        const answer = await infer(serving, choice, originOf(serving, 'Predict', call), (model) => {
          const name = modelSpec?.signatureName ?? '';
          const signature = signatureNamed(model, name);
          if (signature === undefined) {
            const text = `Serving signature key "${name}" not found.`;
            throw signatureRefusal(model, name, 'SIGNATURE_UNKNOWN', text);
          }
          if (serving.checksMethodNames === true) {
            checkMethodName(signature, 'predict');
          }
          return { signature, inputs, outputFilter, finish: (outputs) => outputs };
        });
        const { version, signatureName } = answer;
        return encodePredictResponse({
          modelSpec: { name: choice.name, version, signatureName },
          outputs: answer.result,
          asTensorContent,
        });
      }),
    },
    {
      kind: 'unary',
      path: methods.Classify.path,
      handle: limited(serving, 'Classify', requestedModelName, async (bytes, call) => {
        const { modelSpec, batch } = decodeExampleRequest(bytes);
        const choice = requestedChoice(modelSpec);
        const examples = { signatureName: modelSpec?.signatureName ?? '', batch };
        const answer = await classify(serving, choice, originOf(serving, 'Classify', call), () => examples);
        return classificationResponse.encode({
          modelSpec: modelSpecOf(choice.name, answer.version, answer.signatureName),
          result: classificationResult(answer.result),
        });
      }),
    },
    {
      kind: 'unary',
      path: methods.Regress.path,
      handle: limited(serving, 'Regress', requestedModelName, async (bytes, call) => {
        const { modelSpec, batch } = decodeExampleRequest(bytes);
        const choice = requestedChoice(modelSpec);
        const examples = { signatureName: modelSpec?.signatureName ?? '', batch };
        const answer = await regress(serving, choice, originOf(serving, 'Regress', call), () => examples);
        return regressionResponse.encode({
          modelSpec: modelSpecOf(choice.name, answer.version, answer.signatureName),
          result: regressionResult(answer.result),
        });
      }),
    },
    {
      kind: 'unary',
      path: methods.MultiInference.path,
      handle: limited(serving, 'MultiInference', requestedModelNameOfTasks, async (bytes, call) => {
        const { tasks, batch } = decodeMultiInferenceRequest(bytes);
        // As in TF Serving the first task chooses the version, and without one there is no name.
        const choice = requestedChoice(tasks[0]?.modelSpec ?? { name: '', signatureName: '' });
        const { result, version } = await multiInference(
          serving,
          choice,
          originOf(serving, 'MultiInference', call),
          tasks,
          batch,
        );
        return multiInferenceResponse.encode({
          results: result.map((one) => ({
            modelSpec: modelSpecOf(choice.name, version, one.signatureName),
            ...taskResult(one),
          })),
        });
      }),
    },
    unary(methods.GetModelMetadata, (request) => {
      const choice = toModelChoice(request.modelSpec);
      const [field] = request.metadataField;
      if (field === undefined) {
        throw new PerchError(
          'METADATA_FIELD_WRONG',
          'GetModelMetadataRequest must specify at least one metadata_field',
        );
      }
      const unsupported = request.metadataField.find((name) => name !== 'signature_def');
      if (unsupported !== undefined) {
        throw new PerchError('METADATA_FIELD_WRONG', `Metadata field ${unsupported} is not supported`);
      }
      const lease = serving.manager.acquire(choice.name, choice);
      try {
        const value = signatureDefs.encode(signatureDefMap(lease.loaded));
        return {
          modelSpec: { name: choice.name, version: { value: lease.version.toString() } },
          metadata: {
            signature_def: { type_url: 'type.googleapis.com/tensorflow.serving.SignatureDefMap', value },
          },
        };
      } finally {
        lease.release();
      }
    }),
  ];
}

type UnaryHandler = Extract<Method, { kind: 'unary' }>['handle'];

/** `handle` under the limits, where there are any; the model is looked for before anything is decoded. */
function limited(
  serving: Serving,
  api: InferenceApi,
  modelOf: (request: Uint8Array) => string,
  handle: UnaryHandler,
): UnaryHandler {
  const { limits } = serving;
  if (limits === undefined) {
    return handle;
  }
  return (bytes, call) => {
    const request = {
      modelOf: () => modelOf(bytes),
      address: () => clientOfPeer(call.peer),
      authorization: call.metadata('authorization'),
      api,
      entrypoint: 'GRPC',
    } as const;
    return withinLimits(limits, serving, request, () => handle(bytes, call));
  };
}

function originOf(
  { routingKeys = defaultRoutingKeys }: Serving,
  api: InferenceApi,
  call: CallContext,
): RequestOrigin {
  const { signal } = call;
  const [routingKey] = call.metadata(routingKeys.header);
  return { api, entrypoint: 'GRPC', signal, ...(routingKey === undefined ? {} : { routingKey }) };
}

function modelSpecOf(
  name: string,
  version: bigint,
  signatureName: string,
): MessageInput<'tensorflow.serving.ModelSpec'> {
  return { name, version: { value: version.toString() }, signatureName };
}

function classificationResult(
  classifications: readonly (readonly ScoredClass[])[],
): MessageInput<'tensorflow.serving.ClassificationResult'> {
  return { classifications: classifications.map((classes) => ({ classes: [...classes] })) };
}

function regressionResult(values: readonly number[]): MessageInput<'tensorflow.serving.RegressionResult'> {
  return { regressions: values.map((value) => ({ value })) };
}

function taskResult(result: TaskResult): MessageInput<'tensorflow.serving.InferenceResult'> {
  return result.method === 'classify'
    ? { classificationResult: classificationResult(result.classifications) }
    : { regressionResult: regressionResult(result.values) };
}

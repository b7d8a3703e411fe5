// Where the servers' own documentation says more of a field. Pure.

const triton =
  'https://github.com/triton-inference-server/server/blob/main/docs/user_guide/model_configuration.md';
const serving = 'https://www.tensorflow.org/tfx/serving/serving_config';

/** Anchors in Triton's page, by the field of ModelConfig that a part of the file belongs to. */
const tritonAnchors: ReadonlyMap<string, string> = new Map([
  ['name', 'name-platform-and-backend'],
  ['platform', 'name-platform-and-backend'],
  ['backend', 'name-platform-and-backend'],
  ['max_batch_size', 'maximum-batch-size'],
  ['input', 'inputs-and-outputs'],
  ['output', 'inputs-and-outputs'],
  ['version_policy', 'version-policy'],
  ['instance_group', 'instance-groups'],
  ['dynamic_batching', 'scheduling-and-batching'],
  ['sequence_batching', 'scheduling-and-batching'],
  ['ensemble_scheduling', 'scheduling-and-batching'],
  ['optimization', 'optimization-policy'],
  ['model_warmup', 'model-warmup'],
  ['response_cache', 'response-cache'],
  ['model_transaction_policy', 'model-transaction-policy'],
  ['cc_model_filenames', 'cuda-compute-capability'],
]);

const servingAnchors: ReadonlyMap<string, string> = new Map([
  ['tensorflow.serving.ModelServerConfig', 'model_server_configuration'],
  ['tensorflow.serving.BatchingParameters', 'batching_configuration'],
  ['tensorflow.serving.MonitoringConfig', 'monitoring_configuration'],
]);

/** The page for a field of a file whose message is `file`; `outermost` is the field of the file that it is in, or is. */
export function documentationLink(file: string, outermost: string): string | undefined {
  if (file === 'inference.ModelConfig') {
    const anchor = tritonAnchors.get(outermost);
    return anchor === undefined ? triton : `${triton}#${anchor}`;
  }
  const anchor = servingAnchors.get(file);
  return anchor === undefined ? undefined : `${serving}#${anchor}`;
}

// The codes of the rules for TensorFlow Serving's config files: what each is about. Pure.

/** Every code with one line of documentation. Codes are stable: users link to them and switch them off. */
export const servingCodes = {
  'serving/model-name': 'A model without a name.',
  'serving/duplicate-model': 'A model that is listed twice.',
  'serving/base-path': 'A base_path that is missing or not absolute.',
  'serving/base-path-missing': 'A base_path that is not there, or is no directory.',
  'serving/no-versions': 'A base_path that holds no version.',
  'serving/platform': 'A model_platform that is not served.',
  'serving/model-type': 'A model_platform beside the deprecated model_type.',
  'serving/logging-config': 'A logging_config; requests are not logged.',
  'serving/custom-config': 'A custom_model_config, which no server takes.',
  'serving/address': 'Models that name different addresses.',
  'serving/transition': 'An aspired_version_policy that there is not.',
  'serving/num-versions': 'A policy for the latest 0 versions, which counts as 1.',
  'serving/no-specific-versions': 'A policy for specific versions that names none.',
  'serving/specific-version': 'A specific version that is not on disk.',
  'serving/label-version': 'A label for a version that is not on disk, or that the policy does not serve.',
  'serving/label-name': 'A label that no REST request can name.',
  'serving/batch-threads': 'A num_batch_threads below 1.',
  'serving/batch-size': 'A max_batch_size below 1.',
  'serving/batch-timeout': 'A batch_timeout_micros below 0.',
  'serving/batch-queue': 'A max_enqueued_batches that is too small.',
  'serving/execution-batch-size': 'A max_execution_batch_size below 1 or above max_batch_size.',
  'serving/execution-batch-size-unused': 'A max_execution_batch_size without enable_large_batch_splitting.',
  'serving/allowed-batch-sizes':
    'allowed_batch_sizes that do not rise, or do not end with the largest batch.',
  'serving/metrics-path': 'A path for metrics that cannot be served.',
  'serving/pem': 'A field that holds no PEM text of its kind.',
  'serving/client-verify': 'A client_verify without custom_ca.',
  'serving/custom-ca-unused': 'A custom_ca without client_verify.',
} as const;
export type ServingCode = keyof typeof servingCodes;

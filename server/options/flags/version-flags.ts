// The flags for how versions are loaded, warmed up, labelled and unloaded.
import { versionTransitions } from '../../lifecycle/version-policy.ts';
import type { Flag } from '../flag.ts';

/** In the order of `--help`. */
export const versionFlags = [
  {
    name: 'aspired_version_policy',
    group: 'Versions',
    type: { kind: 'choice', choices: versionTransitions },
    defaultText: 'availability-preserving',
    help: 'How a model goes from one version to another: availability-preserving loads the new one before it unloads the old one; resource-preserving unloads first, which needs less memory and leaves a gap. TensorFlow Serving always does the first. A model of --model_config_file may say its own as aspired_version_policy.',
  },
  {
    name: 'servable_versions_always_present',
    group: 'Versions',
    type: { kind: 'boolean' },
    defaultText: 'true',
    help: 'Keep the last version of a model whose directory is emptied. TensorFlow Serving has this in its library only, where it is false, and unloads the model.',
  },
  {
    name: 'allow_version_labels_for_unavailable_models',
    group: 'Versions',
    type: { kind: 'boolean' },
    defaultText: 'false',
    help: 'A label may point at a version before it is available. Without this, the label waits until the version is.',
    mirrors: 'tensorflow_model_server --allow_version_labels_for_unavailable_models',
  },
  {
    name: 'num_load_threads',
    group: 'Versions',
    type: { kind: 'integer', min: 0, max: 1024 },
    defaultText: '0',
    help: 'How many versions load at the same time, up to 1024; 0: as many as the engine hosts take. Versions of 64 MiB or more load in a process of their own, so that requests to other models do not wait for them.',
    mirrors: 'tensorflow_model_server --num_load_threads, where 0 loads on the one manager thread',
  },
  {
    name: 'max_num_load_retries',
    group: 'Versions',
    type: { kind: 'integer', min: 0, max: 1000 },
    defaultText: '5',
    help: 'How many times a failed load is tried again after the first attempt, 0 to 1000.',
    mirrors: 'tensorflow_model_server --max_num_load_retries',
  },
  {
    name: 'load_retry_interval_micros',
    group: 'Versions',
    type: { kind: 'integer', min: -1, max: 86_400_000_000 },
    defaultText: '60000000',
    help: 'Microseconds from a failed load to the first retry, up to 86400000000 (a day), longer for each further one; -1 or 0 retries at once.',
    mirrors: 'tensorflow_model_server --load_retry_interval_micros',
  },
  {
    name: 'unload_grace_seconds',
    group: 'Versions',
    type: { kind: 'integer', min: 0, max: 86_400 },
    defaultText: '30',
    help: 'Seconds that unloading a version waits for the requests in flight on it, up to 86400; 0 waits as long as they take, as TensorFlow Serving does.',
  },
  {
    name: 'routing_key_header',
    group: 'Versions',
    type: { kind: 'text' },
    defaultText: 'x-perch-routing-key',
    help: 'The metadata key and HTTP header by which requests that name no version are split: those with the same value go to the same version.',
  },
  {
    name: 'routing_key_json_field',
    group: 'Versions',
    type: { kind: 'text' },
    defaultText: '',
    help: 'A top-level string of a REST body that is the routing key where the header is not there. Empty: none is looked for.',
  },
  {
    name: 'enable_model_warmup',
    group: 'Warm-up',
    type: { kind: 'boolean' },
    defaultText: 'true',
    help: "Run the requests of a version's assets.extra/tf_serving_warmup_requests, or one made-up request where there is no such file, before the version is available.",
    mirrors: 'tensorflow_model_server --enable_model_warmup',
  },
  {
    name: 'num_request_iterations_for_warmup',
    group: 'Warm-up',
    type: { kind: 'integer', min: 0, max: 1000 },
    defaultText: '0',
    help: 'How many times each warm-up request runs, up to 1000; 0 is once.',
    mirrors: 'tensorflow_model_server --num_request_iterations_for_warmup',
    needs: 'enable_model_warmup',
  },
] as const satisfies readonly Flag[];

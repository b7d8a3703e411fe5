// The flags for the daemon as a process: how it says that it is ready, logs, and stops.
import type { Flag } from '../flag.ts';

/** In the order of `--help`. */
export const processFlags = [
  {
    name: 'ready_json',
    group: 'Process',
    type: { kind: 'boolean' },
    defaultText: 'false',
    help: 'Print one JSON line (api, version, pid, grpcAddress, restAddress, token) on stdout when serving, and stop when stdin ends.',
  },
  {
    name: 'log_format',
    group: 'Process',
    type: { kind: 'choice', choices: ['auto', 'text', 'json'] },
    defaultText: 'auto',
    help: 'Log lines on stderr: text, json (one object a line), or auto, which is text on a terminal and json elsewhere.',
    mirrors: 'tritonserver --log-format',
  },
  {
    name: 'log_verbose',
    group: 'Process',
    type: { kind: 'boolean' },
    defaultText: 'false',
    help: 'Log every step of every version too.',
    mirrors: 'tritonserver --log-verbose',
  },
  {
    name: 'drain_grace_seconds',
    group: 'Process',
    type: { kind: 'integer', min: 0, max: 3600 },
    defaultText: '10',
    help: 'After SIGTERM or SIGINT requests in flight may take this long, 0 to 3600 seconds. A second signal ends it at once.',
    mirrors: 'tritonserver --exit-timeout-secs',
  },
  {
    name: 'ready_when',
    group: 'Process',
    type: { kind: 'choice', choices: ['all', 'any', 'none'] },
    defaultText: 'all',
    help: 'Ready (health "", /readyz) when all models have an AVAILABLE version, when any has one, or none: as soon as the models directory was read.',
    mirrors: 'tritonserver --strict-readiness',
  },
  {
    name: 'required_models',
    group: 'Process',
    type: { kind: 'text' },
    defaultText: '',
    help: 'Names of models, separated by commas, that must have an AVAILABLE version for the server to be ready, whatever --ready_when says.',
  },
  {
    name: 'engine_stuck_seconds',
    group: 'Process',
    type: { kind: 'integer', min: 0, max: 86_400 },
    defaultText: '600',
    help: 'Not alive (health "liveness", /livez) once an engine host has worked on one request for so many seconds, 0 to 86400; 0: never.',
  },
  {
    name: 'version',
    group: 'Process',
    type: { kind: 'boolean' },
    defaultText: 'false',
    help: 'Print the version and end.',
    mirrors: 'tensorflow_model_server --version',
  },
] as const satisfies readonly Flag[];

// The flags that say which models are served, and when their files and configuration are looked at.
import type { Flag } from '../flag.ts';

/** In the order of `--help`. */
export const modelFlags = [
  {
    name: 'models_directory',
    group: 'Models',
    type: { kind: 'text' },
    defaultText: '',
    help: 'Serve every model found in this directory, laid out as <directory>/<model>/<version>/ with model.onnx, a SavedModel or another model file in it. Models that come and go there come and go in the server.',
    mirrors: 'tritonserver --model-repository',
  },
  {
    name: 'model_config_file',
    group: 'Models',
    type: { kind: 'text' },
    defaultText: '',
    help: 'Serve the models of this text-format ModelServerConfig (model_config_list).',
    mirrors: 'tensorflow_model_server --model_config_file',
  },
  {
    name: 'model_config_file_poll_wait_seconds',
    group: 'Models',
    type: { kind: 'integer', min: -1, max: 86_400 },
    defaultText: '0',
    help: 'Seconds between two looks at the model config file, beside the file events, up to 86400; 0 or -1 reads it once at start.',
    mirrors: 'tensorflow_model_server --model_config_file_poll_wait_seconds',
    needs: 'model_config_file',
  },
  {
    name: 'model_name',
    group: 'Models',
    type: { kind: 'text' },
    defaultText: 'default',
    help: 'Name of the one model of --model_base_path. Ignored with --model_config_file.',
    mirrors: 'tensorflow_model_server --model_name',
    needs: 'model_base_path',
    overruledBy: 'model_config_file',
  },
  {
    name: 'model_base_path',
    group: 'Models',
    type: { kind: 'text' },
    defaultText: '',
    help: 'Serve the one model whose version directories lie here. Ignored with --model_config_file.',
    mirrors: 'tensorflow_model_server --model_base_path',
    overruledBy: 'model_config_file',
  },
  {
    name: 'file_system_poll_wait_seconds',
    group: 'Models',
    type: { kind: 'integer', min: -1, max: 86_400 },
    defaultText: '1',
    help: 'Seconds between two looks at the model directories, beside the file events, up to 86400; 0 looks once at start, -1 never looks again but on file events.',
    mirrors: 'tensorflow_model_server --file_system_poll_wait_seconds',
  },
] as const satisfies readonly Flag[];

// The flags for models that are not ONNX: which graph of a SavedModel, which file, and where what they became is kept.
import type { Flag } from '../flag.ts';

/** In the order of `--help`. */
export const conversionFlags = [
  {
    name: 'saved_model_tags',
    group: 'Converted models',
    type: { kind: 'text' },
    defaultText: 'serve',
    help: 'Tags of the graph to take from a SavedModel, with commas between them: exactly these, in any order.',
    mirrors: 'tensorflow_model_server --saved_model_tags',
  },
  {
    name: 'prefer_tflite_model',
    group: 'Converted models',
    type: { kind: 'boolean' },
    defaultText: 'false',
    help: 'Serve model.tflite where a version has one beside another model file.',
    mirrors: 'tensorflow_model_server --prefer_tflite_model',
  },
  {
    name: 'enable_signature_method_name_check',
    group: 'Converted models',
    type: { kind: 'boolean' },
    defaultText: 'false',
    help: 'Refuse calls of a method that the signature of a SavedModel is not made for. The signature of an ONNX model is made for all.',
    mirrors: 'tensorflow_model_server --enable_signature_method_name_check',
  },
  {
    name: 'converted_models_directory',
    group: 'Converted models',
    type: { kind: 'text' },
    defaultText: 'auto',
    help: "Directory where converted models are kept, so that a second load converts nothing; auto: perch/converted in the user's cache directory; empty: a temporary one that goes with the server.",
  },
  {
    name: 'converted_models_bytes',
    group: 'Converted models',
    type: { kind: 'integer', min: 0, max: 2 ** 50 },
    defaultText: '10737418240',
    help: 'Bytes that converted models may take in --converted_models_directory, up to 1125899906842624; the least recently used go first. 0: no limit.',
  },
] as const satisfies readonly Flag[];

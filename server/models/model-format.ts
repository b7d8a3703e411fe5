// Which kind of model a file is, told from its name.
import path from 'node:path';

/** `onnx` runs as it is; the others are converted when they are loaded. */
export type ModelFormat = 'onnx' | 'saved_model' | 'tflite' | 'trees';

/** The name of the model file in a version directory. */
export const modelFileName = 'model.onnx';
/** The name of a SavedModel's graph; its weights and vocabularies lie beside it. */
export const savedModelFileName = 'saved_model.pb';
/** TensorFlow Lite's model file, by TensorFlow Serving's name. */
export const tfliteFileName = 'model.tflite';

/** The model files of a version directory in their order: the first that is there is served. */
export const modelFileNames: readonly string[] = [
  modelFileName,
  savedModelFileName,
  tfliteFileName,
  // Tree ensembles: XGBoost's, LightGBM's.
  'model.json',
  'model.txt',
];

/** What the file of this name, or path, holds; what has no known ending is taken for ONNX. */
export function modelFormatOf(file: string): ModelFormat {
  switch (path.extname(file).toLowerCase()) {
    case '.pb':
      return 'saved_model';
    case '.tflite':
      return 'tflite';
    case '.json':
    case '.txt':
      return 'trees';
    default:
      return 'onnx';
  }
}

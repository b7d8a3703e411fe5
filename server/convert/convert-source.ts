// Chooses the converter by what a version directory holds.
import path from 'node:path';
import { PerchError } from '../errors.ts';
import { convertSavedModel } from './savedmodel/convert.ts';
import { convertTflite } from './tflite/convert-tflite.ts';
import { convertTrees } from './trees/convert-trees.ts';
import type { Program } from './program.ts';
import type { ConvertSavedModelOptions } from './savedmodel/convert.ts';

/** A model that is to be converted. */
export interface ConversionSource {
  /** The version directory. */
  readonly directory: string;
  /** The name of the model file in it. */
  readonly file: string;
  readonly kind: Program['source'];
}

/** The only name of a SavedModel's graph: what it belongs with lies beside it under names of its own. */
const savedModelFile = 'saved_model.pb';

/** Writes ONNX files into the output directory, which must be empty. Throws as the converters do. */
export function convertSource(
  { directory, file, kind }: ConversionSource,
  outputDirectory: string,
  options: ConvertSavedModelOptions,
): Program {
  if (kind === 'trees') {
    return convertTrees(path.join(directory, file), outputDirectory);
  }
  if (kind === 'tflite') {
    return convertTflite(path.join(directory, file), outputDirectory, options);
  }
  if (file !== savedModelFile) {
    throw new PerchError(
      'SAVED_MODEL_INVALID',
      `A SavedModel's graph is named ${savedModelFile}, not ${file}.`,
    );
  }
  return convertSavedModel(directory, outputDirectory, options);
}

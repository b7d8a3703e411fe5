// Chooses the converter by what a version directory holds.
import { PerchError } from '../errors.ts';
import { convertSavedModel } from './savedmodel/convert.ts';
import { convertTrees } from './trees/convert-trees.ts';
import type { Program } from './program.ts';
import type { ConvertSavedModelOptions } from './savedmodel/convert.ts';

/** Writes ONNX files into the output directory, which must be empty. Throws as the converters do. */
export function convertSource(
  kind: Program['source'],
  directory: string,
  outputDirectory: string,
  options: ConvertSavedModelOptions,
): Program {
  if (kind === 'trees') {
    return convertTrees(directory, outputDirectory);
  }
  if (kind !== 'saved_model') {
    throw new PerchError('OPERATORS_UNSUPPORTED', `Models of kind ${kind} cannot be converted.`);
  }
  return convertSavedModel(directory, outputDirectory, options);
}

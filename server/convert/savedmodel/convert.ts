// A SavedModel directory becomes ONNX files and a program.
import { convertModel } from './convert-model.ts';
import { loadSavedModel } from './load/load-saved-model.ts';
import type { Program } from '../program.ts';
import type { ConvertOptions } from './convert-model.ts';

/** What to convert, and how. */
export interface ConvertSavedModelOptions extends ConvertOptions {
  /** The tag set of the MetaGraph: exactly these, `['serve']`. */
  readonly tags: readonly string[];
}

/**
 * Reads a version directory and writes ONNX files into the output directory, which must be empty. It blocks: seconds for
 * hundreds of megabytes.
 *
 * Throws SAVED_MODEL_INVALID for files that are missing or wrong, OPERATORS_UNSUPPORTED with the list of what cannot be
 * converted, what the signal was aborted with, and errors of the file system.
 */
export function convertSavedModel(
  directory: string,
  outputDirectory: string,
  options: ConvertSavedModelOptions,
): Program {
  const { graph, library, meta, state } = loadSavedModel(directory, {
    tags: options.tags,
  });
  options.signal?.throwIfAborted();
  const { signatures, tensorflowVersion } = meta;
  return convertModel(
    { graph, functions: library, state, signatures, tensorflowVersion },
    outputDirectory,
    options,
  );
}

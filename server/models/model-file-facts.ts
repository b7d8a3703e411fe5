// What the model file of a version says of itself, and the class labels that go with it.
import path from 'node:path';
import { PerchError } from '../errors.ts';
import { fileSystemCode } from '../file-system-error.ts';
import type { VersionOnDisk } from '../lifecycle/found.ts';
import { readClassLabels } from './class-labels.ts';
import { modelFormatOf } from './model-format.ts';
import { readOnnxMetadata, type OnnxMetadata } from './onnx-metadata.ts';
import { withRegularFile } from './regular-file.ts';

/** The metadata of the file, and the names of the classes; empty where there are none. */
export interface ModelFileFacts extends OnnxMetadata {
  readonly classLabels: readonly string[];
}

/** Reads them, without the graph. Rejects with MODEL_FILE_MISSING, MODEL_FILE_UNREADABLE or MODEL_FILE_INVALID. */
export async function readModelFileFacts(
  version: Pick<VersionOnDisk, 'file' | 'directory'>,
): Promise<ModelFileFacts> {
  const name = path.basename(version.file);
  if (modelFormatOf(version.file) !== 'onnx') {
    throw new PerchError(
      'MODEL_FILE_INVALID',
      `${name} is no ONNX model: GetConversionReport tells what became of it.`,
    );
  }
  const metadata = await withRegularFile(version.file, readOnnxMetadata).catch((reason: unknown) => {
    if (PerchError.is(reason, 'REQUEST_MALFORMED')) {
      throw new PerchError('MODEL_FILE_INVALID', `${name} is no complete ONNX model.`, { cause: reason });
    }
    throw new PerchError('MODEL_FILE_UNREADABLE', `${name} cannot be read (${fileSystemCode(reason)}).`, {
      cause: reason,
    });
  });
  if (metadata === undefined) {
    throw new PerchError('MODEL_FILE_MISSING', `There is no ${name}.`);
  }
  // Why labels are passed over is said when the version is loaded.
  return { ...metadata, classLabels: (await readClassLabels(version, () => undefined)) ?? [] };
}

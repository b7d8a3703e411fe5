// Whether a model file has the outline of a complete one, whatever its format.
import type { FileHandle } from 'node:fs/promises';
import { modelFormatOf } from './model-format.ts';
import { readOnnxOutline, type OnnxOutline } from './onnx-outline.ts';
import { readSavedModelOutline } from './saved-model-outline.ts';

/** Looks at the file of this name (`size` bytes). Rejects with the file system's error. */
export async function readFileOutline(file: FileHandle, size: number, name: string): Promise<OnnxOutline> {
  switch (modelFormatOf(name)) {
    case 'onnx':
      return readOnnxOutline(file, size);
    case 'saved_model':
      return readSavedModelOutline(file, size);
    case 'tflite':
    case 'trees':
      // Nothing at their outermost level tells how long they are to be: only that they stay as they are.
      return size === 0
        ? { kind: 'truncated', detail: 'the file is empty', loadable: false }
        : { kind: 'complete' };
  }
}

// Writes ONNX models to files: small ones beside their shared weights, or one that holds everything.
import { closeSync, openSync } from 'node:fs';
import { PerchError } from '../../errors.ts';
import { encodeModel, pieceLength } from './encode-onnx.ts';
import { rawPieces } from './raw-data.ts';
import { writeAll } from './write-all.ts';
import type { OnnxGraph } from './onnx-model.ts';
import type { ModelPiece } from './encode-onnx.ts';
import type { WeightsFile } from './weights-file.ts';

/** protobuf's limit for one message. */
const maximumModelBytes = 2 ** 31 - 1;

/**
 * Writes a model whose large initializers go to the file of weights, which lies in the same directory.
 *
 * Throws errors of the file system.
 */
export function writeOnnx(graph: OnnxGraph, file: string, weights: WeightsFile): void {
  writePieces(
    file,
    encodeModel(graph, (value) => weights.place(value)),
  );
}

/** Writes a model that needs no other file. Throws SAVED_MODEL_INVALID where it would take 2 GiB or more. */
export function writeWholeOnnx(graph: OnnxGraph, file: string): void {
  const pieces = encodeModel(graph, () => undefined);
  const length = pieces.reduce((sum, piece) => sum + pieceLength(piece), 0);
  if (length > maximumModelBytes) {
    throw new PerchError(
      'SAVED_MODEL_INVALID',
      `As one ONNX file the model would take ${length} bytes; such a file holds at most ${maximumModelBytes}.`,
    );
  }
  writePieces(file, pieces);
}

function writePieces(file: string, pieces: readonly ModelPiece[]): void {
  const descriptor = openSync(file, 'w');
  try {
    for (const piece of pieces) {
      if (piece instanceof Uint8Array) {
        writeAll(descriptor, piece);
      } else {
        for (const part of rawPieces(piece)) {
          writeAll(descriptor, part);
        }
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

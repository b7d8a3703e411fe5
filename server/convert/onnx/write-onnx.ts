// Writes ONNX models to files: small ones, beside the weights that they share.
import { closeSync, openSync } from 'node:fs';
import { encodeModel } from './encode-onnx.ts';
import { rawPieces } from './raw-data.ts';
import { writeAll } from './write-all.ts';
import type { OnnxGraph } from './onnx-model.ts';
import type { ModelPiece } from './encode-onnx.ts';
import type { WeightsFile } from './weights-file.ts';

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

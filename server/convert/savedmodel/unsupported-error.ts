// The error of a model that cannot be converted: every operator that is in the way, and what to do.
import { PerchError } from '../../errors.ts';
import type { Program, UnsupportedOperator } from '../program.ts';

/** So many operators are named. */
const namedOperators = 20;

/** OPERATORS_UNSUPPORTED with the list. */
export function operatorsUnsupported(
  signatureName: string,
  unsupported: readonly UnsupportedOperator[],
  source: Program['source'] = 'saved_model',
): PerchError {
  const named = unsupported.slice(0, namedOperators).map(operatorText);
  const more = unsupported.length - named.length;
  return new PerchError(
    'OPERATORS_UNSUPPORTED',
    `Signature "${signatureName}" needs operators that cannot be converted: ${named.join('; ')}` +
      `${more > 0 ? `; and ${more} more` : ''}. Convert the model with tf2onnx where TensorFlow is installed ` +
      `(python -m tf2onnx.convert ${source === 'tflite' ? '--tflite model.tflite' : '--saved-model DIRECTORY'} ` +
      '--output model.onnx), and serve model.onnx instead.',
  );
}

/** `NonMaxSuppressionV3 (2 nodes, first post/nms: scores that are not constant)`. */
export function operatorText({ op, count, firstNode, reason }: UnsupportedOperator): string {
  return `${op} (${count} ${count === 1 ? 'node' : 'nodes'}, first ${firstNode}: ${reason})`;
}

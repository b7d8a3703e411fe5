// Which output of a model is the regression, and what Regress makes of it. See docs/examples-mapping.md.
import { shapeText, type Signature, type TensorMap } from '../../codec/tensor.ts';
import { PerchError } from '../../errors.ts';
import { chooseOutput, floatReader, isFloatDtype, outputOf, outputsText } from './model-outputs.ts';

/** How a model regresses. */
export interface Regression {
  /** The one output that `read` needs. */
  readonly outputNames: readonly string[];
  /**
   * One value for each of `examples` examples.
   * @throws PerchError OUTPUTS_WRONG, in TF Serving's words, where the output does not fit
   */
  readonly read: (outputs: TensorMap, examples: number) => number[];
}

/**
 * The regression is the float output named `outputs`, else the only float output of shape [batch] or [batch, 1].
 * @throws PerchError OUTPUTS_UNFIT where there is none, OUTPUTS_WRONG where several could be it
 */
export function regressionOf(signature: Signature): Regression {
  const floats = signature.outputs.filter(({ dtype }) => isFloatDtype(dtype));
  const chosen = chooseOutput(floats, ['outputs'], ({ shape }) => isColumn(shape));
  if (chosen === undefined) {
    const candidates = floats.filter(({ shape }) => isColumn(shape));
    throw candidates.length === 0
      ? new PerchError(
          'OUTPUTS_UNFIT',
          `No regression outputs found in SignatureDef: ${outputsText(signature)}`,
        )
      : new PerchError(
          'OUTPUTS_WRONG',
          `Expected one output Tensor, found ${candidates.length}: ${outputsText({ ...signature, outputs: candidates })}`,
        );
  }
  const { name } = chosen;
  return { outputNames: [name], read: (outputs, examples) => readRegression(outputs, name, examples) };
}

/** One value for each example. Throws OUTPUTS_WRONG, in TF Serving's words, where the output does not fit. */
export function readRegression(outputs: TensorMap, name: string, examples: number): number[] {
  const tensor = outputOf(outputs, name);
  const { shape } = tensor;
  if (tensor.dtype === 'string' || !isColumn(shape)) {
    throw new PerchError(
      'OUTPUTS_WRONG',
      `Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got ${shapeText(shape)}`,
    );
  }
  if (shape[0] !== examples) {
    throw new PerchError(
      'OUTPUTS_WRONG',
      `Input batch size did not match output batch size: ${examples} vs. ${shape[0] ?? 0}`,
    );
  }
  const valueAt = floatReader(tensor);
  return Array.from({ length: examples }, (_, index) => valueAt(index));
}

/** [batch] or [batch, 1]. */
function isColumn(shape: readonly number[]): boolean {
  return shape.length === 1 || (shape.length === 2 && shape[1] === 1);
}

// Which outputs of a model are scores and labels, and what Classify makes of them. See docs/examples-mapping.md.
import {
  shapeText,
  type Signature,
  type Tensor,
  type TensorMap,
  type TensorSpec,
} from '../../codec/tensor.ts';
import type { ScoredClass } from '../../codec/json-results.ts';
import { PerchError } from '../../errors.ts';
import {
  chooseOutput,
  floatReader,
  isFloatDtype,
  labelReader,
  outputOf,
  outputsText,
} from './model-outputs.ts';

/** How a model classifies. */
export interface Classification {
  /** The outputs that `read` needs. */
  readonly outputNames: readonly string[];
  /**
   * The classes of each of `examples` examples, in the model's order.
   * @throws PerchError OUTPUTS_WRONG, in TF Serving's words, where the outputs do not fit
   */
  readonly read: (outputs: TensorMap, examples: number) => ScoredClass[][];
}

/** The outputs that a classification is read from. */
export interface ClassificationOutputs {
  /** Float, [batch, classes]. */
  readonly scores: TensorSpec | undefined;
  /** String, [batch, classes]. */
  readonly classes: TensorSpec | undefined;
  /** String or int64, [batch]: the label of the class with the highest score. */
  readonly topLabel: TensorSpec | undefined;
}

/**
 * The scores are the float output named `scores` or `probabilities`, else the only float output of rank 2; the labels
 * are the string output `classes` of rank 2, else the signature's class labels. The best class, where these leave it
 * without one, gets the label that scikit-learn's exports have for it.
 * @throws PerchError OUTPUTS_UNFIT where the model has none of these, or no scores but outputs that are no tensors, OUTPUTS_WRONG where several could be the scores
 */
export function classificationOf(signature: Signature): Classification {
  const chosen = chooseOutputs(signature);
  const { omittedOutputs = [] } = signature;
  if (chosen.scores === undefined && chosen.classes === undefined && omittedOutputs.length > 0) {
    // A label with a score of 0 would look like an answer.
    const names = omittedOutputs.map((name) => `"${name}"`).join(', ');
    throw new PerchError(
      'OUTPUTS_UNFIT',
      `The model has no tensor of scores, and Classify cannot read its outputs that are no tensors: ${names}. If scikit-learn's converter made it, export it with the option zipmap: False. Signature was: ${outputsText(signature)}`,
    );
  }
  const specs = [chosen.scores, chosen.classes, chosen.topLabel].filter((spec) => spec !== undefined);
  if (specs.length === 0) {
    throw new PerchError(
      'OUTPUTS_UNFIT',
      `Expected classification signature outputs to contain at least one of "classes" or "scores". Signature was: ${outputsText(signature)}`,
    );
  }
  return {
    outputNames: specs.map(({ name }) => name),
    read: (outputs, examples) => readClasses(chosen, signature.classLabels ?? [], outputs, examples),
  };
}

function chooseOutputs(signature: Signature): ClassificationOutputs {
  const { outputs } = signature;
  const floats = outputs.filter(({ dtype }) => isFloatDtype(dtype));
  const scores = chooseOutput(floats, ['scores', 'probabilities'], hasRank(2));
  if (scores === undefined && floats.some(hasRank(2))) {
    throw new PerchError(
      'OUTPUTS_WRONG',
      `Expected one or two output Tensors, found ${outputs.length} of which several may be the scores: ${outputsText(signature)}`,
    );
  }
  const classes = outputs.find(
    (spec) => spec.name === 'classes' && spec.dtype === 'string' && hasRank(2)(spec),
  );
  const labels = outputs.filter(
    (spec) => hasRank(1)(spec) && (spec.dtype === 'string' || spec.dtype === 'int64'),
  );
  const topLabel =
    classes === undefined
      ? chooseOutput(labels, ['output_label', 'label', 'classes'], () => true)
      : undefined;
  return { scores, classes, topLabel };
}

/** The classes of each example. Throws OUTPUTS_WRONG, in TF Serving's words, where the outputs do not fit. */
export function readClasses(
  chosen: ClassificationOutputs,
  classLabels: readonly string[],
  outputs: TensorMap,
  examples: number,
): ScoredClass[][] {
  const scores = chosen.scores && outputOf(outputs, chosen.scores.name);
  const classes = chosen.classes && outputOf(outputs, chosen.classes.name);
  const topLabel = chosen.topLabel && outputOf(outputs, chosen.topLabel.name);
  checkMatrix(scores, 'scores', examples);
  checkMatrix(classes, 'classes', examples);
  if (topLabel !== undefined && topLabel.shape[0] !== examples) {
    throw wrong(`Expected classes output batch size of ${examples}. Got: ${topLabel.shape[0] ?? 0}`);
  }
  const [scoreCount, classCount] = [scores?.shape[1], classes?.shape[1]];
  if (scoreCount !== undefined && classCount !== undefined && scoreCount !== classCount) {
    throw wrong(`Tensors class and score should match in dim_size(1). Got ${classCount} vs. ${scoreCount}`);
  }
  const columns = scoreCount ?? classCount ?? 1;
  const scoreAt = scores === undefined || scores.dtype === 'string' ? () => 0 : floatReader(scores);
  // The one column of a binary classifier is the score of its second class: the label of the first would be wrong.
  const isAmbiguous = columns === 1 && classLabels.length > 1;
  const columnLabels = scores === undefined || isAmbiguous ? [] : classLabels;
  const labelAt =
    classes === undefined ? (index: number) => columnLabels[index % columns] ?? '' : labelReader(classes);
  const topLabelAt = topLabel === undefined ? undefined : labelReader(topLabel);
  return Array.from({ length: examples }, (_, row) => {
    const scored = Array.from({ length: columns }, (__, column) => ({
      label: labelAt(row * columns + column),
      score: scoreAt(row * columns + column),
    }));
    return topLabelAt === undefined ? scored : withTopLabel(scored, topLabelAt(row));
  });
}

/** Gives the class with the highest score, the first of equals, its label where it has none. */
function withTopLabel(scored: readonly ScoredClass[], label: string): ScoredClass[] {
  const top = scored.reduce(
    (best, { score }, index) => (score > (scored[best]?.score ?? 0) ? index : best),
    0,
  );
  return scored.map((one, index) => (index === top && one.label === '' ? { ...one, label } : one));
}

function checkMatrix(tensor: Tensor | undefined, role: 'scores' | 'classes', examples: number): void {
  if (tensor === undefined) {
    return;
  }
  if (tensor.shape.length !== 2) {
    throw wrong(`Expected Tensor shape: [batch_size num_classes] but got ${shapeText(tensor.shape)}`);
  }
  if (tensor.shape[0] !== examples) {
    throw wrong(`Expected ${role} output batch size of ${examples}. Got: ${tensor.shape[0] ?? 0}`);
  }
}

function hasRank(rank: number): (spec: TensorSpec) => boolean {
  return ({ shape }) => shape.length === rank;
}

function wrong(message: string): PerchError {
  return new PerchError('OUTPUTS_WRONG', message);
}

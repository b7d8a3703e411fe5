// Kernels of what detectors do at their end: of boxes that overlap, only the best is kept (core/kernels/image/non_max_suppression_op.cc).
import { isFloatType, newRealArray } from '../../../value.ts';
import { boolAttr, floatAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import { numberAt, realAt, refusal } from '../operands.ts';
import { roundingOf } from '../rounding.ts';
import { PriorityQueue } from '../standard-order.ts';
import type { RealType, RealValue, Value } from '../../../value.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Kernel, KernelContext, Kernels, Operand } from '../contract.ts';

/** How much two boxes have in common: their intersection over their union; corners may come in any order. */
export function overlapOf(
  boxes: ArrayLike<number>,
  i: number,
  j: number,
  round: (value: number) => number,
): number {
  const corner = (box: number, index: number): number => boxes[4 * box + index] ?? 0;
  const low = (box: number, axis: number): number => Math.min(corner(box, axis), corner(box, axis + 2));
  const high = (box: number, axis: number): number => Math.max(corner(box, axis), corner(box, axis + 2));
  const areaOf = (box: number): number =>
    round(round(high(box, 0) - low(box, 0)) * round(high(box, 1) - low(box, 1)));
  const areas = [areaOf(i), areaOf(j)] as const;
  if (areas[0] <= 0 || areas[1] <= 0) {
    return 0;
  }
  const shared = (axis: number): number =>
    Math.max(round(Math.min(high(i, axis), high(j, axis)) - Math.max(low(i, axis), low(j, axis))), 0);
  const intersection = round(shared(0) * shared(1));
  return round(intersection / round(round(areas[0] + areas[1]) - intersection));
}

interface Limits {
  readonly outputSize: number;
  readonly similarity: number;
  readonly score: number;
  /** Above 0, boxes that overlap lose score instead of being dropped. */
  readonly softSigma: number;
}

interface Candidate {
  readonly box: number;
  readonly score: number;
  /** It was compared with those that were selected before. */
  readonly comparedWith: number;
}

interface Selection {
  readonly boxes: number[];
  readonly scores: number[];
}

function select(
  scores: ArrayLike<number>,
  { outputSize, similarity, score: scoreLimit, softSigma }: Limits,
  similarityOf: (i: number, j: number) => number,
  round: (value: number) => number,
): Selection {
  const queue = new PriorityQueue<Candidate>(
    (left, right) => (left.score === right.score && left.box > right.box) || left.score < right.score,
  );
  for (let box = 0; box < scores.length; box++) {
    const score = scores[box] ?? 0;
    if (score > scoreLimit) {
      queue.push({ box, score, comparedWith: 0 });
    }
  }
  const isSoft = softSigma > 0;
  const scale = isSoft ? round(-0.5 / softSigma) : 0;
  const selection: Selection = { boxes: [], scores: [] };
  while (selection.boxes.length < outputSize) {
    const next = queue.pop();
    if (next === undefined) {
      break;
    }
    let score = next.score;
    let isDropped = false;
    for (let at = selection.boxes.length - 1; at >= next.comparedWith; at--) {
      const alike = similarityOf(next.box, selection.boxes[at] ?? 0);
      if (isSoft) {
        score = round(score * round(Math.exp(round(round(scale * alike) * alike))));
      } else if (alike > similarity) {
        isDropped = true;
        break;
      }
      if (score <= scoreLimit) {
        break;
      }
    }
    if (!isDropped && score === next.score) {
      selection.boxes.push(next.box);
      selection.scores.push(score);
    } else if (!isDropped && score > scoreLimit) {
      queue.push({ box: next.box, score, comparedWith: selection.boxes.length });
    }
  }
  return selection;
}

function floatsAt(operands: readonly Operand[], index: number, node: GraphNode): RealValue {
  const value = realAt(operands, index, node);
  if (!isFloatType(value.dtype)) {
    throw new Unsupported(`${node.op} of ${value.dtype}`);
  }
  return value;
}

/** Boxes and scores that fit together, in TensorFlow's words where they do not. */
function boxesAndScores(operands: readonly Operand[], node: GraphNode): readonly [RealValue, RealValue] {
  const boxes = floatsAt(operands, 0, node);
  const scores = floatsAt(operands, 1, node);
  if (boxes.shape.length !== 2) {
    throw refusal(`boxes must be 2-D[${boxes.shape.join(',')}]`);
  }
  if (boxes.shape[1] !== 4) {
    throw refusal('boxes must have 4 columns');
  }
  checkScores(scores, boxes.shape[0] ?? 0);
  return [boxes, scores];
}

function checkScores({ shape }: RealValue, count: number): void {
  if (shape.length !== 1) {
    throw refusal(`scores must be 1-D[${shape.join(',')}]`);
  }
  if (shape[0] !== count) {
    throw refusal('scores has incompatible shape');
  }
}

function outputSizeAt(operands: readonly Operand[], node: GraphNode): number {
  const size = numberAt(operands, 2, node);
  if (size < 0) {
    throw refusal('max_output_size must be non-negative');
  }
  return size;
}

function thresholdAt(operands: readonly Operand[], index: number, node: GraphNode): number {
  return checkedThreshold(numberAt(operands, index, node));
}

function checkedThreshold(threshold: number): number {
  if (!(threshold >= 0 && threshold <= 1)) {
    throw refusal('iou_threshold must be in [0, 1]');
  }
  return threshold;
}

/** TensorFlow's lowest float: only minus infinity is below it. */
const lowest = -3.4028234663852886e38;

function selectBoxes(
  operands: readonly Operand[],
  node: GraphNode,
  limits: Omit<Limits, 'outputSize'>,
): Selection {
  const [boxes, scores] = boxesAndScores(operands, node);
  const round = roundingOf(boxes.dtype);
  return select(
    scores.data,
    { ...limits, outputSize: outputSizeAt(operands, node) },
    (i, j) => overlapOf(boxes.data, i, j, round),
    round,
  );
}

function vector(dtype: RealType, numbers: readonly number[], length = numbers.length): Value {
  const data = newRealArray(dtype, length);
  data.set(numbers);
  return { dtype, shape: [length], data };
}

function count(number: number): Value {
  return { dtype: 'int32', shape: [], data: Int32Array.of(number) };
}

/** The first versions give as many indices as boxes are kept. */
const plain =
  (
    limitsOf: (operands: readonly Operand[], node: GraphNode) => Omit<Limits, 'outputSize' | 'softSigma'>,
  ): Kernel =>
  (operands, node) => [
    vector('int32', selectBoxes(operands, node, { ...limitsOf(operands, node), softSigma: 0 }).boxes),
  ];

/** How long the results are: what is kept, or all that was asked for. */
function paddedLength(
  operands: readonly Operand[],
  node: GraphNode,
  { boxes }: Selection,
  context: KernelContext,
): number {
  if (!boolAttr(node, 'pad_to_max_output_size', false)) {
    return boxes.length;
  }
  const length = outputSizeAt(operands, node);
  context.claim(2 * length);
  return length;
}

const version4: Kernel = (operands, node, context) => {
  const limits = { similarity: thresholdAt(operands, 3, node), score: numberAt(operands, 4, node) };
  const selection = selectBoxes(operands, node, { ...limits, softSigma: 0 });
  const length = paddedLength(operands, node, selection, context);
  return [vector('int32', selection.boxes, length), count(selection.boxes.length)];
};

const version5: Kernel = (operands, node, context) => {
  const softSigma = numberAt(operands, 5, node);
  if (softSigma < 0) {
    throw refusal('soft_nms_sigma must be non-negative');
  }
  const limits = { similarity: thresholdAt(operands, 3, node), score: numberAt(operands, 4, node) };
  const selection = selectBoxes(operands, node, { ...limits, softSigma });
  const length = paddedLength(operands, node, selection, context);
  return [
    vector('int32', selection.boxes, length),
    vector(realAt(operands, 1, node).dtype, selection.scores, length),
    count(selection.boxes.length),
  ];
};

/** How much boxes have in common is an operand. */
const withOverlaps: Kernel = (operands, node) => {
  const overlaps = floatsAt(operands, 0, node);
  const scores = floatsAt(operands, 1, node);
  const [size = 0, columns] = overlaps.shape;
  if (overlaps.shape.length !== 2 || columns !== size) {
    throw refusal(`overlaps must be square[${overlaps.shape.join(',')}]`);
  }
  checkScores(scores, size);
  const limits = {
    outputSize: outputSizeAt(operands, node),
    similarity: numberAt(operands, 3, node),
    score: numberAt(operands, 4, node),
    softSigma: 0,
  };
  const { boxes } = select(scores.data, limits, (i, j) => overlaps.data[i * size + j] ?? 0, Math.fround);
  return [vector('int32', boxes)];
};

/** Suppression of boxes that overlap. */
export const detectionKernels: Kernels = new Map<string, Kernel>([
  [
    'NonMaxSuppression',
    plain((_operands, node) => ({
      similarity: checkedThreshold(floatAttr(node, 'iou_threshold', 0.5)),
      score: lowest,
    })),
  ],
  [
    'NonMaxSuppressionV2',
    plain((operands, node) => ({ similarity: thresholdAt(operands, 3, node), score: lowest })),
  ],
  [
    'NonMaxSuppressionV3',
    plain((operands, node) => ({
      similarity: thresholdAt(operands, 3, node),
      score: numberAt(operands, 4, node),
    })),
  ],
  ['NonMaxSuppressionV4', version4],
  ['NonMaxSuppressionV5', version5],
  ['NonMaxSuppressionWithOverlaps', withOverlaps],
]);

// The kernel that suppresses overlapping boxes class by class and gives the best of all (CombinedNonMaxSuppression).
import { boolAttr } from '../../graph/attributes.ts';
import { numberAt, realAt, refusal } from '../operands.ts';
import { PriorityQueue, standardSort } from '../standard-order.ts';
import { overlapOf } from './detection.ts';
import type { Value } from '../../../value.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Kernel, KernelContext, Kernels, Operand } from '../contract.ts';

interface Detection {
  /** Index of its first corner among all coordinates; -1 for a place that stayed empty. */
  readonly corner: number;
  readonly score: number;
  readonly classIndex: number;
}

/** TensorFlow reserves places for every class, and sorts the empty ones with the others. */
const emptyPlace: Detection = { corner: -1, score: -1, classIndex: -1 };

interface Request {
  readonly boxes: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  readonly batch: number;
  readonly boxCount: number;
  /** Boxes per place: one for all classes, or one for each. */
  readonly perBox: number;
  readonly classes: number;
  readonly perClass: number;
  readonly total: number;
  readonly overlapLimit: number;
  readonly scoreLimit: number;
}

function requestOf(operands: readonly Operand[], node: GraphNode): Request {
  const boxes = realAt(operands, 0, node);
  const scores = realAt(operands, 1, node);
  if (boxes.shape.length !== 4) {
    throw refusal(`boxes must be 4-D[${boxes.shape.join(',')}]`);
  }
  if (scores.shape.length !== 3) {
    throw refusal(`scores must be 3-D[${scores.shape.join(',')}]`);
  }
  const [batch = 0, boxCount = 0, perBox = 0, coordinates] = boxes.shape;
  const classes = scores.shape[2] ?? 0;
  if (scores.shape[0] !== batch || scores.shape[1] !== boxCount) {
    throw refusal('boxes and scores must have same first and second dimensions');
  }
  if (coordinates !== 4) {
    throw refusal('boxes must have 4 columns');
  }
  if (perBox !== 1 && perBox !== classes) {
    throw refusal(
      `third dimension of boxes must be either 1 or equal to the number of classes: ${perBox}, ${classes}`,
    );
  }
  const perClass = numberAt(operands, 2, node);
  if (perClass <= 0) {
    throw refusal('max_size_per_class must be positive');
  }
  const total = numberAt(operands, 3, node);
  if (total <= 0) {
    throw refusal('max_total_size must be > 0');
  }
  const overlapLimit = numberAt(operands, 4, node);
  if (!(overlapLimit >= 0 && overlapLimit <= 1)) {
    throw refusal('iou_threshold must be in [0, 1]');
  }
  const scoreLimit = numberAt(operands, 5, node);
  return {
    boxes: boxes.data,
    scores: scores.data,
    batch,
    boxCount,
    perBox,
    classes,
    perClass,
    total,
    overlapLimit,
    scoreLimit,
  };
}

/** What is kept of one class, best first. */
function detectionsOf(request: Request, item: number, classIndex: number): Detection[] {
  const { boxes, scores, boxCount, perBox, classes, perClass, overlapLimit, scoreLimit } = request;
  const queue = new PriorityQueue<Detection>((left, right) => left.score < right.score);
  for (let box = 0; box < boxCount; box++) {
    const place = item * boxCount + box;
    const score = scores[place * classes + classIndex] ?? 0;
    if (score > scoreLimit) {
      queue.push({ corner: place * perBox + (perBox > 1 ? classIndex : 0), score, classIndex });
    }
  }
  const kept: Detection[] = [];
  while (kept.length < perClass) {
    const next = queue.pop();
    if (next === undefined) {
      break;
    }
    if (!kept.some(({ corner }) => overlapOf(boxes, next.corner, corner, Math.fround) > overlapLimit)) {
      kept.push(next);
    }
  }
  return kept;
}

function detectionsInItem(request: Request, item: number): readonly Detection[] {
  const { classes, perClass } = request;
  const all: Detection[] = [];
  for (let classIndex = 0; classIndex < classes; classIndex++) {
    const kept = detectionsOf(request, item, classIndex);
    for (let place = 0; place < perClass; place++) {
      all.push(kept[place] ?? emptyPlace);
    }
  }
  standardSort(all, (left, right) => left.score > right.score);
  return all;
}

const combined: Kernel = (operands, node, context: KernelContext) => {
  const request = requestOf(operands, node);
  const { batch, classes, perClass, total, boxes } = request;
  const rows = boolAttr(node, 'pad_per_class', false) ? Math.min(total, perClass * classes) : total;
  const clips = boolAttr(node, 'clip_boxes', true);
  context.claim(batch * rows * 6 + classes * perClass);
  const data = {
    boxes: new Float32Array(batch * rows * 4),
    scores: new Float32Array(batch * rows),
    classes: new Float32Array(batch * rows),
    valid: new Int32Array(batch),
  };
  for (let item = 0; item < batch; item++) {
    const all = detectionsInItem(request, item);
    const valid = Math.min(rows, all.filter(({ corner }) => corner >= 0).length);
    data.valid[item] = valid;
    for (const [index, { corner, score, classIndex }] of all.slice(0, valid).entries()) {
      const row = item * rows + index;
      data.scores[row] = score;
      data.classes[row] = classIndex;
      for (let side = 0; side < 4 && corner >= 0; side++) {
        const coordinate = boxes[4 * corner + side] ?? 0;
        data.boxes[4 * row + side] = clips ? Math.max(Math.min(coordinate, 1), 0) : coordinate;
      }
    }
  }
  const floats = (shape: readonly number[], numbers: Float32Array): Value => ({
    dtype: 'float32',
    shape,
    data: numbers,
  });
  return [
    floats([batch, rows, 4], data.boxes),
    floats([batch, rows], data.scores),
    floats([batch, rows], data.classes),
    { dtype: 'int32', shape: [batch], data: data.valid },
  ];
};

/** Suppression of boxes that overlap, by classes. */
export const combinedDetectionKernels: Kernels = new Map<string, Kernel>([
  ['CombinedNonMaxSuppression', combined],
]);

// Suppression of overlapping boxes by ONNX's operator: ONNX Runtime breaks ties, turns corners and compares as TensorFlow does.
import { boolAttr, floatAttr } from '../../graph/attributes.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm, Term } from '../contract.ts';
import { cast } from './element-types.ts';
import { knownInteger, tensorAt } from './facts.ts';

/** TensorFlow's lowest float. */
const lowest = -3.4028234663852886e38;

interface Selected {
  /** int64 indices of the boxes that are kept. */
  readonly indices: string;
  /** How many, an int64 vector of length one. */
  readonly count: string;
  readonly scores: TensorTerm;
  /** The most that are kept, an int64 vector of length one. */
  readonly limit: string;
  readonly knownLimit: number | undefined;
}

/** @param overlap the names of the two thresholds, float32 scalars */
function selected(scope: EmitScope, inputs: readonly Term[], overlap: string, score: string): Selected {
  const boxes = tensorAt(scope, inputs, 0);
  const scores = tensorAt(scope, inputs, 1);
  const size = tensorAt(scope, inputs, 2);
  if (boxes.dtype !== 'float32' || scores.dtype !== 'float32') {
    throw new Unsupported(`boxes of ${boxes.dtype} elements`);
  }
  const limit = scope.node('Reshape', [scope.int64Name(size), scope.ints([1])]);
  const vector = (name: string): string => scope.node('Reshape', [name, scope.ints([1])]);
  const found = scope.node('NonMaxSuppression', [
    scope.node('Unsqueeze', [scope.name(boxes), scope.ints([0])]),
    scope.node('Unsqueeze', [scope.name(scores), scope.ints([0, 1])]),
    limit,
    vector(overlap),
    vector(score),
  ]);
  // Its rows are batch, class and box.
  const indices = scope.node('Gather', [found, scope.scalar('int64', 2)], { axis: 1 });
  return {
    indices,
    count: scope.node('Shape', [indices]),
    scores,
    limit,
    knownLimit: knownInteger(size),
  };
}

/** Zeros behind the elements until there are as many as may be kept. */
function padded(scope: EmitScope, name: string, { limit, count }: Selected): string {
  const missing = scope.node('Sub', [limit, count]);
  return scope.node('Pad', [name, scope.node('Concat', [scope.ints([0]), missing], { axis: 0 })]);
}

/** The tensor of one element per box that is kept. */
function result(
  scope: EmitScope,
  node: GraphNode,
  selection: Selected,
  name: string,
  dtype: 'int32' | 'float32',
): TensorTerm {
  const isPadded = boolAttr(node, 'pad_to_max_output_size', false);
  const all = isPadded ? padded(scope, name, selection) : name;
  const shape = [isPadded ? (selection.knownLimit ?? -1) : -1];
  return scope.tensor(dtype, cast(scope, all, dtype === 'int32' ? 'int64' : dtype, dtype), { shape });
}

function countTerm(scope: EmitScope, { count }: Selected): TensorTerm {
  return scope.tensor('int32', cast(scope, scope.node('Squeeze', [count]), 'int64', 'int32'), {
    shape: [],
  });
}

const threshold = (scope: EmitScope, inputs: readonly Term[], index: number): string =>
  scope.name(tensorAt(scope, inputs, index));

const version1: Mapping = (node, inputs, scope) => {
  const overlap = scope.scalar('float32', floatAttr(node, 'iou_threshold', 0.5));
  const selection = selected(scope, inputs, overlap, scope.scalar('float32', lowest));
  return [result(scope, node, selection, selection.indices, 'int32')];
};

const version2: Mapping = (node, inputs, scope) => {
  const score = scope.scalar('float32', lowest);
  const selection = selected(scope, inputs, threshold(scope, inputs, 3), score);
  return [result(scope, node, selection, selection.indices, 'int32')];
};

const version3: Mapping = (node, inputs, scope) => {
  const [overlap, score] = [threshold(scope, inputs, 3), threshold(scope, inputs, 4)];
  const selection = selected(scope, inputs, overlap, score);
  return [result(scope, node, selection, selection.indices, 'int32')];
};

const version4: Mapping = (node, inputs, scope) => {
  const [overlap, score] = [threshold(scope, inputs, 3), threshold(scope, inputs, 4)];
  const selection = selected(scope, inputs, overlap, score);
  return [result(scope, node, selection, selection.indices, 'int32'), countTerm(scope, selection)];
};

/** Only without soft suppression, which lowers scores: the host does that. */
const version5: Mapping = (node, inputs, scope) => {
  if (scope.known(tensorAt(scope, inputs, 5), 'soft_nms_sigma')[0] !== 0) {
    throw new Unsupported('soft suppression');
  }
  const [overlap, score] = [threshold(scope, inputs, 3), threshold(scope, inputs, 4)];
  const selection = selected(scope, inputs, overlap, score);
  const scores = scope.node('Gather', [scope.name(selection.scores), selection.indices]);
  return [
    result(scope, node, selection, selection.indices, 'int32'),
    result(scope, node, selection, scores, 'float32'),
    countTerm(scope, selection),
  ];
};

/** Suppression of overlapping boxes. */
export const detectionMappings: Mappings = new Map<string, Mapping>([
  ['NonMaxSuppression', version1],
  ['NonMaxSuppressionV2', version2],
  ['NonMaxSuppressionV3', version3],
  ['NonMaxSuppressionV4', version4],
  ['NonMaxSuppressionV5', version5],
]);

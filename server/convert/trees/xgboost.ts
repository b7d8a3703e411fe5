// Reads what XGBoost's save_model("model.json") writes (XGBoost's documentation, "Introduction to Model IO", and its JSON schema).
import { PerchError } from '../../errors.ts';
import { JsonView } from './json-view.ts';
import {
  faultOf,
  maximumNodes,
  type SplitTest,
  type Transform,
  type Tree,
  type TreeEnsemble,
} from './tree-ensemble.ts';

/** How an objective turns sums into predictions, and base_score into a sum (each objective's PredTransform and ProbToMargin). */
interface Objective {
  readonly transform: Transform;
  readonly toMargin: (baseScore: number) => number;
}

const same = (value: number): number => value;
const logit = (probability: number): number => -Math.log(1 / probability - 1);
const plain: Objective = { transform: { kind: 'none' }, toMargin: same };
const logistic: Objective = { transform: { kind: 'sigmoid', slope: 1 }, toMargin: logit };
const exponential: Objective = { transform: { kind: 'exp' }, toMargin: Math.log };

const objectives: ReadonlyMap<string, Objective> = new Map([
  ['reg:squarederror', plain],
  ['reg:linear', plain],
  ['reg:squaredlogerror', plain],
  ['reg:pseudohubererror', plain],
  ['reg:absoluteerror', plain],
  ['reg:quantileerror', plain],
  ['rank:pairwise', plain],
  ['rank:ndcg', plain],
  ['rank:map', plain],
  ['reg:logistic', logistic],
  ['binary:logistic', logistic],
  // Its base score is a margin already, though it is called a probability.
  ['binary:logitraw', plain],
  ['binary:hinge', { transform: { kind: 'step' }, toMargin: same }],
  ['count:poisson', exponential],
  ['reg:gamma', exponential],
  ['reg:tweedie', exponential],
  ['survival:cox', exponential],
  ['survival:aft', exponential],
  ['multi:softprob', { transform: { kind: 'softmax' }, toMargin: same }],
  ['multi:softmax', { transform: { kind: 'argmax' }, toMargin: same }],
]);

/** The ensemble in `text`. Throws MODEL_FILE_INVALID, or OPERATORS_UNSUPPORTED for boosters and objectives without trees' sums. */
export function readXgboost(text: string): TreeEnsemble {
  const document = new JsonView(parse(text), 'model.json');
  const learner = document.get('learner');
  const booster = learner.get('gradient_booster');
  const kind = booster.get('name').text();
  if (kind !== 'gbtree' && kind !== 'dart') {
    throw unsupported(`the booster ${kind}`);
  }
  const weights = kind === 'dart' ? booster.get('weight_drop').numbers() : undefined;
  const model = (kind === 'dart' ? booster.get('gbtree') : booster).get('model');
  const parameters = learner.get('learner_model_param');
  const objectiveName = learner.get('objective').get('name').text();
  const objective = objectives.get(objectiveName);
  if (objective === undefined) {
    throw unsupported(`the objective ${objectiveName}`);
  }
  const features = parameters.get('num_feature').number();
  const outputs = Math.max(
    1,
    parameters.get('num_class').number(),
    parameters.find('num_target')?.number() ?? 1,
  );
  const groups = model.get('tree_info').numbers();
  let nodesLeft = maximumNodes;
  const trees = model
    .get('trees')
    .elements()
    .map((view, at): Tree => {
      const tree = { nodes: readNodes(view, weights?.[at] ?? 1, nodesLeft), output: groups[at] ?? 0 };
      nodesLeft -= tree.nodes.length;
      const fault = faultOf(tree, features);
      if (fault !== undefined || !(tree.output >= 0 && tree.output < outputs)) {
        throw new PerchError(
          'MODEL_FILE_INVALID',
          `The model file is damaged: tree ${at}: ${fault ?? 'it is of no class'}.`,
        );
      }
      return tree;
    });
  return {
    producer: `XGBoost ${document.find('version')?.numbers().join('.') ?? ''}`.trim(),
    dtype: 'float32',
    features,
    outputs,
    trees,
    base: baseScores(parameters.get('base_score').text(), outputs).map(objective.toMargin),
    scale: 1,
    transform: objective.transform,
    zeroIsMissing: new Set(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (reason) {
    const detail = reason instanceof Error ? reason.message : String(reason);
    throw new PerchError('MODEL_FILE_INVALID', `The model file is no JSON: ${detail}.`);
  }
}

function unsupported(what: string): PerchError {
  return new PerchError(
    'OPERATORS_UNSUPPORTED',
    `The model uses ${what}, which cannot be converted: export it as ONNX (onnxmltools) and put model.onnx into the version's directory.`,
  );
}

/** `5E-1`, or since XGBoost 3.1 `[5E-1]` or one number per output. */
function baseScores(text: string, outputs: number): number[] {
  const numbers = text.replace(/[[\]]/g, '').split(',').map(Number);
  if (numbers.some(Number.isNaN) || (numbers.length !== 1 && numbers.length !== outputs)) {
    throw new PerchError(
      'MODEL_FILE_INVALID',
      'The model file is damaged: base_score is no number per output.',
    );
  }
  return Array.from({ length: outputs }, (_, at) => numbers[numbers.length === 1 ? 0 : at] ?? 0);
}

/** In an XGBoost tree what is less goes left; of categories, those that are listed go right (common::Decision). */
function readNodes(tree: JsonView, weight: number, atMost: number): Tree['nodes'] {
  if ((tree.get('tree_param').find('size_leaf_vector')?.number() ?? 0) > 1) {
    throw unsupported('trees with a vector in each leaf (multi_strategy=multi_output_tree)');
  }
  const left = tree.get('left_children').numbers();
  const right = tree.get('right_children').numbers();
  const conditions = tree.get('split_conditions').numbers();
  const features = tree.get('split_indices').numbers();
  const goesLeft = tree.get('default_left').numbers();
  const splitTypes = tree.find('split_type')?.numbers() ?? [];
  const categories = readCategories(tree);
  if (left.length > atMost) {
    throw new PerchError('MODEL_FILE_INVALID', `The model file has more than ${maximumNodes} nodes.`);
  }
  return left.map((leftChild, at) => {
    const condition = Math.fround(conditions[at] ?? 0);
    if (leftChild === -1) {
      return { kind: 'leaf', value: Math.fround(condition * weight) };
    }
    const isCategorical = splitTypes[at] === 1;
    const test: SplitTest = isCategorical
      ? { kind: 'member', categories: categories.get(at) ?? [] }
      : { kind: 'less', threshold: condition };
    const missingGoesLeft = goesLeft[at] === 1;
    const rightChild = right[at] ?? -1;
    return {
      kind: 'split',
      feature: features[at] ?? -1,
      test,
      missingPasses: isCategorical ? !missingGoesLeft : missingGoesLeft,
      passes: isCategorical ? rightChild : leftChild,
      fails: isCategorical ? leftChild : rightChild,
    };
  });
}

/** The categories of each split that has some: four arrays, of which three say where each node's lie in the first. */
function readCategories(tree: JsonView): Map<number, number[]> {
  const all = tree.find('categories')?.numbers() ?? [];
  const nodes = tree.find('categories_nodes')?.numbers() ?? [];
  const starts = tree.find('categories_segments')?.numbers() ?? [];
  const sizes = tree.find('categories_sizes')?.numbers() ?? [];
  return new Map(
    nodes.map((node, at) => {
      const start = starts[at] ?? 0;
      return [node, all.slice(start, start + (sizes[at] ?? 0))];
    }),
  );
}

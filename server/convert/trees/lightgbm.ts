// Reads what LightGBM's save_model("model.txt") writes: lines of `name=values`, a header and a section per tree.
import { PerchError } from '../../errors.ts';
import {
  faultOf,
  maximumNodes,
  type SplitNode,
  type Transform,
  type Tree,
  type TreeEnsemble,
} from './tree-ensemble.ts';

/** The lines of a section, by name. */
type Section = ReadonlyMap<string, string>;

/** Bits of decision_type (LightGBM's tree.h): categorical, default left, and two for what counts as missing. */
const categoricalBit = 1;
const defaultLeftBit = 2;
const missingZero = 1;
const missingNan = 2;

/** The ensemble in `text`. Throws MODEL_FILE_INVALID, or OPERATORS_UNSUPPORTED for linear trees and unknown objectives. */
export function readLightgbm(text: string): TreeEnsemble {
  const [header, ...sections] = splitSections(text);
  if (!header?.has('tree')) {
    throw damaged('its first line is not "tree"');
  }
  const features = oneNumber(header, 'max_feature_idx') + 1;
  const outputs = oneNumber(header, 'num_tree_per_iteration');
  if (!(outputs >= 1 && features >= 1)) {
    throw damaged('it says no number of features or classes');
  }
  const zeroIsMissing = new Set<number>();
  let nodesLeft = maximumNodes;
  const trees = sections.map((section, at): Tree => {
    const tree = { nodes: readNodes(section, zeroIsMissing, nodesLeft), output: at % outputs };
    nodesLeft -= tree.nodes.length;
    const fault = faultOf(tree, features);
    if (fault !== undefined) {
      throw damaged(`tree ${at}: ${fault}`);
    }
    return tree;
  });
  return {
    producer: `LightGBM ${header.get('version') ?? ''}`.trim(),
    dtype: 'float64',
    features,
    outputs,
    trees,
    base: new Array<number>(outputs).fill(0),
    // A random forest's prediction is the average of its iterations.
    scale: header.has('average_output') ? outputs / Math.max(1, trees.length) : 1,
    transform: transformOf(header.get('objective') ?? ''),
    zeroIsMissing,
  };
}

/** Sections end at an empty line followed by `Tree=`, and all of them at `end of trees`. */
function splitSections(text: string): Section[] {
  const end = text.indexOf('\nend of trees');
  if (end === -1) {
    throw damaged('it has no line "end of trees"');
  }
  return text
    .slice(0, end)
    .split(/\r?\n(?=Tree=)/)
    .map((section) => {
      const lines = section.split(/\r?\n/).filter((line) => line !== '');
      return new Map(
        lines.map((line) => {
          const at = line.indexOf('=');
          return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
        }),
      );
    });
}

function damaged(what: string): PerchError {
  return new PerchError('MODEL_FILE_INVALID', `The model file is damaged: ${what}.`);
}

function numbers(section: Section, name: string, count: number): number[] {
  const text = section.get(name)?.trim() ?? '';
  const values = text === '' ? [] : text.split(' ').map(Number);
  if (values.length !== count || values.some(Number.isNaN)) {
    throw damaged(`"${name}" has not ${count} numbers`);
  }
  return values;
}

function oneNumber(section: Section, name: string): number {
  return numbers(section, name, 1)[0] ?? 0;
}

/** The splits first, then the leaves: a child below zero is the leaf with that number's complement. */
function readNodes(section: Section, zeroIsMissing: Set<number>, atMost: number): Tree['nodes'] {
  if (section.get('is_linear') === '1') {
    throw unsupported('linear trees (linear_tree=true)');
  }
  const leaves = oneNumber(section, 'num_leaves');
  if (!(leaves >= 1 && 2 * leaves - 1 <= atMost)) {
    throw damaged(`a tree has ${leaves} leaves`);
  }
  const values = numbers(section, 'leaf_value', leaves).map((value) => ({ kind: 'leaf' as const, value }));
  const splits = leaves - 1;
  if (splits === 0) {
    return values;
  }
  const features = numbers(section, 'split_feature', splits);
  const thresholds = numbers(section, 'threshold', splits);
  const decisions = numbers(section, 'decision_type', splits);
  const lefts = numbers(section, 'left_child', splits);
  const rights = numbers(section, 'right_child', splits);
  const categories = readCategories(section);
  const nodeOf = (child: number): number => (child >= 0 ? child : splits + ~child);
  const nodes = features.map((feature, at): SplitNode => {
    const decision = decisions[at] ?? 0;
    const missing = decision >> 2;
    const threshold = thresholds[at] ?? 0;
    const children = { passes: nodeOf(lefts[at] ?? 0), fails: nodeOf(rights[at] ?? 0) };
    if ((decision & categoricalBit) !== 0) {
      // CategoricalDecision: NaN goes right.
      return {
        kind: 'split',
        feature,
        test: { kind: 'member', categories: categories[threshold] ?? [] },
        missingPasses: false,
        ...children,
      };
    }
    if (missing === missingZero) {
      zeroIsMissing.add(feature);
    }
    const goesLeft = (decision & defaultLeftBit) !== 0;
    // NumericalDecision: where NaN is not a missing value it counts as zero.
    const missingPasses = missing === missingNan || missing === missingZero ? goesLeft : 0 <= threshold;
    return { kind: 'split', feature, test: { kind: 'lessOrEqual', threshold }, missingPasses, ...children };
  });
  return [...nodes, ...values];
}

/** The categories of each categorical split, by its number: bits of 32-bit words. */
function readCategories(section: Section): number[][] {
  const count = section.has('num_cat') ? oneNumber(section, 'num_cat') : 0;
  if (count === 0) {
    return [];
  }
  const boundaries = numbers(section, 'cat_boundaries', count + 1);
  const words = numbers(section, 'cat_threshold', boundaries[count] ?? 0);
  return Array.from({ length: count }, (_, at) => {
    const first = boundaries[at] ?? 0;
    return words
      .slice(first, boundaries[at + 1])
      .flatMap((word, offset) =>
        Array.from({ length: 32 }, (__, bit) => ((word >>> bit) & 1 ? 32 * offset + bit : -1)).filter(
          (category) => category >= 0,
        ),
      );
  });
}

function unsupported(what: string): PerchError {
  return new PerchError(
    'OPERATORS_UNSUPPORTED',
    `The model uses ${what}, which cannot be converted: export it as ONNX (onnxmltools) and put model.onnx into the version's directory.`,
  );
}

/** `binary sigmoid:1`: the objective's ConvertOutput. */
function transformOf(objective: string): Transform {
  const [name = '', ...parameters] = objective.split(' ');
  const slope = Number(
    parameters.find((parameter) => parameter.startsWith('sigmoid:'))?.slice('sigmoid:'.length) ?? 1,
  );
  switch (name) {
    case 'binary':
    case 'multiclassova':
      return { kind: 'sigmoid', slope };
    case 'cross_entropy':
      return { kind: 'sigmoid', slope: 1 };
    case 'cross_entropy_lambda':
      return { kind: 'log1pExp' };
    case 'multiclass':
      return { kind: 'softmax' };
    case 'poisson':
    case 'gamma':
    case 'tweedie':
      return { kind: 'exp' };
    case 'regression':
    case 'regression_l1':
      return { kind: parameters.includes('sqrt') ? 'signedSquare' : 'none' };
    case '':
    case 'custom':
    case 'huber':
    case 'fair':
    case 'quantile':
    case 'mape':
    case 'lambdarank':
    case 'rank_xendcg':
      return { kind: 'none' };
    default:
      throw unsupported(`the objective ${name}`);
  }
}

// An ensemble of trees as an ONNX graph: TreeEnsemble of ai.onnx.ml 5, and a few nodes around it.
import type { OnnxAttributes, OnnxGraph, OnnxInitializer, OnnxNode } from '../onnx/onnx-model.ts';
import type { RealValue, Value } from '../value.ts';
import type { SplitTest, Transform, TreeEnsemble } from './tree-ensemble.ts';

/** The graph's input, [rows, features], and its output, [rows] or [rows, outputs]. */
export const treeInput = 'inputs';
export const treeOutput = 'predictions';

/** TensorProto.DataType. */
const onnxTypes = { float32: 1, float64: 11 } as const;
/** TreeEnsemble's aggregate_function and post_transform: the sum, as it is. */
const sumOfLeaves = 1;
const noTransform = 0;
/** TreeEnsemble's nodes_modes. */
const modes: Readonly<Record<SplitTest['kind'], number>> = { lessOrEqual: 0, less: 1, member: 6 };
/** LightGBM takes a value nearer to zero than this for zero (kZeroThreshold). */
const lightgbmZero = 1e-35;

/** The graph of a whole ensemble. */
export function treeGraph(ensemble: TreeEnsemble): OnnxGraph {
  const builder = new Builder(ensemble.dtype);
  const { outputs, scale, base, transform, dtype } = ensemble;
  let name = builder.node(
    'TreeEnsemble',
    [prepared(ensemble, builder)],
    treeAttributes(ensemble),
    'ai.onnx.ml',
  );
  if (scale !== 1) {
    name = builder.node('Mul', [name, builder.numbers([scale])]);
  }
  if (base.some((number) => number !== 0)) {
    name = builder.node('Add', [name, builder.numbers(base)]);
  }
  name = transformed(name, transform, builder);
  const isOneColumn = outputs === 1 || transform.kind === 'argmax';
  if (isOneColumn) {
    name = builder.node('Squeeze', [name, builder.axis(1)]);
  }
  builder.rename(name, treeOutput);
  const elementType = onnxTypes[dtype];
  return {
    name: 'trees',
    nodes: builder.nodes,
    initializers: builder.initializers,
    inputs: [{ name: treeInput, elementType, shape: [-1, ensemble.features] }],
    outputs: [{ name: treeOutput, elementType, shape: isOneColumn ? [-1] : [-1, outputs] }],
    mlVersion: 5,
  };
}

/** Collects nodes and initializers. */
class Builder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];
  readonly #dtype: TreeEnsemble['dtype'];

  constructor(dtype: TreeEnsemble['dtype']) {
    this.#dtype = dtype;
  }

  node(op: string, inputs: readonly string[], attributes: OnnxAttributes = {}, domain = ''): string {
    const output = `${op}_${this.nodes.length}`;
    this.nodes.push({ op, domain, inputs, outputs: [output], attributes });
    return output;
  }

  /** A row of numbers, to be broadcast. */
  numbers(numbers: readonly number[]): string {
    return this.#initializer(real(this.#dtype, numbers));
  }

  /** Which columns: a row of truth values. */
  columns(chosen: ReadonlySet<number>, count: number): string {
    const data = Uint8Array.from({ length: count }, (_, column) => (chosen.has(column) ? 1 : 0));
    return this.#initializer({ dtype: 'bool', shape: [count], data });
  }

  axis(axis: number): string {
    return this.#initializer({ dtype: 'int64', shape: [1], data: BigInt64Array.of(BigInt(axis)) });
  }

  /** Gives the last node's output the name that is seen outside. */
  rename(from: string, to: string): void {
    this.nodes.push({ op: 'Identity', domain: '', inputs: [from], outputs: [to], attributes: {} });
  }

  #initializer(value: Value): string {
    const name = `c_${this.initializers.length}`;
    this.initializers.push({ name, value });
    return name;
  }
}

function real(dtype: 'float32' | 'float64', numbers: readonly number[]): RealValue {
  const data = dtype === 'float32' ? Float32Array.from(numbers) : Float64Array.from(numbers);
  return { dtype, shape: [numbers.length], data };
}

/** The input as the trees want it: zeros that are missing values as NaN, categories without fractions. */
function prepared({ zeroIsMissing, trees, features }: TreeEnsemble, builder: Builder): string {
  let name = treeInput;
  if (zeroIsMissing.size > 0) {
    const isZero = builder.node('LessOrEqual', [
      builder.node('Abs', [name]),
      builder.numbers([lightgbmZero]),
    ]);
    const isMissing = builder.node('And', [isZero, builder.columns(zeroIsMissing, features)]);
    name = builder.node('Where', [isMissing, builder.numbers([NaN]), name]);
  }
  const categorical = new Set<number>();
  for (const node of trees.flatMap((tree) => tree.nodes)) {
    if (node.kind === 'split' && node.test.kind === 'member') {
      categorical.add(node.feature);
    }
  }
  if (categorical.size > 0) {
    // Both trainers cast to an integer, which cuts off towards zero.
    const whole = builder.node('Mul', [
      builder.node('Sign', [name]),
      builder.node('Floor', [builder.node('Abs', [name])]),
    ]);
    name = builder.node('Where', [builder.columns(categorical, features), whole, name]);
  }
  return name;
}

function transformed(name: string, transform: Transform, builder: Builder): string {
  switch (transform.kind) {
    case 'none':
      return name;
    case 'sigmoid':
      return builder.node('Sigmoid', [
        transform.slope === 1 ? name : builder.node('Mul', [name, builder.numbers([transform.slope])]),
      ]);
    case 'softmax':
      return builder.node('Softmax', [name], { axis: 1 });
    case 'exp':
      return builder.node('Exp', [name]);
    case 'log1pExp':
      return builder.node('Log', [builder.node('Add', [builder.node('Exp', [name]), builder.numbers([1])])]);
    case 'signedSquare':
      return builder.node('Mul', [name, builder.node('Abs', [name])]);
    case 'argmax':
      // A class is a float, as the trainer gives it.
      return builder.node('Cast', [builder.node('ArgMax', [name], { axis: 1, keepdims: 1 })], {
        to: onnxTypes.float32,
      });
    case 'step':
      return builder.node('Cast', [builder.node('Greater', [name, builder.numbers([0])])], {
        to: onnxTypes.float32,
      });
  }
}

/** Where a node or a leaf lies in TreeEnsemble's arrays. */
interface Place {
  readonly isLeaf: 0 | 1;
  readonly index: number;
}

/** The arrays of TreeEnsemble (ai.onnx.ml 5): inner nodes of all trees behind each other, and leaves of all trees. */
function treeAttributes({ trees, outputs, dtype }: TreeEnsemble): OnnxAttributes {
  const features: number[] = [];
  const nodeModes: number[] = [];
  const splits: number[] = [];
  const members: number[] = [];
  const missing: number[] = [];
  const whenTrue: number[] = [];
  const trueIsLeaf: number[] = [];
  const whenFalse: number[] = [];
  const falseIsLeaf: number[] = [];
  const leafOutputs: number[] = [];
  const leafValues: number[] = [];
  const roots: number[] = [];
  for (const { nodes, output } of trees) {
    let nextNode = features.length;
    const places = nodes.map((node): Place => {
      if (node.kind === 'split') {
        return { isLeaf: 0, index: nextNode++ };
      }
      leafOutputs.push(output);
      leafValues.push(node.value);
      return { isLeaf: 1, index: leafValues.length - 1 };
    });
    const root = places[0] ?? { isLeaf: 1, index: 0 };
    roots.push(features.length);
    const add = (
      feature: number,
      test: SplitTest,
      missingPasses: boolean,
      passes: Place,
      fails: Place,
    ): void => {
      features.push(feature);
      nodeModes.push(modes[test.kind]);
      splits.push(test.kind === 'member' ? 0 : test.threshold);
      if (test.kind === 'member') {
        members.push(...test.categories, NaN);
      }
      missing.push(missingPasses ? 1 : 0);
      whenTrue.push(passes.index);
      trueIsLeaf.push(passes.isLeaf);
      whenFalse.push(fails.index);
      falseIsLeaf.push(fails.isLeaf);
    };
    if (root.isLeaf === 1) {
      // A tree begins with a node: one that leads to its only leaf either way.
      add(0, { kind: 'lessOrEqual', threshold: 0 }, true, root, root);
      continue;
    }
    for (const node of nodes) {
      const passes = node.kind === 'split' ? places[node.passes] : undefined;
      const fails = node.kind === 'split' ? places[node.fails] : undefined;
      if (node.kind === 'split' && passes !== undefined && fails !== undefined) {
        add(node.feature, node.test, node.missingPasses, passes, fails);
      }
    }
  }
  return {
    n_targets: outputs,
    aggregate_function: sumOfLeaves,
    post_transform: noTransform,
    tree_roots: roots,
    nodes_featureids: features,
    nodes_modes: { tensor: { dtype: 'uint8', shape: [nodeModes.length], data: Uint8Array.from(nodeModes) } },
    nodes_splits: { tensor: real(dtype, splits) },
    nodes_missing_value_tracks_true: missing,
    nodes_truenodeids: whenTrue,
    nodes_trueleafs: trueIsLeaf,
    nodes_falsenodeids: whenFalse,
    nodes_falseleafs: falseIsLeaf,
    leaf_targetids: leafOutputs,
    leaf_weights: { tensor: real(dtype, leafValues) },
    ...(members.length === 0 ? {} : { membership_values: { tensor: real(dtype, members) } }),
  };
}

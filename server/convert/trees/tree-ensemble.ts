// An ensemble of decision trees as XGBoost and LightGBM train them, in words of neither: what both readers make and what is emitted as ONNX.

/** Where a sample goes at a split. */
export interface SplitNode {
  readonly kind: 'split';
  /** Column of the input. */
  readonly feature: number;
  readonly test: SplitTest;
  /** Whether NaN counts as passing. */
  readonly missingPasses: boolean;
  /** Index of the node for what passes, in the tree's `nodes`. */
  readonly passes: number;
  readonly fails: number;
}

export type SplitTest =
  | { readonly kind: 'less' | 'lessOrEqual'; readonly threshold: number }
  /** The value, without its fraction, is one of these. */
  | { readonly kind: 'member'; readonly categories: readonly number[] };

export interface LeafNode {
  readonly kind: 'leaf';
  readonly value: number;
}

/** A tree; its root is node 0. Every node but the root is reached exactly once (`checkTree`). */
export interface Tree {
  readonly nodes: readonly (SplitNode | LeafNode)[];
  /** Which sum its leaves are added to. */
  readonly output: number;
}

/** What becomes of the sums. */
export type Transform =
  | { readonly kind: 'none' | 'softmax' | 'exp' | 'log1pExp' | 'signedSquare' }
  | { readonly kind: 'sigmoid'; readonly slope: number }
  /** The index of the largest sum, as a float, one per row. */
  | { readonly kind: 'argmax' }
  /** 1 where the sum is positive, else 0. */
  | { readonly kind: 'step' };

/** The whole model. */
export interface TreeEnsemble {
  /** `XGBoost 2.1.0`, for the report. */
  readonly producer: string;
  /** In what the trainer computes: XGBoost in float32, LightGBM in float64. */
  readonly dtype: 'float32' | 'float64';
  /** Columns of the input, at least 1. */
  readonly features: number;
  /** Sums that the trees make, at least 1. */
  readonly outputs: number;
  readonly trees: readonly Tree[];
  /** Added to the sums: one number per output. */
  readonly base: readonly number[];
  /** Each sum is multiplied by this (an average of trees); 1 for a sum. */
  readonly scale: number;
  readonly transform: Transform;
  /** Columns whose zeros are missing values (LightGBM's zero_as_missing). */
  readonly zeroIsMissing: ReadonlySet<number>;
}

/** More nodes than this are a damaged file, not a model. */
export const maximumNodes = 50_000_000;

/**
 * What is wrong with a tree, or undefined: an index outside of it, a column that the input does not have, a node that is
 * reached twice (which a circle does).
 */
export function faultOf({ nodes }: Tree, features: number): string | undefined {
  const seen = new Uint8Array(nodes.length);
  const open = [0];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const node = nodes[at];
    if (node === undefined) {
      return `it has no node ${at}`;
    }
    if (seen[at] === 1) {
      return `node ${at} is reached twice`;
    }
    seen[at] = 1;
    if (node.kind === 'split') {
      if (!(node.feature >= 0 && node.feature < features)) {
        return `node ${at} splits feature ${node.feature} of ${features}`;
      }
      open.push(node.fails, node.passes);
    }
  }
  return undefined;
}

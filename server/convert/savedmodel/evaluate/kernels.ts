// All kernels, by op: the families put together.
import { arithmeticKernels } from './kernels/arithmetic.ts';
import { castKernels } from './kernels/casts.ts';
import { comparisonKernels } from './kernels/comparisons.ts';
import { controlKernels } from './kernels/control.ts';
import { paddingKernels } from './kernels/padding.ts';
import { shapingKernels } from './kernels/shaping.ts';
import { slicingKernels } from './kernels/slicing.ts';
import { unaryKernels } from './kernels/unary.ts';
import { variableKernels } from './kernels/variables.ts';
import { reductionKernels } from './kernels/reductions.ts';
import { selectionKernels } from './kernels/selection.ts';
import { gatheringKernels } from './kernels/gathering.ts';
import { scatteringKernels } from './kernels/scattering.ts';
import { resizeKernels } from './kernels/resizes.ts';
import { segmentKernels } from './kernels/segments.ts';
import { sortingKernels } from './kernels/sorting.ts';
import { matrixKernels } from './kernels/matrix.ts';
import { listKernels } from './kernels/lists.ts';
import { countingKernels } from './kernels/counting.ts';
import { hashBucketKernels } from './kernels/hash-buckets.ts';
import { parseExampleKernels } from './kernels/parse-example.ts';
import { raggedKernels } from './kernels/ragged.ts';
import { regexKernels } from './kernels/regex.ts';
import { sparseKernels } from './kernels/sparse.ts';
import { sparseSumKernels } from './kernels/sparse-sums.ts';
import { stringByteKernels } from './kernels/string-bytes.ts';
import { stringNumberKernels } from './kernels/string-numbers.ts';
import { stringKernels } from './kernels/strings.ts';
import { tableKernels } from './kernels/tables.ts';
import { textKernels } from './kernels/text.ts';
import { unicodeKernels } from './kernels/unicode.ts';
import type { Kernels } from './contract.ts';

const families: readonly Kernels[] = [
  listKernels,
  matrixKernels,
  sortingKernels,
  resizeKernels,
  segmentKernels,
  scatteringKernels,
  gatheringKernels,
  selectionKernels,
  reductionKernels,
  arithmeticKernels,
  castKernels,
  comparisonKernels,
  controlKernels,
  paddingKernels,
  shapingKernels,
  slicingKernels,
  unaryKernels,
  variableKernels,
  countingKernels,
  hashBucketKernels,
  parseExampleKernels,
  raggedKernels,
  regexKernels,
  sparseKernels,
  sparseSumKernels,
  stringByteKernels,
  stringNumberKernels,
  stringKernels,
  tableKernels,
  textKernels,
  unicodeKernels,
];

/** Kernels by op. */
export const kernels: Kernels = new Map(families.flatMap((family) => [...family]));

// All kernels, by op: the families put together.
import { arithmeticKernels } from './kernels/arithmetic.ts';
import { binKernels } from './kernels/bins.ts';
import { audioKernels } from './kernels/audio.ts';
import { castKernels } from './kernels/casts.ts';
import { combinedDetectionKernels } from './kernels/combined-detection.ts';
import { comparisonKernels } from './kernels/comparisons.ts';
import { controlKernels } from './kernels/control.ts';
import { convolutionKernels } from './kernels/convolutions.ts';
import { countingKernels } from './kernels/counting.ts';
import { csvKernels } from './kernels/csv.ts';
import { detectionKernels } from './kernels/detection.ts';
import { gatheringKernels } from './kernels/gathering.ts';
import { hashBucketKernels } from './kernels/hash-buckets.ts';
import { imageKernels } from './kernels/images.ts';
import { listKernels } from './kernels/lists.ts';
import { matrixKernels } from './kernels/matrix.ts';
import { paddingKernels } from './kernels/padding.ts';
import { parseExampleKernels } from './kernels/parse-example.ts';
import { raggedKernels } from './kernels/ragged.ts';
import { reductionKernels } from './kernels/reductions.ts';
import { regexKernels } from './kernels/regex.ts';
import { resizeKernels } from './kernels/resizes.ts';
import { scatteringKernels } from './kernels/scattering.ts';
import { segmentKernels } from './kernels/segments.ts';
import { selectionKernels } from './kernels/selection.ts';
import { poolKernels } from './kernels/pools.ts';
import { projectionKernels } from './kernels/projections.ts';
import { shapingKernels } from './kernels/shaping.ts';
import { slicingKernels } from './kernels/slicing.ts';
import { sortingKernels } from './kernels/sorting.ts';
import { sparseArithmeticKernels } from './kernels/sparse-arithmetic.ts';
import { sparseCrossKernels } from './kernels/sparse-cross.ts';
import { sparseSumKernels } from './kernels/sparse-sums.ts';
import { sparseKernels } from './kernels/sparse.ts';
import { stringByteKernels } from './kernels/string-bytes.ts';
import { stringNumberKernels } from './kernels/string-numbers.ts';
import { stringKernels } from './kernels/strings.ts';
import { tableKernels } from './kernels/tables.ts';
import { textKernels } from './kernels/text.ts';
import { unaryKernels } from './kernels/unary.ts';
import { unicodeKernels } from './kernels/unicode.ts';
import { variableKernels } from './kernels/variables.ts';
import type { Kernels } from './contract.ts';

const families: readonly Kernels[] = [
  arithmeticKernels,
  binKernels,
  audioKernels,
  castKernels,
  combinedDetectionKernels,
  comparisonKernels,
  controlKernels,
  convolutionKernels,
  countingKernels,
  csvKernels,
  detectionKernels,
  gatheringKernels,
  hashBucketKernels,
  imageKernels,
  listKernels,
  matrixKernels,
  paddingKernels,
  parseExampleKernels,
  raggedKernels,
  reductionKernels,
  regexKernels,
  resizeKernels,
  scatteringKernels,
  segmentKernels,
  selectionKernels,
  poolKernels,
  projectionKernels,
  shapingKernels,
  slicingKernels,
  sortingKernels,
  sparseArithmeticKernels,
  sparseCrossKernels,
  sparseKernels,
  sparseSumKernels,
  stringByteKernels,
  stringKernels,
  stringNumberKernels,
  tableKernels,
  textKernels,
  unaryKernels,
  unicodeKernels,
  variableKernels,
];

/** Kernels by op. */
export const kernels: Kernels = new Map(families.flatMap((family) => [...family]));

// All mappings, by op: the families put together.
import { activationMappings } from './mappings/activations.ts';
import { basicMappings } from './mappings/basics.ts';
import { binaryMappings } from './mappings/binary.ts';
import { bitwiseMappings } from './mappings/bitwise.ts';
import { blockMappings } from './mappings/blocks.ts';
import { castMappings } from './mappings/casts.ts';
import { colourMappings } from './mappings/colours.ts';
import { withComplexNumbers } from './mappings/complex.ts';
import { controlMappings } from './mappings/control.ts';
import { convolutionMappings } from './mappings/convolutions.ts';
import { cropMappings } from './mappings/crops.ts';
import { detectionMappings } from './mappings/detection.ts';
import { fillingMappings } from './mappings/filling.ts';
import { fourierMappings } from './mappings/fourier.ts';
import { gatheringMappings } from './mappings/gathering.ts';
import { integerArithmeticMappings } from './mappings/integer-arithmetic.ts';
import { joiningMappings } from './mappings/joining.ts';
import { listMappings } from './mappings/lists.ts';
import { matrixDiagonalMappings } from './mappings/matrix-diagonals.ts';
import { matrixProductMappings } from './mappings/matrix-products.ts';
import { normalisationMappings } from './mappings/normalisation.ts';
import { orderingMappings } from './mappings/ordering.ts';
import { poolMappings } from './mappings/pools.ts';
import { quantisationMappings } from './mappings/quantisation.ts';
import { randomMappings } from './mappings/random.ts';
import { reductionMappings } from './mappings/reductions.ts';
import { reshapingMappings } from './mappings/reshaping.ts';
import { resizeMappings } from './mappings/resizes.ts';
import { scanMappings } from './mappings/scans.ts';
import { scatteringMappings } from './mappings/scattering.ts';
import { segmentMappings } from './mappings/segments.ts';
import { selectingMappings } from './mappings/selecting.ts';
import { shapeQueryMappings } from './mappings/shape-queries.ts';
import { singleDiagonalMappings } from './mappings/single-diagonals.ts';
import { slicingMappings } from './mappings/slicing.ts';
import { stridedSliceMappings } from './mappings/strided-slice.ts';
import { transposedConvolutionMappings } from './mappings/transposed-convolutions.ts';
import { unaryMappings } from './mappings/unary.ts';
import type { Mappings } from './contract.ts';

const families: readonly Mappings[] = [
  activationMappings,
  basicMappings,
  binaryMappings,
  bitwiseMappings,
  blockMappings,
  castMappings,
  colourMappings,
  controlMappings,
  convolutionMappings,
  cropMappings,
  detectionMappings,
  fillingMappings,
  fourierMappings,
  gatheringMappings,
  integerArithmeticMappings,
  joiningMappings,
  listMappings,
  matrixDiagonalMappings,
  matrixProductMappings,
  normalisationMappings,
  orderingMappings,
  poolMappings,
  quantisationMappings,
  randomMappings,
  reductionMappings,
  reshapingMappings,
  resizeMappings,
  scanMappings,
  scatteringMappings,
  segmentMappings,
  selectingMappings,
  shapeQueryMappings,
  singleDiagonalMappings,
  slicingMappings,
  stridedSliceMappings,
  transposedConvolutionMappings,
  unaryMappings,
];

/** Mappings by op. */
export const mappings: Mappings = withComplexNumbers(new Map(families.flatMap((family) => [...family])));

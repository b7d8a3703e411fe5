// What the supported operators do not do, in a sentence each: docs/operators.md is made of it (`npm run operators`).

/** A limit and the ops that have it, separated by white space. */
const limits: readonly (readonly [limit: string, ops: string])[] = [
  // Element types.
  ['Not of complex numbers in ONNX.', 'MatMul BatchMatMul BatchMatMulV2 Einsum Cross'],
  ['`Tout` must not be complex.', 'BatchMatMulV3'],
  ['On the host only equations without repeated labels in an operand.', 'Einsum'],
  [
    'In ONNX float32, float16 and bfloat16, others by the host; sums of float16 are kept in more bits than TensorFlow keeps.',
    'Conv2D Conv3D DepthwiseConv2dNative Conv2DBackpropInput Conv3DBackpropInputV2',
  ],
  ["In ONNX the filter's shape must be known.", 'Conv2D Conv3D DepthwiseConv2dNative'],
  ['On the host without groups of channels.', 'Conv2D Conv3D'],
  ['No explicit padding.', 'Conv2DBackpropInput'],
  ['In ONNX not of 64-bit integers.', 'MaxPool MaxPoolV2 MaxPool3D'],
  ['In ONNX not of float64.', 'AvgPool AvgPool3D'],
  ['Float32 only; the sizes of the image must be known; no `include_batch_in_index`.', 'MaxPoolWithArgmax'],
  ['Floating point only.', 'RGBToHSV HSVToRGB AdjustHue AdjustSaturation LRN SparseSoftmax'],
  ['Float32 and float16 only.', 'AdjustContrastv2'],
  ['Float32 only.', 'LRN'],
  [
    'With `is_training` only for `exponential_avg_factor` 1.',
    'FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3',
  ],
  ['Not of float64.', 'Erfc'],
  ['In ONNX not of uint64.', 'Prod'],
  ['Not of uint64.', 'Range'],
  ['Not of complex numbers or strings.', 'Empty PopulationCount'],
  ['`out_type` and the like are int32 or int64.', 'Shape ShapeN Size ArgMax ArgMin TopKV2'],
  ['Not of 64-bit integers.', 'LinSpace ApproximateEqual'],
  ['Exponents of 64-bit integers only where they are constant; a constant negative one is refused.', 'Pow'],
  ['Not from or to strings; `Truncate` between floats is done by the host.', 'Cast'],
  ['Not of strings; between types of different kinds or widths by the host.', 'Bitcast'],
  ['Strings are joined by the host only.', 'Add'],
  [
    'With `incompatible_shape_error` false and shapes of known rank but unknown sizes, sizes that do not fit are refused at the request.',
    'Equal NotEqual',
  ],
  // What must be known at conversion.
  [
    'In ONNX the axis must be constant.',
    'ConcatV2 Concat Split SplitV Cumsum Gather GatherV2 ExpandDims Reverse ReverseV2',
  ],
  ['In ONNX the length along the axis must be known and short.', 'Cumprod'],
  ['In ONNX the axis must be constant; not behind several axes of batches of unknown rank.', 'GatherV2'],
  ['In ONNX the order must be constant.', 'Transpose ConjugateTranspose'],
  [
    'In ONNX the strides must be constant; no backward slices from a place that is not known.',
    'StridedSlice',
  ],
  [
    'In ONNX the depth of the indices must be known.',
    'ScatterNd ScatterNdNonAliasingAdd TensorScatterUpdate TensorScatterAdd TensorScatterSub TensorScatterMax TensorScatterMin',
  ],
  ['Padding of strings is done by the host only.', 'Pad PadV2 MirrorPad'],
  ['At most 4096 partitions in ONNX.', 'DynamicPartition'],
  ['Distinct slices (`axis`) are found by the host only.', 'UniqueV2 UniqueWithCountsV2'],
  ['Not of complex numbers.', 'Unique UniqueV2 UniqueWithCounts UniqueWithCountsV2'],
  [
    'The size of the matrix and the diagonals must be known.',
    'MatrixDiag MatrixDiagV2 MatrixDiagV3 MatrixDiagPartV2 MatrixDiagPartV3 MatrixSetDiag MatrixSetDiagV2 MatrixSetDiagV3',
  ],
  [
    'Block shape and padding must be constant in ONNX.',
    'SpaceToBatchND SpaceToBatch BatchToSpaceND BatchToSpace',
  ],
  ['`fft_length` must be constant, and bounded.', 'RFFT RFFT2D RFFT3D IRFFT IRFFT2D IRFFT3D'],
  [
    'Complex numbers of float16 are not there; a transform is a product of matrices, so long ones are refused.',
    'FFT FFT2D FFT3D IFFT IFFT2D IFFT3D',
  ],
  ['`crop_size` must be constant.', 'CropAndResize'],
  [
    'In ONNX the sizes must be known and the product of the sizes before and after bounded; else by the host.',
    'ResizeBicubic ResizeArea ScaleAndTranslate',
  ],
  ['Not of strings.', 'ResizeNearestNeighbor'],
  [
    'The ranges of channels (`axis`) that TensorFlow refuses are refused at load.',
    'QuantizeAndDequantizeV2 QuantizeAndDequantizeV4',
  ],
  [
    'Float32 boxes in ONNX; the threshold must be constant.',
    'NonMaxSuppression NonMaxSuppressionV2 NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5',
  ],
  ['Soft suppression is done by the host.', 'NonMaxSuppressionV5'],
  // State, control, lists.
  [
    'Other numbers than TensorFlow draws, of the same distribution; seeds have no effect.',
    'RandomUniform RandomStandardNormal RandomUniformInt',
  ],
  [
    'A branch or a loop must not change a variable in ONNX.',
    'If StatelessIf Case StatelessCase While StatelessWhile',
  ],
  [
    'No strings in branches and loops that ONNX computes.',
    'If StatelessIf Case StatelessCase While StatelessWhile',
  ],
  [
    'In ONNX a loop carries tensors of unchanging types, and lists that it reads or writes in order.',
    'While StatelessWhile',
  ],
  ['At most 50 branches.', 'Case StatelessCase'],
  [
    'Only with a predicate that is known at conversion, or inside of a recognised conditional or loop.',
    'Switch RefSwitch Merge RefMerge',
  ],
  [
    'In ONNX the shape of the items must be known; no lists of strings or complex numbers.',
    'TensorListReserve EmptyTensorList',
  ],
  [
    'In ONNX the indices must be constant, distinct and not negative.',
    'TensorListScatter TensorListScatterV2 TensorListScatterIntoExistingList',
  ],
  ['In ONNX only of a list that nobody wrote to.', 'TensorListResize'],
  [
    'Not of lists with items that were never set, unless their shape is known.',
    'TensorListConcat TensorListConcatV2 TensorListStack',
  ],
  ['Only in a restore op.', 'Restore RestoreSlice RestoreV2'],
  ['A message is not printed.', 'Print PrintV2'],
  ['A request is not refused where the condition does not hold and ONNX computes it.', 'Assert'],
  // Tables and texts.
  [
    'Keys are strings or integers of 32 or 64 bits; values are scalars.',
    'HashTable HashTableV2 MutableHashTable MutableHashTableV2 AnonymousHashTable AnonymousMutableHashTable LookupTableFind LookupTableFindV2',
  ],
  ['Only at load, from a file in `assets`.', 'InitializeTableFromTextFile InitializeTableFromTextFileV2'],
  [
    'At conversion only: no request changes a table.',
    'LookupTableInsert LookupTableInsertV2 LookupTableImport LookupTableImportV2 LookupTableRemoveV2',
  ],
  [
    'The syntax of RE2 in linear time; `\\C` only in patterns that are else ASCII.',
    'RegexReplace StaticRegexReplace RegexFullMatch StaticRegexFullMatch',
  ],
  [
    'The encodings UTF-8, UTF-16-BE, UTF-32-BE, ASCII and ISO-8859-1.',
    'UnicodeDecode UnicodeDecodeWithOffsets UnicodeEncode UnicodeTranscode',
  ],
  ['The forms NFC, NFD, NFKC and NFKD.', 'NormalizeUTF8'],
  ['Width and precision are bounded.', 'AsString'],
  ['To float32, float64, int32 and int64.', 'StringToNumber'],
  ['Not of float16 and bfloat16.', 'Fingerprint DecodeRaw DecodePaddedRaw'],
  ['Floats and integers of 32 and 64 bits, and strings.', 'DecodeCSV'],
  [
    "Features of float, int64 and string; a dense feature's shape must be known.",
    'ParseExample ParseExampleV2 ParseSingleExample',
  ],
  // Sparse and ragged.
  [
    'Not of 64-bit integers and complex numbers.',
    'SparseAdd SparseReduceMax SparseReduceSum SparseTensorDenseAdd SparseTensorDenseMatMul',
  ],
  ['Floating point only.', 'SparseDenseCwiseAdd SparseDenseCwiseDiv SparseDenseCwiseMul'],
  ['Hashed by way of int64, or joined by way of strings.', 'SparseCross'],
  ['Columns of strings and int64.', 'SparseCross SparseCrossV2'],
  ['Weights of float32, float64, int32 and int64.', 'RaggedBincount SparseBincount'],
  [
    'Rows by `row_splits`, `value_rowids` and `first_dim_size`; the inner shape stays as it is.',
    'RaggedTensorToTensor',
  ],
  ['Not of a scalar.', 'RaggedGather'],
  // Images and sound.
  ['JPEG, PNG, GIF and BMP as uint8 or uint16, `DecodeImage` as float32 too.', 'DecodeImage DecodePng'],
  [
    '`fill_mode` and `interpolation` as TensorFlow 2 has them.',
    'ImageProjectiveTransformV2 ImageProjectiveTransformV3',
  ],
  ['Images of rank 4, padding SAME or VALID.', 'ExtractImagePatches'],
];

/** By op. An op that is not here has no limits that are known. */
export const operatorLimits: ReadonlyMap<string, string> = byOp();

function byOp(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [limit, ops] of limits) {
    for (const op of ops.split(/\s+/u)) {
      const before = found.get(op);
      found.set(op, before === undefined ? limit : `${before} ${limit}`);
    }
  }
  return found;
}

// What types TensorFlow's ops give: facts of its op registry (2.21), of the ops that models for serving use.

/**
 * Rules for the outputs, and the ops that follow them.
 *
 * A rule has one part for each output argument: `int64` (always this type), `@T` (the type that the attribute T says),
 * `@T*N` (as many of it as the attribute N says), `*@Tdense` (the types that the list attribute says).
 */
export const outputRules: readonly (readonly [rules: string, ops: string])[] = [
  [
    '@T',
    `Abs AccumulateNV2 Acos Acosh Add AddN AddV2 AdjustContrastv2 AdjustHue AdjustSaturation Asin Asinh Assign
AssignAdd AssignSub Atan Atan2 Atanh AvgPool AvgPool3D BandedTriangularSolve BatchMatMul BatchMatMulV2
BatchMatrixBandPart BatchMatrixDeterminant BatchMatrixDiag BatchMatrixDiagPart BatchMatrixInverse
BatchMatrixTriangularSolve BatchNormWithGlobalNormalization BatchToSpace BatchToSpaceND BesselI0 BesselI0e
BesselI1 BesselI1e BesselJ0 BesselJ1 BesselK0 BesselK0e BesselK1 BesselK1e BesselY0 BesselY1 Betainc
BiasAdd BiasAddV1 Bincount BitwiseAnd BitwiseOr BitwiseXor BroadcastArgs BroadcastTo Ceil CheckNumerics
CheckNumericsV2 ClipByValue Concat ConcatV2 Conj ConjugateTranspose Conv Conv2D Conv2DBackpropInput
Conv2DBackpropInputV2 Conv3D Conv3DBackpropInput Conv3DBackpropInputV2 CopyOp Cos Cosh CountUpTo Cross
Cumprod Cumsum CumulativeLogsumexp DataFormatDimMap DataFormatVecPermute Dawsn DenseBincount DepthToSpace
DepthwiseConv2dNative DepthwiseConv2dNativeBackpropInput Diag DiagPart Digamma Dilation2D
Dilation2DBackpropInput Div DivNoNan DrawBoundingBoxes DrawBoundingBoxesV2 DynamicStitch Einsum Elu
EnsureShape Enter Erf Erfc Erfinv EuclideanNorm Exit Exp Expm1 ExpandDims Expint ExtractImagePatches
ExtractVolumePatches Fill Floor FloorDiv FloorMod FresnelCos FresnelSin FusedPadConv2D
FusedResizeAndPadConv2D GuaranteeConst HSVToRGB Identity Igamma Igammac Inv Invert InvertPermutation
L2Loss LRN LeakyRelu LeftShift Lgamma LinSpace Log Log1p LogSoftmax MatMul MatrixBandPart
MatrixDeterminant MatrixDiag MatrixDiagPart MatrixDiagPartV2 MatrixDiagPartV3 MatrixDiagV2 MatrixDiagV3
MatrixExponential MatrixInverse MatrixSetDiag MatrixSetDiagV2 MatrixSetDiagV3 MatrixSolve MatrixSolveLs
MatrixSquareRoot MatrixTriangularSolve Max MaxPool MaxPool3D MaxPoolV2 Maximum Mean Min Minimum MirrorPad
Mod Mul MulNoNan Ndtri Neg NextAfter NextIteration NthElement OneHot OnesLike Pack Pad PadV2
ParallelConcat ParallelDynamicStitch Polygamma Pow Print PreventGradient Prod QuantizeAndDequantize
QuantizeAndDequantizeV2 QuantizeAndDequantizeV3 QuantizeAndDequantizeV4 RGBToHSV RaggedBincount
RaggedTensorToTensor RealDiv Reciprocal RefEnter RefExit RefIdentity RefNextIteration RefSelect Relu Relu6
Reshape ResizeNearestNeighbor ResourceCountUpTo Reverse ReverseSequence ReverseV2 RightShift Rint Roll
Round Rsqrt ScatterAdd ScatterDiv ScatterMax ScatterMin ScatterMul ScatterNd ScatterNdAdd ScatterNdMax
ScatterNdMin ScatterNdNonAliasingAdd ScatterNdSub ScatterNdUpdate ScatterSub ScatterUpdate SegmentMax
SegmentMaxV2 SegmentMean SegmentMin SegmentMinV2 SegmentProd SegmentProdV2 SegmentSum SegmentSumV2 Select
SelectV2 Selu Sigmoid Sign Sin Sinh Slice Snapshot Softmax Softplus Softsign SpaceToBatch SpaceToBatchND
SpaceToDepth SparseBincount SparseDenseCwiseAdd SparseDenseCwiseDiv SparseDenseCwiseMul SparseReduceMax
SparseReduceSum SparseSegmentMean SparseSegmentMeanWithNumSegments SparseSegmentSqrtN
SparseSegmentSqrtNWithNumSegments SparseSegmentSum SparseSegmentSumWithNumSegments SparseSoftmax
SparseTensorDenseAdd SparseTensorDenseMatMul SparseToDense Spence Sqrt Square SquaredDifference Squeeze
StopGradient StridedSlice StridedSliceAssign Sub Sum Tan Tanh TensorScatterAdd TensorScatterMax
TensorScatterMin TensorScatterSub TensorScatterUpdate TensorStridedSliceUpdate Tile Transpose TruncateDiv
TruncateMod Unary UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd UnsortedSegmentSum Xdivy
Xlog1py Xlogy ZerosLike Zeta`,
  ],
  [
    '@dtype',
    `Const DecodeImage DecodeJxl DecodePng DecodeWebP Dequantize Empty HistogramFixedWidth
ImageProjectiveTransformV2 ImageProjectiveTransformV3 ImmutableConst
NonDeterministicInts ParameterizedTruncatedNormal Placeholder PlaceholderV2 PlaceholderWithDefault
RandomStandardNormal RandomUniform ReadVariableOp ResourceGather ResourceGatherNd SobolSample
StatefulStandardNormal StatefulStandardNormalV2 StatefulTruncatedNormal TensorArrayGather
TensorArrayGatherV2 TensorArrayGatherV3 TensorArrayPack TensorArrayRead TensorArrayReadV2
TensorArrayReadV3 TruncatedNormal Variable VariableV2`,
  ],
  [
    'string',
    `AsString CaseFoldUTF8 DecodeBase64 DecodeJSONExample EncodeBase64 EncodeProto HashTable MatchingFiles
MutableDenseHashTable MutableHashTable MutableHashTableOfTensors NormalizeUTF8 ReadFile ReduceJoin
RegexReplace SerializeTensor ShardedFilename StaticRegexReplace StringFormat StringJoin StringLower StringStrip
StringUpper Substr TensorArray TensorArrayV2 UnicodeEncode UnicodeTranscode UnsortedSegmentJoin`,
  ],
  [
    'float32',
    `AdjustContrast AudioSpectrogram BoostedTreesPredict CropAndResize EditDistance ExtractGlimpse ExtractGlimpseV2
FakeQuantWithMinMaxArgs FakeQuantWithMinMaxArgsGradient FakeQuantWithMinMaxVars
FakeQuantWithMinMaxVarsPerChannel KthOrderStatistic Mfcc ResizeArea ResizeBicubic ResizeBilinear
ScaleAndTranslate SparseMatMul TensorArrayScatter TensorArrayScatterV2 TensorArrayScatterV3
TensorArraySplit TensorArraySplitV2 TensorArraySplitV3 TensorArrayUnpack`,
  ],
  [
    'bool',
    `All Any ApproximateEqual Equal Greater GreaterEqual InTopK InTopKV2 IsFinite IsInf IsNan
IsVariableInitialized Less LessEqual LogicalAnd LogicalNot LogicalOr LoopCond NotEqual RegexFullMatch
StaticRegexFullMatch VarIsInitializedOp`,
  ],
  [
    'variant',
    `EmptyTensorList EmptyTensorMap RaggedTensorToVariant TensorListConcatLists TensorListFromTensor
TensorListPushBack TensorListPushBackBatch TensorListReserve TensorListResize TensorListScatter
TensorListScatterIntoExistingList TensorListScatterV2 TensorListSetItem TensorListSplit`,
  ],
  [
    'int32',
    `Bucketize NonMaxSuppression NonMaxSuppressionV2 NonMaxSuppressionV3 NonMaxSuppressionWithOverlaps Rank
SetSize StringLength TensorArraySize TensorArraySizeV2 TensorArraySizeV3 TensorListLength UnicodeScript`,
  ],
  ['@Tcomplex', 'FFT FFT2D FFT3D FFTND IFFT IFFT2D IFFT3D IFFTND RFFT RFFT2D RFFT3D RFFTND'],
  [
    '@out_type',
    `DecodePaddedRaw DecodeRaw LowerBound ParseTensor SerializeManySparse SerializeSparse Shape Size
StringToNumber UpperBound VariableShape`,
  ],
  [
    '@Tout',
    `Angle BatchMatMulV3 Complex ComplexAbs Imag LookupTableFind LookupTableFindV2 RandomUniformInt Real
StochasticCastToInt`,
  ],
  [
    'resource',
    `AnonymousHashTable AnonymousMutableDenseHashTable AnonymousMutableHashTable
AnonymousMutableHashTableOfTensors BoostedTreesEnsembleResourceHandleOp HashTableV2
MutableDenseHashTableV2 MutableHashTableOfTensorsV2 MutableHashTableV2 VarHandleOp`,
  ],
  [
    'int64 @T int64',
    `DenseToDenseSetOperation DenseToSparseSetOperation RaggedTensorToSparse SparseAdd SparseConcat
SparseReduceMaxSparse SparseReduceSumSparse SparseSlice SparseToSparseSetOperation`,
  ],
  [
    'int64',
    `ComputeBatchSize LookupTableSize LookupTableSizeV2 StringToHashBucket StringToHashBucketFast
StringToHashBucketStrong Where`,
  ],
  ['*@Tout', 'Case If PartitionedCall StatefulPartitionedCall StatelessCase StatelessIf'],
  [
    '@T @T',
    `BroadcastGradientArgs LogMatrixDeterminant RefSwitch SoftmaxCrossEntropyWithLogits
SparseSoftmaxCrossEntropyWithLogits Switch`,
  ],
  ['uint8', 'DecodeAndCropJpeg DecodeBmp DecodeGif DecodeJpeg Fingerprint PopulationCount'],
  ['@T int32', 'ApproxTopK Merge RefMerge TopK'],
  ['@Treal', 'IRFFT IRFFT2D IRFFT3D IRFFTND'],
  ['*@T', 'IdentityN StatelessWhile While'],
  ['@T @out_idx', 'ListDiff Unique UniqueV2'],
  ['@Tparams', 'Gather GatherNd GatherV2'],
  ['@dtype int64', 'TensorArrayConcat TensorArrayConcatV2 TensorArrayConcatV3'],
  ['int64 @T', 'SparseReorder SparseSparseMaximum SparseSparseMinimum'],
  ['int64 @output_type int64', 'DenseCountSparseOutput RaggedCountSparseOutput SparseCountSparseOutput'],
  ['int64 string int64', 'SparseCrossV2 StringSplit StringSplitV2'],
  ['@T @T @T @T @T @T @T', 'BlockLSTM BlockLSTMV2'],
  ['@T @T float32', 'SampleDistortedBoundingBox SampleDistortedBoundingBoxV2'],
  ['@T @out_idx @out_idx', 'UniqueWithCounts UniqueWithCountsV2'],
  ['@T int64 int64', 'FractionalAvgPool FractionalMaxPool'],
  ['@T*num_split', 'Split SplitV'],
  ['@Tidx', 'Range UnravelIndex'],
  ['@Tkeys @Tvalues', 'LookupTableExport LookupTableExportV2'],
  ['@dt', 'Restore RestoreSlice'],
  ['@element_dtype', 'TensorListGather TensorListStack TensorListGetItem'],
  ['@element_dtype int64', 'TensorListConcat TensorListConcatV2'],
  ['@output_type', 'ArgMax ArgMin ExtractJpegShape'],
  ['float32 float32 float32', `FakeQuantWithMinMaxVarsGradient FakeQuantWithMinMaxVarsPerChannelGradient`],
  ['int64 @T bool int64', 'RaggedFillEmptyRows SparseFillEmptyRows'],
  ['int64 @dtype int64', 'DeserializeManySparse DeserializeSparse'],
  ['*@OUT_TYPE', 'DecodeCSV'],
  ['*@dtypes', 'RestoreV2'],
  ['*@output_types', 'GetElementAtIndex'],
  ['@DstT', 'Cast'],
  ['@T @T @T @T @T', 'FusedBatchNorm'],
  ['@T @Targmax', 'MaxPoolWithArgmax'],
  ['@T @U @U @U @U', 'FusedBatchNormV2'],
  ['@T @U @U @U @U @U', 'FusedBatchNormV3'],
  ['@T @index_type', 'TopKV2'],
  ['@T float32 float32', 'QuantizeV2'],
  ['@T*num', 'Unpack'],
  ['@T*num_partitions', 'DynamicPartition'],
  ['@Tsplits @T', 'RaggedRange'],
  ['@Tsplits int32', 'UnicodeDecode'],
  ['@Tsplits int32 int64', 'UnicodeDecodeWithOffsets'],
  ['@Tsplits*OUTPUT_RAGGED_RANK @Tvalues', 'RaggedGather'],
  ['@Tsplits*output_ragged_rank @Tvalues', 'RaggedTensorFromVariant'],
  ['@Tvalues', 'RaggedTensorToVariantGradient'],
  ['@out_type*N', 'ShapeN'],
  ['@out_values_type @out_row_splits_type', 'RaggedCross'],
  ['@output_dtype int32', 'IsotonicRegression'],
  ['@shape_type', 'TensorListElementShape'],
  ['@type', 'Bitcast'],
  ['float32 float32', 'GenerateBoundingBoxProposals'],
  ['float32 int32', 'DecodeWav'],
  ['float32 float32 float32 int32', 'CombinedNonMaxSuppression'],
  ['int32 *@output_types', 'DecodeProtoV2'],
  ['int32 @T int32', 'NonMaxSuppressionV5'],
  ['int32 int32', 'NonMaxSuppressionV4'],
  ['int32 int64 float32', 'ComputeAccidentalHits'],
  ['int32*num_features', 'BoostedTreesBucketize'],
  ['int64 @out_type int64', 'SparseCross'],
  ['int64 int32', 'GenerateVocabRemapping'],
  ['int64 int64', 'SparseReshape'],
  ['int64 int64 int64', 'SparseCrossHashed'],
  [
    'int64*Ncontext_sparse *@context_sparse_types int64*Ncontext_sparse *@Tcontext_dense *@context_ragged_value_types *@context_ragged_split_types int64*Nfeature_list_sparse *@feature_list_sparse_types int64*Nfeature_list_sparse *@feature_list_dense_types int64*Nfeature_list_dense *@feature_list_ragged_value_types *@feature_list_ragged_split_types *@feature_list_ragged_split_types',
    `ParseSequenceExampleV2`,
  ],
  [
    'int64*Ncontext_sparse *@context_sparse_types int64*Ncontext_sparse *@Tcontext_dense int64*Nfeature_list_sparse *@feature_list_sparse_types int64*Nfeature_list_sparse *@feature_list_dense_types',
    `ParseSingleSequenceExample`,
  ],
  [
    'int64*Ncontext_sparse *@context_sparse_types int64*Ncontext_sparse *@Tcontext_dense int64*Nfeature_list_sparse *@feature_list_sparse_types int64*Nfeature_list_sparse *@feature_list_dense_types int64*Nfeature_list_dense',
    `ParseSequenceExample`,
  ],
  ['int64*Nsparse *@sparse_types int64*Nsparse *@Tdense', 'ParseExample'],
  ['int64*num_sparse *@sparse_types int64*num_sparse *@Tdense', 'ParseSingleExample'],
  [
    'int64*num_sparse *@sparse_types int64*num_sparse *@Tdense *@ragged_value_types *@ragged_split_types',
    `ParseExampleV2`,
  ],
  ['int64*num_split @T*num_split int64*num_split', 'SparseSplit'],
  ['resource float32', 'TensorArrayV3'],
  ['string @Tsplits', 'StringNGrams'],
  ['variant @element_dtype', 'TensorListPopBack'],
  [
    '',
    `Assert AssignAddVariableOp AssignSubVariableOp AssignVariableOp ControlTrigger DisableCopyOnRead
InitializeTable InitializeTableFromTextFile InitializeTableFromTextFileV2 InitializeTableV2
LookupTableImport LookupTableImportV2 LookupTableInsert LookupTableInsertV2 LookupTableRemoveV2 NoOp
PrintV2 ResourceScatterAdd ResourceScatterDiv ResourceScatterMax ResourceScatterMin ResourceScatterMul
ResourceScatterNdAdd ResourceScatterNdMax ResourceScatterNdMin ResourceScatterNdSub
ResourceScatterNdUpdate ResourceScatterSub ResourceScatterUpdate ResourceStridedSliceAssign Save
SaveSlices SaveV2 TensorArrayClose TensorArrayCloseV2 TensorArrayCloseV3`,
  ],
  ['@shape_type*N', 'ConcatOffset'],
];

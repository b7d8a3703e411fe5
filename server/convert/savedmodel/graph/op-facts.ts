// Facts of TensorFlow's op registry (tensorflow/core/ops/*.cc), for files that do not bring op definitions: TensorFlow 2.0 to 2.3 write them without.

/**
 * Ops with more than one output argument, and those: `name`, or `name*attribute` where the attribute says how many
 * tensors it is (a number, or the length of a list of types).
 */
export const outputFacts = `
ApproxTopK TopK TopKV2: values indices
BlockLSTM BlockLSTMV2 LSTMBlockCell: i cs f o ci co h
CTCBeamSearchDecoder: decoded_indices*top_paths decoded_values*top_paths decoded_shape*top_paths log_probability
CTCGreedyDecoder: decoded_indices decoded_values decoded_shape log_probability
CombinedNonMaxSuppression: nmsed_boxes nmsed_scores nmsed_classes valid_detections
CudnnRNN: output output_h output_c reserve_space
CudnnRNNV2 CudnnRNNV3: output output_h output_c reserve_space host_reserved
DecodeWav: audio sample_rate
DenseCountSparseOutput RaggedCountSparseOutput SparseCountSparseOutput: output_indices output_values output_dense_shape
DenseToDenseSetOperation DenseToSparseSetOperation SparseToSparseSetOperation: result_indices result_values result_shape
FusedBatchNorm FusedBatchNormV2: y batch_mean batch_variance reserve_space_1 reserve_space_2
FusedBatchNormV3: y batch_mean batch_variance reserve_space_1 reserve_space_2 reserve_space_3
GRUBlockCell: r u c h
GenerateBoundingBoxProposals: rois roi_probabilities
ListDiff: out idx
LogMatrixDeterminant: sign log_abs_determinant
LookupTableExport LookupTableExportV2: keys values
Lu: lu p
MaxPoolWithArgmax: output argmax
Merge RefMerge: output value_index
NonMaxSuppressionV4: selected_indices valid_outputs
NonMaxSuppressionV5: selected_indices selected_scores valid_outputs
ParseExample: sparse_indices*Nsparse sparse_values*sparse_types sparse_shapes*Nsparse dense_values*Tdense
ParseExampleV2: sparse_indices*num_sparse sparse_values*sparse_types sparse_shapes*num_sparse dense_values*Tdense ragged_values*ragged_value_types ragged_row_splits*ragged_split_types
ParseSingleExample: sparse_indices*num_sparse sparse_values*sparse_types sparse_shapes*num_sparse dense_values*Tdense
Qr: q r
QuantizeV2: output output_min output_max
RaggedCross: output_values output_row_splits
RaggedFillEmptyRows: output_value_rowids output_values empty_row_indicator reverse_index_map
RaggedGather: output_nested_splits*OUTPUT_RAGGED_RANK output_dense_values
RaggedRange: rt_nested_splits rt_dense_values
RaggedTensorFromVariant: output_nested_splits*output_ragged_rank output_dense_values
RaggedTensorToSparse: sparse_indices sparse_values sparse_dense_shape
RefSwitch Switch: output_false output_true
SelfAdjointEigV2: e v
SoftmaxCrossEntropyWithLogits SparseSoftmaxCrossEntropyWithLogits: loss backprop
SparseAdd: sum_indices sum_values sum_shape
SparseConcat SparseCross SparseCrossHashed SparseCrossV2 SparseReduceMaxSparse SparseReduceSumSparse SparseSlice: output_indices output_values output_shape
SparseFillEmptyRows: output_indices output_values empty_row_indicator reverse_index_map
SparseReorder SparseSparseMaximum SparseSparseMinimum: output_indices output_values
SparseReshape: output_indices output_shape
SparseSplit: output_indices*num_split output_values*num_split output_shape*num_split
StatelessRandomGetKeyCounter: key counter
StringNGrams: ngrams ngrams_splits
StringSplit StringSplitV2: indices values shape
Svd: s u v
TensorArrayConcatV3: value lengths
TensorArrayV3: handle flow
TensorListConcat TensorListConcatV2: tensor lengths
TensorListPopBack: output_handle tensor
UnicodeDecode: row_splits char_values
UnicodeDecodeWithOffsets: row_splits char_values char_to_byte_starts
Unique UniqueV2: y idx
UniqueWithCounts UniqueWithCountsV2: y idx count
`;

/**
 * Ops with default values of attributes that matter to what they compute. Values: `true`, `3`, `0.2f` (a float),
 * `'NHWC'` (bytes), `@int32` (a type), `[1,2]` (a list), `?` (a shape of unknown rank).
 */
export const defaultFacts = `
AdjustContrastv2 AdjustHue AdjustSaturation HSVToRGB RGBToHSV: T=@float32
All Any EuclideanNorm Max Mean Min Prod Sum: keep_dims=false Tidx=@int32
Angle ComplexAbs Imag Real: T=@complex64 Tout=@float32
ApproxTopK: reduction_dimension=-1 recall_target=0.95f is_max_k=true reduction_input_size_override=-1 aggregate_to_topk=true
ApproximateEqual: tolerance=1e-05f
ArgMax ArgMin: Tidx=@int32 output_type=@int64
AsString: precision=-1 scientific=false shortest=false width=-1 fill=''
AvgPool BiasAdd DepthToSpace SpaceToDepth: data_format='NHWC'
AvgPool3D MaxPool3D: data_format='NDHWC'
BatchMatMul BatchMatMulV2 BatchMatMulV3: adj_x=false adj_y=false
BatchToSpace BroadcastTo ConcatV2 LinSpace Range ReverseV2 UnravelIndex: Tidx=@int32
BatchToSpaceND: Tblock_shape=@int32 Tcrops=@int32
BlockLSTM LSTMBlockCell: forget_bias=1f cell_clip=3f use_peephole=false
BlockLSTMV2: cell_clip=0f use_peephole=false
BroadcastArgs InTopK InTopKV2 InvertPermutation: T=@int32
CTCBeamSearchDecoder: merge_repeated=true T=@float32
CTCGreedyDecoder: merge_repeated=false blank_index=-1 T=@float32
Cast: Truncate=false
CombinedNonMaxSuppression: pad_per_class=false clip_boxes=true
Complex: T=@float32 Tout=@complex64
ConcatOffset: shape_type=@int32
ExtractJpegShape: output_type=@int32
Conj: T=@complex64
ConjugateTranspose Transpose: Tperm=@int32
Conv: explicit_paddings=[] data_format='CHANNELS_LAST' dilations=[] batch_dims=1 groups=1
Conv2D DepthwiseConv2dNative: explicit_paddings=[] data_format='NHWC' dilations=[1,1,1,1]
Conv3D: data_format='NDHWC' dilations=[1,1,1,1,1]
CropAndResize: method='bilinear' extrapolation_value=0f
CudnnRNN CudnnRNNV2: rnn_mode='lstm' input_mode='linear_input' direction='unidirectional' is_training=true
CudnnRNNV3: rnn_mode='lstm' input_mode='linear_input' direction='unidirectional' num_proj=0 is_training=true time_major=true
Cumprod Cumsum CumulativeLogsumexp: exclusive=false reverse=false Tidx=@int32
DataFormatDimMap DataFormatVecPermute: T=@int32 src_format='NHWC' dst_format='NCHW'
DecodeAndCropJpeg DecodeJpeg: channels=0 ratio=1 fancy_upscaling=true
DecodeBmp: channels=0
DecodeCSV: field_delim=',' use_quote_delim=true na_value='' select_cols=[]
DecodeImage: channels=0 dtype=@uint8 expand_animations=true
DecodePaddedRaw DecodeRaw: little_endian=true
DecodePng: channels=0 dtype=@uint8
DenseBincount RaggedBincount SparseBincount: binary_output=false
DenseCountSparseOutput RaggedCountSparseOutput SparseCountSparseOutput: minlength=-1 maxlength=-1
Dequantize: mode='MIN_COMBINED' narrow_range=false axis=-1 dtype=@float32
EditDistance: normalize=true
Empty: init=false
EncodeBase64: pad=false
EncodePng: compression=-1 T=@uint8
Equal NotEqual: incompatible_shape_error=true
ExpandDims: Tdim=@int32
ExtractGlimpse: centered=true normalized=true uniform_noise=true noise='uniform'
FFT FFT2D FFT3D FFTND IFFT IFFT2D IFFT3D IFFTND: Tcomplex=@complex64
FakeQuantWithMinMaxArgs: min=-6f max=6f num_bits=8 narrow_range=false
FakeQuantWithMinMaxVars FakeQuantWithMinMaxVarsPerChannel: num_bits=8 narrow_range=false
Fill: index_type=@int32
FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3: epsilon=0.0001f data_format='NHWC' is_training=true
FusedResizeAndPadConv2D: resize_align_corners=false
GatherV2 ResourceGather: batch_dims=0
GenerateBoundingBoxProposals: post_nms_topn=300
HistogramFixedWidth: dtype=@int32
IRFFT IRFFT2D IRFFT3D IRFFTND RFFT RFFT2D RFFT3D RFFTND: Treal=@float32 Tcomplex=@complex64
ImageProjectiveTransformV2 ImageProjectiveTransformV3: fill_mode='CONSTANT'
InitializeTableFromTextFile InitializeTableFromTextFileV2: vocab_size=-1 delimiter='\t' offset=0
LRN: depth_radius=5 bias=1f alpha=1f beta=0.5f T=@float32
LeakyRelu: alpha=0.2f T=@float32
ListDiff Unique UniqueWithCounts: out_idx=@int32
LowerBound Shape ShapeN Size UpperBound VariableShape: out_type=@int32
Lu: output_idx_type=@int32
MatMul: transpose_a=false transpose_b=false
MatrixBandPart: Tindex=@int64
MatrixDiagPartV3 MatrixDiagV3 MatrixSetDiagV3: align='RIGHT_LEFT'
MatrixInverse MatrixSolve: adjoint=false
MatrixSolveLs: fast=true
MatrixTriangularSolve: lower=true adjoint=false
MaxPool: T=@float32 explicit_paddings=[] data_format='NHWC'
MaxPoolV2: T=@float32 data_format='NHWC'
MaxPoolWithArgmax: Targmax=@int64 include_batch_in_index=false
MirrorPad Pad PadV2: Tpaddings=@int32
Multinomial: output_dtype=@int64
NonMaxSuppression: iou_threshold=0.5f
NonMaxSuppressionV2 NonMaxSuppressionV3: T=@float32 T_threshold=@float32
NonMaxSuppressionV4: T=@float32 T_threshold=@float32 pad_to_max_output_size=false
NonMaxSuppressionV5: T=@float32 pad_to_max_output_size=false
NthElement: reverse=false
OneHot: axis=-1 TI=@int64
Pack Unpack: axis=0
Placeholder: shape=?
Qr: full_matrices=false
QuantizeAndDequantize: signed_input=true num_bits=8 range_given=false input_min=0f input_max=0f
QuantizeAndDequantizeV2 QuantizeAndDequantizeV4: signed_input=true num_bits=8 range_given=false round_mode='HALF_TO_EVEN' narrow_range=false axis=-1
QuantizeAndDequantizeV3: signed_input=true range_given=true narrow_range=false axis=-1
QuantizeV2: mode='MIN_COMBINED' round_mode='HALF_AWAY_FROM_ZERO' narrow_range=false axis=-1
RaggedGather RaggedTensorFromVariant RaggedTensorToSparse RaggedTensorToVariant StringNGrams: Tsplits=@int64
RaggedRange: T=@int32 Tsplits=@int64
ReduceJoin: keep_dims=false separator=''
RegexReplace StaticRegexReplace: replace_global=true
Reshape TensorListGetItem: Tshape=@int32
ResizeArea: align_corners=false
ResizeBicubic ResizeBilinear ResizeNearestNeighbor: align_corners=false half_pixel_centers=false
ReverseSequence: batch_dim=0 Tlen=@int64
ScaleAndTranslate: kernel_type='lanczos3' antialias=true
SegmentMaxV2 SegmentMinV2 SegmentProdV2 SegmentSumV2 UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd UnsortedSegmentSum: Tnumsegments=@int32
SelfAdjointEigV2: compute_v=true
SpaceToBatchND: Tblock_shape=@int32 Tpaddings=@int32
SparseMatMul: transpose_a=false transpose_b=false a_is_sparse=false b_is_sparse=false Ta=@float32 Tb=@float32
SparseReduceMax SparseReduceMaxSparse SparseReduceSum SparseReduceSumSparse: keep_dims=false
SparseSegmentMean SparseSegmentSqrtN SparseSegmentSum: Tidx=@int32 Tsegmentids=@int32
SparseSegmentMeanWithNumSegments SparseSegmentSqrtNWithNumSegments SparseSegmentSumWithNumSegments: Tidx=@int32 Tnumsegments=@int32 Tsegmentids=@int32
SparseSoftmaxCrossEntropyWithLogits: Tlabels=@int64
SparseTensorDenseMatMul: Tindices=@int64 adjoint_a=false adjoint_b=false
SplitV: Tlen=@int64
Squeeze: squeeze_dims=[]
StatelessRandomGetKeyCounter StatelessRandomUniformInt: Tseed=@int64
StatelessRandomNormal StatelessRandomUniform StatelessTruncatedNormal: dtype=@float32 T=@int32 Tseed=@int64
StatelessRandomUniformV2: dtype=@float32 Tshape=@int32
StridedSlice: begin_mask=0 end_mask=0 ellipsis_mask=0 new_axis_mask=0 shrink_axis_mask=0
StringFormat: template='%s' placeholder='%s'
StringJoin: separator=''
StringLength Substr: unit='BYTE'
StringLower StringUpper: encoding=''
StringSplit: skip_empty=true
StringSplitV2: maxsplit=-1
StringToNumber: out_type=@float32
Svd: compute_uv=true full_matrices=false
TensorArrayConcatV3: element_shape_except0=?
TensorArrayGatherV3 TensorArrayV3 TensorListConcat: element_shape=?
TensorListSetItem: resize_if_index_out_of_bounds=false
TensorListStack: num_elements=-1
Tile: Tmultiples=@int32
TopK: sorted=true
TopKV2: sorted=true Tk=@int32 index_type=@int32
TridiagonalSolve: partial_pivoting=true perturb_singular=false
UnicodeDecode UnicodeDecodeWithOffsets: errors='replace' replacement_char=65533 replace_control_characters=false Tsplits=@int64
UnicodeEncode: errors='replace' replacement_char=65533 Tsplits=@int64
UnicodeTranscode: errors='replace' replacement_char=65533 replace_control_characters=false
UniqueV2 UniqueWithCountsV2: Taxis=@int64 out_idx=@int32
UnsortedSegmentJoin: separator='' Tnumsegments=@int32
Where: T=@bool
`;

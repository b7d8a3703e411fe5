// Ops that do much work per element: ONNX Runtime's, never the host's before it.

/** Convolutions, products of matrices, recurrent layers. */
export const heavyOps: ReadonlySet<string> = new Set([
  'BatchMatMul',
  'BatchMatMulV2',
  'BatchMatMulV3',
  'Conv2D',
  'Conv2DBackpropInput',
  'Conv3D',
  'Conv3DBackpropInputV2',
  'CudnnRNN',
  'CudnnRNNV3',
  'DepthwiseConv2dNative',
  'Einsum',
  'MatMul',
]);

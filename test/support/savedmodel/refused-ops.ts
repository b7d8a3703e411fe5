// TensorFlow's ops that goldens have and Perch does not: a model with one of them is refused at load, by the op's name.

/** Who adds one of these takes it out here: its goldens are held to TensorFlow's results then. */
export const refusedOps: ReadonlySet<string> = new Set([
  // Special functions and factorisations: seen in no model that is served.
  'Betainc',
  'Igamma',
  'NextAfter',
  'Cholesky',
  'MatrixDeterminant',
  'MatrixInverse',
  'MatrixTriangularSolve',
  'Dilation2D',
  // Of quantised element types, which no tensor of a request has.
  'Dequantize',
  'QuantizeV2',
  // Of input pipelines and logs.
  'DecodeJSONExample',
  'StringFormat',
  'UnicodeScript',
  // Its bytes depend on how zlib is built.
  'EncodePng',
  // Of training only.
  'BroadcastGradientArgs',
  'SoftmaxCrossEntropyWithLogits',
  'SparseSoftmaxCrossEntropyWithLogits',
]);

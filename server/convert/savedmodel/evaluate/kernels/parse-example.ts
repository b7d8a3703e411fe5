// Kernels that parse tf.Examples: ParseExample, ParseExampleV2, ParseSingleExample.
import { bytesListAttr, intAttr, shapeListAttr, typeListAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import { refusal, stringsAt, tensorAt } from '../operands.ts';
import { denseTensor, raggedTensors, sparseTensors } from '../parsing/column-tensors.ts';
import { isVariable, keyOf, parseExamples, textOf } from '../parsing/example-parser.ts';
import { sameShape, shapeText } from '../shapes.ts';
import type { StringValue, Value } from '../../../value.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Kernel, KernelContext, Kernels, Operand } from '../contract.ts';
import type { FeatureType } from '../parsing/columns.ts';
import type { FeatureSpec } from '../parsing/example-parser.ts';

/** The names of the features, by kind. */
interface FeatureKeys {
  readonly sparse: readonly Uint8Array[];
  readonly dense: readonly Uint8Array[];
  readonly ragged: readonly Uint8Array[];
}

function featureTypes(node: GraphNode, attribute: string): FeatureType[] {
  return typeListAttr(node, attribute, []).map((dataType) => {
    const type = elementTypeOf(dataType);
    if (type !== 'float32' && type !== 'int64' && type !== 'string') {
      throw new Unsupported(`${node.op} of ${type}`);
    }
    return type;
  });
}

function pair<A, B>(left: readonly A[], right: readonly B[], node: GraphNode): (readonly [A, B])[] {
  if (left.length !== right.length) {
    throw new Unsupported(`${node.op} whose keys and types are not as many`);
  }
  return left.map((element, i) => [element, right[i] as B] as const);
}

function denseSpecs(
  keys: readonly Uint8Array[],
  fallbacks: readonly Value[],
  node: GraphNode,
): FeatureSpec[] {
  const types = featureTypes(node, 'Tdense');
  const shapes = shapeListAttr(node, 'dense_shapes');
  return pair(keys, types, node).map(([key, type], i): FeatureSpec => {
    const shape = shapes[i];
    const fallback = fallbacks[i];
    if (shape === undefined || shape.slice(1).some((size) => size < 0)) {
      throw new Unsupported(`${node.op} of a dense feature whose shape is not known`);
    }
    const spec: FeatureSpec = { key: keyOf(key), type, kind: 'dense', shape, fallback };
    checkFallback(spec, i);
    return spec;
  });
}

function checkFallback(spec: FeatureSpec, index: number): void {
  const { fallback, shape } = spec;
  if (fallback === undefined || fallback.data.length === 0) {
    return;
  }
  if (isVariable(spec)) {
    if (fallback.data.length !== 1) {
      throw refusal(
        `dense_shape[${index}] is a variable length shape: ${textOf(shape)}, therefore def_value[${index}] must contain a single element (the padding element).  But its shape is: ${shapeText(fallback.shape)}`,
      );
    }
  } else if (!sameShape(fallback.shape, shape)) {
    throw refusal(
      `def_value[${index}].shape() == ${shapeText(fallback.shape)} is not compatible with dense_shapes_[${index}] == ${textOf(shape)}`,
    );
  }
}

/** Parses all examples, and gives the outputs in the op's order. */
function parsed(
  serialized: StringValue,
  names: readonly Uint8Array[],
  keys: FeatureKeys,
  fallbacks: readonly Value[],
  node: GraphNode,
  context: KernelContext,
): readonly Operand[] {
  const isBatch = serialized.shape.length === 1;
  const sparse = pair(keys.sparse, featureTypes(node, 'sparse_types'), node);
  const ragged = pair(keys.ragged, featureTypes(node, 'ragged_value_types'), node);
  const splitTypes = typeListAttr(node, 'ragged_split_types', []).map(elementTypeOf);
  const columns = parseExamples(
    serialized.data,
    names,
    [
      ...sparse.map(([key, type]): FeatureSpec => ({ ...unshaped, key: keyOf(key), type, kind: 'sparse' })),
      ...denseSpecs(keys.dense, fallbacks, node),
      ...ragged.map(([key, type]): FeatureSpec => ({ ...unshaped, key: keyOf(key), type, kind: 'ragged' })),
    ],
    isBatch,
  );
  const batch = isBatch ? serialized.data.length : undefined;
  const ofKind = (kind: FeatureSpec['kind']): typeof columns =>
    columns.filter(({ spec }) => spec.kind === kind);
  const sparseParts = ofKind('sparse').map((column) => sparseTensors(column, batch));
  const raggedParts = ofKind('ragged').map((column, i) =>
    raggedTensors(column, splitTypes[i] === 'int32' ? 'int32' : 'int64', batch),
  );
  return [
    ...sparseParts.map(([indices]) => indices),
    ...sparseParts.map(([, values]) => values),
    ...sparseParts.map(([, , shape]) => shape),
    ...ofKind('dense').map((column) => denseTensor(column, batch, context.claim)),
    ...raggedParts.map(([values]) => values),
    ...raggedParts.map(([, splits]) => splits),
  ];
}

const unshaped = { shape: [], fallback: undefined } as const;

function checkBatch(serialized: StringValue, names: StringValue): void {
  if (serialized.shape.length > 1) {
    throw refusal(`Expected serialized to be a scalar or vector, got shape: ${shapeText(serialized.shape)}`);
  }
  if (names.data.length > 0 && !sameShape(names.shape, serialized.shape)) {
    throw refusal(
      `Expected names have the same shape as serialized: name.shape=${shapeText(names.shape)}, serialized.shape=${shapeText(serialized.shape)}`,
    );
  }
}

/** `count` operands from `start` on, each a scalar of a key. */
function scalarKeys(
  operands: readonly Operand[],
  start: number,
  count: number,
  node: GraphNode,
): Uint8Array[] {
  return operands
    .slice(start, start + count)
    .map((_, i) => stringsAt(operands, start + i, node).data[0] ?? new Uint8Array());
}

function tensors(operands: readonly Operand[], start: number, node: GraphNode): Value[] {
  return operands.slice(start).map((_, i) => tensorAt(operands, start + i, node));
}

const parseExample: Kernel = (operands, node, context) => {
  const serialized = stringsAt(operands, 0, node);
  const names = stringsAt(operands, 1, node);
  checkBatch(serialized, names);
  const sparseCount = intAttr(node, 'Nsparse');
  const denseCount = intAttr(node, 'Ndense');
  const keys = {
    sparse: scalarKeys(operands, 2, sparseCount, node),
    dense: scalarKeys(operands, 2 + sparseCount, denseCount, node),
    ragged: [],
  };
  const fallbacks = tensors(operands, 2 + sparseCount + denseCount, node);
  return parsed(serialized, names.data, keys, fallbacks, node, context);
};

const parseExampleV2: Kernel = (operands, node, context) => {
  const serialized = stringsAt(operands, 0, node);
  const names = stringsAt(operands, 1, node);
  checkBatch(serialized, names);
  const keys = {
    sparse: stringsAt(operands, 2, node).data,
    dense: stringsAt(operands, 3, node).data,
    ragged: stringsAt(operands, 4, node).data,
  };
  return parsed(serialized, names.data, keys, tensors(operands, 5, node), node, context);
};

const parseSingleExample: Kernel = (operands, node, context) => {
  const serialized = stringsAt(operands, 0, node);
  if (serialized.shape.length !== 0) {
    throw refusal(`Expected serialized to be a scalar, got shape: ${shapeText(serialized.shape)}`);
  }
  const keys = {
    sparse: bytesListAttr(node, 'sparse_keys'),
    dense: bytesListAttr(node, 'dense_keys'),
    ragged: [],
  };
  return parsed(serialized, [], keys, tensors(operands, 1, node), node, context);
};

export const parseExampleKernels: Kernels = new Map<string, Kernel>([
  ['ParseExample', parseExample],
  ['ParseExampleV2', parseExampleV2],
  ['ParseSingleExample', parseSingleExample],
]);

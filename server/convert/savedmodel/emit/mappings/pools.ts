// Pools: the largest or the average of what a window covers.
import { intListAttr, stringAttr } from '../../graph/attributes.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import {
  batchOf,
  channelsOf,
  knownPadding,
  layoutOf,
  shapeWith,
  slidSize,
  spaceOf,
  spatial,
  type Layout,
  type Padding,
  type Window,
} from '../../evaluate/sliding-windows.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm, Term } from '../contract.ts';
import { cast, type ElementType } from './element-types.ts';
import { tensorAt } from './facts.ts';
import { channelsFirst, fromChannelsFirst, onnxPads, padAtRunTime } from './windows.ts';

/** In what a pool of elements of a type is computed. */
function pooledType(op: 'MaxPool' | 'AveragePool', dtype: ElementType): ElementType {
  if (dtype === 'bfloat16' || dtype === 'float16') {
    return 'float32';
  }
  if (
    dtype === 'float32' ||
    (op === 'MaxPool' && (dtype === 'float64' || dtype === 'int8' || dtype === 'uint8'))
  ) {
    return dtype;
  }
  if (op === 'MaxPool' && (dtype === 'int16' || dtype === 'uint16')) {
    return 'float32';
  }
  if (op === 'MaxPool' && (dtype === 'int32' || dtype === 'uint32')) {
    return 'float64';
  }
  throw new Unsupported(`pools of ${dtype} elements`);
}

/** What a window of MaxPool must not see where nothing is. */
const lowest: Readonly<Partial<Record<ElementType, number>>> = {
  float32: -Infinity,
  float64: -Infinity,
  int8: -128,
  uint8: 0,
};

/** The pads of all axes, batch and channels too. */
function allPads(padding: Padding): number[] {
  return [0, 0, ...padding.map(([before]) => before), 0, 0, ...padding.map(([, after]) => after)];
}

/**
 * How a pool pads itself; undefined where it cannot. ONNX Runtime (1.30) moves a `Pad` with zeros that it finds before a
 * pool into the pool's `pads`, where zeros do not count: it leaves pools with `auto_pad` alone. Its SAME_UPPER is
 * TensorFlow's SAME where windows are no shorter than their strides.
 */
function autoPad(
  node: GraphNode,
  windows: readonly Window[],
  padding: Padding | undefined,
): 'VALID' | 'SAME_UPPER' | undefined {
  if (padding?.every(([before, after]) => before === 0 && after === 0) === true) {
    return 'VALID';
  }
  return stringAttr(node, 'padding') === 'SAME' && windows.every(({ kernel, stride }) => kernel >= stride)
    ? 'SAME_UPPER'
    : undefined;
}

function pooled(
  op: 'MaxPool' | 'AveragePool',
  node: GraphNode,
  scope: EmitScope,
  input: TensorTerm,
  layout: Layout,
  windows: readonly Window[],
): TensorTerm {
  const sizes = spaceOf(input.shape, layout);
  const padding = knownPadding(node, layout, sizes, windows);
  const type = pooledType(op, input.dtype);
  let image = cast(scope, channelsFirst(scope, input, layout), input.dtype, type);
  const attributes = {
    kernel_shape: windows.map(({ kernel }) => kernel),
    strides: windows.map(({ stride }) => stride),
  };
  const automatic = autoPad(node, windows, padding);
  let name: string;
  if (automatic !== undefined) {
    name = scope.node(op, [image], { ...attributes, auto_pad: automatic });
  } else if (op === 'MaxPool') {
    if (type !== 'float32' && type !== 'float64' && type !== 'int8' && type !== 'uint8') {
      throw new Unsupported(`pools of ${type} elements`);
    }
    const nothing = scope.scalar(type, lowest[type] ?? 0);
    image =
      padding === undefined
        ? padAtRunTime(scope, image, windows, nothing)
        : scope.node('Pad', [image, scope.ints(allPads(padding)), nothing]);
    name = scope.node(op, [image], { ...attributes, auto_pad: 'VALID' });
  } else {
    // The padding does not count: what it adds to the window is divided away again.
    const ones = scope.node('Expand', [scope.scalar('float32', 1), scope.node('Shape', [image])]);
    const average = (of: string): string =>
      scope.node(op, [padAtRunTime(scope, of, windows, scope.scalar('float32', 0))], {
        ...attributes,
        auto_pad: 'VALID',
      });
    name = scope.node('Div', [average(image), average(ones)]);
  }
  const slid = windows.map((window, axis) => slidSize(sizes[axis] ?? -1, window, padding?.[axis]));
  const shape = shapeWith(batchOf(input.shape), channelsOf(input.shape, layout), slid, layout);
  return fromChannelsFirst(scope, input.dtype, cast(scope, name, type, input.dtype), shape, layout);
}

const pool =
  (op: 'MaxPool' | 'AveragePool', space: number): Mapping =>
  (node, inputs, scope) => {
    const layout = layoutOf(node, space);
    const kernel = spatial(node, 'ksize', layout);
    const strides = spatial(node, 'strides', layout);
    const windows = kernel.map((size, axis) => ({ kernel: size, stride: strides[axis] ?? 1, dilation: 1 }));
    return [pooled(op, node, scope, tensorAt(scope, inputs, 0), layout, windows)];
  };

/** Kernel and strides are operands. */
const maxPoolV2: Mapping = (node, inputs, scope) => {
  const numbersOf = (index: number, what: string): readonly number[] => {
    const term: Term = tensorAt(scope, inputs, index);
    return scope.known(term, what);
  };
  const layout = layoutOf(node, 2);
  const all = { ksize: numbersOf(1, 'ksize'), strides: numbersOf(2, 'strides') };
  const axes = layout.channelsLast ? [1, 2] : [2, 3];
  const windows = axes.map((axis) => ({
    kernel: all.ksize[axis] ?? 1,
    stride: all.strides[axis] ?? 1,
    dilation: 1,
  }));
  return [pooled('MaxPool', node, scope, tensorAt(scope, inputs, 0), layout, windows)];
};

/** The places are counted in TensorFlow's layout: (y * width + x) * channels + channel, with the batch before where it is asked for. */
const maxPoolWithArgmax: Mapping = (node, inputs, scope) => {
  const input = tensorAt(scope, inputs, 0);
  const layout: Layout = { channelsLast: true, space: 2 };
  const [batch = -1, height = -1, width = -1, channels = -1] = input.shape ?? [];
  if (Math.min(height, width, channels) < 0 || input.dtype !== 'float32') {
    throw new Unsupported('sizes that are not known, or other elements than float');
  }
  if (node.attributes.get('include_batch_in_index')?.value === true) {
    throw new Unsupported('include_batch_in_index');
  }
  const strides = spatial(node, 'strides', layout);
  const windows = intListAttr(node, 'ksize')
    .slice(1, 3)
    .map((kernel, axis) => ({ kernel, stride: strides[axis] ?? 1, dilation: 1 }));
  const padding = knownPadding(node, layout, [height, width], windows);
  if (padding === undefined) {
    throw new Unsupported('padding that is not known');
  }
  const [values = '', places = ''] = scope.nodes(
    'MaxPool',
    [scope.nchwName(input)],
    { kernel_shape: windows.map(({ kernel }) => kernel), strides: [...strides], pads: onnxPads(padding) },
    2,
  );
  // ONNX counts ((image * channels + channel) * height + y) * width + x.
  const plane = height * width;
  const inPlane = scope.node('Mod', [places, scope.scalar('int64', plane)]);
  const channel = scope.node('Mod', [
    scope.node('Div', [places, scope.scalar('int64', plane)]),
    scope.scalar('int64', channels),
  ]);
  const inImage = scope.node('Add', [scope.node('Mul', [inPlane, scope.scalar('int64', channels)]), channel]);
  const sizes = [height, width].map((size, axis) =>
    slidSize(size, windows[axis] ?? { kernel: 1, stride: 1, dilation: 1 }, padding[axis]),
  );
  const shape = [batch, ...sizes, channels];
  const isInt32 = node.attributes.get('Targmax')?.value === 3;
  return [
    scope.nchwTensor('float32', values, { shape }),
    scope.nchwTensor(
      isInt32 ? 'int32' : 'int64',
      cast(scope, inImage, 'int64', isInt32 ? 'int32' : 'int64'),
      { shape },
    ),
  ];
};

/** Pools. */
export const poolMappings: Mappings = new Map<string, Mapping>([
  ['MaxPool', pool('MaxPool', 2)],
  ['MaxPoolV2', maxPoolV2],
  ['MaxPool3D', pool('MaxPool', 3)],
  ['AvgPool', pool('AveragePool', 2)],
  ['AvgPool3D', pool('AveragePool', 3)],
  ['MaxPoolWithArgmax', maxPoolWithArgmax],
]);

// Complex numbers: their parts, their arithmetic, and ops that only move elements, made of the mappings of real ones.
import { typeAttr } from '../../graph/attributes.ts';
import { dataTypeOfValue, elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import type { Attribute } from '../../proto/messages.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { ComplexTerm, EmitScope, Mapping, Mappings, TensorTerm, Term } from '../contract.ts';
import { complexAt, complexTerm, partsOf, partTypeOf, type Parts } from './complex-parts.ts';
import { cast } from './element-types.ts';
import { broadcastShape, tensorAt } from './facts.ts';

/** Ops that do the same to both parts: they move elements, or are linear in all operands that can be complex. */
const partwise = [
  'Add',
  'AddN',
  'AddV2',
  'BatchToSpaceND',
  'BiasAdd',
  'BroadcastTo',
  'Concat',
  'ConcatV2',
  'Cumsum',
  'DepthToSpace',
  'ExpandDims',
  'Fill',
  'Gather',
  'GatherNd',
  'GatherV2',
  'Identity',
  'MatrixDiagPartV3',
  'MatrixDiagV3',
  'Mean',
  'MirrorPad',
  'Neg',
  'Pack',
  'Pad',
  'PadV2',
  'PreventGradient',
  'Reshape',
  'Reverse',
  'ReverseV2',
  'Roll',
  'Select',
  'SelectV2',
  'Slice',
  'Snapshot',
  'SpaceToBatchND',
  'Split',
  'SplitV',
  'Squeeze',
  'StopGradient',
  'StridedSlice',
  'Sub',
  'Sum',
  'Tile',
  'Transpose',
  'UnsortedSegmentSum',
  'Unpack',
  'ZerosLike',
] as const;

/** Ops whose result does not depend on the contents. */
const shapeQueries = ['Rank', 'Shape', 'Size'] as const;

/** The node with its complex types replaced by those of the parts. */
function partNode(node: GraphNode): GraphNode {
  const attributes = new Map<string, Attribute>();
  for (const [name, attribute] of node.attributes) {
    const type = attribute.kind === 'type' ? elementTypeOrNothing(attribute.value) : undefined;
    attributes.set(
      name,
      type === 'complex64' || type === 'complex128'
        ? { kind: 'type', value: dataTypeOfValue(partTypeOf(type)) }
        : attribute,
    );
  }
  return { ...node, attributes };
}

const complexTypes = new Map([
  [dataTypeOfValue('complex64'), 'complex64'],
  [dataTypeOfValue('complex128'), 'complex128'],
] as const);

function elementTypeOrNothing(dataType: number): ComplexTerm['dtype'] | undefined {
  return complexTypes.get(dataType);
}

function firstComplex(inputs: readonly Term[]): ComplexTerm | undefined {
  return inputs.find((term) => term.kind === 'complex');
}

/** The same mapping on real and on imaginary parts. */
const onParts =
  (real: Mapping): Mapping =>
  (node, inputs, scope) => {
    const first = firstComplex(inputs);
    if (first === undefined) {
      return real(node, inputs, scope);
    }
    const side = (part: 'real' | 'imaginary'): readonly TensorTerm[] =>
      real(
        partNode(node),
        inputs.map((term) => (term.kind === 'complex' ? term[part] : term)),
        scope,
      ).map((term) => scope.asTensor(term));
    const imaginary = side('imaginary');
    return side('real').map((part, index) => {
      const other = imaginary[index];
      if (other === undefined) {
        throw new Unsupported('complex numbers');
      }
      return { kind: 'complex', dtype: first.dtype, shape: part.shape, real: part, imaginary: other };
    });
  };

const onRealPart =
  (real: Mapping): Mapping =>
  (node, inputs, scope) =>
    real(
      partNode(node),
      inputs.map((term) => (term.kind === 'complex' ? term.real : term)),
      scope,
    );

/** A mapping of complex operands, and one of others. */
const either =
  (complex: Mapping, real: Mapping | undefined): Mapping =>
  (node, inputs, scope) => {
    if (firstComplex(inputs) !== undefined) {
      return complex(node, inputs, scope);
    }
    if (real === undefined) {
      throw new Unsupported('elements that are not complex');
    }
    return real(node, inputs, scope);
  };

/** Names of ops on parts of one type. */
const times = (scope: EmitScope, left: string, right: string): string => scope.node('Mul', [left, right]);
const plus = (scope: EmitScope, left: string, right: string): string => scope.node('Add', [left, right]);
const minus = (scope: EmitScope, left: string, right: string): string => scope.node('Sub', [left, right]);

function product(scope: EmitScope, a: Parts, b: Parts): Parts {
  return {
    real: minus(scope, times(scope, a.real, b.real), times(scope, a.imaginary, b.imaginary)),
    imaginary: plus(scope, times(scope, a.real, b.imaginary), times(scope, a.imaginary, b.real)),
    type: a.type,
  };
}

function quotient(scope: EmitScope, a: Parts, b: Parts): Parts {
  const conjugate = { ...b, imaginary: scope.node('Neg', [b.imaginary]) };
  const { real, imaginary, type } = product(scope, a, conjugate);
  const norm = plus(scope, times(scope, b.real, b.real), times(scope, b.imaginary, b.imaginary));
  return {
    real: scope.node('Div', [real, norm]),
    imaginary: scope.node('Div', [imaginary, norm]),
    type,
  };
}

const binary =
  (compute: (scope: EmitScope, a: Parts, b: Parts) => Parts): Mapping =>
  (_node, inputs, scope) => {
    const a = complexAt(inputs, 0);
    const b = complexAt(inputs, 1);
    const shape = broadcastShape([a.real, b.real]);
    return [complexTerm(scope, a.dtype, compute(scope, partsOf(scope, a), partsOf(scope, b)), shape)];
  };

const unary =
  (compute: (scope: EmitScope, x: Parts) => Parts): Mapping =>
  (_node, inputs, scope) => {
    const x = complexAt(inputs, 0);
    return [complexTerm(scope, x.dtype, compute(scope, partsOf(scope, x)), x.shape)];
  };

function exponential(scope: EmitScope, { real, imaginary, type }: Parts): Parts {
  const size = scope.node('Exp', [real]);
  // ONNX Runtime's Cos and Sin take both types.
  return {
    real: times(scope, size, scope.node('Cos', [imaginary])),
    imaginary: times(scope, size, scope.node('Sin', [imaginary])),
    type,
  };
}

/** Products of matrices; `adj` conjugates what it transposes. */
const matrixProduct =
  (real: Mapping, adjoints: readonly [string, string]): Mapping =>
  (node, inputs, scope) => {
    const conjugated = (index: 0 | 1): ComplexTerm => {
      const term = complexAt(inputs, index);
      const isAdjoint = node.attributes.get(adjoints[index])?.value === true;
      if (!isAdjoint) {
        return term;
      }
      const imaginary = scope.node('Neg', [scope.name(term.imaginary)]);
      return {
        ...term,
        imaginary: scope.tensor(term.imaginary.dtype, imaginary, { shape: term.shape }),
      };
    };
    const a = conjugated(0);
    const b = conjugated(1);
    const own = partNode(node);
    const multiply = (left: TensorTerm, right: TensorTerm): TensorTerm => {
      const [result] = real(own, [left, right], scope);
      if (result === undefined) {
        throw new Unsupported('complex matrices');
      }
      return scope.asTensor(result);
    };
    const direct = multiply(a.real, b.real);
    const parts = {
      real: minus(scope, scope.name(direct), scope.name(multiply(a.imaginary, b.imaginary))),
      imaginary: plus(
        scope,
        scope.name(multiply(a.real, b.imaginary)),
        scope.name(multiply(a.imaginary, b.real)),
      ),
      type: partTypeOf(a.dtype),
    };
    return [complexTerm(scope, a.dtype, parts, direct.shape)];
  };

const complex: Mapping = (node, inputs, scope) => {
  const real = tensorAt(scope, inputs, 0);
  const imaginary = tensorAt(scope, inputs, 1);
  const dtype = elementTypeOf(typeAttr(node, 'Tout'));
  if (dtype !== 'complex64' && dtype !== 'complex128') {
    throw new Unsupported(`complex numbers of ${dtype}`);
  }
  const shape = broadcastShape([real, imaginary]);
  const type = partTypeOf(dtype);
  const isSame =
    shape?.every((size) => size >= 0) === true &&
    [real, imaginary].every((term) => term.shape?.join() === shape.join());
  if (isSame) {
    return [{ kind: 'complex', dtype, shape, real, imaginary }];
  }
  const sizes = scope.node('Shape', [scope.node('Add', [scope.name(real), scope.name(imaginary)])]);
  const spread = (term: TensorTerm): string => scope.node('Expand', [scope.name(term), sizes]);
  return [complexTerm(scope, dtype, { real: spread(real), imaginary: spread(imaginary), type }, shape)];
};

/** In float64, so that squares neither overflow nor vanish. */
const absolute: Mapping = (_node, inputs, scope) => {
  const x = complexAt(inputs, 0);
  const { real, imaginary, type } = partsOf(scope, x);
  const square = (name: string): string => {
    const wide = cast(scope, name, type, 'float64');
    return times(scope, wide, wide);
  };
  const root = scope.node('Sqrt', [plus(scope, square(real), square(imaginary))]);
  return [scope.tensor(type, cast(scope, root, 'float64', type), { shape: x.shape })];
};

const part =
  (which: 'real' | 'imaginary'): Mapping =>
  (_node, inputs) => [complexAt(inputs, 0)[which]];

const angle: Mapping = (node, inputs, scope) => {
  const { real, imaginary } = complexAt(inputs, 0);
  return scope.call('Atan2', partNode(node), [imaginary, real]);
};

const conjugate: Mapping = unary((scope, { real, imaginary, type }) => ({
  real,
  imaginary: scope.node('Neg', [imaginary]),
  type,
}));

/** The operand as it is, where it is not complex. */
const itself: Mapping = (_node, inputs, scope) => [tensorAt(scope, inputs, 0)];

/** The mappings, of complex operands too. */
export function withComplexNumbers(real: Mappings): Mappings {
  const all = new Map(real);
  const replace = (ops: readonly string[], wrap: (mapping: Mapping) => Mapping): void => {
    for (const op of ops) {
      const mapping = real.get(op);
      if (mapping !== undefined) {
        all.set(op, wrap(mapping));
      }
    }
  };
  replace(partwise, onParts);
  replace(shapeQueries, onRealPart);
  replace(['Mul'], (mapping) => either(binary(product), mapping));
  replace(['RealDiv', 'Div'], (mapping) => either(binary(quotient), mapping));
  replace(['Square'], (mapping) =>
    either(
      unary((scope, x) => product(scope, x, x)),
      mapping,
    ),
  );
  replace(['Exp'], (mapping) => either(unary(exponential), mapping));
  replace(['MatMul'], (mapping) => either(matrixProduct(mapping, ['', '']), mapping));
  replace(['BatchMatMul', 'BatchMatMulV2', 'BatchMatMulV3'], (mapping) =>
    either(matrixProduct(mapping, ['adj_x', 'adj_y']), mapping),
  );
  all.set('Complex', complex);
  all.set('Real', either(part('real'), itself));
  all.set('Imag', either(part('imaginary'), undefined));
  all.set('ComplexAbs', absolute);
  all.set('Angle', either(angle, undefined));
  all.set('Conj', either(conjugate, itself));
  return all;
}

// Colours of pixels: red, green and blue to hue, saturation and value and back, and adjustments of them.
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { cast, isFloat, scalarOf, type ElementType } from './element-types.ts';
import { tensorAt } from './facts.ts';

/** Three planes by name, each with a last axis of one. */
type Planes = readonly [string, string, string];

/** Short names for what colours are computed with, in one element type. */
class Sums {
  readonly #scope: EmitScope;
  readonly #dtype: ElementType;

  constructor(scope: EmitScope, dtype: ElementType) {
    this.#scope = scope;
    this.#dtype = dtype;
  }

  number(value: number): string {
    return scalarOf(this.#scope, this.#dtype, value);
  }

  add(left: string, right: string | number): string {
    return this.#binary('Add', left, right);
  }

  subtract(left: string | number, right: string | number): string {
    return this.#scope.node('Sub', [this.#name(left), this.#name(right)]);
  }

  multiply(left: string, right: string | number): string {
    return this.#binary('Mul', left, right);
  }

  divide(left: string | number, right: string): string {
    return this.#scope.node('Div', [this.#name(left), right]);
  }

  compare(op: 'Equal' | 'Greater' | 'Less' | 'GreaterOrEqual', left: string, right: string | number): string {
    return this.#binary(op, left, right);
  }

  choose(condition: string, yes: string, no: string | number): string {
    return this.#scope.node('Where', [condition, yes, this.#name(no)]);
  }

  /** Between 0 and 1. */
  clamp(value: string): string {
    return this.#scope.node('Clip', [value, this.number(0), this.number(1)]);
  }

  distance(value: string, from: number): string {
    return this.#scope.node('Abs', [this.subtract(value, from)]);
  }

  #binary(op: string, left: string, right: string | number): string {
    return this.#scope.node(op, [left, this.#name(right)]);
  }

  #name(operand: string | number): string {
    return typeof operand === 'number' ? this.number(operand) : operand;
  }
}

function split(scope: EmitScope, name: string): Planes {
  const [first = '', second = '', third = ''] = scope.nodes('Split', [name], { axis: -1, num_outputs: 3 }, 3);
  return [first, second, third];
}

function join(scope: EmitScope, planes: Planes): string {
  return scope.node('Concat', [...planes], { axis: -1 });
}

/** Hue, saturation and value, each from 0 to 1. */
function toHsv(scope: EmitScope, sums: Sums, [red, green, blue]: Planes): Planes {
  const value = scope.node('Max', [red, green, blue]);
  const range = sums.subtract(value, scope.node('Min', [red, green, blue]));
  const saturation = sums.choose(sums.compare('Greater', value, 0), sums.divide(range, value), 0);
  const norm = sums.divide(1, sums.multiply(range, 6));
  const part = (left: string, right: string): string => sums.multiply(norm, sums.subtract(left, right));
  const hue = sums.choose(
    sums.compare('Equal', red, value),
    part(green, blue),
    sums.choose(
      sums.compare('Equal', green, value),
      sums.add(part(blue, red), 2 / 6),
      sums.add(part(red, green), 4 / 6),
    ),
  );
  const known = sums.choose(sums.compare('Greater', range, 0), hue, 0);
  return [sums.choose(sums.compare('Less', known, 0), sums.add(known, 1), known), saturation, value];
}

function toRgb(sums: Sums, [hue, saturation, value]: Planes): Planes {
  const sixth = sums.multiply(hue, 6);
  const grey = sums.subtract(1, saturation);
  const plane = (share: string): string =>
    sums.multiply(sums.add(grey, sums.multiply(saturation, sums.clamp(share))), value);
  return [
    plane(sums.subtract(sums.distance(sixth, 3), 1)),
    plane(sums.subtract(2, sums.distance(sixth, 2))),
    plane(sums.subtract(2, sums.distance(sixth, 4))),
  ];
}

/** Emits what is computed of the planes, in float32 for half floats. */
function recoloured(
  scope: EmitScope,
  image: TensorTerm,
  paint: (planes: Planes, sums: Sums, type: ElementType) => Planes,
): readonly TensorTerm[] {
  if (!isFloat(image.dtype)) {
    throw new Unsupported(`colours of ${image.dtype} elements`);
  }
  const type = image.dtype === 'float64' ? 'float64' : 'float32';
  const planes = split(scope, cast(scope, scope.name(image), image.dtype, type));
  const painted = join(scope, paint(planes, new Sums(scope, type), type));
  return [scope.tensor(image.dtype, cast(scope, painted, type, image.dtype), { shape: image.shape })];
}

const rgbToHsv: Mapping = (_node, inputs, scope) =>
  recoloured(scope, tensorAt(scope, inputs, 0), (planes, sums) => toHsv(scope, sums, planes));

const hsvToRgb: Mapping = (_node, inputs, scope) =>
  recoloured(scope, tensorAt(scope, inputs, 0), (planes, sums) => toRgb(sums, planes));

/** Turns the hue; it stays within one turn. */
const adjustHue: Mapping = (_node, inputs, scope) => {
  const delta = tensorAt(scope, inputs, 1);
  return recoloured(scope, tensorAt(scope, inputs, 0), (planes, sums, type) => {
    const [hue, saturation, value] = toHsv(scope, sums, planes);
    const turned = sums.add(hue, cast(scope, scope.name(delta), delta.dtype, type));
    const within = sums.subtract(turned, scope.node('Floor', [turned]));
    return toRgb(sums, [within, saturation, value]);
  });
};

const adjustSaturation: Mapping = (_node, inputs, scope) => {
  const factor = tensorAt(scope, inputs, 1);
  return recoloured(scope, tensorAt(scope, inputs, 0), (planes, sums, type) => {
    const [hue, saturation, value] = toHsv(scope, sums, planes);
    const scaled = sums.multiply(saturation, cast(scope, scope.name(factor), factor.dtype, type));
    return toRgb(sums, [hue, sums.clamp(scaled), value]);
  });
};

/** Moves each channel away from its mean, or towards it. */
const adjustContrast: Mapping = (_node, inputs, scope) => {
  const image = tensorAt(scope, inputs, 0);
  const factor = tensorAt(scope, inputs, 1);
  if (image.dtype !== 'float32' && image.dtype !== 'float16') {
    throw new Unsupported(`contrast of ${image.dtype} elements`);
  }
  const sums = new Sums(scope, 'float32');
  const pixels = cast(scope, scope.name(image), image.dtype, 'float32');
  const mean = scope.node('ReduceMean', [pixels, scope.ints([-3, -2])]);
  const moved = sums.multiply(sums.subtract(pixels, mean), scope.name(factor));
  const name = cast(scope, sums.add(moved, mean), 'float32', image.dtype);
  return [scope.tensor(image.dtype, name, { shape: image.shape })];
};

/** Colours. */
export const colourMappings: Mappings = new Map<string, Mapping>([
  ['RGBToHSV', rgbToHsv],
  ['HSVToRGB', hsvToRgb],
  ['AdjustHue', adjustHue],
  ['AdjustSaturation', adjustSaturation],
  ['AdjustContrastv2', adjustContrast],
]);

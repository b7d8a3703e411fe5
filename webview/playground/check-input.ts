// Holds an input to the model's signature before it is sent, so that a mistake shows where it was made.
import { elementTypeOf, isElement, type ElementType } from './element-types.ts';
import { pathText } from './request-body.ts';
import { elementText, type DataValue, type TensorValue } from './tensor-value.ts';

/** One input or output of a model. */
export interface TensorFacts {
  readonly name: string;
  /** As in TensorFlow: DT_FLOAT … */
  readonly dtype: string;
  /** -1 for a dynamic dimension. */
  readonly shape: readonly number[];
  /** Whether the model does not say how many dimensions there are; `shape` is empty then. */
  readonly isUnranked?: boolean;
  /** Whether `shape` is only what usually comes: a SavedModel's inputs take whatever its graph can compute with. */
  readonly takesAnyShape?: boolean;
}

/** What is wrong with an input. */
export interface InputProblem {
  readonly problem:
    | 'rank' // {0}: dimensions that it has, {1}: that it should have
    | 'dimension' // {0}: which, {1}: its size, {2}: the size that it should have
    | 'element'; // {0}: where, {1}: the value, {2}: the type
  readonly details: readonly string[];
  /** The row-major index of the element that is wrong. */
  readonly element?: number;
}

/** The first problem of a value; undefined where the model takes it. */
export function checkInput(
  value: TensorValue,
  { name, dtype, shape, takesAnyShape = false }: TensorFacts,
): InputProblem | undefined {
  const misfit = takesAnyShape ? undefined : checkShape(value, shape);
  if (misfit !== undefined) {
    return misfit;
  }
  const type = elementTypeOf(dtype);
  const index = value.kind === 'elements' ? wrongText(value.elements, type) : wrongNumber(value, type);
  if (index === -1) {
    return undefined;
  }
  const details = [
    pathText(name, placeOf(index, value.shape)),
    shortened(elementText(value, index)),
    type.name,
  ];
  return { problem: 'element', details, element: index };
}

function checkShape(value: TensorValue, shape: readonly number[]): InputProblem | undefined {
  if (value.shape.length !== shape.length) {
    return { problem: 'rank', details: [String(value.shape.length), String(shape.length)] };
  }
  const wrong = shape.findIndex((size, index) => size !== -1 && size !== value.shape[index]);
  return wrong === -1
    ? undefined
    : { problem: 'dimension', details: [wrong, value.shape[wrong], shape[wrong]].map(String) };
}

function wrongText(elements: readonly string[], type: ElementType): number {
  return elements.findIndex((text) => !isElement(text, type));
}

/** As `isElement`, without a text for each of perhaps a million numbers. */
function wrongNumber({ numbers, isBool }: DataValue, { kind, least, most }: ElementType): number {
  if (kind === 'string' || isBool !== (kind === 'bool')) {
    return numbers.length === 0 ? -1 : 0;
  }
  if (kind === 'bool' || (kind === 'float' && !(numbers instanceof Float64Array))) {
    return -1;
  }
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index] ?? 0;
    const isInRange = number >= least && number <= most;
    const isWhole = typeof number === 'bigint' || Number.isInteger(number);
    const isRight = kind === 'integer' ? isWhole && isInRange : isInRange || !Number.isFinite(number);
    if (!isRight) {
      return index;
    }
  }
  return -1;
}

/** The position of an element in each dimension. */
export function placeOf(index: number, shape: readonly number[]): number[] {
  const place: number[] = [];
  let rest = index;
  for (const size of [...shape].reverse()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return place;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** `[?, 3, 224, 224]`: a shape for people. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.map((size) => (size === -1 ? '?' : String(size))).join(', ')}]`;
}

/** The same of an input or output; `[…]` where the model does not say how many dimensions there are. */
export function factsShapeText({ shape, isUnranked = false }: TensorFacts): string {
  return isUnranked ? '[…]' : shapeText(shape);
}

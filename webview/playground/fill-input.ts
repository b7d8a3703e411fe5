// Makes a value for an input from its type and shape: zeros, ones, random.
import type { TensorFacts } from './check-input.ts';
import { elementTypeOf, type ElementType } from './element-types.ts';
import { maxTextElements, type Numbers, type TensorValue } from './tensor-value.ts';

/** What an input can be filled with. */
export const fillings = ['zeros', 'ones', 'random'] as const;
export type Filling = (typeof fillings)[number];

/** A larger value is no sample. */
const maxElements = 20_000_000;

/**
 * The value; every dynamic dimension is 1 but for the first, which is `rows`; one dimension where none is known. `random` gives 0 to 1, 1 not included. Undefined where
 * that would be too much to hold.
 */
export function fillInput(
  { dtype, shape, isUnranked = false }: TensorFacts,
  filling: Filling,
  rows: number,
  random: () => number = Math.random,
): TensorValue | undefined {
  const sizes = (isUnranked ? [-1] : shape).map((size, index) =>
    size !== -1 ? size : index === 0 ? rows : 1,
  );
  const count = sizes.reduce((product, size) => product * size, 1);
  if (count > maxElements) {
    return undefined;
  }
  const type = elementTypeOf(dtype);
  if (count <= maxTextElements || type.kind === 'string') {
    const elements = Array.from({ length: count }, () => elementOf(type, filling, random));
    return { kind: 'elements', shape: sizes, elements };
  }
  const numbers: Numbers = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    numbers[index] = Number(
      elementOf({ ...type, kind: type.kind === 'bool' ? 'integer' : type.kind }, filling, random),
    );
  }
  return { kind: 'data', shape: sizes, numbers, isBool: type.kind === 'bool', source: filling };
}

function elementOf({ kind, most }: ElementType, filling: Filling, random: () => number): string {
  switch (kind) {
    case 'string':
      return filling === 'zeros' ? '""' : filling === 'ones' ? '"text"' : JSON.stringify(randomWord(random));
    case 'bool':
      return String(filling === 'ones' || (filling === 'random' && random() < 0.5));
    case 'integer':
      return filling === 'random' ? randomInteger(most, random) : filling === 'zeros' ? '0' : '1';
    case 'float':
      return filling === 'random' ? String(Number(random().toFixed(4))) : filling === 'zeros' ? '0.0' : '1.0';
  }
}

/** Small: an index into a vocabulary, a pixel. */
function randomInteger(most: number | bigint, random: () => number): string {
  return String(Math.floor(random() * (Math.min(Number(most), 99) + 1)));
}

function randomWord(random: () => number): string {
  return Array.from({ length: 6 }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('');
}

// The operators that compute with integers as TensorFlow Lite's kernels do, to the last one; others go through the reals.
import type { Operation } from '../operation.ts';
import { arithmeticTranslations } from './arithmetic.ts';
import { tableTranslations } from './functions.ts';
import { sumTranslations } from './sums.ts';

/** By operator; undefined where this one's types are beyond it. */
export const integerTranslations: ReadonlyMap<
  string,
  (operation: Operation) => readonly string[] | undefined
> = new Map([...arithmeticTranslations, ...sumTranslations, ...tableTranslations]);

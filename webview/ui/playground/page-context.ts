// What the parts of the playground share: words, language, and the way to the extension.
import type { PlaygroundPageMessage } from '../../playground/protocol.ts';
import type { PlaygroundWords } from '../../playground/words.ts';
import { fill } from '../format.ts';

/** The page, seen from its parts. */
export interface PageContext {
  readonly words: PlaygroundWords;
  /** BCP 47. */
  readonly locale: string;
  send(message: PlaygroundPageMessage): void;
  /** Has a short sentence read out, politely. */
  announce(text: string): void;
}

/** The text of this name with its gaps filled in. */
export function say(
  { words }: Pick<PageContext, 'words'>,
  name: keyof PlaygroundWords,
  ...values: readonly (string | number)[]
): string {
  return fill(words[name], ...values.map(String));
}

/** A number with up to `digits` significant digits; very large and very small ones in scientific notation. */
export function formatNumber(value: number, locale: string, digits = 5): string {
  const size = Math.abs(value);
  const isFar = size !== 0 && (size < 1e-4 || size >= 1e9);
  return Number.isFinite(value)
    ? new Intl.NumberFormat(locale, {
        maximumSignificantDigits: digits,
        ...(isFar ? { notation: 'scientific' } : {}),
      }).format(value)
    : String(value);
}

/** A time in the unit that suits it: 12 µs, 3.4 ms, 1.2 s. */
export function formatMicros(micros: number, locale: string): string {
  const [unit, value] =
    micros < 1_000
      ? ['microsecond', micros]
      : micros < 1e6
        ? ['millisecond', micros / 1_000]
        : ['second', micros / 1e6];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumSignificantDigits: 3 }).format(value);
}

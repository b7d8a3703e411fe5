// The words and figures of a canary's sentences. Pure.
import type { KeptShare } from './canary.ts';

const fewestDigits = 2;
const mostDigits = 6;

/**
 * A figure and its bound, with as many digits as it takes to tell them apart: "1.504" and "1.5", not "1.5" and "1.5".
 * `show` writes a number with at most so many significant digits.
 */
export function figures(
  value: number,
  bound: number,
  show: (value: number, digits: number) => string = rounded,
): readonly [string, string] {
  for (let digits = fewestDigits; ; digits++) {
    const texts = [show(value, digits), show(bound, mostDigits)] as const;
    if (value === bound || texts[0] !== texts[1] || digits >= mostDigits) {
      return texts;
    }
  }
}

/** "99.2%" for 0.992. Rounded down: what is not quite 100% does not read so. */
export function percentText(part: number, digits: number): string {
  const scale = 10 ** Math.max(0, digits - 1);
  return `${Math.floor(part * 100 * scale + 1e-6) / scale}%`;
}

/** "18.2 ms" from microseconds; below a tenth of a millisecond "85 µs", from ten seconds on "12.4 s". */
export function durationText(micros: number): string {
  if (micros < 100) {
    return `${rounded(micros, 3)} µs`;
  }
  return micros < 10_000_000 ? `${rounded(micros / 1000, 3)} ms` : `${rounded(micros / 1_000_000, 3)} s`;
}

/** At most so many significant digits, no exponent, no zeros at the end; whole from 10^digits on. */
export function rounded(value: number, digits: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 10 ** digits) {
    return String(Math.round(value));
  }
  return String(Number(value.toPrecision(digits)));
}

/** "1 request", "3 requests". */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** "stable 95%, canary 5%", as in events; "no split" for none. */
export function sharesText(shares: readonly KeptShare[]): string {
  const texts = shares.map(
    ({ target, percent }) =>
      `${target.kind === 'label' ? target.label : `version ${target.version}`} ${percent}%`,
  );
  return texts.length === 0 ? 'no split' : texts.join(', ');
}

// Times as people say them, for sentences that the extension makes.
import type { Translate } from '../../../translate.ts';

/** "300 ms", "30 s", "5 min", "2 h"; one decimal at most. */
export function durationText(translate: Translate, ms: number): string {
  const rounded = (value: number): number => Number(value.toFixed(1));
  if (ms >= 3_600_000) {
    return translate('{0} h', rounded(ms / 3_600_000));
  }
  if (ms >= 60_000) {
    return translate('{0} min', rounded(ms / 60_000));
  }
  return ms >= 1000 ? translate('{0} s', rounded(ms / 1000)) : translate('{0} ms', Math.round(ms));
}

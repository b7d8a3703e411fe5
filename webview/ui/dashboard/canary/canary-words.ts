// The tab's words, and figures in the user's language.
import type { CanaryText } from '../../../dashboard/canary-text.ts';
import { fill } from '../../format.ts';

/** What every section writes with. */
export interface CanaryWords extends CanaryText {
  /** `12.3 %`; a dash where there is none. */
  percent(value: number | null): string;
  /** Milliseconds in the unit that fits; a dash where there are none. */
  duration(ms: number | null): string;
  /** A moment in local time, with its date unless it is of today. Milliseconds since the Unix epoch. */
  moment(ms: number): string;
  count(value: number): string;
  /** With two digits that say something. */
  figure(value: number | null): string;
  /** `4 s`, `2 min 5 s`: what is left of a time, to the second. */
  remaining(ms: number): string;
}

/** Words in one language. Formatters are made once: making one costs more than using it. */
export function makeWords(text: CanaryText, locale: string): CanaryWords {
  const { page } = text;
  const fine = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 });
  const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const unit = (name: string, digits: number): Intl.NumberFormat =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, maximumFractionDigits: digits });
  const ofToday = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const ofOtherDays = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const microseconds = unit('microsecond', 0);
  const shortMs = unit('millisecond', 1);
  const longMs = unit('millisecond', 0);
  const seconds = unit('second', 1);
  const wholeSeconds = unit('second', 0);
  const minutes = unit('minute', 0);
  return {
    ...text,
    percent: (value) => (value === null ? page.noFigure : fill(page.percent, tenths.format(value))),
    duration: (ms) => {
      if (ms === null) {
        return page.noFigure;
      }
      if (ms < 0.9995) {
        return microseconds.format(ms * 1000);
      }
      return ms < 9.95 ? shortMs.format(ms) : ms < 999.5 ? longMs.format(ms) : seconds.format(ms / 1000);
    },
    moment: (ms) => {
      const isToday = ms >= new Date().setHours(0, 0, 0, 0);
      return (isToday ? ofToday : ofOtherDays).format(ms);
    },
    count: (value) => whole.format(value),
    figure: (value) => {
      if (value === null) {
        return page.noFigure;
      }
      return Math.abs(value) >= 10 ? whole.format(value) : fine.format(value);
    },
    remaining: (ms) => {
      const left = Math.max(0, Math.round(ms / 1000));
      const parts = [
        ...(left >= 60 ? [minutes.format(Math.floor(left / 60))] : []),
        ...(left < 60 || (left % 60 !== 0 && left < 600) ? [wholeSeconds.format(left % 60)] : []),
      ];
      return parts.join(' ');
    },
  };
}

// Durations, counts and calls as the tab "Network" shows them.
import type { CallCount } from '../../../dashboard/network-snapshot.ts';
import { formatBytes } from '../../format.ts';
import type { NetworkText } from '../../../dashboard/network-text.ts';

/** What the sections are made with. */
export interface NetworkWords {
  readonly text: NetworkText;
  /** BCP 47. */
  readonly locale: string;
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** A duration in its largest unit that leaves 1 or more: "35 sec", "12 min", "3 hr"; below a second, milliseconds. */
export function formatDuration(ms: number, locale: string): string {
  const [unit, size] = units.find(([, least]) => ms >= least) ?? (['millisecond', 1] as const);
  const value = ms / size;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    maximumFractionDigits: unit === 'hour' || unit === 'day' ? 1 : 0,
  }).format(value);
}

/** Milliseconds since something, as a stop watch shows them: "0.204 s". */
export function formatOffset(ms: number, locale: string): string {
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'narrow',
    minimumFractionDigits: 3,
    maximumFractionDigits: 3,
  }).format(ms / 1000);
}

/** "OK 12, NOT_FOUND 1"; empty where there were none. */
export function callsText(calls: readonly CallCount[], locale: string): string {
  const number = new Intl.NumberFormat(locale);
  return calls.map(({ status, count }) => `${status} ${number.format(count)}`).join(', ');
}

/** "1.2 kB / 3.4 MB". */
export function bytesText(received: number, sent: number, locale: string): readonly [string, string] {
  return [formatBytes(received, locale), formatBytes(sent, locale)];
}

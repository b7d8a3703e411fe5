// Sizes and times as the explorer shows them: short, with two or three digits.
import type { RequestFigures } from '../state/rate-feed.ts';

/** `3.2 MB`, in powers of 1000 as file managers show sizes. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`;
}

/** `0.21 ms`, `87 ms`, `1.4 s`. */
export function formatMilliseconds(ms: number): string {
  if (ms >= 999.5) {
    return `${(ms / 1000).toFixed(1)} s`;
  }
  return `${ms >= 9.995 ? ms.toFixed(0) : ms.toFixed(2)} ms`;
}

/** `4 s`, `2 min 5 s`: whole seconds of something that goes on. Not below 0. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `30 s`, `10 min`, `1 h 30 min`: a length of time, to the second, without the parts that are nothing. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ];
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return shown.length === 0 ? '0 s' : shown.join(' ');
}

/** `12 req/s · p99 3.10 ms`; empty where there are no requests to speak of. */
export function formatFigures(figures: RequestFigures | undefined): string {
  const rate = formatRate(figures?.rate ?? 0);
  const p99Us = figures?.p99Us ?? NaN;
  return rate === '' || Number.isNaN(p99Us) ? rate : `${rate} · p99 ${formatMilliseconds(p99Us / 1000)}`;
}

/** `12 req/s`, `0.4 req/s`; empty where there are none to speak of. */
export function formatRate(perSecond: number): string {
  if (!(perSecond >= 0.05)) {
    return '';
  }
  return `${perSecond >= 9.95 ? perSecond.toFixed(0) : perSecond.toFixed(1)} req/s`;
}

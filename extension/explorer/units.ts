// Sizes and times as the explorer shows them: short, with two or three digits.

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

// Numbers, sizes and moments in the user's language, and texts with their gaps filled in.

/** Puts `values[n]` where the text says `{n}`; a gap without a value stays as it is. */
export function fill(text: string, ...values: readonly string[]): string {
  return text.replace(/\{(\d+)\}/g, (gap, position: string) => values[Number(position)] ?? gap);
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A size in bytes in the largest decimal unit (1 kB = 1000 B) that leaves 1 or more. */
export function formatBytes(bytes: number, locale: string): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), byteUnits.length - 1);
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: byteUnits[power] ?? 'byte',
    // Of bytes alone the short form has no plural.
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power === 0 ? 0 : 1,
  }).format(bytes / 1000 ** power);
}

/**
 * A moment in local time, with its date unless it is the day of `nowMs`. It is not "3 s ago": a text that changes by
 * itself is noise to the eye and to a screen reader.
 * @param ms milliseconds since the Unix epoch
 */
export function formatMoment(ms: number, nowMs: number, locale: string): string {
  const isToday = new Date(ms).toDateString() === new Date(nowMs).toDateString();
  return new Intl.DateTimeFormat(
    locale,
    isToday ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'medium' },
  ).format(ms);
}

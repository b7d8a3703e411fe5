// What the keepalive doctor has to say about a setting.

/** One remark. */
export interface Finding {
  /** The rule of connections.md §2 that it comes from. */
  readonly rule: string;
  /** `error`: a connection is lost by it, or the setting does nothing; `info`: it is normal, and good to know. */
  readonly severity: 'error' | 'warning' | 'info';
  /** A sentence or two, with what to do. */
  readonly text: string;
  /** The option that it is about, as its language names it. */
  readonly option?: string;
}

/** A time as a person says it: "300 ms", "30 s", "5 min", "2 h". */
export function durationText(ms: number): string {
  if (ms === Infinity) {
    return 'never';
  }
  for (const [unit, size] of [
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
  ] as const) {
    if (ms >= size) {
      return `${Number((ms / size).toFixed(1))} ${unit}`;
    }
  }
  return `${Number(ms.toFixed(1))} ms`;
}

// What a server program under attack holds, as it measures itself, and as its test is told.
import { readdirSync } from 'node:fs';

/** What a process holds. */
export interface Holdings {
  /** MiB of JavaScript's heap and of buffers: what the program refers to. */
  readonly held: number;
  /** MiB of the whole process, with what its allocators keep. */
  readonly resident: number;
  readonly descriptors: number;
}

/** Of this process, after a collection of garbage where Node runs with --expose-gc. Linux only. */
export function ownHoldings(): Holdings {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return {
    held: (heapUsed + external) / 2 ** 20,
    resident: rss / 2 ** 20,
    descriptors: readdirSync('/proc/self/fd').length,
  };
}

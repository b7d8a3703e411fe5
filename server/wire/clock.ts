// The time, and waiting: given to everything in the transport that needs them, so that tests bring their own.

/** A clock. */
export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Calls `run` once, `ms` milliseconds from now or later, unless what it gives back is called before. */
  after(ms: number, run: () => void): () => void;
}

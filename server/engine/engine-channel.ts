// The seam between an engine host and what it runs in: a stream of bytes both ways, and an end.

/** What a channel tells its host. */
export interface ChannelEvents {
  /** The next bytes from the worker; the chunk is not written to again. */
  received(chunk: Uint8Array): void;
  /**
   * The worker is gone, once. `how` may go to clients; `detail`, what it wrote at the end, may name paths and goes to the
   * log and the admin API.
   */
  ended(how: string, detail: string): void;
}

/** A worker that is being started, or is up. */
export interface EngineChannel {
  /** 0 where it has no process of its own. */
  readonly pid: number;
  /** Writes all pieces, in order; what is written is not to be changed before the answer. */
  write(pieces: readonly Uint8Array[]): void;
  /** Ends the worker whatever it is doing; `ended` is told when it is gone. */
  kill(): void;
}

/** Starts a worker. */
export type OpenChannel = (events: ChannelEvents) => EngineChannel;

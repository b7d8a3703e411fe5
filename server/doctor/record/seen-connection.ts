// What a tap has seen of a connection: enough to say why it closed, and never more than a few kilobytes.
import type { Opening, Side } from './frame-watch.ts';

/** How a side's socket ended. */
export interface SeenEnd {
  readonly at: number;
  /** `error`: the operating system gave it up; `code` says why. */
  readonly how: 'fin' | 'reset' | 'error';
  /** ECONNRESET, ETIMEDOUT …; empty for `fin`. */
  readonly code: string;
}

/** A GOAWAY. */
export interface SeenGoaway {
  readonly at: number;
  readonly code: number;
  readonly debugData: string;
  readonly lastStreamId: number;
  /** Calls that were open then. */
  readonly openStreams: number;
}

/** One side. Times are milliseconds since the connection began. */
export interface SeenSide {
  /** Undefined: it said nothing, or too little to tell. */
  readonly opening: Opening | undefined;
  /** For people; empty before they are known. */
  readonly firstBytes: string;
  readonly bytes: number;
  /** When its last byte came; 0 before there is one. */
  readonly lastByteAt: number;
  /** The last few. */
  readonly goaways: readonly SeenGoaway[];
  /** PINGs that it sent, answers not counted. */
  readonly pings: number;
  /** Those of them since the other side last sent headers or data. */
  readonly pingsSinceAnswer: number;
  /** Between its last PINGs, the oldest first. */
  readonly pingIntervals: readonly number[];
  /** When it sent the oldest of its PINGs that have no answer; undefined where all have. */
  readonly unansweredPingAt: number | undefined;
  /** RST_STREAM by error code. */
  readonly resets: ReadonlyMap<number, number>;
  /** Its SETTINGS_MAX_CONCURRENT_STREAMS; undefined where it named none. */
  readonly maxConcurrentStreams: number | undefined;
  readonly end: SeenEnd | undefined;
}

/** The whole. */
export interface SeenConnection {
  readonly client: SeenSide;
  readonly server: SeenSide;
  /** Whose end came first; undefined: nobody's. */
  readonly firstEnd: Side | undefined;
  /** The server could not be connected to: the operating system's code. */
  readonly unreachable: string | undefined;
  /** Calls that were begun. */
  readonly streams: number;
  /** Calls that were open at the first end, or are now. */
  readonly openStreams: number;
  readonly mostOpenStreams: number;
  /** When the last call ended; 0 before one has. */
  readonly lastStreamEndAt: number;
  /** How long nothing went by, in either direction, before what ended it. */
  readonly silentMs: number;
  /** Since when the tap lets nothing through; undefined: it does. */
  readonly droppedAt: number | undefined;
  /** The tap itself reset it. */
  readonly wasReset: boolean;
  /** When it ended, or until when it was looked at. */
  readonly endedAt: number;
}

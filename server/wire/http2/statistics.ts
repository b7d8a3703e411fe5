// What a connection has done so far, in numbers.

/** Frames of one direction, by type; `other`: types of extensions. */
export interface FrameCounts {
  DATA: number;
  HEADERS: number;
  PRIORITY: number;
  RST_STREAM: number;
  SETTINGS: number;
  PUSH_PROMISE: number;
  PING: number;
  GOAWAY: number;
  WINDOW_UPDATE: number;
  CONTINUATION: number;
  other: number;
}

/** Live: the same object for the connection's whole life. Times are those of the `now` arguments. */
export interface ConnectionStatistics {
  readonly bytesReceived: number;
  /** Handed out by `takeOutput`. */
  readonly bytesSent: number;
  readonly framesReceived: Readonly<FrameCounts>;
  readonly framesSent: Readonly<FrameCounts>;
  /** Requests that were passed on. */
  readonly streamsOpened: number;
  /** Answered to the end, the request being complete or not. */
  readonly streamsCompleted: number;
  readonly streamsResetByPeer: number;
  /** Reset by this side, refused ones not counted. */
  readonly streamsReset: number;
  /** Refused because there were too many, or too little memory. */
  readonly streamsRefused: number;
  readonly maxStreamsAtOnce: number;
  /** When the last byte came; the connection's begin, before the first one. */
  readonly lastReceivedAt: number;
  /** The least and the last time between two PINGs of the client; Infinity before there are two. */
  readonly minPingIntervalMs: number;
  readonly lastPingIntervalMs: number;
  /** From this side's last PING to its acknowledgement; NaN before there is one. */
  readonly roundTripMs: number;
}

function noFrames(): FrameCounts {
  return {
    DATA: 0,
    HEADERS: 0,
    PRIORITY: 0,
    RST_STREAM: 0,
    SETTINGS: 0,
    PUSH_PROMISE: 0,
    PING: 0,
    GOAWAY: 0,
    WINDOW_UPDATE: 0,
    CONTINUATION: 0,
    other: 0,
  };
}

/** The connection's own, writable view. */
export class StatisticsCounter implements ConnectionStatistics {
  bytesReceived = 0;
  bytesSent = 0;
  readonly framesReceived = noFrames();
  readonly framesSent = noFrames();
  streamsOpened = 0;
  streamsCompleted = 0;
  streamsResetByPeer = 0;
  streamsReset = 0;
  streamsRefused = 0;
  maxStreamsAtOnce = 0;
  lastReceivedAt: number;
  minPingIntervalMs = Infinity;
  lastPingIntervalMs = Infinity;
  roundTripMs = NaN;

  constructor(now: number) {
    this.lastReceivedAt = now;
  }
}

// What the calls of a thread have in common.
import type { PerchError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { MemoryAccount } from '../http2/memory-account.ts';
import type { Clock } from '../clock.ts';
import type { DeadlineWheel } from './deadline-wheel.ts';
import type { RequestMemory } from './request-memory.ts';
import type { MessageCompressor, MessageEncoding } from './message-encoding.ts';

/** Lengths of messages before compression; Infinity for no limit. */
export interface MessageLimits {
  readonly maxReceiveBytes: number;
  readonly maxSendBytes: number;
}

/** Counts the calls in flight, and refuses new ones while the server drains. */
export interface CallDoor {
  /** Undefined: the call may begin, and `leave` is due at its end. */
  enter(path: string): PerchError | undefined;
  leave(): void;
}

/** What all calls of a thread have in common. */
export interface CallParts {
  readonly log: Logger;
  readonly limits: MessageLimits;
  readonly gate: CallDoor;
  readonly memory: MemoryAccount;
  readonly wheel: DeadlineWheel;
  readonly requests: RequestMemory;
  readonly clock: Clock;
  /** Milliseconds since the Unix epoch. */
  readonly epochNow: () => number;
  readonly compressor: MessageCompressor;
  /** What answers are compressed with where the caller takes it. */
  readonly answerEncoding: MessageEncoding;
}

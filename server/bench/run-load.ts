// Sends requests by a schedule until it is over, and counts what becomes of them.
import type { LoadSchedule } from './load-schedule.ts';
import type { Sender } from './sender.ts';
import type { Tally } from './tally.ts';

/**
 * Timers fire late by up to a millisecond and some, which is no fault of the server: so much of the time between the plan and
 * the sending is not counted as latency. Milliseconds.
 */
const ownLatenessMs = 1.5;

/** Sent at once, before answers are read again. */
const longestBurst = 32;

/** How long requests that are under way at the end are waited for at most, milliseconds. */
const drainMs = 5_000;

/** What a load needs. */
export interface LoadRun {
  readonly schedule: LoadSchedule;
  readonly sender: Sender;
  readonly tally: Tally;
  /** Milliseconds since the start, monotonic. */
  readonly elapsedMs: () => number;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** How it ended, and how many requests were given up. */
export interface LoadEnd {
  readonly ended: 'duration' | 'count' | 'cancelled';
  readonly unfinished: number;
}

/** Resolves when nothing is under way any more. Never rejects. */
export function runLoad({ schedule, sender, tally, elapsedMs, signal }: LoadRun): Promise<LoadEnd> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let burst: NodeJS.Immediate | undefined;
    /** Set once nothing more is sent. */
    let over: LoadEnd | undefined;

    const finish = (): void => {
      if (over !== undefined && schedule.inFlight === 0) {
        clearTimeout(timer);
        signal.removeEventListener('abort', cancel);
        resolve(over);
      }
    };
    const giveUp = (): void => {
      over = over && { ...over, unfinished: over.unfinished + schedule.inFlight };
      sender.cancelAll();
    };
    const end = (ended: LoadEnd['ended'], drain: number): void => {
      clearTimeout(timer);
      clearImmediate(burst);
      over = { ended, unfinished: schedule.waiting(elapsedMs()) };
      if (schedule.inFlight > 0 && drain > 0) {
        timer = setTimeout(giveUp, drain);
      } else {
        giveUp();
      }
      finish();
    };
    const cancel = (): void => {
      if (over === undefined) {
        end('cancelled', 0);
      } else {
        giveUp();
      }
    };
    const sendOne = async (planned: number): Promise<void> => {
      tally.send();
      const begin = Math.min(elapsedMs(), planned + ownLatenessMs);
      const outcome = await sender.send();
      tally.finish(outcome, elapsedMs() - begin);
      schedule.finish();
      if (over === undefined) {
        pump();
      } else {
        finish();
      }
    };
    const pump = (): void => {
      clearTimeout(timer);
      clearImmediate(burst);
      for (let sent = 0; sent < longestBurst; sent++) {
        const planned = schedule.next(elapsedMs());
        if (planned === undefined) {
          const now = elapsedMs();
          const ending = schedule.ending(now);
          if (ending === undefined) {
            timer = setTimeout(pump, Math.max(1, schedule.waitMs(now)));
          } else {
            end(ending, drainMs);
          }
          return;
        }
        void sendOne(planned);
      }
      burst = setImmediate(pump);
    };
    signal.addEventListener('abort', cancel);
    if (signal.aborted) {
      cancel();
    } else {
      pump();
    }
  });
}

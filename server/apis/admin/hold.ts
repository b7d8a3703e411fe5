// Who keeps the daemon serving: the windows of an editor that use it. The last one to go lets it end.
import { serviceMethods, type MessageInput } from '../../../protos/messages.ts';
import { serverStream, type Method } from '../method.ts';
import { Waker } from '../waker.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

/** Counts the calls of Admin.Hold that are open. */
export class Holders {
  #count = 0;
  readonly #listeners = new Set<() => void>();

  get count(): number {
    return this.#count;
  }

  /** Settles when nobody holds the daemon; at once where nobody does now. */
  async whenFree(): Promise<void> {
    if (this.#count > 0) {
      await new Promise<void>((resolve) => {
        const end = this.follow(() => {
          if (this.#count === 0) {
            end();
            resolve();
          }
        });
      });
    }
  }

  /** Counts one more, until the result is called. */
  add(): () => void {
    this.#change(1);
    return () => this.#change(-1);
  }

  /** Calls `listener` after each change, until the result is called. */
  follow(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #change(by: 1 | -1): void {
    this.#count += by;
    for (const listener of [...this.#listeners]) {
      listener();
    }
  }
}

/** Admin.Hold. `draining` fires when the daemon begins to stop. */
export function holdMethod(holders: Holders, draining: AbortSignal): Method {
  return serverStream(methods.Hold, (_request, call) => hold(holders, call.signal, draining));
}

async function* hold(
  holders: Holders,
  ended: AbortSignal,
  draining: AbortSignal,
): AsyncGenerator<MessageInput<'perch.admin.v1.HoldResponse'>, void, undefined> {
  const waker = new Waker();
  const release = holders.add();
  const unfollow = holders.follow(waker.wake);
  ended.addEventListener('abort', waker.close);
  draining.addEventListener('abort', waker.close);
  try {
    while (!ended.aborted && !draining.aborted) {
      yield { holders: holders.count };
      await waker.wait();
    }
    if (draining.aborted) {
      yield { holders: holders.count, stopping: true };
    }
  } finally {
    unfollow();
    release();
    ended.removeEventListener('abort', waker.close);
    draining.removeEventListener('abort', waker.close);
  }
}

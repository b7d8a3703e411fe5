// Requests that go on as long as a test looks at what they do.
import { setTimeout as sleep } from 'node:timers/promises';

/** Between two requests, milliseconds: some dozens a second, so that a slow machine has time for the rest. */
const pauseMs = 25;

/** Sends one request after the other until it is stopped. */
export class RestTraffic {
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  readonly #answers = new Map<string, number>();
  readonly #failures: string[] = [];

  /** `body` is posted to `url` as JSON. */
  constructor(url: string, body: unknown) {
    this.#done = this.#run(url, JSON.stringify(body));
  }

  /** How many were answered, by the version that answered. */
  get answers(): ReadonlyMap<string, number> {
    return this.#answers;
  }

  /** Ends with the request that is under way. Gives what failed. */
  async stop(): Promise<readonly string[]> {
    this.#stop.abort();
    await this.#done;
    return this.#failures;
  }

  async #run(url: string, body: string): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const response = await fetch(url, { method: 'POST', body });
        const text = await response.text();
        if (response.ok) {
          const version = response.headers.get('x-perch-model-version') ?? '';
          this.#answers.set(version, (this.#answers.get(version) ?? 0) + 1);
        } else {
          this.#failures.push(`${response.status} ${text}`);
        }
      } catch (reason) {
        this.#failures.push(String(reason));
      }
      await sleep(pauseMs);
    }
  }
}

/** Requests that are under way at once. */
const atOnce = 8;

/**
 * Posts `body` to `url` `count` times. Gives how many were answered by which version; rejects where one was refused.
 */
export async function sendRequests(
  url: string,
  body: unknown,
  count: number,
): Promise<ReadonlyMap<string, number>> {
  const text = JSON.stringify(body);
  const answers = new Map<string, number>();
  let left = count;
  const send = async (): Promise<void> => {
    while (left > 0) {
      left--;
      const response = await fetch(url, { method: 'POST', body: text });
      const answer = await response.text();
      if (!response.ok) {
        throw new Error(`${response.status} ${answer}`);
      }
      const version = response.headers.get('x-perch-model-version') ?? '';
      answers.set(version, (answers.get(version) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, send));
  return answers;
}

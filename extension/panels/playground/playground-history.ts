// The requests that were sent from the playground, the newest first, kept with the workspace and bounded. No vscode in here.
import { isTarget, targetKey, type PlaygroundTarget } from '../../../webview/playground/target.ts';
import { isArrayOf, isObject, isString, isWhole } from '../../../webview/guards.ts';
import type { PastRequest } from '../../../webview/playground/snapshot.ts';

/** The part of vscode.Memento that is needed. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

/** A request with its body. */
interface KeptRequest {
  readonly id: string;
  readonly model: string;
  readonly target: PlaygroundTarget;
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly body: string;
}

const memoryKey = 'perch.playground.history';

/** How many are kept, how large one may be, and all together: UTF-16 units. A larger one is not kept. */
export const historyBounds = { count: 30, one: 60_000, all: 500_000 } as const;

const isHistory = isArrayOf(
  isObject<KeptRequest>({ id: isString, model: isString, target: isTarget, atMs: isWhole, body: isString }),
);

/** What was sent. */
export class PlaygroundHistory {
  readonly #memory: Memory;
  #next = 0;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** The newest first, without bodies. */
  list(): readonly PastRequest[] {
    return this.#kept().map(({ id, model, target, atMs, body }) => ({
      id,
      model,
      target,
      atMs,
      bytes: Buffer.byteLength(body),
    }));
  }

  /** One with its body; undefined where it is kept no more. */
  find(id: string): KeptRequest | undefined {
    return this.#kept().find((kept) => kept.id === id);
  }

  /** Keeps a request; the same one again only moves to the front. */
  add(request: Pick<KeptRequest, 'model' | 'target' | 'body'>, atMs: number): void {
    if (request.body.length > historyBounds.one) {
      return;
    }
    const isSame = ({ model, target, body }: KeptRequest): boolean =>
      model === request.model && targetKey(target) === targetKey(request.target) && body === request.body;
    const others = this.#kept().filter((kept) => !isSame(kept));
    const id = `${Math.round(atMs).toString(36)}-${(this.#next++).toString(36)}`;
    const all = [{ ...request, id, atMs: Math.round(atMs) }, ...others].slice(0, historyBounds.count);
    let size = 0;
    this.#keep(all.filter(({ body }) => (size += body.length) <= historyBounds.all));
  }

  clear(): void {
    this.#keep([]);
  }

  #kept(): readonly KeptRequest[] {
    const kept = this.#memory.get(memoryKey);
    return isHistory(kept) ? kept : [];
  }

  #keep(history: readonly KeptRequest[]): void {
    void this.#memory.update(memoryKey, history);
  }
}

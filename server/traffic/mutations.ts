// Changes that somebody asks for: each once per request id, none over another that its caller had not seen.
import { PerchError } from '../errors.ts';

/** What a caller says of a change; perch.admin.v1.Mutation explains the fields. */
export interface Mutation {
  readonly requestId: string;
  /** 0: whatever it is. */
  readonly expectedResourceVersion: bigint;
  readonly actor: string;
  readonly reason: string;
}

/** A change that nobody in particular asked for. */
export const anonymousMutation: Mutation = {
  requestId: '',
  expectedResourceVersion: 0n,
  actor: '',
  reason: '',
};

/** A request id is remembered for so long, milliseconds, and at most so many of them. */
const rememberedMs = 60 * 60_000;
const rememberedIds = 10_000;

/** What a call may do with the model that it changes. */
export interface Turn {
  /** Throws RESOURCE_CHANGED where the model has moved on since its caller saw it: nothing need be waited for then. */
  readonly check: () => void;
  /**
   * Does a change after those of the same model that came before; those that come after wait for it, so it must not wait
   * for anything slow. Rejects with RESOURCE_CHANGED as `check` throws it, and as `change` does.
   */
  readonly take: <Result>(change: () => Promise<Result>) => Promise<Result>;
}

interface Done {
  readonly at: number;
  readonly outcome: Promise<unknown>;
}

/** Guards the changes of all models. */
export class Mutations {
  readonly #now: () => number;
  /** By request id, the oldest first. */
  readonly #done = new Map<string, Done>();
  readonly #versions = new Map<string, bigint>();
  /** The change of each model that is under way: they follow each other. */
  readonly #last = new Map<string, Promise<unknown>>();
  readonly #onBump: (model: string) => void;

  constructor(
    now: () => number = () => performance.now(),
    onBump: (model: string) => void = () => undefined,
  ) {
    this.#now = now;
    this.#onBump = onBump;
  }

  /** ModelState.resource_version of the model. */
  resourceVersion(model: string): bigint {
    return this.#versions.get(model) ?? 1n;
  }

  /** Something of the model changed. */
  bump(model: string): void {
    this.#versions.set(model, this.resourceVersion(model) + 1n);
    this.#onBump(model);
  }

  /**
   * Does `change` after those of the same model that came before, unless its request id was seen: then the outcome is the
   * earlier one's. Rejects with RESOURCE_CHANGED where the model has moved on since its caller saw it, and as `change` does.
   */
  once<Result>(model: string, mutation: Mutation, change: () => Promise<Result>): Promise<Result> {
    return this.whole(model, mutation, (turn) => turn.take(change));
  }

  /**
   * Makes a call that waits for something beside its change, unless its request id was seen: then the outcome is the
   * earlier one's, whole, also while that one still waits. Rejects as `call` does.
   */
  async whole<Result>(
    model: string,
    mutation: Mutation,
    call: (turn: Turn) => Promise<Result>,
  ): Promise<Result> {
    const { requestId, expectedResourceVersion } = mutation;
    this.#forgetOld();
    // Callers choose ids for themselves: the same one for another model is another request.
    const id = `${model}\n${requestId}`;
    const earlier = requestId === '' ? undefined : this.#done.get(id);
    if (earlier !== undefined) {
      return earlier.outcome as Promise<Result>;
    }
    const check = (): void => this.#check(model, expectedResourceVersion);
    const outcome = call({ check, take: (change) => this.#take(model, check, change) });
    if (requestId !== '') {
      this.#done.set(id, { at: this.#now(), outcome });
      // What changed nothing may be tried again.
      outcome.catch(() => this.#done.delete(id));
    }
    return outcome;
  }

  #check(model: string, expected: bigint): void {
    const current = this.resourceVersion(model);
    if (expected !== 0n && expected !== current) {
      throw new PerchError(
        'RESOURCE_CHANGED',
        `Model ${model} was changed meanwhile (resource version ${current}, not ${expected}); look at it again.`,
      );
    }
  }

  #take<Result>(model: string, check: () => void, change: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(model) ?? Promise.resolve();
    const outcome = before.then(async () => {
      check();
      const result = await change();
      this.bump(model);
      return result;
    });
    const settled = outcome
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        if (this.#last.get(model) === settled) {
          this.#last.delete(model);
        }
      });
    this.#last.set(model, settled);
    return outcome;
  }

  #forgetOld(): void {
    for (const [id, { at }] of this.#done) {
      if (at > this.#now() - rememberedMs && this.#done.size <= rememberedIds) {
        return;
      }
      this.#done.delete(id);
    }
  }
}

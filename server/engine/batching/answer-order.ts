// Gives answers in the order in which their requests came: Triton's preserve_ordering.

/** Errors are told at once: only answers have an order. */
export class AnswerOrder {
  /** Resolves when all that came so far are settled. */
  #before: Promise<unknown> = Promise.resolve();

  /** `answer`, but not before all that were kept earlier are settled. */
  keep<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const before = this.#before;
    const kept = answer.then(async (value) => {
      await before;
      return value;
    });
    const settled = kept.then(
      () => undefined,
      () => undefined,
    );
    this.#before = before.then(() => settled);
    return kept;
  }
}

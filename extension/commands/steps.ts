// Questions in a row, of which each may be gone back to. No vscode in here.

/** The answer that leads to the question before. */
export const back = Symbol('back');

/** Where a question is among those that are asked. */
export interface Place {
  /** From 1. */
  readonly step: number;
  readonly total: number;
}

/** Asks one question. Gives the answers with its own in them; `back`; or undefined where the user thought better of it. */
export type Step<Answers> = (answers: Answers, place: Place) => Promise<Answers | typeof back | undefined>;

/**
 * Asks until no question is left; `stepsOf` gives all that follow from the answers so far. Who goes back finds the answers
 * as they were. Undefined where the user thought better of it.
 */
export async function inSteps<Answers>(
  first: Answers,
  stepsOf: (answers: Answers) => readonly Step<Answers>[],
): Promise<Answers | undefined> {
  let answers = first;
  for (let index = 0; ;) {
    const steps = stepsOf(answers);
    const step = steps[index];
    if (step === undefined) {
      return answers;
    }
    const given = await step(answers, { step: index + 1, total: steps.length });
    if (given === undefined) {
      return undefined;
    }
    if (given === back) {
      index = Math.max(0, index - 1);
    } else {
      answers = given;
      index += 1;
    }
  }
}

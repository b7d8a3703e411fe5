// What is wrong with a regular expression, in RE2's words.

/** Thrown for patterns that RE2 refuses. `message` is RE2's: `missing ): a(b`. */
export class RegexError extends Error {
  /** @param what RE2's words for the kind of mistake; @param where the part of the pattern. */
  constructor(what: string, where: string) {
    super(`${what}: ${where}`);
    this.name = 'RegexError';
  }
}

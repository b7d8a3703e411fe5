// Parses the character classes of RE2's syntax: brackets, `\d`, `\pL`, and escaped characters.
import {
  classOf,
  complement,
  foldCase,
  maximumRune,
  perlClasses,
  posixClasses,
  unicodeGroup,
} from './character-class.ts';
import { RegexError } from './regex-error.ts';
import type { CharacterClass, Range } from './character-class.ts';
import type { PatternCursor } from './pattern-cursor.ts';

const controls: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

/** Reads classes at a cursor that it shares with the parser of the whole pattern. */
export class ClassParser {
  private readonly cursor: PatternCursor;

  constructor(cursor: PatternCursor) {
    this.cursor = cursor;
  }

  /** `[...]`, whose `[` at `start` has been read. */
  bracket(start: number, fold: boolean): CharacterClass {
    const { cursor } = this;
    const negated = cursor.skip('^');
    const ranges: Range[] = [];
    for (let first = true; first || cursor.peek() !== ']'; first = false) {
      if (cursor.done) {
        throw new RegexError('missing ]', cursor.whole.slice(start));
      }
      ranges.push(...this.member(fold));
    }
    cursor.next();
    const set = classOf(ranges);
    return negated ? complement(set) : set;
  }

  /** The class that an escape at `start` names, `\d` or `\p{Greek}`; undefined where it names none. The cursor stands behind the backslash. */
  escapedClass(start: number, fold: boolean): CharacterClass | undefined {
    const { cursor } = this;
    const letter = cursor.peek();
    const perl = perlClasses.get(letter.toLowerCase());
    if (perl !== undefined) {
      cursor.next();
      return withSign(perl, letter !== letter.toLowerCase(), fold);
    }
    if (letter !== 'p' && letter !== 'P') {
      return undefined;
    }
    const group = cursor.take(/\\[pP](?:\{(\^?)([^}]*)\}|([^{]))/uy, start);
    if (group === undefined) {
      throw new RegexError('invalid character class range', cursor.whole.slice(start));
    }
    const negated = (letter === 'P') !== (group[1] === '^');
    return withSign(unicodeGroup(group[2] ?? group[3] ?? '', group[0]), negated, fold);
  }

  /** The character that an escape at `start` means. The cursor stands behind the backslash. */
  escapedRune(start: number): number {
    const { cursor } = this;
    const octal = cursor.take(/\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/uy, start);
    if (octal?.[1] !== undefined) {
      return Number.parseInt(octal[1], 8);
    }
    const hex = cursor.take(/\\x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/uy, start);
    if (hex !== undefined) {
      const rune = Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
      if (rune > maximumRune) {
        throw new RegexError('invalid escape sequence', cursor.from(start));
      }
      return rune;
    }
    const letter = cursor.next();
    const control = controls.get(letter);
    if (control !== undefined) {
      return control;
    }
    if (letter === '' && cursor.done) {
      throw new RegexError('trailing \\', '');
    }
    const rune = letter.codePointAt(0) ?? 0;
    if (rune >= 128 || /[A-Za-z0-9]/u.test(letter)) {
      throw new RegexError('invalid escape sequence', cursor.from(start));
    }
    return rune;
  }

  private member(fold: boolean): CharacterClass {
    const { cursor } = this;
    const start = cursor.position;
    const named = cursor.take(/\[:(\^?)([^\]]*?):\]/uy, start);
    if (named !== undefined) {
      const posix = posixClasses.get(named[2] ?? '');
      if (posix === undefined) {
        throw new RegexError('invalid character class range', named[0]);
      }
      return withSign(posix, named[1] === '^', fold);
    }
    if (cursor.skip('\\')) {
      const set = this.escapedClass(start, fold);
      if (set !== undefined) {
        return set;
      }
      cursor.position = start;
    }
    const low = this.rune();
    let high = low;
    const after = cursor.whole.charAt(cursor.position + 1);
    if (cursor.peek() === '-' && after !== ']' && after !== '') {
      cursor.next();
      high = this.rune();
      if (high < low) {
        throw new RegexError('invalid character class range', cursor.from(start));
      }
    }
    const set: CharacterClass = [[low, high]];
    return fold ? foldCase(set) : set;
  }

  private rune(): number {
    const start = this.cursor.position;
    const text = this.cursor.next();
    return text === '\\' ? this.escapedRune(start) : (text.codePointAt(0) ?? 0);
  }
}

function withSign(set: CharacterClass, negated: boolean, fold: boolean): CharacterClass {
  const whole = fold ? foldCase(set) : set;
  return negated ? complement(whole) : whole;
}

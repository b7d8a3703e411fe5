// Sets of code points for regular expressions: ranges, their complement, case folding, and the groups that RE2 names.
import { RegexError } from './regex-error.ts';

/** Inclusive ranges of code points. Those of a `CharacterClass` are sorted, disjoint and not adjacent. */
export type Range = readonly [low: number, high: number];
export type CharacterClass = readonly Range[];

export const maximumRune = 0x10ffff;

/** Sorts and joins ranges. */
export function classOf(ranges: readonly Range[]): CharacterClass {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const [low, high] of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && low <= last[1] + 1) {
      last[1] = Math.max(last[1], high);
    } else {
      joined.push([low, high]);
    }
  }
  return joined;
}

/** All other code points. */
export function complement(set: CharacterClass): CharacterClass {
  const result: Range[] = [];
  let next = 0;
  for (const [low, high] of set) {
    if (low > next) {
      result.push([next, low - 1]);
    }
    next = high + 1;
  }
  if (next <= maximumRune) {
    result.push([next, maximumRune]);
  }
  return result;
}

/** The set and all code points that differ from one of its members by case only (Unicode's simple case folding). */
export function foldCase(set: CharacterClass): CharacterClass {
  const result: Range[] = [...set];
  const orbits = set.every(([, high]) => high < 128) ? asciiOrbits() : allOrbits();
  for (const [rune, orbit] of orbits) {
    if (set.some(([low, high]) => rune >= low && rune <= high)) {
      result.push(...orbit.map((other): Range => [other, other]));
    }
  }
  return classOf(result);
}

type Orbits = ReadonlyMap<number, readonly number[]>;

let asciiOrbitsMade: Orbits | undefined;
let allOrbitsMade: Orbits | undefined;

function asciiOrbits(): Orbits {
  if (asciiOrbitsMade === undefined) {
    const orbits = new Map<number, number[]>();
    for (let upper = 0x41; upper <= 0x5a; upper++) {
      orbits.set(upper, [upper + 32]).set(upper + 32, [upper]);
    }
    // The sign for kelvin and the long s fold to ASCII letters.
    for (const [letter, other] of [
      ['k', 0x212a],
      ['s', 0x17f],
    ] as const) {
      orbits.get(letter.charCodeAt(0))?.push(other);
      orbits.get(letter.toUpperCase().charCodeAt(0))?.push(other);
    }
    asciiOrbitsMade = orbits;
  }
  return asciiOrbitsMade;
}

/** No code point from here on has case. */
const lastCased = 0x1e943;

/** Asked of the JavaScript engine's own tables, once: some 30 ms. */
function allOrbits(): Orbits {
  if (allOrbitsMade === undefined) {
    const orbits = new Map<number, Set<number>>();
    for (let rune = 0; rune <= lastCased; rune++) {
      const text = String.fromCodePoint(rune);
      for (const other of [text.toLowerCase(), text.toUpperCase()]) {
        if (other !== text && isSameButCase(text, other)) {
          join(orbits, rune, other.codePointAt(0) ?? rune);
        }
      }
    }
    allOrbitsMade = new Map(
      Array.from(orbits, ([rune, orbit]) => [rune, [...orbit].filter((other) => other !== rune)]),
    );
  }
  return allOrbitsMade;
}

/** Whether two texts are one code point each, with the same simple case folding: dotless i has none, for one. */
function isSameButCase(text: string, other: string): boolean {
  const rune = other.codePointAt(0) ?? 0;
  return String.fromCodePoint(rune) === other && new RegExp(`^\\u{${rune.toString(16)}}$`, 'iu').test(text);
}

function join(orbits: Map<number, Set<number>>, a: number, b: number): void {
  const orbit = orbits.get(a) ?? new Set([a]);
  for (const other of orbits.get(b) ?? [b]) {
    orbit.add(other);
  }
  for (const member of orbit) {
    orbits.set(member, orbit);
  }
}

function parseRanges(text: string): CharacterClass {
  return classOf(
    text.split(' ').map((part): Range => {
      const [low = 0, high = low] = part.split('-').map((hex) => Number.parseInt(hex, 16));
      return [low, high];
    }),
  );
}

const digits = parseRanges('30-39');
const wordCharacters = parseRanges('30-39 41-5a 5f 61-7a');

/** `\d`, `\s` and `\w` by their letter: ASCII only, and `\s` without the vertical tab. */
export const perlClasses: ReadonlyMap<string, CharacterClass> = new Map([
  ['d', digits],
  ['s', parseRanges('9-a c-d 20')],
  ['w', wordCharacters],
]);

/** `[:alpha:]` and its like by name. */
export const posixClasses: ReadonlyMap<string, CharacterClass> = new Map([
  ['alnum', parseRanges('30-39 41-5a 61-7a')],
  ['alpha', parseRanges('41-5a 61-7a')],
  ['ascii', parseRanges('0-7f')],
  ['blank', parseRanges('9 20')],
  ['cntrl', parseRanges('0-1f 7f')],
  ['digit', digits],
  ['graph', parseRanges('21-7e')],
  ['lower', parseRanges('61-7a')],
  ['print', parseRanges('20-7e')],
  ['punct', parseRanges('21-2f 3a-40 5b-60 7b-7e')],
  ['space', parseRanges('9-d 20')],
  ['upper', parseRanges('41-5a')],
  ['word', wordCharacters],
  ['xdigit', parseRanges('30-39 41-46 61-66')],
]);

const unicodeGroups = new Map<string, CharacterClass>();
const surrogates: Range = [0xd800, 0xdfff];

/** The code points of a general category (`L`, `Lu`) or a script (`Greek`). Throws RegexError, naming `where`, for another name. */
export function unicodeGroup(name: string, where: string): CharacterClass {
  let group = unicodeGroups.get(name);
  if (group === undefined) {
    group = findUnicodeGroup(name, where);
    unicodeGroups.set(name, group);
  }
  return group;
}

function findUnicodeGroup(name: string, where: string): CharacterClass {
  if (name === 'Any') {
    return [[0, maximumRune]];
  }
  if (name === 'Cs') {
    return [surrogates];
  }
  if (name === 'C') {
    // Without the code points that are not assigned, as RE2 has it.
    const assigned = ['Cc', 'Cf', 'Co'].flatMap((category) => unicodeGroup(category, where));
    return classOf([...assigned, surrogates]);
  }
  return membersOf(propertyPattern(name, where));
}

function propertyPattern(name: string, where: string): RegExp {
  const property = /^[LMNPSZC][a-z]?$/u.test(name) ? name : `Script=${name}`;
  try {
    return new RegExp(`\\p{${property}}+`, 'gu');
  } catch {
    throw new RegexError('invalid character class range', where);
  }
}

const pieceSize = 0x4000;

function membersOf(pattern: RegExp): CharacterClass {
  const ranges: Range[] = [];
  for (let start = 0; start <= maximumRune; start += pieceSize) {
    const runes: string[] = [];
    for (let rune = start; rune < start + pieceSize; rune++) {
      if (rune < surrogates[0] || rune > surrogates[1]) {
        runes.push(String.fromCodePoint(rune));
      }
    }
    for (const { 0: run } of runes.join('').matchAll(pattern)) {
      const first = run.codePointAt(0) ?? 0;
      ranges.push([first, first + Array.from(run).length - 1]);
    }
  }
  return classOf(ranges);
}

// Parses the syntax of RE2, as TensorFlow's regex ops use it: Perl's, without what needs backtracking (github.com/google/re2/wiki/Syntax).
import { Unsupported } from '../../unsupported.ts';
import { classOf, complement, foldCase, maximumRune } from './character-class.ts';
import { ClassParser } from './class-parser.ts';
import { PatternCursor } from './pattern-cursor.ts';
import { RegexError } from './regex-error.ts';
import { emptyRegex } from './regex-tree.ts';
import type { CharacterClass } from './character-class.ts';
import type { Assertion, RegexNode } from './regex-tree.ts';

/** Flags of `(?imsU)`. */
interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly U: boolean;
}

/** A group that is being read. */
interface OpenGroup {
  /** undefined for one whose text is not kept, and for the whole pattern. */
  readonly index: number | undefined;
  /** What held before it. */
  readonly flags: Flags;
  readonly alternatives: RegexNode[];
  sequence: RegexNode[];
}

/** A regular expression and how many groups keep their text. */
export interface ParsedRegex {
  readonly root: RegexNode;
  readonly groupCount: number;
  /** Whether `\C` is there: one byte, be it a part of a character. It is as a class any character. */
  readonly takesBytes: boolean;
}

/** RE2's limits. */
const maximumRepeat = 1000;
const maximumDepth = 1000;

/** `\C`. */
export const anyByte = classOf([[0, maximumRune]]);
const anyRune = classOf([[0, maximumRune]]);
const anyButNewline = complement(classOf([[10, 10]]));

/** Parses a pattern. Throws RegexError where RE2 refuses it, and Unsupported for one that is nested too deep. */
export function parseRegex(pattern: Uint8Array): ParsedRegex {
  return new RegexParser(pattern).parse();
}

class RegexParser {
  private readonly cursor: PatternCursor;
  private readonly classes: ClassParser;
  private readonly outer: OpenGroup[] = [];
  private flags: Flags = { i: false, m: false, s: false, U: false };
  private group: OpenGroup = { index: undefined, flags: this.flags, alternatives: [], sequence: [] };
  private groupCount = 0;
  private takesBytes = false;
  /** Where the last repetition ended: another one right there is a mistake. */
  private repeatEnd = -1;
  private repeatStart = 0;

  constructor(pattern: Uint8Array) {
    this.cursor = new PatternCursor(pattern);
    this.classes = new ClassParser(this.cursor);
  }

  parse(): ParsedRegex {
    while (!this.cursor.done) {
      this.item();
    }
    if (this.outer.length > 0) {
      throw new RegexError('missing )', this.cursor.whole);
    }
    const root = closed(this.group);
    checkRepeats(root);
    return { root, groupCount: this.groupCount, takesBytes: this.takesBytes };
  }

  private item(): void {
    const { cursor } = this;
    const start = cursor.position;
    const rune = cursor.next();
    switch (rune) {
      case '(':
        this.open(start);
        return;
      case ')':
        this.close();
        return;
      case '|':
        this.group.alternatives.push({ kind: 'sequence', parts: this.group.sequence });
        this.group.sequence = [];
        return;
      case '^':
        this.assert(this.flags.m ? 'line-start' : 'text-start');
        return;
      case '$':
        this.assert(this.flags.m ? 'line-end' : 'text-end');
        return;
      case '.':
        this.push({ kind: 'class', set: this.flags.s ? anyRune : anyButNewline });
        return;
      case '[':
        this.push({ kind: 'class', set: this.classes.bracket(start, this.flags.i) });
        return;
      case '*':
        this.repeat(start, 0, Infinity);
        return;
      case '+':
        this.repeat(start, 1, Infinity);
        return;
      case '?':
        this.repeat(start, 0, 1);
        return;
      case '{':
        this.braces(start);
        return;
      case '\\':
        this.escape(start);
        return;
      default:
        this.literal(rune.codePointAt(0) ?? 0);
    }
  }

  private push(node: RegexNode): void {
    this.group.sequence.push(node);
  }

  private assert(assertion: Assertion): void {
    this.push({ kind: 'assertion', assertion });
  }

  private literal(rune: number): void {
    this.push({ kind: 'class', set: this.folded(classOf([[rune, rune]])) });
  }

  private folded(set: CharacterClass): CharacterClass {
    return this.flags.i ? foldCase(set) : set;
  }

  private braces(start: number): void {
    const bounds = this.cursor.take(/\{(\d{1,9})(,(\d{0,9}))?\}/uy, start);
    if (bounds === undefined) {
      this.literal('{'.charCodeAt(0));
      return;
    }
    const minimum = Number(bounds[1]);
    const maximum = bounds[2] === undefined ? minimum : bounds[3] === '' ? Infinity : Number(bounds[3]);
    const bounded = maximum === Infinity ? minimum : maximum;
    if (bounded > maximumRepeat || minimum > maximum) {
      throw new RegexError('invalid repetition size', this.cursor.from(start));
    }
    this.repeat(start, minimum, maximum);
  }

  private repeat(start: number, minimum: number, maximum: number): void {
    const { cursor } = this;
    const lazy = cursor.skip('?');
    if (this.repeatEnd === start) {
      throw new RegexError('bad repetition operator', cursor.from(this.repeatStart));
    }
    const part = this.group.sequence.pop();
    if (part === undefined) {
      throw new RegexError('no argument for repetition operator', cursor.from(start));
    }
    this.push({ kind: 'repeat', part, minimum, maximum, greedy: lazy === this.flags.U });
    this.repeatStart = start;
    this.repeatEnd = cursor.position;
  }

  private open(start: number): void {
    const { cursor } = this;
    if (!cursor.skip('?')) {
      this.openGroup(++this.groupCount, this.flags);
      return;
    }
    const named = cursor.take(/\(\?P<([^>]*)>/uy, start);
    if (named !== undefined) {
      this.openNamedGroup(named[1] ?? '', named[0]);
      return;
    }
    const flags = cursor.take(/\(\?([imsU]*)(-[imsU]+)?([:)])/uy, start);
    if (flags === undefined || flags[0] === '(?)') {
      throw new RegexError('invalid perl operator', cursor.take(/\(\?[imsU-]*[^]?/uy, start)?.[0] ?? '');
    }
    const before = this.flags;
    const set = { ...before };
    for (const flag of flags[1] ?? '') {
      set[flag as keyof Flags] = true;
    }
    for (const flag of flags[2]?.slice(1) ?? '') {
      set[flag as keyof Flags] = false;
    }
    if (flags[3] === ':') {
      this.openGroup(undefined, before);
    }
    this.flags = set;
  }

  private openNamedGroup(name: string, text: string): void {
    if (!/^[\p{L}\p{M}\p{N}\p{Pc}]+$/u.test(name)) {
      throw new RegexError('invalid named capture group', text);
    }
    this.openGroup(++this.groupCount, this.flags);
  }

  private openGroup(index: number | undefined, flags: Flags): void {
    if (this.outer.length >= maximumDepth) {
      throw new Unsupported(`a regular expression nested deeper than ${maximumDepth}`);
    }
    this.outer.push(this.group);
    this.group = { index, flags, alternatives: [], sequence: [] };
  }

  private close(): void {
    const outer = this.outer.pop();
    if (outer === undefined) {
      throw new RegexError('unexpected )', this.cursor.whole);
    }
    const { index, flags } = this.group;
    const part = closed(this.group);
    this.group = outer;
    this.flags = flags;
    this.push(index === undefined ? part : { kind: 'group', index, part });
  }

  private escape(start: number): void {
    const { cursor } = this;
    if (cursor.done) {
      throw new RegexError('trailing \\', '');
    }
    const quoted = cursor.take(/\\Q([\s\S]*?)(\\E|$)/uy, start);
    if (quoted !== undefined) {
      for (const rune of quoted[1] ?? '') {
        this.literal(rune.codePointAt(0) ?? 0);
      }
      return;
    }
    const letter = cursor.peek();
    const assertion = assertionsByLetter.get(letter);
    if (assertion !== undefined) {
      cursor.next();
      this.assert(assertion);
      return;
    }
    if (letter === 'C') {
      cursor.next();
      this.takesBytes = true;
      this.push({ kind: 'class', set: anyByte });
      return;
    }
    const set = this.classes.escapedClass(start, this.flags.i);
    if (set === undefined) {
      this.literal(this.classes.escapedRune(start));
    } else {
      this.push({ kind: 'class', set });
    }
  }
}

const assertionsByLetter: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'text-start'],
  ['z', 'text-end'],
  ['b', 'word-edge'],
  ['B', 'no-word-edge'],
]);

function closed(group: OpenGroup): RegexNode {
  const last: RegexNode = { kind: 'sequence', parts: group.sequence };
  if (group.alternatives.length === 0) {
    const [only] = group.sequence;
    return group.sequence.length === 0 ? emptyRegex : group.sequence.length === 1 && only ? only : last;
  }
  return { kind: 'alternatives', parts: [...group.alternatives, last] };
}

/** Repetitions inside repetitions may not ask for more than a thousand rounds together, as in RE2. */
function checkRepeats(root: RegexNode): void {
  const open: (readonly [node: RegexNode, left: number])[] = [[root, maximumRepeat]];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const [node, left] = entry;
    if (node.kind === 'repeat') {
      const rounds = node.maximum === Infinity ? node.minimum : node.maximum;
      const rest = rounds > 1 ? Math.trunc(left / rounds) : left;
      if (rest === 0) {
        throw new RegexError('invalid repetition size', `{${node.minimum},${node.maximum}}`);
      }
      open.push([node.part, rest]);
    } else if (node.kind === 'group') {
      open.push([node.part, left]);
    } else if (node.kind === 'sequence' || node.kind === 'alternatives') {
      open.push(...node.parts.map((part) => [part, left] as const));
    }
  }
}

// A regular expression as instructions of a Thompson machine (swtch.com/~rsc/regexp/regexp2.html).
import { Unsupported } from '../../unsupported.ts';
import { maximumRune } from './character-class.ts';
import { anyByte, parseRegex } from './regex-parser.ts';
import type { CharacterClass } from './character-class.ts';
import type { Assertion, RegexNode } from './regex-tree.ts';

/** What an instruction does; it goes on at `next`. */
export type Instruction =
  /** Goes on over one character of the set. */
  | { readonly op: 'rune'; readonly set: RuneSet; readonly next: number }
  /** Goes on at `next`, and if that leads nowhere at `other`. */
  | { readonly op: 'split'; readonly next: number; readonly other: number }
  | { readonly op: 'save'; readonly slot: number; readonly next: number }
  | { readonly op: 'assert'; readonly assertion: Assertion; readonly next: number }
  | { readonly op: 'match' };

/** A set of code points for quick tests. */
export interface RuneSet {
  /** 1 for each ASCII member. */
  readonly ascii: Uint8Array;
  readonly ranges: CharacterClass;
  /** Whether all code points beyond ASCII are members: then RE2 takes overlong and too large sequences, too. */
  readonly allBeyondAscii: boolean;
}

/** A compiled regular expression. */
export interface RegexProgram {
  readonly instructions: readonly Instruction[];
  readonly start: number;
  readonly groupCount: number;
  /** Whether it goes over the text byte by byte: it has `\C` in it, and else only ASCII. */
  readonly takesBytes: boolean;
  /** 1 for each byte that a match can begin with; undefined where a match may be empty. */
  readonly firstBytes: Uint8Array | undefined;
}

/** What RE2's memory limit of 8 MiB allows. */
const maximumInstructions = 87_000;

/** Compiles a pattern. Throws RegexError where RE2 refuses it, and Unsupported for one that is too large, or has `\C` and more than ASCII. */
export function compileRegex(pattern: Uint8Array): RegexProgram {
  const { root, groupCount, takesBytes } = parseRegex(pattern);
  const compiler = new Compiler();
  const start = compiler.compile(root);
  const { instructions } = compiler;
  if (takesBytes && instructions.some(isBeyondAscii)) {
    throw new Unsupported('a regular expression with \\C and characters beyond ASCII');
  }
  const firstBytes = takesBytes ? undefined : firstBytesOf(instructions, start);
  return { instructions, start, groupCount, takesBytes, firstBytes };
}

/** Whether it takes characters of several bytes: single bytes do not tell these. */
function isBeyondAscii(instruction: Instruction): boolean {
  return (
    instruction.op === 'rune' &&
    instruction.set.ranges !== anyByte &&
    instruction.set.ranges.some(([, high]) => high >= 0x80)
  );
}

/** Instructions are made from the last to the first: each is told where to go on. */
class Compiler {
  readonly instructions: Instruction[] = [];
  private readonly sets = new Map<CharacterClass, RuneSet>();

  /** The index of the first instruction. */
  compile(root: RegexNode): number {
    const match = this.emit({ op: 'match' });
    const end = this.emit({ op: 'save', slot: 1, next: match });
    return this.emit({ op: 'save', slot: 0, next: this.node(root, end) });
  }

  private emit(instruction: Instruction): number {
    if (this.instructions.length >= maximumInstructions) {
      throw new Unsupported('a regular expression that is too large');
    }
    return this.instructions.push(instruction) - 1;
  }

  private node(node: RegexNode, next: number): number {
    switch (node.kind) {
      case 'class':
        return this.emit({ op: 'rune', set: this.setOf(node.set), next });
      case 'assertion':
        return this.emit({ op: 'assert', assertion: node.assertion, next });
      case 'sequence':
        return node.parts.reduceRight((after, part) => this.node(part, after), next);
      case 'alternatives':
        return this.alternatives(node.parts, next);
      case 'repeat':
        return this.repeat(node, next);
      case 'group': {
        const end = this.emit({ op: 'save', slot: node.index * 2 + 1, next });
        return this.emit({ op: 'save', slot: node.index * 2, next: this.node(node.part, end) });
      }
    }
  }

  private alternatives(parts: readonly RegexNode[], next: number): number {
    const starts = parts.map((part) => this.node(part, next));
    return starts.reduceRight((other, start) => this.emit({ op: 'split', next: start, other }));
  }

  private repeat(node: Extract<RegexNode, { kind: 'repeat' }>, next: number): number {
    const { part, minimum, maximum, greedy } = node;
    let after = next;
    if (maximum === Infinity) {
      after = minimum === 0 ? this.star(part, greedy, next) : this.plus(part, greedy, next);
      return this.times(part, minimum - 1, after);
    }
    for (let round = minimum; round < maximum; round++) {
      after = this.choice(this.node(part, after), next, greedy);
    }
    return this.times(part, minimum, after);
  }

  private times(part: RegexNode, count: number, next: number): number {
    let after = next;
    for (let round = 0; round < count; round++) {
      after = this.node(part, after);
    }
    return after;
  }

  private choice(part: number, other: number, greedy: boolean): number {
    return greedy
      ? this.emit({ op: 'split', next: part, other })
      : this.emit({ op: 'split', next: other, other: part });
  }

  private plus(part: RegexNode, greedy: boolean, next: number): number {
    // Where the loop turns: it is told once the part behind it is there.
    const turn = this.emit({ op: 'split', next, other: next });
    const start = this.node(part, turn);
    this.instructions[turn] = greedy
      ? { op: 'split', next: start, other: next }
      : { op: 'split', next, other: start };
    return start;
  }

  private star(part: RegexNode, greedy: boolean, next: number): number {
    // For a part that may be empty only this form keeps the order of preference (RE2 has it so, too).
    return this.choice(this.plus(part, greedy, next), next, greedy);
  }

  private setOf(ranges: CharacterClass): RuneSet {
    let set = this.sets.get(ranges);
    if (set === undefined) {
      const ascii = new Uint8Array(128);
      for (const [low, high] of ranges) {
        ascii.fill(1, Math.min(low, 128), Math.min(high + 1, 128));
      }
      const last = ranges.at(-1);
      set = {
        ascii,
        ranges,
        allBeyondAscii: last !== undefined && last[0] <= 0x80 && last[1] === maximumRune,
      };
      this.sets.set(ranges, set);
    }
    return set;
  }
}

/** The first byte of a code point in UTF-8. */
function leadByte(rune: number): number {
  if (rune < 0x80) {
    return rune;
  }
  if (rune < 0x800) {
    return 0xc0 | (rune >> 6);
  }
  return rune < 0x10000 ? 0xe0 | (rune >> 12) : 0xf0 | (rune >> 18);
}

function firstBytesOf(instructions: readonly Instruction[], start: number): Uint8Array | undefined {
  const bytes = new Uint8Array(256);
  const seen = new Set([start]);
  for (const index of seen) {
    const instruction = instructions[index];
    if (instruction === undefined || instruction.op === 'match') {
      return undefined;
    }
    if (instruction.op === 'rune') {
      for (const [low, high] of instruction.set.ranges) {
        bytes.fill(1, leadByte(low), leadByte(high) + 1);
      }
      continue;
    }
    // Whether an assertion holds does not matter: the bytes are those that may come first.
    seen.add(instruction.next);
    if (instruction.op === 'split') {
      seen.add(instruction.other);
    }
  }
  return bytes;
}

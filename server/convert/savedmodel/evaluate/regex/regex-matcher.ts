// Runs a compiled regular expression over bytes in linear time, whatever the pattern (Pike's machine); RE2's results.
import { PerchError } from '../../../../errors.ts';
import { decodeRune, irregularRune } from './rune.ts';
import type { Rune } from './rune.ts';
import type { Instruction, RegexProgram, RuneSet } from './regex-program.ts';

/** Threads of one position, in the order of their preference, each with the positions that it saved. */
class ThreadList {
  readonly order: Int32Array;
  readonly saved: Int32Array;
  size = 0;
  private readonly place: Int32Array;

  constructor(programSize: number, slots: number) {
    this.order = new Int32Array(programSize);
    this.place = new Int32Array(programSize);
    this.saved = new Int32Array(programSize * slots);
  }

  /** Adds an instruction; false where it is there already. */
  add(index: number): boolean {
    const place = this.place[index] ?? 0;
    if (place < this.size && this.order[place] === index) {
      return false;
    }
    this.place[index] = this.size;
    this.order[this.size++] = index;
    return true;
  }
}

/** Counts the steps of matching: a request may cost only so many. */
export class RegexBudget {
  private left: number;

  /** 2^30 steps take some ten seconds. */
  constructor(steps = 2 ** 30) {
    this.left = steps;
  }

  /** Throws INFERENCE_FAILED where no steps are left. */
  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) {
      throw new PerchError('INFERENCE_FAILED', 'A regular expression takes too long on the text given.');
    }
  }
}

/** Matches one program; it keeps buffers between texts. */
export class RegexMatcher {
  readonly program: RegexProgram;
  private readonly slots: number;
  private current: ThreadList;
  private following: ThreadList;
  private readonly stack: number[] = [];
  private readonly captures: Int32Array;
  private readonly mayBeEmpty: boolean;
  private rune: Rune = decodeRune(new Uint8Array(), 0);

  constructor(program: RegexProgram) {
    this.program = program;
    this.slots = (program.groupCount + 1) * 2;
    const size = program.instructions.length;
    this.current = new ThreadList(size, this.slots);
    this.following = new ThreadList(size, this.slots);
    this.captures = new Int32Array(this.slots);
    this.mayBeEmpty = program.firstBytes === undefined;
  }

  /** Whether the whole text matches. */
  matchesWhole(text: Uint8Array, budget: RegexBudget): boolean {
    this.current.size = 0;
    this.captures.fill(-1);
    this.addThread(this.current, this.program.start, text, 0);
    for (let at = 0; at < text.length; at += this.rune.length) {
      if (this.current.size === 0) {
        return false;
      }
      this.rune = this.runeAt(text, at);
      this.step(text, at, false, budget);
    }
    return this.current.order
      .subarray(0, this.current.size)
      .some((index) => this.program.instructions[index]?.op === 'match');
  }

  /**
   * The first match at or after `from`: start and end of the whole and of each group, -1 for a group without part in it.
   * The text before `from` counts for assertions.
   */
  search(text: Uint8Array, from: number, budget: RegexBudget): Int32Array | undefined {
    const { firstBytes, start } = this.program;
    let found: Int32Array | undefined;
    this.current.size = 0;
    for (let at = from; at <= text.length; at += this.rune.length) {
      if (this.current.size === 0) {
        if (found !== undefined) {
          return found;
        }
        if (firstBytes !== undefined) {
          at = nextFirst(text, at, firstBytes);
          if (at === text.length) {
            return undefined;
          }
        }
      }
      if (found === undefined) {
        this.captures.fill(-1);
        this.addThread(this.current, start, text, at);
      }
      this.rune = this.runeAt(text, at);
      found = this.step(text, at, true, budget) ?? found;
      if (found === undefined && this.mayBeEmpty && this.rune.length > 1) {
        found = this.emptyInside(text, at);
      }
    }
    return found;
  }

  /** Moves all threads over the character at `at`; gives what a thread saved that was at its end, those after it dropped. */
  private step(
    text: Uint8Array,
    at: number,
    cutsAtMatch: boolean,
    budget: RegexBudget,
  ): Int32Array | undefined {
    const { current, following, slots } = this;
    const { instructions } = this.program;
    let found: Int32Array | undefined;
    following.size = 0;
    const next = at + this.rune.length;
    for (let place = 0; place < current.size; place++) {
      const index = current.order[place] ?? 0;
      const instruction = instructions[index];
      if (instruction?.op === 'rune') {
        if (next <= text.length && this.isMember(instruction.set)) {
          this.captures.set(current.saved.subarray(index * slots, (index + 1) * slots));
          this.addThread(following, instruction.next, text, next);
        }
      } else if (instruction?.op === 'match' && cutsAtMatch) {
        found = current.saved.slice(index * slots, (index + 1) * slots);
        break;
      }
    }
    budget.spend(current.size + following.size + 1);
    this.current = following;
    this.following = current;
    return found;
  }

  /** RE2 goes by bytes: an empty match can lie inside of a character. Nothing else can begin there. */
  private emptyInside(text: Uint8Array, start: number): Int32Array | undefined {
    for (let at = start + 1; at < start + this.rune.length; at++) {
      const list = new ThreadList(this.program.instructions.length, this.slots);
      this.captures.fill(-1);
      this.addThread(list, this.program.start, text, at);
      const index = list.order
        .subarray(0, list.size)
        .find((thread) => this.program.instructions[thread]?.op === 'match');
      if (index !== undefined) {
        return list.saved.slice(index * this.slots, (index + 1) * this.slots);
      }
    }
    return undefined;
  }

  /** Adds all that can be reached from an instruction without a character. What is saved on a way holds for that way only. */
  private addThread(list: ThreadList, start: number, text: Uint8Array, at: number): void {
    const { stack, captures, slots } = this;
    const { instructions } = this.program;
    // Beside instructions there lie, as pairs of the old value and the slot's complement, captures to be put back.
    stack.push(start);
    for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
      if (entry < 0) {
        captures[~entry] = stack.pop() ?? -1;
        continue;
      }
      if (!list.add(entry)) {
        continue;
      }
      const instruction = instructions[entry];
      switch (instruction?.op) {
        case 'split':
          stack.push(instruction.other, instruction.next);
          break;
        case 'save':
          stack.push(captures[instruction.slot] ?? -1, ~instruction.slot, instruction.next);
          captures[instruction.slot] = at;
          break;
        case 'assert':
          if (holds(instruction, text, at)) {
            stack.push(instruction.next);
          }
          break;
        default:
          list.saved.set(captures, entry * slots);
      }
    }
  }

  private runeAt(text: Uint8Array, at: number): Rune {
    return this.program.takesBytes ? { value: text[at] ?? 0, length: 1 } : decodeRune(text, at);
  }

  private isMember(set: RuneSet): boolean {
    const rune = this.rune.value;
    if (rune >= 0 && rune < 128) {
      return set.ascii[rune] === 1;
    }
    if (rune < 0) {
      return rune === irregularRune && set.allBeyondAscii;
    }
    let low = 0;
    let high = set.ranges.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const range = set.ranges[middle];
      if (range === undefined || rune < range[0]) {
        high = middle - 1;
      } else if (rune > range[1]) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }
}

function nextFirst(text: Uint8Array, from: number, firstBytes: Uint8Array): number {
  let at = from;
  while (at < text.length && firstBytes[text[at] ?? 0] === 0) {
    at++;
  }
  return at;
}

function holds(instruction: Extract<Instruction, { op: 'assert' }>, text: Uint8Array, at: number): boolean {
  switch (instruction.assertion) {
    case 'text-start':
      return at === 0;
    case 'text-end':
      return at === text.length;
    case 'line-start':
      return at === 0 || text[at - 1] === 10;
    case 'line-end':
      return at === text.length || text[at] === 10;
    case 'word-edge':
      return isWord(text[at - 1]) !== isWord(text[at]);
    case 'no-word-edge':
      return isWord(text[at - 1]) === isWord(text[at]);
  }
}

/** Whether a byte is one of `\w`; none before the start and after the end. */
function isWord(byte = 0): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x5f ||
    (byte >= 0x61 && byte <= 0x7a)
  );
}

// RE2's Replace and GlobalReplace, and a cache of compiled patterns.
import { PerchError } from '../../../../errors.ts';
import { RegexError } from './regex-error.ts';
import { RegexMatcher } from './regex-matcher.ts';
import { decodeRune } from './rune.ts';
import { compileRegex } from './regex-program.ts';
import type { RegexBudget } from './regex-matcher.ts';

const matchers = new Map<string, RegexMatcher>();
const maximumMatchers = 64;

/** The matcher for a pattern. Throws INFERENCE_FAILED with TensorFlow's words for one that RE2 refuses, and Unsupported. */
export function matcherFor(pattern: Uint8Array): RegexMatcher {
  const key = Buffer.from(pattern).toString('latin1');
  let matcher = matchers.get(key);
  if (matcher === undefined) {
    matcher = new RegexMatcher(compile(pattern));
    if (matchers.size >= maximumMatchers) {
      matchers.clear();
    }
    matchers.set(key, matcher);
  }
  return matcher;
}

function compile(pattern: Uint8Array): RegexMatcher['program'] {
  try {
    return compileRegex(pattern);
  } catch (reason) {
    if (reason instanceof RegexError) {
      const text = Buffer.from(pattern).toString('utf8');
      throw new PerchError('INFERENCE_FAILED', `Invalid pattern: ${text}, error: ${reason.message}`);
    }
    throw reason;
  }
}

/** A rewrite: bytes as they are, and numbers of groups. */
export interface Rewrite {
  readonly parts: readonly (Uint8Array | number)[];
  readonly highestGroup: number;
  /** Whether there was no mistake. */
  readonly valid: boolean;
}

const backslash = '\\'.charCodeAt(0);

/** Parses `\1 and \\`. Behind a mistake the rest is left out, as RE2 does where it replaces all matches. */
export function parseRewrite(rewrite: Uint8Array): Rewrite {
  const parts: (Uint8Array | number)[] = [];
  let highestGroup = 0;
  for (let at = 0; at < rewrite.length; at++) {
    const byte = rewrite[at] ?? 0;
    if (byte !== backslash) {
      const end = rewrite.indexOf(backslash, at);
      const stop = end === -1 ? rewrite.length : end;
      parts.push(rewrite.subarray(at, stop));
      at = stop - 1;
      continue;
    }
    const escaped = rewrite[++at] ?? 0;
    if (escaped >= 0x30 && escaped <= 0x39) {
      highestGroup = Math.max(highestGroup, escaped - 0x30);
      parts.push(escaped - 0x30);
    } else if (escaped === backslash) {
      parts.push(Uint8Array.of(backslash));
    } else {
      return { parts, highestGroup, valid: false };
    }
  }
  return { parts, highestGroup, valid: true };
}

/** Replaces the first match, or all; the text itself where there is none, or the rewrite does not fit the pattern. */
export function replaceMatches(
  matcher: RegexMatcher,
  text: Uint8Array,
  rewrite: Rewrite,
  global: boolean,
  budget: RegexBudget,
): Uint8Array {
  if (rewrite.highestGroup > matcher.program.groupCount || !(global || rewrite.valid)) {
    return text;
  }
  const pieces: Uint8Array[] = [];
  let kept = 0;
  let at = 0;
  let lastEnd = -1;
  while (at <= text.length) {
    const match = matcher.search(text, at, budget);
    if (match === undefined) {
      break;
    }
    const [start = 0, end = 0] = match;
    if (start === lastEnd && end === lastEnd) {
      // An empty match right behind the last one counts for nothing: on by a character.
      const decoded = decodeRune(text, at);
      at += decoded.value < 0 ? 1 : decoded.length;
      continue;
    }
    pieces.push(text.subarray(kept, start));
    for (const part of rewrite.parts) {
      pieces.push(typeof part === 'number' ? groupText(text, match, part) : part);
    }
    kept = end;
    at = end;
    lastEnd = end;
    if (!global) {
      break;
    }
  }
  return lastEnd === -1 ? text : Buffer.concat([...pieces, text.subarray(kept)]);
}

function groupText(text: Uint8Array, match: Int32Array, group: number): Uint8Array {
  const start = match[group * 2] ?? -1;
  const end = match[group * 2 + 1] ?? -1;
  return start < 0 || end < 0 ? new Uint8Array() : text.subarray(start, end);
}

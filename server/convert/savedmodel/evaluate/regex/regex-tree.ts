// A parsed regular expression.
import type { CharacterClass } from './character-class.ts';

/** What must hold between two characters. */
export type Assertion = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word-edge' | 'no-word-edge';

/** A part of a regular expression. */
export type RegexNode =
  | { readonly kind: 'class'; readonly set: CharacterClass }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  /** One after the other; empty: matches nothing at all, everywhere. */
  | { readonly kind: 'sequence'; readonly parts: readonly RegexNode[] }
  /** The first that leads to a match wins. */
  | { readonly kind: 'alternatives'; readonly parts: readonly RegexNode[] }
  | {
      readonly kind: 'repeat';
      readonly part: RegexNode;
      readonly minimum: number;
      /** Infinity for no upper bound. */
      readonly maximum: number;
      /** Whether more rounds are preferred to fewer. */
      readonly greedy: boolean;
    }
  /** A group whose text is kept; the first one is 1. */
  | { readonly kind: 'group'; readonly index: number; readonly part: RegexNode };

/** The regular expression that matches without a character. */
export const emptyRegex: RegexNode = { kind: 'sequence', parts: [] };

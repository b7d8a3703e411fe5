// What the parts of the parser need of each other.
import type { Brackets, OpenBracket } from './brackets.ts';
import type { Field, ListValue } from './syntax-tree.ts';
import type { TokenReader } from './token-reader.ts';

/** How deep messages may be nested: as in protobuf, which counts the same way. */
export const maxDepth = 100;

export type Element = ListValue['elements'][number];

/** Where fields stand, and so what ends them. */
export type Scope =
  | { readonly kind: 'root' }
  | { readonly kind: 'brackets'; readonly bracket: OpenBracket }
  /** A block without brackets: it ends at a line that begins at `column` or before it. */
  | { readonly kind: 'indented'; readonly column: number }
  /** An element of a list that lacks its braces. */
  | { readonly kind: 'element' };

/** The parser, as the parts for lists and blocks see it. Depths are those of the message around. */
export interface Nesting {
  readonly reader: TokenReader;
  readonly brackets: Brackets;
  /** Reads fields into `fields`, up to what ends them. */
  readonly fields: (scope: Scope, depth: number, fields: Field[]) => void;
  /** Reads a value that is no list; undefined, and nothing consumed, where none begins. */
  readonly value: (depth: number) => Element | undefined;
}

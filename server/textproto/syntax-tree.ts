// The concrete syntax tree of a text-format file. All places are UTF-16 offsets, [start, end).
import type { Diagnostic, Span } from './diagnostics.ts';
import type { NumberForm } from './numbers.ts';
import type { Comment } from './tokens.ts';

/** A whole file. It has a tree whatever is in it; `diagnostics` says what the tree left out or took for granted. */
export interface Document {
  readonly text: string;
  /** Its span is the whole text. */
  readonly root: MessageValue;
  /** By place. */
  readonly comments: readonly Comment[];
  /** Syntax only, by place. */
  readonly diagnostics: readonly Diagnostic[];
  readonly headers: Headers;
}

/** What the comments before the first field say about the file. */
export interface Headers {
  /** `# proto-file:`, a path. */
  readonly protoFile?: string;
  /** `# proto-message:`, a name that may lack its package. */
  readonly protoMessage?: string;
}

/** The name of a field; `text` is what it was meant to be, where it is `malformed` (and reported). */
export interface FieldName extends Span {
  /** `plain`: an identifier. `extension`: `[package.name]`. `any`: `[domain/package.Message]`. */
  readonly kind: 'plain' | 'extension' | 'any';
  /** Without brackets, spaces and comments. */
  readonly text: string;
  readonly malformed: boolean;
}

/** A field, from its name to its value; the separator is not part of the span. */
export interface Field extends Span {
  readonly name: FieldName;
  /** Offset of the colon, if there is one. */
  readonly colon: number | undefined;
  /** Undefined where it is missing, which is reported. */
  readonly value: Value | undefined;
  /** Offset of the comma or semicolon, if there is one. */
  readonly separator: number | undefined;
}

export type Value = StringValue | NumberValue | IdentifierValue | BareValue | ListValue | MessageValue;

/** One or more adjacent strings, which count as one. */
export interface StringValue extends Span {
  readonly kind: 'string';
  /** The strings with their quotes. Never empty. */
  readonly parts: readonly Span[];
}

export interface NumberValue extends Span {
  readonly kind: 'number';
  readonly negative: boolean;
  /** Without the sign. */
  readonly text: string;
  readonly form: NumberForm;
}

/** An enum value, true, false, inf, nan; or a string without its quotes. */
export interface IdentifierValue extends Span {
  readonly kind: 'identifier';
  readonly negative: boolean;
  /** Without the sign. */
  readonly text: string;
}

/** A placeholder, or text that lacks its quotes: a mistake that is reported, with a place but no value. */
export interface BareValue extends Span {
  readonly kind: 'bare';
}

export interface ListValue extends Span {
  readonly kind: 'list';
  readonly elements: readonly Exclude<Value, ListValue>[];
  /** Offsets. */
  readonly commas: readonly number[];
}

export interface MessageValue extends Span {
  readonly kind: 'message';
  /** '' for the file itself, and for a message whose brace is missing. */
  readonly open: '{' | '<' | '';
  readonly fields: readonly Field[];
  /** Offset behind the opening brace. */
  readonly bodyStart: number;
  /** Offset of the closing brace, or where it is missing. */
  readonly bodyEnd: number;
}

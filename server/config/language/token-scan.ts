// Which brackets and which field are open at an offset, told from the tokens before it alone, as they are while one types.
import { isClosing } from '../../textproto/brackets.ts';
import type { MessageSchema } from '../../textproto/schema.ts';
import { maxDepth } from '../../textproto/nesting.ts';
import type { Document, FieldName } from '../../textproto/syntax-tree.ts';
import type { TokenTable } from '../../textproto/tokens.ts';
import { namedField, type NamedField } from './typed-tree.ts';

/** A bracket that is open at the offset. */
export interface OpenFrame {
  readonly kind: 'message' | 'list';
  readonly close: '}' | '>' | ']';
  readonly named: NamedField;
  /** Of the message; of a list, that of the message around. */
  readonly schema: MessageSchema | undefined;
  readonly names: Set<string>;
  readonly start: number;
  readonly bodyStart: number;
  readonly line: number;
  /** Column of the first token on its line. */
  readonly indent: number;
  /** The field whose value is to come. */
  pending: Pending | undefined;
}

/** A field whose name was read and whose value was not. */
export interface Pending {
  readonly name: FieldName;
  readonly named: NamedField;
  readonly line: number;
  hasColon: boolean;
}

/** More open brackets than that are none of a config: a message may be in a list, so there are two to each level. */
const depthLimit = 2 * maxDepth;

/** No field that is known. */
export const nothing: NamedField = { field: undefined, message: undefined };

/** Reads tokens up to an offset, and keeps what is open there. */
export class TokenScan {
  private readonly document: Document;
  private readonly schema: MessageSchema;
  private readonly tokens: TokenTable;
  /** Offsets of opening brackets whose closing ones are missing. */
  private readonly unclosed: ReadonlySet<number>;
  /** The brackets that are open; the first stands for the file. */
  readonly stack: OpenFrame[];
  /** The last of them. */
  top: OpenFrame;
  /** How many brackets are open, by what closes them. */
  private readonly counts: Record<OpenFrame['close'], number>;
  private line = 0;
  private indent = 0;

  constructor(document: Document, schema: MessageSchema, tokens: TokenTable) {
    this.document = document;
    this.schema = schema;
    this.tokens = tokens;
    this.unclosed = new Set(
      document.diagnostics
        .filter(({ code }) => code === 'textproto/missing-bracket')
        .map((diagnostic) => diagnostic.start),
    );
    this.top = {
      kind: 'message',
      close: '}',
      named: nothing,
      schema,
      names: new Set(),
      start: -1,
      bodyStart: 0,
      line: 0,
      indent: -1,
      pending: undefined,
    };
    this.stack = [this.top];
    this.counts = { '}': 0, '>': 0, ']': 0 };
  }

  /** Whether the brackets are deeper than any that mean something. */
  get isTooDeep(): boolean {
    return this.stack.length > depthLimit;
  }

  /** Passes over the tokens before `end`, as long as it is not too deep. */
  run(end: number): void {
    const { tokens } = this;
    let index = 0;
    for (; tokens.kind(index) !== 'end' && tokens.start(index) < end; index++) {
      if (this.isTooDeep) {
        return;
      }
      const { kind, line, column, firstOnLine } = tokens.at(index);
      this.line = line;
      if (firstOnLine) {
        this.indent = column;
        this.leaveUnclosed(column, line, isClosing(kind) ? kind : undefined);
      }
      index = this.token(index, firstOnLine);
    }
    const rest = this.document.text.slice(index === 0 ? 0 : tokens.end(index - 1), end);
    const feed = rest.lastIndexOf('\n');
    if (feed !== -1) {
      this.line += rest.split('\n').length - 1;
      const last = rest.slice(feed + 1);
      // Right behind an opening bracket the line is what is in it, wherever it begins.
      if (index === 0 || tokens.end(index - 1) !== this.top.bodyStart) {
        this.leaveUnclosed(last.length, this.line, undefined);
      }
    }
  }

  /** Takes the token; gives the index of the last token that it took. */
  private token(index: number, firstOnLine: boolean): number {
    const { tokens, top } = this;
    const kind = tokens.kind(index);
    switch (kind) {
      case 'identifier':
        this.word(index, firstOnLine);
        return index;
      case 'string':
        if (tokens.kind(index + 1) === ':' && top.kind === 'message' && top.pending === undefined) {
          this.name(index, this.text(index).slice(1, -1), 'plain');
        } else {
          top.pending = undefined;
        }
        return index;
      case 'number':
      case 'placeholder':
      case 'other':
      case ',':
      case ';':
        top.pending = undefined;
        return index;
      case ':':
      case '=':
        if (top.pending !== undefined) {
          top.pending.hasColon = true;
        }
        return index;
      case '{':
      case '<':
        this.openMessage(index, kind === '{' ? '}' : '>');
        return index;
      case '[':
        if (top.kind === 'message' && top.pending === undefined) {
          return this.bracketName(index);
        }
        this.open(index, 'list', ']', top.pending?.named ?? top.named, top.schema);
        return index;
      case '}':
      case '>':
      case ']':
        this.close(kind);
        return index;
      case '-':
      case '.':
      case '/':
      case 'end':
        return index;
    }
  }

  private text(index: number): string {
    return this.document.text.slice(this.tokens.start(index), this.tokens.end(index));
  }

  private word(index: number, firstOnLine: boolean): void {
    const { top, tokens } = this;
    const next = tokens.kind(index + 1);
    const isField = next === ':' || next === '{' || next === '<';
    const isName = top.pending === undefined || (firstOnLine && (!top.pending.hasColon || isField));
    if (top.kind === 'list' || !isName) {
      top.pending = undefined;
      return;
    }
    this.name(index, this.text(index), 'plain');
  }

  private name(index: number, text: string, kind: FieldName['kind'], last = index): void {
    const { top, tokens } = this;
    const name = {
      kind,
      text,
      start: tokens.start(index),
      end: tokens.end(last),
      malformed: false,
    } as const;
    top.names.add(text);
    top.pending = { name, named: namedField(top.schema, name), line: this.line, hasColon: false };
  }

  private bracketName(index: number): number {
    const { tokens } = this;
    let last = index + 1;
    while (['identifier', 'number', '.', '/', '-'].includes(tokens.kind(last))) {
      last++;
    }
    if (tokens.kind(last) !== ']') {
      return last - 1;
    }
    const text = this.document.text.slice(tokens.end(index), tokens.start(last));
    this.name(index, text, text.includes('/') ? 'any' : 'extension', last);
    return last;
  }

  private openMessage(index: number, close: '}' | '>'): void {
    const { top } = this;
    // Braces around the whole file, as in JSON.
    if (top.pending === undefined && this.stack.length === 1) {
      this.open(index, 'message', close, nothing, this.schema);
      return;
    }
    const named = top.kind === 'list' ? top.named : (top.pending?.named ?? nothing);
    this.open(index, 'message', close, named, named.message);
  }

  private open(
    index: number,
    kind: OpenFrame['kind'],
    close: OpenFrame['close'],
    named: NamedField,
    schema: MessageSchema | undefined,
  ): void {
    this.top.pending = undefined;
    this.top = {
      kind,
      close,
      named,
      schema,
      names: new Set(),
      start: this.tokens.start(index),
      bodyStart: this.tokens.end(index),
      line: this.line,
      indent: this.indent,
      pending: undefined,
    };
    this.stack.push(this.top);
    this.counts[close]++;
  }

  /** Leaves the innermost bracket that `kind` closes, and those in it. */
  private close(kind: OpenFrame['close']): void {
    if (this.counts[kind] > 0) {
      while (this.top.close !== kind) {
        this.pop();
      }
      this.pop();
    }
    this.top.pending = undefined;
  }

  private pop(): void {
    this.counts[this.top.close]--;
    this.stack.pop();
    this.top = this.stack.at(-1) ?? this.top;
    this.top.pending = undefined;
  }

  /** Leaves the brackets that are not closed anywhere, as the parser does: where a line begins left of what is in them. */
  private leaveUnclosed(column: number, line: number, closing: OpenFrame['close'] | undefined): void {
    while (this.stack.length > 1 && this.unclosed.has(this.top.start) && line > this.top.line) {
      const isLeft =
        closing === this.top.close
          ? column < this.top.indent && this.counts[closing] > 1
          : column <= this.top.indent;
      if (!isLeft) {
        return;
      }
      this.pop();
    }
  }
}

// What may be written at an offset, told from the tokens before it: so it is known in text that is broken, as text is
// while it is typed. Takes one pass over the text before the offset.
import { lex } from '../../textproto/lexer.ts';
import type { Span } from '../../textproto/diagnostics.ts';
import type { FieldSchema, MessageSchema } from '../../textproto/schema.ts';
import type { Document, MessageValue } from '../../textproto/syntax-tree.ts';
import { nothing, TokenScan } from './token-scan.ts';
import { locate } from './typed-tree.ts';

/** A message around the offset. */
export interface Frame {
  /** Undefined for a field that is not known. */
  readonly schema: MessageSchema | undefined;
  /** The field that the message is a value of; undefined for the file. */
  readonly field: FieldSchema | undefined;
  /** In the tree; undefined where the parser saw it otherwise. */
  readonly body: MessageValue | undefined;
  /** Names of the fields that it has, but for the one at the offset. */
  readonly names: ReadonlySet<string>;
}

interface Place {
  /** From the file inward; never empty. */
  readonly frames: readonly Frame[];
  /** The last of them. */
  readonly frame: Frame;
  /** What stands there already, to be replaced. */
  readonly replace: Span;
}

/** A field name may come here. */
export interface NamePlace extends Place {
  readonly kind: 'name';
  /** Whether a value follows, so that only the name is wanted. */
  readonly hasValue: boolean;
}

/** A value of `field` may come here. */
export interface ValuePlace extends Place {
  readonly kind: 'value';
  readonly field: FieldSchema;
  /** What its messages are. */
  readonly message: MessageSchema | undefined;
  /** The quote that the string at the offset begins with; '' outside of strings. */
  readonly quote: '' | '"' | "'";
  /** Whether that string lacks its closing quote. */
  readonly isOpen: boolean;
  readonly inList: boolean;
}

export type Cursor =
  | NamePlace
  | ValuePlace
  | { readonly kind: 'comment'; readonly start: number }
  /** Nothing that is known. */
  | { readonly kind: 'none' };

type Mark = '' | '"' | "'";

/** What may be written at `offset`. */
export function cursorAt(document: Document, schema: MessageSchema, offset: number): Cursor {
  const before = document.text.slice(0, offset);
  let openString: number | undefined;
  const { tokens, comments } = lex(before, (code, at) => {
    if (code === 'textproto/unterminated-string') {
      openString = at.start;
    }
  });
  const comment = comments.at(-1);
  if (comment?.end === before.length && comment.start < comment.end) {
    return { kind: 'comment', start: comment.start };
  }
  // Only a string on the last line can still be open.
  const isInString = openString !== undefined && !before.includes('\n', openString);
  const partial = isInString ? before.slice(openString) : (/[\w./+-]*$/.exec(lastPart(before))?.[0] ?? '');
  const start = before.length - partial.length;
  const scan = new TokenScan(document, schema, tokens);
  scan.run(start);
  if (scan.isTooDeep) {
    return { kind: 'none' };
  }
  const places = new Places(document, schema, scan);
  return isInString
    ? places.inString(start, offset)
    : places.outside(start, offset, before.charAt(start - 1), partial);
}

/** How much is looked at for what is being typed; names and paths are shorter. */
const partialLimit = 4096;

function lastPart(before: string): string {
  return before.slice(Math.max(before.lastIndexOf('\n') + 1, before.length - partialLimit));
}

/** What the open brackets mean for an offset. */
class Places {
  private readonly document: Document;
  private readonly schema: MessageSchema;
  private readonly scan: TokenScan;

  constructor(document: Document, schema: MessageSchema, scan: TokenScan) {
    this.document = document;
    this.schema = schema;
    this.scan = scan;
  }

  inString(start: number, offset: number): Cursor {
    const { text } = this.document;
    const mark: Mark = text[start] === "'" ? "'" : '"';
    const rest = /^[^\n"'\\:{}[\],]*/.exec(text.slice(offset, offset + partialLimit))?.[0] ?? '';
    const isOpen = text[offset + rest.length] !== mark;
    const end = isOpen ? offset : offset + rest.length;
    return this.value({ start: start + 1, end }, mark, isOpen);
  }

  /** Outside of strings; `previous` is the character before what is being typed. */
  outside(start: number, offset: number, previous: string, partial: string): Cursor {
    const { text } = this.document;
    // What stands behind the offset is replaced only where something of it is before it.
    const behind = partial === '' ? '' : text.slice(offset, offset + partialLimit);
    const rest = /^\w*/.exec(behind)?.[0] ?? '';
    const replace = { start, end: offset + rest.length };
    const { top } = this.scan;
    const { pending } = top;
    const isSameLine = pending !== undefined && !this.hasFeed(pending.name.end, start);
    if (top.kind === 'list' || (pending?.hasColon === true && isSameLine)) {
      return /^[\s:=[,;]?$/.test(previous) ? this.value(replace, '', false) : { kind: 'none' };
    }
    if ((pending !== undefined && isSameLine) || !/^[\s{<,;]?$/.test(previous) || !/^\w*$/.test(partial)) {
      return { kind: 'none' };
    }
    const hasValue =
      partial !== '' && /^[ \t]*[:{<[]/.test(text.slice(replace.end, replace.end + partialLimit));
    return { kind: 'name', ...this.frames(replace), replace, hasValue };
  }

  private hasFeed(start: number, end: number): boolean {
    const feed = this.document.text.indexOf('\n', start);
    return feed !== -1 && feed < end;
  }

  private value(replace: Span, quote: Mark, isOpen: boolean): Cursor {
    const { top } = this.scan;
    const { field, message } = top.kind === 'list' ? top.named : (top.pending?.named ?? nothing);
    if (field === undefined) {
      return { kind: 'none' };
    }
    const inList = top.kind === 'list';
    return { kind: 'value', ...this.frames(replace), field, message, replace, quote, isOpen, inList };
  }

  private frames(replace: Span): { readonly frames: readonly Frame[]; readonly frame: Frame } {
    const { document, schema } = this;
    const messages = this.scan.stack.filter(({ kind }) => kind === 'message');
    const bodies = locate(document, schema, messages.at(-1)?.bodyStart ?? 0).levels.map(({ body }) => body);
    const frames = messages.map((frame): Frame => {
      const body = bodies.find(({ bodyStart }) => bodyStart === frame.bodyStart);
      const names = new Set(frame.names);
      for (const { name } of body?.fields ?? []) {
        if (name.start >= replace.end) {
          names.add(name.text);
        }
      }
      return { schema: frame.schema, field: frame.named.field, body, names };
    });
    const frame = frames.at(-1) ?? { schema, field: undefined, body: document.root, names: new Set() };
    return { frames, frame };
  }
}

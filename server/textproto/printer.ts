// Formatting in the style of txtpbfmt: one field a line, two spaces for each level, comments and the user's choices kept.
// What stands on one line stays there; colons before messages stay or stay away; `<>` become `{}`; separators between
// fields go; strings get double quotes; blank lines are collapsed to one.
import { stringContent } from './strings.ts';
import type { Document, Field, ListValue, MessageValue, StringValue, Value } from './syntax-tree.ts';
import type { Comment } from './tokens.ts';

const unit = '  ';

/**
 * The text of `document`, formatted, with the line ends that it has. Unchanged if it has mistakes of syntax, and if a
 * comment `# txtpbfmt: disable` stands before its first field. Formatting the result changes nothing more.
 */
export function formatDocument(document: Document): string {
  const { text, diagnostics, comments, root } = document;
  const head = root.fields[0]?.start ?? text.length;
  const isDisabled = comments.some(
    ({ start, end }) => start < head && /^#\s*txtpbfmt:\s*disable\b/.test(text.slice(start, end)),
  );
  if (isDisabled || diagnostics.some(({ severity }) => severity === 'error')) {
    return text;
  }
  const out = new Printer(document).print();
  return text.includes('\r\n') ? out.replaceAll('\n', '\r\n') : out;
}

class Printer {
  private readonly text: string;
  private readonly comments: readonly Comment[];
  private readonly lines: string[] = [];
  private readonly root: MessageValue;
  /** Index of the first comment that is not printed yet. */
  private next = 0;

  constructor({ text, comments, root }: Document) {
    this.text = text;
    this.comments = comments;
    this.root = root;
  }

  print(): string {
    this.body(this.root, '');
    return this.lines.length === 0 ? '' : `${this.lines.join('\n')}\n`;
  }

  /** The fields of a message and the comments between them, each on lines of its own. */
  private body({ fields, bodyStart, bodyEnd }: MessageValue, indent: string): void {
    let last = bodyStart;
    for (const field of fields) {
      last = this.ownLineComments(field.start, last, bodyStart, indent);
      this.blankLine(last, field.start, bodyStart);
      this.field(field, indent);
      last = this.trailingComment(field.end);
    }
    this.ownLineComments(bodyEnd, last, bodyStart, indent);
  }

  /** Prints the comments before `end`; gives where the last of them ends, or `last`. */
  private ownLineComments(end: number, last: number, bodyStart: number, indent: string): number {
    let at = last;
    for (
      let comment = this.comments[this.next];
      comment !== undefined && comment.start < end;
      comment = this.comments[this.next]
    ) {
      this.blankLine(at, comment.start, bodyStart);
      this.lines.push(indent + this.commentText(comment));
      at = comment.end;
      this.next++;
    }
    return at;
  }

  /** A comment behind the last line's end, if it stands on the line of the text before `end`; gives where it ends, or `end`. */
  private trailingComment(end: number): number {
    const comment = this.comments[this.next];
    if (comment === undefined || comment.start < end || this.text.slice(end, comment.start).includes('\n')) {
      return end;
    }
    // Only a separator may be between them: else the comment belongs to what is there.
    if (!/^[\s,;]*$/.test(this.text.slice(end, comment.start))) {
      return end;
    }
    this.next++;
    this.append(`  ${this.commentText(comment)}`);
    return comment.end;
  }

  /** Keeps one of the blank lines between two places; none at the start of a message. */
  private blankLine(from: number, to: number, bodyStart: number): void {
    const isFirst = from === bodyStart && this.lines.length > 0;
    if (this.lines.length > 0 && !isFirst && /\n[ \t\r]*\n/.test(this.text.slice(from, to))) {
      this.lines.push('');
    }
  }

  private commentText({ start, end }: Comment): string {
    return this.text.slice(start, end).trimEnd();
  }

  private append(text: string): void {
    this.lines.push((this.lines.pop() ?? '') + text);
  }

  private hasComments(start: number, end: number): boolean {
    // Comments are printed in order, so the next one is the first that can be inside.
    const comment = this.comments[this.next];
    return comment !== undefined && comment.start >= start && comment.start < end;
  }

  private field(field: Field, indent: string): void {
    const { name, value, colon } = field;
    if (value === undefined) {
      return;
    }
    const shown = name.kind === 'plain' ? name.text : `[${name.text}]`;
    if (!this.hasComments(field.start, field.end) && !this.spansLines(field)) {
      this.lines.push(indent + this.inlineField(field));
      return;
    }
    if (value.kind === 'message' || value.kind === 'list') {
      // A comment between the name and its value has no better place than above both.
      this.ownLineComments(value.start, field.start, field.start, indent);
      this.lines.push(`${indent}${shown}${colon === undefined ? '' : ':'} `);
      this.block(value, indent);
      return;
    }
    if (value.kind === 'string' && (value.parts.length > 1 || this.hasComments(name.end, value.end))) {
      this.ownLineComments(name.end, field.start, field.start, indent);
      this.lines.push(`${indent}${shown}:`);
      this.strings(value, indent + unit);
      return;
    }
    this.ownLineComments(value.end, field.start, field.start, indent);
    this.lines.push(`${indent}${shown}: ${this.inline(value)}`);
  }

  /** Adjacent strings, each on a line of its own. */
  private strings(value: StringValue, indent: string): void {
    for (const part of value.parts) {
      this.ownLineComments(part.start, part.start, part.start, indent);
      this.lines.push(indent + this.stringPart(part.start, part.end));
      this.trailingWithin(part.end, value.end);
    }
  }

  private trailingWithin(from: number, end: number): void {
    if (this.hasComments(from, end)) {
      this.trailingComment(from);
    }
  }

  /** A message or a list behind what is on the last line, over several lines. */
  private block(value: MessageValue | ListValue, indent: string): void {
    if (!this.hasComments(value.start, value.end) && !this.textSpansLines(value.start, value.end)) {
      this.append(this.inline(value));
      return;
    }
    if (value.kind === 'message') {
      this.append('{');
      this.trailingWithin(value.bodyStart, value.bodyEnd);
      this.body(value, indent + unit);
      this.lines.push(`${indent}}`);
      return;
    }
    this.append('[');
    this.trailingWithin(value.start + 1, value.end);
    this.elements(value, indent + unit);
    this.lines.push(`${indent}]`);
  }

  private elements({ elements, start, end }: ListValue, indent: string): void {
    let last = start + 1;
    elements.forEach((element, i) => {
      this.ownLineComments(element.start, last, start + 1, indent);
      this.lines.push(indent);
      if (element.kind === 'message') {
        this.block(element, indent);
      } else {
        this.listScalar(element, indent);
      }
      if (i < elements.length - 1) {
        this.append(',');
      }
      last = this.trailingComment(element.end);
    });
    this.ownLineComments(end - 1, last, start + 1, indent);
  }

  /** A scalar of a list on the last line, which is empty; comments in it come above it. */
  private listScalar(element: Value, indent: string): void {
    if (element.kind === 'string' && this.hasComments(element.start, element.end)) {
      this.lines.pop();
      this.strings(element, indent);
      return;
    }
    this.lines.pop();
    this.ownLineComments(element.end, element.start, element.start, indent);
    this.lines.push(indent + this.inline(element));
  }

  private spansLines({ start, end, value }: Field): boolean {
    // A scalar on the next line comes up; strings on several lines stay on them.
    const from =
      value?.kind === 'message' || value?.kind === 'list' || value?.kind === 'string' ? value.start : start;
    return value !== undefined && this.textSpansLines(from, end);
  }

  private textSpansLines(start: number, end: number): boolean {
    const feed = this.text.indexOf('\n', start);
    return feed !== -1 && feed < end;
  }

  private inlineField({ name, colon, value }: Field): string {
    const shown = name.kind === 'plain' ? name.text : `[${name.text}]`;
    if (value === undefined) {
      return shown;
    }
    const needsColon = colon !== undefined || (value.kind !== 'message' && value.kind !== 'list');
    return `${shown}${needsColon ? ':' : ''} ${this.inline(value)}`;
  }

  /** A value on one line. */
  private inline(value: Value): string {
    switch (value.kind) {
      case 'message':
        return value.fields.length === 0
          ? '{}'
          : `{ ${value.fields.map((field) => this.inlineField(field)).join(' ')} }`;
      case 'list':
        return `[${value.elements.map((element) => this.inline(element)).join(', ')}]`;
      case 'string':
        return value.parts.map(({ start, end }) => this.stringPart(start, end)).join(' ');
      case 'number':
      case 'identifier':
        return `${value.negative ? '-' : ''}${value.text}`;
      case 'bare':
        return this.text.slice(value.start, value.end);
    }
  }

  /** In double quotes. Escapes stay as they are: \' is one in double quotes too. */
  private stringPart(start: number, end: number): string {
    const content = stringContent(this.text, start, end);
    return this.text[start] === '"'
      ? `"${content}"`
      : `"${content.replaceAll(/\\[^]|"/g, (found) => (found === '"' ? '\\"' : found))}"`;
  }
}

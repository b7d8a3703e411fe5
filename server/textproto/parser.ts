// Tokens to the syntax tree, whatever they are: reports all mistakes, each once, and goes on behind it. Linear in the number
// of tokens; recursive, but never deeper than messages may be nested.
import { Brackets, isClosing } from './brackets.ts';
import { replaceFix, type Report } from './diagnostics.ts';
import { parseFieldName } from './field-name.ts';
import { isYamlItem, parseIndentedMessage, parseYamlList } from './indented-block.ts';
import { parseList } from './list-parser.ts';
import { maxDepth, type Element, type Nesting, type Scope } from './nesting.ts';
import { isBareText, parseScalar } from './scalars.ts';
import type { Field, FieldName, MessageValue, Value } from './syntax-tree.ts';
import { TokenReader } from './token-reader.ts';
import type { Token, TokenTable } from './tokens.ts';

/** The tree of `tokens`, which are those of `text`. Its span is the whole text. */
export function parseTokens(text: string, tokens: TokenTable, report: Report): MessageValue {
  return new Parser(text, tokens, report).parseFile();
}

class Parser {
  private readonly reader: TokenReader;
  private readonly brackets: Brackets;
  private readonly nesting: Nesting;

  constructor(text: string, tokens: TokenTable, report: Report) {
    this.reader = new TokenReader(text, tokens, report);
    this.brackets = new Brackets(this.reader, tokens);
    this.nesting = {
      reader: this.reader,
      brackets: this.brackets,
      fields: (scope, depth, fields) => this.fields(scope, depth, fields),
      value: (depth) => this.value(depth),
    };
  }

  parseFile(): MessageValue {
    const { length } = this.reader.text;
    const fields: Field[] = [];
    if (this.reader.is('{')) {
      this.bracedFile(fields);
    }
    this.fields({ kind: 'root' }, 0, fields);
    return { kind: 'message', start: 0, end: length, open: '', fields, bodyStart: 0, bodyEnd: length };
  }

  private bracedFile(fields: Field[]): void {
    const bracket = this.brackets.enter('{');
    const { token } = bracket;
    this.fields({ kind: 'brackets', bracket }, 0, fields);
    const isClosed = this.reader.is('}');
    const { bodyEnd, end } = this.brackets.leave(bracket);
    this.reader.report('textproto/json-braces', token, 'There are no braces around a text-format file.', {
      title: 'Remove the braces',
      edits: [
        { start: token.start, end: token.end, text: '' },
        ...(isClosed ? [{ start: bodyEnd, end, text: '' }] : []),
      ],
    });
  }

  /** Reads fields into `fields`, up to what ends them. */
  private fields(scope: Scope, depth: number, fields: Field[]): void {
    const { reader } = this;
    for (let token = reader.peek(); !this.endsFields(token, scope); token = reader.peek()) {
      if (isClosing(token.kind)) {
        this.brackets.rejectStray();
      } else if (token.kind === ',' || token.kind === ';') {
        this.extraSeparators();
      } else if (isYamlItem(reader, token)) {
        reader.report(
          'textproto/yaml-list',
          token,
          'There are no list items with dashes: write name: [a, b].',
        );
        reader.next();
      } else {
        const name = parseFieldName(reader);
        if (name !== undefined) {
          fields.push(this.field(name, depth));
        }
      }
    }
  }

  private endsFields(token: Token, scope: Scope): boolean {
    if (token.kind === 'end') {
      return true;
    }
    switch (scope.kind) {
      case 'root':
        return false;
      case 'brackets': {
        const verdict = this.brackets.verdict(token, scope.bracket);
        return verdict !== 'inside' && verdict !== 'stray';
      }
      case 'indented':
        return isClosing(token.kind)
          ? this.brackets.isOpen(token.kind) || this.brackets.isExtra(token.kind)
          : token.firstOnLine && token.column <= scope.column;
      case 'element':
        return isClosing(token.kind) && this.brackets.isOpen(token.kind);
    }
  }

  private extraSeparators(): void {
    const { reader } = this;
    const { start } = reader.peek();
    let { end } = reader.next();
    while (reader.is(',') || reader.is(';')) {
      ({ end } = reader.next());
    }
    const at = { start, end };
    const shown = reader.text.slice(start, end);
    const message = `A field is followed by one comma or semicolon or none; ${shown} is too much.`;
    reader.report('textproto/extra-separator', at, message, replaceFix('Remove it', at, ''));
  }

  private field(name: FieldName, depth: number): Field {
    const { reader } = this;
    const nameColumn = reader.lineColumn;
    const colon = this.colon();
    const value = this.fieldValue(name, nameColumn, colon, depth);
    const end = value?.end ?? (colon === undefined ? name.end : colon + 1);
    const separator = reader.is(',') || reader.is(';') ? reader.next().start : undefined;
    return { start: name.start, end, name, colon, value, separator };
  }

  /** Offset of the colon, or of what stands for it. */
  private colon(): number | undefined {
    const { reader } = this;
    const token = reader.peek();
    if (token.kind !== ':' && token.kind !== '=') {
      return undefined;
    }
    reader.next();
    if (token.kind === '=') {
      const fix = replaceFix('Write a colon', token, ':');
      reader.report(
        'textproto/equals-sign',
        token,
        'Names and values are separated by a colon, not by =.',
        fix,
      );
    }
    while (reader.is(':') || reader.is('=')) {
      const extra = reader.next();
      reader.report(
        'textproto/equals-sign',
        extra,
        'One colon is enough.',
        replaceFix('Remove it', extra, ''),
      );
    }
    return token.start;
  }

  private fieldValue(
    name: FieldName,
    nameColumn: number,
    colon: number | undefined,
    depth: number,
  ): Value | undefined {
    const { reader } = this;
    const token = reader.peek();
    if (token.firstOnLine && token.column >= nameColumn) {
      if (isYamlItem(reader, token)) {
        return parseYamlList(this.nesting, name, depth);
      }
      if (token.column > nameColumn && reader.isFieldStart()) {
        return parseIndentedMessage(this.nesting, name, nameColumn, colon, depth);
      }
    }
    const isOnOtherLine = colon === undefined && token.firstOnLine && token.kind === 'identifier';
    if (isOnOtherLine || (reader.isFieldStart() && (token.firstOnLine || !isBareText(reader)))) {
      this.missingValue(name);
      return;
    }
    if (colon === undefined && token.kind !== '{' && token.kind !== '<') {
      const first = reader.kindAt(1);
      const isListOfMessages =
        token.kind === '[' && (['{', '<', ']', ','].includes(first) || reader.isFieldStart(1));
      if (!isListOfMessages && !isClosing(token.kind) && ![',', ';', 'end'].includes(token.kind)) {
        const at = { start: name.end, end: name.end };
        const shown = reader.text.slice(name.start, name.end);
        const message = `A colon is missing between ${shown} and its value.`;
        reader.report('textproto/missing-colon', name, message, replaceFix('Add the colon', at, ':'));
      }
    }
    const value = token.kind === '[' ? parseList(this.nesting, depth) : this.value(depth);
    if (value === undefined) {
      this.missingValue(name);
    }
    return value;
  }

  private missingValue(name: FieldName): void {
    const { reader } = this;
    // What was passed over was meant to be the value.
    if (!reader.passedOther && !name.malformed) {
      reader.report(
        'textproto/missing-value',
        name,
        `${reader.text.slice(name.start, name.end)} has no value.`,
      );
    }
  }

  private value(depth: number): Element | undefined {
    const { reader } = this;
    const token = reader.peek();
    if (token.kind === '{' || token.kind === '<') {
      return this.message(token.kind, depth);
    }
    if (token.kind !== '[') {
      return parseScalar(reader);
    }
    reader.report('textproto/nested-list', token, 'A list cannot hold lists.');
    reader.skip();
    return { kind: 'bare', start: token.start, end: reader.previous?.end ?? token.end };
  }

  private message(open: '{' | '<', depth: number): MessageValue {
    const { reader } = this;
    const { start, end: bodyStart } = reader.peek();
    const fields: Field[] = [];
    if (depth + 1 > maxDepth) {
      const at = { start, end: bodyStart };
      reader.report('textproto/too-deep', at, `Messages cannot be nested more than ${maxDepth} deep.`);
      reader.skip();
      const end = reader.previous?.end ?? bodyStart;
      return { kind: 'message', start, end, open, fields, bodyStart, bodyEnd: end };
    }
    const bracket = this.brackets.enter(open);
    this.fields({ kind: 'brackets', bracket }, depth + 1, fields);
    const { bodyEnd, end } = this.brackets.leave(bracket);
    return { kind: 'message', start, end, open, fields, bodyStart, bodyEnd };
  }
}

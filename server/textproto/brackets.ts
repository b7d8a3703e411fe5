// Which brackets are open while a file is parsed, and which bracket it is that is missing or too many. Where the numbers of
// opening and closing brackets differ, the indentation says where the mistake is.
import { replaceFix, type Span } from './diagnostics.ts';
import type { TokenReader } from './token-reader.ts';
import type { Token, TokenKind, TokenTable } from './tokens.ts';

export type ClosingKind = '}' | '>' | ']';

/** A bracket that is open. */
export interface OpenBracket {
  readonly token: Token;
  readonly close: ClosingKind;
  /** Column of the first token on its line. */
  readonly indent: number;
}

/** What a token is to the innermost open bracket. */
type Verdict =
  /** Part of what is in the brackets. */
  | 'inside'
  | 'closed'
  /** The closing bracket, but of another kind. */
  | 'mismatched'
  /** It is outside, so that the closing bracket is missing before it. */
  | 'unclosed'
  /** A closing bracket that closes nothing. */
  | 'stray';

const closers = { '{': '}', '<': '>', '[': ']' } as const;

export function isClosing(kind: TokenKind): kind is ClosingKind {
  return kind === '}' || kind === '>' || kind === ']';
}

export class Brackets {
  private readonly reader: TokenReader;
  private readonly open: OpenBracket[] = [];
  /** By closing bracket: how many more there are of the opening ones; negative where there are less. */
  private readonly missing: Map<ClosingKind, number>;

  constructor(reader: TokenReader, tokens: TokenTable) {
    this.reader = reader;
    const counts = { '}': 0, '>': 0, ']': 0 };
    for (let i = 0; i < tokens.length; i++) {
      const kind = tokens.kind(i);
      if (kind === '{' || kind === '<' || kind === '[') {
        counts[closers[kind]]++;
      } else if (isClosing(kind)) {
        counts[kind]--;
      }
    }
    this.missing = new Map([
      ['}', counts['}']],
      ['>', counts['>']],
      [']', counts[']']],
    ]);
  }

  /** Consumes an opening bracket. */
  enter(kind: '{' | '<' | '['): OpenBracket {
    const token = this.reader.next();
    const bracket = { token, close: closers[kind], indent: this.reader.lineColumn };
    this.open.push(bracket);
    return bracket;
  }

  /** Consumes the closing bracket, or reports what is there in its place. Where the brackets' content ends, and they. */
  leave(bracket: OpenBracket): { readonly bodyEnd: number; readonly end: number } {
    const { reader } = this;
    const token = reader.peek();
    const verdict = this.verdict(token, bracket);
    this.open.pop();
    if (verdict === 'closed' || verdict === 'mismatched') {
      if (verdict === 'mismatched' && isClosing(token.kind)) {
        reader.report(
          'textproto/mismatched-bracket',
          token,
          `Expected ${bracket.close} to close ${reader.show(bracket.token)}, not ${token.kind}.`,
          replaceFix(`Replace with ${bracket.close}`, token, bracket.close),
        );
        this.count(bracket.close, -1);
        this.count(token.kind, 1);
      }
      reader.next();
      return { bodyEnd: token.start, end: token.end };
    }
    const at = reader.previous?.end ?? bracket.token.end;
    this.reportMissing(bracket, token, at);
    return { bodyEnd: at, end: at };
  }

  /** What `token` is to `bracket`, the innermost one that is open. */
  verdict(token: Token, bracket: OpenBracket): Verdict {
    const { kind } = token;
    if (kind === 'end') {
      return 'unclosed';
    }
    const isMissing = this.isMissing(bracket.close);
    const isLater = token.firstOnLine && token.line > bracket.token.line;
    if (kind === bracket.close) {
      if (isLater && token.column < bracket.indent && isMissing && this.isOpen(kind, bracket)) {
        return 'unclosed';
      }
      return isLater && token.column > bracket.indent && this.isExtra(kind) ? 'stray' : 'closed';
    }
    if (isClosing(kind)) {
      if (this.isOpen(kind)) {
        return 'unclosed';
      }
      return isMissing && this.isExtra(kind) ? 'mismatched' : 'stray';
    }
    return isLater && token.column <= bracket.indent && isMissing ? 'unclosed' : 'inside';
  }

  /** Whether a bracket that `kind` closes is open, `except` not counted. */
  isOpen(kind: ClosingKind, except?: OpenBracket): boolean {
    return this.open.some((bracket) => bracket.close === kind && bracket !== except);
  }

  /** Whether the file has more opening brackets than closing ones that were not reported yet. */
  isMissing(kind: ClosingKind): boolean {
    return (this.missing.get(kind) ?? 0) > 0;
  }

  /** Whether the file has more closing brackets than opening ones that were not reported yet. */
  isExtra(kind: ClosingKind): boolean {
    return (this.missing.get(kind) ?? 0) < 0;
  }

  /** Consumes a closing bracket that closes nothing, and reports it. */
  rejectStray(): void {
    const token = this.reader.next();
    if (isClosing(token.kind)) {
      this.count(token.kind, 1);
    }
    const fix = replaceFix('Remove it', token, '');
    this.reader.report(
      'textproto/unmatched-bracket',
      token,
      `This ${this.reader.show(token)} closes nothing.`,
      fix,
    );
  }

  /** Consumes a closing brace whose opening one is missing, which is reported by others. */
  takeUnopened(): void {
    this.reader.next();
    this.count('}', 1);
  }

  private count(kind: ClosingKind, by: number): void {
    this.missing.set(kind, (this.missing.get(kind) ?? 0) + by);
  }

  private reportMissing(bracket: OpenBracket, before: Token, at: number): void {
    const { reader } = this;
    const { token, close } = bracket;
    this.count(close, -1);
    if (reader.swallowedRest) {
      return;
    }
    const isLater = before.kind !== 'end' && before.line > token.line;
    const where = isLater ? `line ${before.line + 1}` : reader.show(before);
    const message = `This ${reader.show(token)} is never closed: its ${close} is missing before ${where}.`;
    reader.report('textproto/missing-bracket', token, message, {
      title: `Add ${close}`,
      edits: [{ ...this.closingPlace(bracket, before, at), text: this.closingText(bracket, before) }],
    });
  }

  /** On a line of its own where the brackets span lines, else right behind the last token in them. */
  private closingPlace(bracket: OpenBracket, before: Token, at: number): Span {
    if (!this.spansLines(bracket, before)) {
      return { start: at, end: at };
    }
    const { text } = this.reader;
    const feed = text.indexOf('\n', at);
    const lineEnd = feed === -1 ? text.length : text[feed - 1] === '\r' ? feed - 1 : feed;
    return { start: lineEnd, end: lineEnd };
  }

  private closingText(bracket: OpenBracket, before: Token): string {
    const { text, eol } = this.reader;
    if (!this.spansLines(bracket, before)) {
      return bracket.close === ']' ? ']' : ` ${bracket.close}`;
    }
    const lineStart = bracket.token.start - bracket.token.column;
    return `${eol}${text.slice(lineStart, lineStart + bracket.indent)}${bracket.close}`;
  }

  private spansLines(bracket: OpenBracket, before: Token): boolean {
    const last = this.reader.previous;
    return (
      last !== undefined &&
      last.line > bracket.token.line &&
      (before.kind === 'end' || before.line > last.line)
    );
  }
}

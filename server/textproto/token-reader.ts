// The tokens of a file one after the other, for the parser.
import { quote, replaceFix, type Report } from './diagnostics.ts';
import type { Token, TokenKind, TokenTable } from './tokens.ts';

export class TokenReader {
  readonly text: string;
  readonly report: Report;
  /** Line end of the file. */
  readonly eol: '\n' | '\r\n';
  /** The token that was consumed last. */
  previous: Token | undefined;
  /** Column of the first token on the line of `previous`. */
  lineColumn = 0;
  /** Characters that are no token were passed over since `previous`; what seems to be missing is no mistake of its own. */
  passedOther = false;
  /** skip() came to the end of the file: brackets that are missing there are no mistakes of their own. */
  swallowedRest = false;
  private readonly tokens: TokenTable;
  private index = 0;
  private current: Token;

  constructor(text: string, tokens: TokenTable, report: Report) {
    this.text = text;
    this.tokens = tokens;
    this.current = tokens.at(0);
    this.report = report;
    this.eol = text.includes('\r\n') ? '\r\n' : '\n';
  }

  /** The next token, which is none of kind `other`: those are reported and passed over. */
  peek(): Token {
    while (this.current.kind === 'other') {
      this.reportOther(this.current);
      this.passedOther = true;
      this.advance();
    }
    return this.current;
  }

  /** The token `count` after the next one, those of kind `other` not counted. */
  peekAt(count: number): Token {
    return this.tokens.at(this.ahead(count));
  }

  /** The kind of peekAt(). */
  kindAt(count: number): TokenKind {
    return this.tokens.kind(this.ahead(count));
  }

  /** The token `ahead` after the next one, whatever it is. */
  raw(ahead: number): Token {
    return ahead === 0 ? this.current : this.tokens.at(this.index + ahead);
  }

  /** Consumes and gives the next token; stays at the end. */
  next(): Token {
    this.peek();
    return this.nextRaw();
  }

  /** As next(), and takes a token of kind `other` too. */
  nextRaw(): Token {
    const token = this.current;
    if (token.firstOnLine) {
      this.lineColumn = token.column;
    }
    this.previous = token;
    this.passedOther = false;
    this.advance();
    return token;
  }

  is(kind: TokenKind): boolean {
    return this.peek().kind === kind;
  }

  /** Whether the token `ahead` is an identifier that must be a field's name, since no value has that behind it. */
  isFieldStart(ahead = 0): boolean {
    if ((ahead === 0 ? this.peek().kind : this.kindAt(ahead)) !== 'identifier') {
      return false;
    }
    const kind = this.kindAt(ahead + 1);
    return kind === ':' || kind === '{' || kind === '<' || kind === '=';
  }

  /** The text of a token, for a message. */
  show(token: Token): string {
    return token.kind === 'end' ? 'the end of the file' : quote(this.text.slice(token.start, token.end));
  }

  /** Passes over the next token and, if it opens a bracket, over everything to the closing one. */
  skip(): void {
    let depth = 0;
    do {
      const { kind } = this.next();
      if (kind === 'end') {
        this.swallowedRest = depth > 0;
        return;
      }
      if (kind === '{' || kind === '<' || kind === '[') {
        depth++;
      } else if (kind === '}' || kind === '>' || kind === ']') {
        depth--;
      }
    } while (depth > 0);
  }

  /** Passes over what follows a mistake: to a separator, a closing bracket, a field, or the next line. */
  recover(): void {
    for (let token = this.peek(); ; token = this.peek()) {
      const { kind } = token;
      if (kind === 'end' || kind === '}' || kind === '>' || kind === ']' || kind === ',' || kind === ';') {
        return;
      }
      if (token.firstOnLine || this.isFieldStart()) {
        return;
      }
      this.skip();
    }
  }

  private advance(): void {
    if (this.current.kind !== 'end') {
      this.index++;
      this.current = this.tokens.at(this.index);
    }
  }

  /** The index of the token `count` after the next one. */
  private ahead(count: number): number {
    this.peek();
    let index = this.index;
    for (let left = count; left > 0; left--) {
      index++;
      while (this.tokens.kind(index) === 'other') {
        index++;
      }
    }
    return index;
  }

  private reportOther(token: Token): void {
    const { start, end } = token;
    const fix = replaceFix('Remove it', { start, end }, '');
    this.report(
      'textproto/unexpected-character',
      { start, end },
      `${this.show(token)} has no meaning in text format outside of strings.`,
      fix,
    );
  }
}

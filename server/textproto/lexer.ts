// Text to tokens and comments. Never fails: what is no token becomes one of kind `other`, or is reported and passed over.
import { replaceFix, type Report } from './diagnostics.ts';
import { numberEnd } from './numbers.ts';
import { isSmartQuote, scanSmartString, scanString } from './strings.ts';
import { TokenTable, type Comment, type Symbol, type TokenKind } from './tokens.ts';

/** What a text is made of. */
export interface LexedText {
  readonly tokens: TokenTable;
  readonly comments: readonly Comment[];
}

const symbols: readonly string[] = ['{', '}', '<', '>', '[', ']', ':', ',', ';', '-', '=', '.', '/'];

const space = 1;
const letter = 2;
const digit = 3;
const symbol = 4;
const quoteMark = 5;

/** What the ASCII characters begin; 0 for those that begin nothing. */
const classes = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(character)) {
    return letter;
  }
  if (/[0-9]/.test(character)) {
    return digit;
  }
  if (symbols.includes(character)) {
    return symbol;
  }
  return ' \t\v\f\r\n'.includes(character) ? space : '"\''.includes(character) ? quoteMark : 0;
});

const lineFeed = 10;
const hash = 35;
const dollar = 36;
const slash = 47;
const star = 42;
const byteOrderMark = 0xfe_ff;

/** Spaces of Unicode that are none here, and characters without width. */
const oddSpaces = /[\u00a0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff\u0085]+/y;
/** `${a.b}` or `$(a)`, on one line, and names that hang together with it; `$NAME`; `{{ name }}` of Jinja and Helm. */
const placeholder =
  /\$(?:\{[^\n{}]*\}|\([^\n()]*\)|[A-Za-z_][A-Za-z0-9_]*)[A-Za-z0-9_]*|\{\{[ \t]*[.$A-Za-z_][^\n{}:"']*\}\}/y;

const blankRest = /[ \t\r]*(?:\n|$)/y;
/** How many tokens back the bracket of a name is looked for. */
const bracketNameLimit = 64;

/** Splits `text`. Linear in its length. */
export function lex(text: string, report: Report): LexedText {
  return new Lexer(text, report).run();
}

class Lexer {
  private readonly tokens = new TokenTable();
  private readonly comments: Comment[] = [];
  private at = 0;
  private line = 0;
  private lineStart = 0;
  private readonly text: string;
  private readonly report: Report;

  constructor(text: string, report: Report) {
    this.text = text;
    this.report = report;
  }

  run(): LexedText {
    const { text } = this;
    if (text.charCodeAt(0) === byteOrderMark) {
      const at = { start: 0, end: 1 };
      const fix = replaceFix('Remove the byte order mark', at, '');
      this.report(
        'textproto/byte-order-mark',
        at,
        'The file begins with a byte order mark, which no server takes.',
        fix,
      );
      this.at = 1;
    }
    while (this.at < text.length) {
      this.step(text.charCodeAt(this.at));
    }
    this.push('end', text.length);
    return { tokens: this.tokens, comments: this.comments };
  }

  private step(code: number): void {
    switch (code < 128 ? classes[code] : 0) {
      case space:
        this.at++;
        if (code === lineFeed) {
          this.line++;
          this.lineStart = this.at;
        }
        return;
      case letter: {
        this.push('identifier', this.wordEnd(this.at + 1));
        return;
      }
      case digit: {
        this.push('number', numberEnd(this.text, this.at));
        return;
      }
      case quoteMark: {
        this.push('string', scanString(this.text, this.at, this.report));
        return;
      }
      case symbol: {
        this.symbol(code);
        return;
      }
      default: {
        this.rest(code);
        return;
      }
    }
  }

  private push(kind: TokenKind, end: number): void {
    this.tokens.push(kind, this.at, end, this.line, this.at - this.lineStart);
    this.at = end;
  }

  private wordEnd(from: number): number {
    let at = from;
    for (let code = this.text.charCodeAt(at); code < 128; code = this.text.charCodeAt(at)) {
      const kind = classes[code];
      if (kind !== letter && kind !== digit) {
        break;
      }
      at++;
    }
    return at;
  }

  private symbol(code: number): void {
    const { text, at } = this;
    const next = text.charCodeAt(at + 1);
    if (text[at] === '.' && classes[next] === digit) {
      this.push('number', numberEnd(text, at));
      return;
    }
    // The slashes of a URL, and those in a name in brackets, begin no comment.
    if (
      code === slash &&
      (next === slash || next === star) &&
      text[at - 1] !== ':' &&
      !this.isInBracketName()
    ) {
      this.cComment(next === star);
      return;
    }
    if (text[at] === '{' && text[at + 1] === '{' && this.placeholder()) {
      return;
    }
    this.push(text.charAt(at) as Symbol, at + 1);
  }

  /** Whether an opening bracket and nothing but pieces of a name stand right before here, one piece at least. */
  private isInBracketName(): boolean {
    const { tokens, at } = this;
    const last = tokens.length - 1;
    for (let i = last; i > last - bracketNameLimit && i >= 0; i--) {
      if (tokens.end(i) !== (i === last ? at : tokens.start(i + 1))) {
        return false;
      }
      const kind = tokens.kind(i);
      if (kind === '[') {
        return i < last;
      }
      if (!['identifier', 'number', '.', '/', '-'].includes(kind)) {
        return false;
      }
    }
    return false;
  }

  private rest(code: number): void {
    const { text, at } = this;
    if (code === hash) {
      const feed = text.indexOf('\n', at);
      const end = feed === -1 ? text.length : feed;
      this.comments.push({ start: at, end: text[end - 1] === '\r' ? end - 1 : end });
      this.at = end;
      return;
    }
    if (code === dollar && this.placeholder()) {
      return;
    }
    if (isSmartQuote(text, at)) {
      this.push('string', scanSmartString(text, at, this.report));
      return;
    }
    oddSpaces.lastIndex = at;
    const odd = oddSpaces.exec(text)?.[0];
    if (odd !== undefined) {
      this.at += odd.length;
      const name = code.toString(16).toUpperCase().padStart(4, '0');
      const place = { start: at, end: this.at };
      const fix = replaceFix('Use a plain space', place, ' ');
      this.report(
        'textproto/odd-space',
        place,
        `This is no plain space but U+${name}, which no server takes.`,
        fix,
      );
      return;
    }
    this.other();
  }

  /** A run of characters that begin nothing. */
  private other(): void {
    const { text } = this;
    let end = this.at;
    for (let code = text.codePointAt(end); code !== undefined; code = text.codePointAt(end)) {
      const isRunEnd =
        code < 128 ? classes[code] !== 0 || code === hash || code === dollar : isSmartQuote(text, end);
      oddSpaces.lastIndex = end;
      if (end > this.at && (isRunEnd || oddSpaces.test(text))) {
        break;
      }
      end += code > 0xff_ff ? 2 : 1;
    }
    this.push('other', end);
  }

  private placeholder(): boolean {
    placeholder.lastIndex = this.at;
    const match = placeholder.exec(this.text)?.[0];
    if (match === undefined) {
      return false;
    }
    const end = this.at + match.length;
    this.report(
      'textproto/placeholder',
      { start: this.at, end },
      `${match} was never filled in: this is a template, to be filled in before a server reads it.`,
    );
    this.push('placeholder', end);
    return true;
  }

  private cComment(isBlock: boolean): void {
    const { text, at: start } = this;
    const feed = text.indexOf('\n', start);
    const lineEnd = feed === -1 ? text.length : feed;
    const close = isBlock ? text.indexOf('*/', start + 2) : lineEnd;
    const end = close === -1 ? text.length : isBlock ? close + 2 : close;
    const content = text.slice(start + 2, close === -1 ? end : close);
    const lines = content.split('\n').map((line) => `# ${line.trim().replace(/^\*\s?/, '')}`.trimEnd());
    const fix = replaceFix('Use #', { start, end }, lines.join('\n'));
    blankRest.lastIndex = end;
    this.report(
      'textproto/comment-style',
      { start, end },
      'Comments begin with #.',
      blankRest.test(text) ? fix : undefined,
    );
    this.comments.push({ start, end });
    this.line += lines.length - 1;
    const lastFeed = content.lastIndexOf('\n');
    if (lastFeed !== -1) {
      this.lineStart = start + 2 + lastFeed + 1;
    }
    this.at = end;
  }
}

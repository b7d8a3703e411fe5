// Strings of text format: where they end, which escapes they have, and their bytes.
import { quote, replaceFix, type Report } from './diagnostics.ts';

/** Simple escapes and their bytes (textformat-spec, "String Literals"). */
const escapes: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
  ['?', 63],
  ['\\', 92],
  ["'", 39],
  ['"', 34],
]);

/** Typographic quotation marks that stand for " and for '. */
const smartDoubles = '“”„‟«»';
const smartSingles = '‘’‚‛';
/** How many characters at the end of a line are looked at to guess where an unterminated string was meant to end. */
const guessLimit = 8;
const openers: ReadonlyMap<string, string> = new Map([
  ['}', '{'],
  [']', '['],
  ['>', '<'],
]);
const digitsNeeded: ReadonlyMap<string, string> = new Map([
  ['x', 'one or two'],
  ['X', 'one or two'],
  ['u', 'four'],
  ['U', 'eight'],
]);
const backslash = 92;
const lineFeed = 10;

/** Whether the character at `at` is a typographic quotation mark. */
export function isSmartQuote(text: string, at: number): boolean {
  const character = text.charAt(at);
  return character !== '' && (smartDoubles.includes(character) || smartSingles.includes(character));
}

/** Scans the string whose quote is at `start`; reports what is wrong with it. The offset behind it. */
export function scanString(text: string, start: number, report: Report): number {
  const open = text.charCodeAt(start);
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === open) {
      return at + 1;
    }
    if (code === lineFeed) {
      break;
    }
    if (code === backslash) {
      at = scanEscape(text, at, report);
    } else {
      if (code === 0) {
        report(
          'textproto/unexpected-character',
          { start: at, end: at + 1 },
          'A string cannot hold a NUL character; write \\000.',
          replaceFix('Write \\000', { start: at, end: at + 1 }, '\\000'),
        );
      }
      at++;
    }
  }
  return reportUnterminated(text, start, at, report);
}

/** Scans a string that begins with a typographic quotation mark. The offset behind it. */
export function scanSmartString(text: string, start: number, report: Report): number {
  const lineEnd = endOfLine(text, start);
  let at = start + 1;
  while (at < lineEnd && text[at] !== '"' && !isSmartQuote(text, at)) {
    at++;
  }
  const end = at < lineEnd ? at + 1 : guessedEnd(text, start, lineEnd);
  const content = text.slice(start + 1, at < lineEnd ? at : end);
  report(
    'textproto/smart-quotes',
    { start, end },
    'Typographic quotation marks are none for text format; use " instead.',
    replaceFix('Use straight quotes', { start, end }, `"${content}"`),
  );
  return end;
}

/** The escape whose backslash is at `at`: reports a bad one, and gives the offset behind it. */
function scanEscape(text: string, at: number, report: Report): number {
  const letter = text.charAt(at + 1);
  if (escapes.has(letter)) {
    return at + 2;
  }
  const match = escapePattern(letter, text, at);
  if (match !== undefined) {
    const bad = letter === 'u' || letter === 'U' ? !isScalarValue(parseInt(match.slice(2), 16)) : false;
    if (bad) {
      report(
        'textproto/bad-escape',
        { start: at, end: at + match.length },
        `${match} is no Unicode character.`,
      );
    }
    return at + match.length;
  }
  const end = letter === '\n' || letter === '' ? at + 1 : at + 2;
  const bad = text.slice(at, end);
  const needs = digitsNeeded.get(letter);
  report(
    'textproto/bad-escape',
    { start: at, end },
    needs === undefined
      ? `${quote(bad)} is no escape; a backslash itself is written \\\\.`
      : `${bad} needs ${needs} hexadecimal digits.`,
    replaceFix('Double the backslash', { start: at, end: at + 1 }, '\\\\'),
  );
  return end;
}

const octal = /\\[0-7]{1,3}/y;
const hexadecimal = /\\[xX][0-9a-fA-F]{1,2}/y;
const unicode = /\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y;

/** The numeric escape at `at`, if there is a whole one. */
function escapePattern(letter: string, text: string, at: number): string | undefined {
  const pattern =
    letter === 'u' || letter === 'U' ? unicode : letter === 'x' || letter === 'X' ? hexadecimal : octal;
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function isScalarValue(codePoint: number): boolean {
  return codePoint <= 0x10_ff_ff && !(codePoint >= 0xd8_00 && codePoint <= 0xdf_ff);
}

function endOfLine(text: string, from: number): number {
  const feed = text.indexOf('\n', from);
  return feed === -1 ? text.length : feed;
}

/** `end` without the spaces before it. */
function trimmedEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && text.charAt(at - 1).trim() === '') {
    at--;
  }
  return at;
}

/**
 * Where a string without a closing quote was meant to end, in all likelihood: before the space, the separators and the
 * closing brackets at the end of its line.
 */
function guessedEnd(text: string, start: number, lineEnd: number): number {
  let end = trimmedEnd(text, start + 1, lineEnd);
  for (let tries = 0; tries < guessLimit && end > start + 1; tries++) {
    const last = text.charAt(end - 1);
    const opener = openers.get(last);
    if (opener === undefined ? !',;'.includes(last) : text.slice(start, end).includes(opener)) {
      break;
    }
    end = trimmedEnd(text, start + 1, end - 1);
  }
  return end;
}

/** Reports a string without a closing quote, and gives the offset where it probably ends. */
function reportUnterminated(text: string, start: number, lineEnd: number, report: Report): number {
  const mark = text.charAt(start);
  const smarts = mark === '"' ? smartDoubles : smartSingles;
  let smart = lineEnd - 1;
  while (smart > start && !smarts.includes(text.charAt(smart))) {
    smart--;
  }
  if (smart > start) {
    const end = smart + 1;
    report(
      'textproto/smart-quotes',
      { start, end },
      `This string ends with a typographic quotation mark; use ${mark} instead.`,
      replaceFix('Use a straight quote', { start: smart, end }, mark),
    );
    return end;
  }
  const end = guessedEnd(text, start, lineEnd);
  const other = mark === '"' ? "'" : '"';
  if (end > start + 1 && text[end - 1] === other) {
    report(
      'textproto/unterminated-string',
      { start, end },
      `This string begins with ${mark} and ends with ${other}.`,
      replaceFix(`End it with ${mark}`, { start: end - 1, end }, mark),
    );
    return end;
  }
  report(
    'textproto/unterminated-string',
    { start, end },
    `This string has no closing ${mark} on its line.`,
    replaceFix(`Add ${mark}`, { start: end, end }, mark),
  );
  return end;
}

/** The text between the quotes of the string at [start, end), which may lack the closing one. Escapes as written. */
export function stringContent(text: string, start: number, end: number): string {
  const last = text.charAt(end - 1);
  const isClosed = end - start >= 2 && (last === '"' || last === "'" || isSmartQuote(text, end - 1));
  return text.slice(start + 1, isClosed ? end - 1 : end);
}

const loneSurrogate = /\p{Surrogate}/u;

/** The bytes of string content with its escapes; bad escapes stand for themselves. Lone surrogates make bad UTF-8. */
export function contentBytes(content: string): Uint8Array {
  if (!content.includes('\\') && !loneSurrogate.test(content)) {
    return new TextEncoder().encode(content);
  }
  const bytes: number[] = [];
  for (let at = 0; at < content.length;) {
    const letter = content.charAt(at + 1);
    if (content.charCodeAt(at) !== backslash) {
      const codePoint = content.codePointAt(at) ?? 0;
      pushUtf8(bytes, codePoint);
      at += codePoint > 0xff_ff ? 2 : 1;
      continue;
    }
    const simple = escapes.get(letter);
    const numeric = simple === undefined ? escapePattern(letter, content, at) : undefined;
    if (simple !== undefined) {
      bytes.push(simple);
    } else if (numeric === undefined) {
      bytes.push(backslash);
    } else if (letter === 'u' || letter === 'U') {
      pushUtf8(bytes, parseInt(numeric.slice(2), 16));
    } else {
      const isHexadecimal = letter === 'x' || letter === 'X';
      bytes.push(parseInt(numeric.slice(isHexadecimal ? 2 : 1), isHexadecimal ? 16 : 8) & 255);
    }
    at += simple !== undefined ? 2 : (numeric?.length ?? 1);
  }
  return Uint8Array.from(bytes);
}

/** The string of content, if it is UTF-8. */
export function contentText(content: string): string | undefined {
  if (!content.includes('\\')) {
    return loneSurrogate.test(content) ? undefined : content;
  }
  return utf8Text(contentBytes(content));
}

/** The text of UTF-8 bytes; undefined for others. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function pushUtf8(bytes: number[], code: number): void {
  if (code < 0x80) {
    bytes.push(code);
  } else if (code < 0x8_00) {
    bytes.push((code >> 6) | 0xc0, (code & 0x3f) | 0x80);
  } else if (code < 0x1_00_00) {
    bytes.push((code >> 12) | 0xe0, ((code >> 6) & 0x3f) | 0x80, (code & 0x3f) | 0x80);
  } else {
    bytes.push(
      (code >> 18) | 0xf0,
      ((code >> 12) & 0x3f) | 0x80,
      ((code >> 6) & 0x3f) | 0x80,
      (code & 0x3f) | 0x80,
    );
  }
}

/** `value` as a string literal in double quotes. */
export function stringLiteral(value: string): string {
  const escaped = value.replaceAll(
    /["\\\n\r\t\0]/g,
    (character) => literalEscapes.get(character) ?? character,
  );
  return `"${escaped}"`;
}

const literalEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\0', '\\000'],
]);

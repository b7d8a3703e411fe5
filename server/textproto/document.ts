// A text-format file, read once for all that is done with it.
import { reportInto, sortDiagnostics, type Diagnostic } from './diagnostics.ts';
import { lex } from './lexer.ts';
import { parseTokens } from './parser.ts';
import type { Document, Headers } from './syntax-tree.ts';
import type { Comment } from './tokens.ts';

/** Reads `text`. Never throws, and takes time in proportion to the length of `text`, whatever it is. */
export function parseDocument(text: string): Document {
  const found: Diagnostic[] = [];
  const report = reportInto(found, text.length);
  const { tokens, comments } = lex(text, report);
  const root = parseTokens(text, tokens, report);
  const diagnostics = sortDiagnostics(found);
  const headers = readHeaders(text, comments, tokens.start(0));
  return { text, root, comments, diagnostics, headers };
}

const header = /^#\s*proto-(file|message):\s*(\S+)\s*$/;

/** The headers among the comments before `end` (textformat-spec, "Header"); the first of each counts. */
function readHeaders(text: string, comments: readonly Comment[], end: number): Headers {
  let protoFile: string | undefined;
  let protoMessage: string | undefined;
  for (const comment of comments) {
    if (comment.start >= end) {
      break;
    }
    const [, what, value] = header.exec(text.slice(comment.start, comment.end)) ?? [];
    if (what === 'file') {
      protoFile ??= value;
    } else if (what === 'message') {
      protoMessage ??= value;
    }
  }
  return {
    ...(protoFile === undefined ? {} : { protoFile }),
    ...(protoMessage === undefined ? {} : { protoMessage }),
  };
}

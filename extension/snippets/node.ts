// A Node.js program that sends a predict request with `fetch`. No vscode in here.
import { bodyFile, maxInline, predictUrl, type SnippetInput } from './snippet-input.ts';

/** The program, an ES module for Node.js 18 or newer and the REST port. */
export function nodeSnippet(input: SnippetInput): string {
  const isLong = input.body.length > maxInline;
  // A string, not an object: 64-bit integers and NaN would not survive JavaScript's own JSON.
  const body = isLong ? `await readFile(${JSON.stringify(bodyFile)})` : literalOf(input.body);
  return [
    ...(isLong ? ["import { readFile } from 'node:fs/promises';", ''] : []),
    `const response = await fetch(${JSON.stringify(predictUrl(input))}, {`,
    "  method: 'POST',",
    `  body: ${body},`,
    '});',
    'if (!response.ok) {',
    '  throw new Error(await response.text());',
    '}',
    'console.log(await response.text());',
    '',
  ].join('\n');
}

function literalOf(text: string): string {
  return text.includes('`') || text.includes('\\') || text.includes('${')
    ? JSON.stringify(text)
    : `\`${text}\``;
}

// Where the codes of diagnostics are explained: a file of this installation, so that it works offline and fits the version.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { documentationAnchor } from '../../server/config/finding.ts';

/** The file, relative to the installation. */
export const documentationFile = 'docs/config-diagnostics.md';

/** The numbers of the lines, from 1, with the headings that explain codes, by anchor. Empty where there is no such file. */
export function documentedLines(extensionDirectory: string): ReadonlyMap<string, number> {
  try {
    return headingLines(readFileSync(path.join(extensionDirectory, documentationFile), 'utf8'));
  } catch {
    return new Map();
  }
}

/** The line that explains `code`. */
export function documentedLine(lines: ReadonlyMap<string, number>, code: string): number | undefined {
  return lines.get(documentationAnchor(code).split('#').at(-1) ?? '');
}

/** The headings of a Markdown text by their anchors; an explicit `<a id="…">` is one too. */
export function headingLines(markdown: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const [index, line] of markdown.split('\n').entries()) {
    const anchor = /<a (?:id|name)="([^"]+)"/.exec(line)?.[1] ?? headingAnchor(line);
    if (anchor !== undefined && !lines.has(anchor)) {
      lines.set(anchor, index + 1);
    }
  }
  return lines;
}

/** `### textproto/oneof` and the like, in the form that documentationAnchor gives codes. */
function headingAnchor(line: string): string | undefined {
  const heading = /^#+\s+(.+?)\s*#*$/.exec(line)?.[1];
  return heading?.replaceAll('`', '').replaceAll('/', '-').toLowerCase();
}

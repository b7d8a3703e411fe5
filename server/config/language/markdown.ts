// Names and texts from files, made safe for Markdown. Pure.

/** How much of a name is shown. */
const nameLimit = 120;

/** `text` as code in a line of Markdown, whatever is in it. */
export function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  const shown = line.length > nameLimit ? `${line.slice(0, nameLimit - 1)}…` : line;
  const runs = shown.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') || shown === '' ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

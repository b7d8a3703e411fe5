// Findings as compilers print them: path:line:column: error: message [code], the line, and what of it is meant.
import { holdsSecrets } from '../config/secret-text.ts';
import type { Finding } from '../config/finding.ts';
import type { Severity } from '../textproto/diagnostics.ts';
import type { FileReport } from './file-report.ts';

const esc = '\u001b[';
const colours: Readonly<Record<Severity, string>> = { error: '31', warning: '33', hint: '36' };

/** The most of a line that is shown: columns. */
const excerptWidth = 160;

/** All findings of all files, and how many there are at the end. */
export function textReport(reports: readonly FileReport[], inColour: boolean): string {
  const paint = (code: string, text: string): string => (inColour ? `${esc}${code}m${text}${esc}0m` : text);
  const blocks = reports.flatMap((report) => report.findings.map((finding) => block(report, finding, paint)));
  return `${blocks.join('')}${summary(reports)}\n`;
}

type Paint = (code: string, text: string) => string;

function block(report: FileReport, finding: Finding, paint: Paint): string {
  const { line, column } = report.lines.position(finding.start);
  const place = paint('1', `${printable(report.shown)}:${line + 1}:${column + 1}:`);
  const severity = paint(`1;${colours[finding.severity]}`, `${finding.severity}:`);
  const head = `${place} ${severity} ${printable(finding.message)} [${finding.code}]\n`;
  const fixes = (finding.fixes ?? []).map(({ title }) => `    = fix: ${printable(title)}\n`);
  return head + excerpt(report, finding, paint) + fixes.join('');
}

/** The first line of what is meant, with a mark under it. Keys are not shown. */
function excerpt({ kind, text, lines }: FileReport, { start, end, severity }: Finding, paint: Paint): string {
  if (text === '' || holdsSecrets(kind)) {
    return '';
  }
  const { line, column } = lines.position(start);
  const whole = text.slice(start - column, lines.offset({ line, column: Infinity })).replace(/\r$/, '');
  const from = column < excerptWidth - 20 ? 0 : column - 20;
  const shown = whole.slice(from, from + excerptWidth);
  const number = String(line + 1).padStart(4);
  const before = shown.slice(0, column - from).replaceAll(/[^\t]/gu, ' ');
  const meant = shown.slice(column - from, column - from + end - start).replaceAll(/./gu, '~');
  const mark = paint(`1;${colours[severity]}`, `^${meant.slice(1)}`);
  const empty = ' '.repeat(number.length);
  return shown.trim() === '' ? '' : `${number} | ${printable(shown)}\n${empty} | ${before}${mark}\n`;
}

/** What is in a file must not steer the terminal. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, (character) => (character === '\t' ? '\t' : '\ufffd'));
}

function summary(reports: readonly FileReport[]): string {
  if (reports.length === 0) {
    return 'There are no config files.';
  }
  const all = reports.flatMap(({ findings }) => findings);
  const counts = (['error', 'warning', 'hint'] as const).flatMap((severity) => {
    const count = all.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [counted(count, severity)];
  });
  return `${counted(reports.length, 'file')} checked: ${counts.length === 0 ? 'nothing found' : counts.join(', ')}.`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

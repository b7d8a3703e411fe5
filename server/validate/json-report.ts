// Findings as one JSON document, for programs; docs/validate.md describes it.
import { documentationAnchor, type Finding } from '../config/finding.ts';
import type { FileReport } from './file-report.ts';

/** The version of the document's form; goes up when it changes incompatibly. */
const formVersion = 1;

/** The document, with a line feed at its end. */
export function jsonReport(reports: readonly FileReport[]): string {
  const all = reports.flatMap(({ findings }) => findings);
  const count = (severity: Finding['severity']): number =>
    all.filter((finding) => finding.severity === severity).length;
  const document = {
    version: formVersion,
    errors: count('error'),
    warnings: count('warning'),
    hints: count('hint'),
    files: reports.map((report) => ({
      path: report.shown,
      kind: report.kind,
      findings: report.findings.map((finding) => findingJson(report, finding)),
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function findingJson({ lines }: FileReport, finding: Finding): object {
  const place = (offset: number): object => {
    const { line, column } = lines.position(offset);
    return { line: line + 1, column: column + 1, offset };
  };
  const { code, severity, message, start, end, fixes = [] } = finding;
  return {
    code,
    severity,
    message,
    documentation: documentationAnchor(code),
    start: place(start),
    end: place(end),
    fixes: fixes.map(({ title, edits }) => ({
      title,
      edits: edits.map((edit) => ({ start: place(edit.start), end: place(edit.end), text: edit.text })),
    })),
  };
}

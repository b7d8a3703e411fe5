// Findings as the editor shows them.
import * as vscode from 'vscode';
import type { CheckedConfig } from '../../server/config/check-config.ts';
import type { Finding } from '../../server/config/finding.ts';
import { lineMap } from '../../server/textproto/line-map.ts';
import { longestChecked } from './configs.ts';

/** What the Problems panel names as the origin. */
export const diagnosticSource = 'Perch';

/** Where the documentation explains a code; undefined where it does not. */
export type DocumentationLink = (code: string) => vscode.Uri | undefined;

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  hint: vscode.DiagnosticSeverity.Hint,
} as const;

/** The findings of a text, in its order. */
export function toDiagnostics(
  { document, findings }: CheckedConfig,
  documentation: DocumentationLink,
): vscode.Diagnostic[] {
  const lines = lineMap(document.text);
  const at = (offset: number): vscode.Position => {
    const { line, column } = lines.position(offset);
    return new vscode.Position(line, column);
  };
  return findings.map((finding) =>
    toDiagnostic(finding, new vscode.Range(at(finding.start), at(finding.end)), documentation),
  );
}

function toDiagnostic(
  { code, message, severity }: Finding,
  range: vscode.Range,
  documentation: DocumentationLink,
): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(range, message, severities[severity]);
  const target = documentation(code);
  diagnostic.source = diagnosticSource;
  diagnostic.code = target === undefined ? code : { value: code, target };
  if (code === 'textproto/deprecated') {
    diagnostic.tags = [vscode.DiagnosticTag.Deprecated];
  }
  return diagnostic;
}

/** Says that a file is too long to be checked as it is typed. */
export function tooLong(): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(0, 0, 0, 1),
    vscode.l10n.t(
      'This file is longer than {0} KiB, so the editor does not check it. On the command line, perch validate does.',
      longestChecked / 1024,
    ),
    vscode.DiagnosticSeverity.Information,
  );
  diagnostic.source = diagnosticSource;
  return diagnostic;
}

/** Says that the file on disk begins with a byte order mark, which the editor takes off before anybody sees the text. */
export function byteOrderMark(message: string, documentation: DocumentationLink): vscode.Diagnostic {
  const finding: Finding = {
    code: 'textproto/byte-order-mark',
    message,
    start: 0,
    end: 1,
    severity: 'error',
  };
  return toDiagnostic(finding, new vscode.Range(0, 0, 0, 1), documentation);
}

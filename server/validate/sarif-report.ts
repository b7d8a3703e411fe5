// Findings as SARIF 2.1.0 (OASIS), for code scanning and for editors that read it.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { configCodes } from '../config/config-codes.ts';
import { documentationAnchor, type Finding } from '../config/finding.ts';
import type { Severity } from '../textproto/diagnostics.ts';
import type { FileReport } from './file-report.ts';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', hint: 'note' };

/** What a log says beside the findings. */
export interface SarifContext {
  /** The version of this program. */
  readonly version: string;
  /** Paths are relative to it. Absolute. */
  readonly cwd: string;
  /** An absolute URL, with a slash at its end, below which docs/ is published; absent: rules have no link. */
  readonly documentationBase?: string;
}

/** The log, with a line feed at its end. */
export function sarifReport(reports: readonly FileReport[], context: SarifContext): string {
  const codes = [...new Set(reports.flatMap(({ findings }) => findings.map(({ code }) => code)))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Perch',
            semanticVersion: context.version,
            rules: codes.map((code) => ruleOf(code, context)),
          },
        },
        columnKind: 'utf16CodeUnits',
        artifacts: reports.map((report) => ({ location: locationOf(report, context) })),
        results: reports.flatMap((report) =>
          report.findings.map((finding) => resultOf(report, finding, codes, context)),
        ),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function ruleOf(code: string, { documentationBase }: SarifContext): object {
  const summary = configCodes.get(code) ?? code;
  return {
    id: code,
    shortDescription: { text: summary },
    help: { text: `${summary} See docs/${documentationAnchor(code)}.` },
    ...(documentationBase === undefined
      ? {}
      : { helpUri: new URL(documentationAnchor(code), documentationBase).href }),
  };
}

function resultOf(
  report: FileReport,
  { code, severity, message, start, end, fixes }: Finding,
  codes: readonly string[],
  context: SarifContext,
): object {
  const artifactLocation = locationOf(report, context);
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: levels[severity],
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation, region: regionOf(report, start, end) } }],
    ...(fixes === undefined
      ? {}
      : {
          fixes: fixes.map(({ title, edits }) => ({
            description: { text: title },
            artifactChanges: [
              {
                artifactLocation,
                replacements: edits.map((edit) => ({
                  deletedRegion: regionOf(report, edit.start, edit.end),
                  insertedContent: { text: edit.text },
                })),
              },
            ],
          })),
        }),
  };
}

/** Lines and columns from 1; the end column is behind the last character. */
function regionOf({ lines }: FileReport, start: number, end: number): object {
  const from = lines.position(start);
  const to = lines.position(end);
  return {
    startLine: from.line + 1,
    startColumn: from.column + 1,
    endLine: to.line + 1,
    endColumn: to.column + 1,
  };
}

function locationOf({ shown, file }: FileReport, { cwd }: SarifContext): object {
  if (file === undefined) {
    return { uri: encodeURIComponent(shown) };
  }
  const relative = path.relative(cwd, file);
  const isOutside = relative.startsWith('..') || path.isAbsolute(relative);
  return {
    uri: isOutside ? pathToFileURL(file).href : relative.split(path.sep).map(encodeURIComponent).join('/'),
  };
}

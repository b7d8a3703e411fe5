// What is wrong with a config file, or could be better: text format's own findings and those of the rules, in one shape. Pure.
import type { Fix, Severity, Span } from '../textproto/diagnostics.ts';

/** One finding. `textproto/Diagnostic` is one; rules have codes of their own: `triton/…`, `serving/…`, `model/…`. */
export interface Finding {
  /** Stable. docs/config-diagnostics.md has an anchor for each. */
  readonly code: string;
  readonly message: string;
  /** UTF-16 offsets; `start < end`, inside the file, but for an empty file. */
  readonly start: number;
  readonly end: number;
  readonly severity: Severity;
  readonly fixes?: readonly Fix[];
}

/** Takes the findings of rules; an error unless said otherwise. The span is that of the field, its name or its value. */
export type ReportFinding = (
  code: string,
  at: Span,
  message: string,
  options?: { readonly severity?: Severity; readonly fixes?: readonly Fix[] },
) => void;

/** Where the code is explained, relative to the documentation's base. */
export function documentationAnchor(code: string): string {
  return `config-diagnostics.md#${code.replaceAll('/', '-')}`;
}

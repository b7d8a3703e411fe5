// Quick fixes: those at a place, and all of one kind at once. Pure.
import type { Fix, Span } from '../../textproto/diagnostics.ts';
import type { TextEdit } from '../../textproto/text-edit.ts';
import type { Finding } from '../finding.ts';

/** A fix of one finding. */
export interface FixAction extends Fix {
  readonly finding: Finding;
  /** Whether it is the only one, and so to be taken by the shortcut. */
  readonly isPreferred: boolean;
}

/** The fix of many findings of the same kind. */
export interface FixAllAction extends Fix {
  readonly code: string;
  /** How many findings it fixes; at least 2. */
  readonly count: number;
}

/** The fixes of findings that touch `range`, by place, and of each finding in its order. */
export function fixesAt(findings: readonly Finding[], range: Span): readonly FixAction[] {
  return findings
    .filter(({ start, end }) => start <= range.end && range.start <= end)
    .flatMap((finding) => {
      const fixes = finding.fixes ?? [];
      return fixes.map(({ title, edits }) => ({ title, edits, finding, isPreferred: fixes.length === 1 }));
    });
}

/**
 * The first fix of every finding of `code`; undefined where there are not two that can be made together. Of fixes whose
 * edits overlap the first one counts: what is left is fixed by another go.
 */
export function fixAll(findings: readonly Finding[], code: string): FixAllAction | undefined {
  const fixes = findings
    .filter((finding) => finding.code === code)
    .flatMap(({ fixes: [fix] = [] }) => fix ?? []);
  const { edits, count } = together(fixes);
  return count < 2 ? undefined : { title: `Fix all ${count} of ${code}`, edits, code, count };
}

/** A fixAll for each code that findings touching `range` have, in their order. */
export function fixAllAt(findings: readonly Finding[], range: Span): readonly FixAllAction[] {
  const codes = new Set(fixesAt(findings, range).map(({ finding }) => finding.code));
  return [...codes].flatMap((code) => fixAll(findings, code) ?? []);
}

/** The edits of as many `fixes` as do not overlap, by place. */
export function together(fixes: readonly Fix[]): {
  readonly edits: readonly TextEdit[];
  readonly count: number;
} {
  const sorted = fixes
    .filter((fix) => fix.edits.length > 0)
    .map((fix) => ({ fix, ...hull(fix.edits) }))
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
  const edits: TextEdit[] = [];
  let count = 0;
  let taken = -1;
  for (const { fix, start, end } of sorted) {
    // Two insertions at one place have no order that is right by itself.
    if (start > taken) {
      edits.push(...fix.edits.toSorted((a, b) => a.start - b.start || a.end - b.end));
      count++;
      taken = end;
    }
  }
  return { edits, count };
}

/** From the first to the last place that the edits of a fix touch: another fix in between may count on what it changes. */
function hull(edits: readonly TextEdit[]): Span {
  let start = Infinity;
  let end = 0;
  for (const edit of edits) {
    start = Math.min(start, edit.start);
    end = Math.max(end, edit.end);
  }
  return { start, end };
}

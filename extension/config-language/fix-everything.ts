// "Fix all": the mends that leave no choice, again and again until none is left, as one edit.
import { checkConfig, type CheckedConfig } from '../../server/config/check-config.ts';
import { together } from '../../server/config/language/code-actions.ts';
import type { Surroundings } from '../../server/config/surroundings.ts';
import { applyEdits, type TextEdit } from '../../server/textproto/text-edit.ts';

/** Mends may uncover others, but not without end. */
const mostRounds = 5;

/** The edits that mend what is wrong and has one mend; none where there is nothing of that kind. Hints are left alone. */
export function fixEverything(config: CheckedConfig, around: Surroundings): readonly TextEdit[] {
  let checked = config;
  for (let round = 0; round < mostRounds; round++) {
    const fixes = checked.findings
      .filter(({ severity, fixes: { length } = [] }) => severity !== 'hint' && length === 1)
      .flatMap(({ fixes: only = [] }) => only);
    const { edits } = together(fixes);
    if (edits.length === 0) {
      break;
    }
    checked = checkConfig(applyEdits(checked.document.text, edits), checked.kind, around);
  }
  const before = config.document.text;
  const after = checked.document.text;
  return before === after ? [] : [{ start: 0, end: before.length, text: after }];
}

// What a version answers to golden requests, a line each, for a diff of two versions. No vscode in here.
import type { Translate } from '../translate.ts';
import type { GoldenOutcome } from './golden-tests.ts';

/** What came of a golden request. */
export interface NamedOutcome {
  readonly name: string;
  readonly outcome: GoldenOutcome;
}

/** A heading, a line per request, and how many agree. Ends with a line break. */
export function goldenText(t: Translate, outcomes: readonly NamedOutcome[]): string {
  const passed = outcomes.filter(({ outcome }) => outcome.kind === 'passed').length;
  return [
    `${t('Golden requests')}: ${t('{0} of {1} as expected', passed, outcomes.length)}`,
    ...outcomes.map(({ name, outcome }) => `  ${name}: ${outcomeWords(t, outcome)}`),
    '',
  ].join('\n');
}

function outcomeWords(t: Translate, outcome: GoldenOutcome): string {
  switch (outcome.kind) {
    case 'passed':
      return t('as expected');
    case 'failed': {
      const { differences, hasMore } = outcome.verdict;
      const [first = ''] = differences;
      return differences.length === 1 && !hasMore ? first : `${first} …`;
    }
    case 'refused':
      return outcome.message;
    case 'cancelled':
      return '–';
  }
}

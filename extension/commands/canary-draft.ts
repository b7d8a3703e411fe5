// The answers of "Start Canary…", as they are typed, and the plan that they make. No vscode in here.
import { formatDuration } from '../explorer/units.ts';
import type { Translate } from '../translate.ts';
import {
  offeredPlans,
  parseCount,
  parseInterval,
  parsePercent,
  parseRatio,
  parseSteps,
  type ChosenPlan,
  type OfferedPlan,
  type Parsed,
} from './canary-plan.ts';
import type { Golden } from '../../server/config/golden/golden-file.ts';

/** Stands for "Custom…" among the plans. */
export const customPlan = 'custom';

/** What is typed for a plan of one's own; each as its question has it. */
export interface DraftTexts {
  readonly steps: string;
  readonly interval: string;
  readonly minRequests: string;
  readonly successRate: string;
  readonly p99Ratio: string;
  readonly agreement: string;
  readonly shadow: string;
}

/** The answers so far. Those that were not asked for yet are what Enter takes. */
export interface CanaryDraft {
  readonly version: string | undefined;
  readonly plan: OfferedPlan['id'] | typeof customPlan | undefined;
  readonly texts: DraftTexts;
  readonly goldenFile: GoldenFile | undefined;
  readonly manual: boolean;
}

/** A file with golden requests, or all request files of the workspace together. */
export interface GoldenFile {
  /** Absolute; for all of them their pattern. */
  readonly path: string;
  readonly golden: readonly Golden[];
}

/** What Enter takes everywhere: the daemon's own plan and gates. */
export const firstDraft: CanaryDraft = {
  version: undefined,
  plan: undefined,
  texts: {
    steps: '1, 5, 25, 50, 100',
    interval: formatDuration(60_000),
    minRequests: '100',
    successRate: '99',
    p99Ratio: '1.5',
    agreement: '',
    shadow: '25',
  },
  goldenFile: undefined,
  manual: false,
};

/** Something that is typed for a plan. */
export interface DraftQuestion {
  readonly field: keyof DraftTexts;
  readonly prompt: string;
  readonly parse: (text: string) => Parsed<unknown>;
}

/** What is typed for a plan of one's own, in order; the shadow only where agreement is looked at. */
export function draftQuestions(t: Translate, { texts }: CanaryDraft): readonly DraftQuestion[] {
  const questions: readonly DraftQuestion[] = [
    {
      field: 'steps',
      prompt: t('Percent of the requests, step by step, like 1, 10, 50, 100'),
      parse: (text) => parseSteps(t, text),
    },
    {
      field: 'interval',
      prompt: t('How often it is judged, like 30 s or 5 min'),
      parse: (text) => parseInterval(t, text),
    },
    {
      field: 'minRequests',
      prompt: t('How many requests a step needs before it is judged; with fewer it waits, and then asks you'),
      parse: (text) => parseCount(t, text),
    },
    {
      field: 'successRate',
      prompt: t('Gate: percent of its requests that must be answered without an error; 0 for no such gate'),
      parse: (text) => parsePercent(t, text === '' ? '0' : text),
    },
    {
      field: 'p99Ratio',
      prompt: t('Gate: how many times the p99 latency of stable its own may be; nothing for no such gate'),
      parse: (text) => parseRatio(t, text),
    },
    {
      field: 'agreement',
      prompt: t(
        'Gate: percent of the copied requests that it must answer as stable does; nothing for no such gate',
      ),
      parse: (text) => parsePercent(t, text),
    },
    {
      field: 'shadow',
      prompt: t('Percent of the requests to stable that are copied to it, to compare the answers'),
      parse: (text) => parseShadow(t, text),
    },
  ];
  return texts.agreement.trim() === '' ? questions.slice(0, -1) : questions;
}

/** The plan that the answers make; undefined as long as none is chosen, or where a text is wrong. */
export function planOf(t: Translate, draft: CanaryDraft): ChosenPlan | undefined {
  if (draft.plan !== customPlan) {
    return offeredPlans(t).find(({ id }) => id === draft.plan)?.plan;
  }
  const { texts } = draft;
  const steps = valueOf(parseSteps(t, texts.steps));
  const intervalMs = valueOf(parseInterval(t, texts.interval));
  const minRequests = valueOf(parseCount(t, texts.minRequests));
  const maxP99Ratio = valueOf(parseRatio(t, texts.p99Ratio));
  const minAgreement = valueOf(parsePercent(t, texts.agreement));
  if (
    steps === undefined ||
    intervalMs === undefined ||
    minRequests === undefined ||
    maxP99Ratio === undefined
  ) {
    return undefined;
  }
  const shadow = minAgreement === undefined ? undefined : valueOf(parseShadow(t, texts.shadow));
  return {
    steps,
    intervalMs,
    minRequests,
    manual: draft.manual,
    ...(shadow === undefined ? {} : { shadowPercent: shadow }),
    gates: {
      minSuccessRate: valueOf(parsePercent(t, texts.successRate)) ?? 0,
      maxP99Ratio,
      minAgreement,
      golden: draft.goldenFile?.golden ?? [],
    },
  };
}

/** Whole percent, 1 to 100: without copies there is nothing to compare. */
function parseShadow(t: Translate, text: string): Parsed<number> {
  const percent = /^\s*\d{1,3}\s*%?\s*$/.test(text) ? Number.parseInt(text, 10) : 0;
  return percent < 1 || percent > 100
    ? { kind: 'problem', text: t('A whole number of percent from 1 to 100 is needed.') }
    : { kind: 'value', value: percent };
}

function valueOf<T>(parsed: Parsed<T>): T | undefined {
  return parsed.kind === 'value' ? parsed.value : undefined;
}

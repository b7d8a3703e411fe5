// The plans that "Start Canary…" offers, and what people type for one of their own. No vscode in here.
import type { PlanInput } from '../daemon/admin-client.ts';
import { formatDuration } from '../explorer/units.ts';
import type { Translate } from '../translate.ts';

/** What the daemon takes where a plan says nothing: perch.admin.v1.CanaryPlan. */
const defaultSteps: readonly number[] = [1, 5, 25, 50, 100];
const defaultIntervalMs = 60_000;

const maxSteps = 20;
const minIntervalMs = 1_000;
const maxIntervalMs = 86_400_000;

/** A plan as it is chosen: its steps in percent, ascending; its interval in milliseconds. */
export interface ChosenPlan {
  readonly steps: readonly number[];
  readonly intervalMs: number;
  /** Requests that a step needs before it is judged; undefined: the daemon's. */
  readonly minRequests?: number;
  /** Waits for a person before each step. */
  readonly manual?: boolean;
}

/** A plan with a name. */
export interface OfferedPlan {
  /** Stands for it in the arguments of the command. */
  readonly id: 'default' | 'quick' | 'manual';
  readonly title: string;
  readonly plan: ChosenPlan;
}

/** What was typed, or what is wrong with it in one sentence. */
export type Parsed<T> =
  { readonly kind: 'value'; readonly value: T } | { readonly kind: 'problem'; readonly text: string };

/** The plans with a name, the usual one first. */
export function offeredPlans(t: Translate): readonly OfferedPlan[] {
  return [
    {
      id: 'default',
      title: t('Default Steps'),
      plan: { steps: defaultSteps, intervalMs: defaultIntervalMs },
    },
    {
      id: 'quick',
      title: t('Quick'),
      plan: { steps: [10, 50, 100], intervalMs: 10_000, minRequests: 20 },
    },
    {
      id: 'manual',
      title: t('Manual: Waits for You Before Each Further Step'),
      plan: { steps: defaultSteps, intervalMs: defaultIntervalMs, manual: true },
    },
  ];
}

/** `1, 5, 25, 50, 100 %, judged every 1 min`. */
export function planWords(t: Translate, { steps, intervalMs }: ChosenPlan): string {
  return t('{0} %, judged every {1}', steps.join(', '), formatDuration(intervalMs));
}

/** The plan as StartCanary takes it. */
export function planToWire({ steps, intervalMs, minRequests, manual }: ChosenPlan): PlanInput {
  return {
    steps: [...steps],
    intervalMs,
    ...(minRequests === undefined ? {} : { minRequests }),
    ...(manual === undefined ? {} : { manual }),
  };
}

/** Reads steps: whole percent from 1 to 100, ascending, separated by commas or spaces, with or without `%`. */
export function parseSteps(t: Translate, text: string): Parsed<readonly number[]> {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '' && word !== '%');
  const steps: number[] = [];
  for (const word of words) {
    const step = /^\d{1,3}%?$/.test(word) ? Number.parseInt(word, 10) : 0;
    if (step < 1 || step > 100) {
      return problem(t('{0} is no step: steps are whole numbers from 1 to 100, like 1, 10, 50, 100.', word));
    }
    const before = steps.at(-1);
    if (before !== undefined && step <= before) {
      return problem(t('The steps must ascend: {0} comes after {1}.', step, before));
    }
    steps.push(step);
  }
  if (steps.length === 0) {
    return problem(t('At least one step is needed, like 1, 10, 50, 100.'));
  }
  return steps.length > maxSteps
    ? problem(t('A plan has at most {0} steps.', maxSteps))
    : { kind: 'value', value: steps };
}

/** Reads a duration from 1 s to 24 h: `30 s`, `5 min`, `1 h`; a bare number is seconds. Milliseconds. */
export function parseInterval(t: Translate, text: string): Parsed<number> {
  const match = /^\s*(\d{1,6}(?:\.\d{1,3})?)\s*(s|sec|m|min|h)?\s*$/i.exec(text);
  const unit = match?.[2]?.toLowerCase().charAt(0) ?? 's';
  const factor = unit === 'h' ? 3_600_000 : unit === 'm' ? 60_000 : 1_000;
  const ms = Math.round(Number(match?.[1] ?? 0) * factor);
  return ms < minIntervalMs || ms > maxIntervalMs
    ? problem(t('A time from 1 s to 24 h is needed, like 30 s or 5 min.'))
    : { kind: 'value', value: ms };
}

function problem(text: string): { readonly kind: 'problem'; readonly text: string } {
  return { kind: 'problem', text };
}

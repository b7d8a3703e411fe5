// The plans that "Start Canary…" offers, and what people type for one of their own. No vscode in here.
import type { PlanInput } from '../daemon/admin-client.ts';
import { formatDuration } from '../explorer/units.ts';
import type { Translate } from '../translate.ts';
import type { Golden } from '../../server/config/golden/golden-file.ts';

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
  /** Percent of stable's requests that are copied to the canary, for `gates.minAgreement`; undefined: none. */
  readonly shadowPercent?: number;
  /** Undefined: the daemon's. */
  readonly gates?: ChosenGates;
}

/** What a canary must keep to. */
export interface ChosenGates {
  /** Part of the requests that is answered without an error, 0 to 1. */
  readonly minSuccessRate: number;
  /** Its 99th percentile of latency to stable's; Infinity: not looked at. */
  readonly maxP99Ratio: number;
  /** Part of the shadowed answers that agree with stable's, 0 to 1; undefined: not looked at. */
  readonly minAgreement: number | undefined;
  /** Requests whose answers must hold. */
  readonly golden: readonly Golden[];
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
      title: t('Standard'),
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

/** `success rate at least 99 %, p99 at most 1.5 times stable's, 3 golden requests`; none: `no gates`. */
export function gatesWords(t: Translate, gates: ChosenGates): string {
  const { minSuccessRate, maxP99Ratio, minAgreement, golden } = gates;
  const words = [
    ...(minSuccessRate === 0 ? [] : [t('success rate at least {0} %', percentText(minSuccessRate))]),
    ...(maxP99Ratio === Infinity ? [] : [t('p99 at most {0} times that of stable', maxP99Ratio)]),
    ...(minAgreement === undefined
      ? []
      : [t('agreement with stable at least {0} %', percentText(minAgreement))]),
    ...(golden.length === 0 ? [] : [goldenWords(t, golden.length)]),
  ];
  return words.length === 0 ? t('no gates') : words.join(', ');
}

/** `3 golden requests`. */
export function goldenWords(t: Translate, count: number): string {
  return count === 1 ? t('1 golden request') : t('{0} golden requests', count);
}

/** 0.995 as `99.5`. */
export function percentText(part: number): string {
  return String(Number((part * 100).toFixed(6)));
}

/** `1, 5, 25, 50, 100 %, judged every 1 min`. */
export function planWords(t: Translate, { steps, intervalMs }: ChosenPlan): string {
  return t('{0} %, judged every {1}', steps.join(', '), formatDuration(intervalMs));
}

/** The plan as StartCanary takes it. */
export function planToWire(plan: ChosenPlan): PlanInput {
  const { steps, intervalMs, minRequests, manual, shadowPercent, gates } = plan;
  return {
    steps: [...steps],
    intervalMs,
    ...(minRequests === undefined ? {} : { minRequests }),
    ...(manual === undefined ? {} : { manual }),
    ...(shadowPercent === undefined ? {} : { shadowPercent }),
    ...(gates === undefined ? {} : { gates: gatesToWire(gates) }),
  };
}

function gatesToWire({
  minSuccessRate,
  maxP99Ratio,
  minAgreement,
  golden,
}: ChosenGates): NonNullable<PlanInput['gates']> {
  return {
    minSuccessRate,
    maxP99Ratio,
    ...(minAgreement === undefined ? {} : { minAgreement }),
    golden: golden.map(({ name, request, response, tolerance }) => ({
      name,
      requestJson: Buffer.from(request, 'utf8'),
      responseJson: Buffer.from(response, 'utf8'),
      ...(tolerance === undefined ? {} : { tolerance }),
    })),
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

/** Reads how many requests a step needs, at least 1. */
export function parseCount(t: Translate, text: string): Parsed<number> {
  const count = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : 0;
  return count < 1
    ? problem(t('A whole number of at least 1 is needed, like 100.'))
    : { kind: 'value', value: count };
}

/** Reads percent, 0 to 100, with or without `%`, as a part of 1. Nothing is `undefined`. */
export function parsePercent(t: Translate, text: string): Parsed<number | undefined> {
  if (text.trim() === '') {
    return { kind: 'value', value: undefined };
  }
  const match = /^\s*(\d{1,3}(?:\.\d{1,6})?)\s*%?\s*$/.exec(text);
  const percent = match === null ? -1 : Number(match[1]);
  return percent < 0 || percent > 100
    ? problem(t('A number of percent from 0 to 100 is needed, like 99.5.'))
    : { kind: 'value', value: Number((percent / 100).toFixed(8)) };
}

/** Reads a ratio above 0, with or without `×`. Nothing is Infinity: not looked at. */
export function parseRatio(t: Translate, text: string): Parsed<number> {
  if (text.trim() === '') {
    return { kind: 'value', value: Infinity };
  }
  const match = /^\s*(\d{1,6}(?:\.\d{1,6})?)\s*[x×]?\s*$/.exec(text);
  const ratio = match === null ? 0 : Number(match[1]);
  return ratio > 0
    ? { kind: 'value', value: ratio }
    : problem(t('A number above 0 is needed, like 1.5; nothing for no such gate.'));
}

function problem(text: string): { readonly kind: 'problem'; readonly text: string } {
  return { kind: 'problem', text };
}

// Turns a plan as it comes from a caller or a file into a whole one: defaults, ranges, and what is wrong. Pure.
import { PerchError, type ErrorCode } from '../errors.ts';
import type { CanaryGates, CanaryPlan, GoldenRequest } from './canary.ts';
import { parseAnswer } from '../config/golden/answer-json.ts';
import { defaultTolerance } from '../config/golden/golden-difference.ts';

/** A number or nothing, as decoders give it. */
type Maybe<Value> = Value | null | undefined;

/** perch.admin.v1.GoldenRequest as decoded; JSON as bytes or text. */
export interface WireGolden {
  readonly name?: Maybe<string>;
  readonly requestJson?: Maybe<Uint8Array | string>;
  readonly responseJson?: Maybe<Uint8Array | string>;
  readonly tolerance?: Maybe<number>;
}

/** perch.admin.v1.CanaryGates as decoded. */
export interface WireGates {
  readonly minSuccessRate?: Maybe<number>;
  readonly maxP99Ratio?: Maybe<number>;
  readonly minAgreement?: Maybe<number>;
  readonly maxDrift?: Maybe<number>;
  readonly golden?: Maybe<readonly WireGolden[]>;
}

/** perch.admin.v1.CanaryPlan as decoded, or a part of one. */
export interface WirePlan {
  readonly steps?: Maybe<readonly number[]>;
  readonly intervalMs?: Maybe<number>;
  readonly passesPerStep?: Maybe<number>;
  readonly minRequests?: Maybe<number>;
  readonly failedChecksLimit?: Maybe<number>;
  readonly inconclusiveLimit?: Maybe<number>;
  readonly gates?: Maybe<WireGates>;
  readonly manual?: Maybe<boolean>;
  readonly keepWarmMs?: Maybe<number>;
  readonly shadowPercent?: Maybe<number>;
}

const defaultSteps = [1, 5, 25, 50, 100] as const;
const maxSteps = 20;
const maxUint32 = 2 ** 32 - 1;

/**
 * The plan with the defaults of perch.admin.v1.CanaryPlan in place of what is absent, or 0 where 0 stands for the default.
 * A `max_p99_ratio` of infinity turns that gate off.
 * @throws PerchError `code` (REQUEST_MALFORMED where none is given), with the field's name in the .proto and what it may be
 */
export function fillPlan(
  wire: Maybe<WirePlan>,
  code: Extract<ErrorCode, 'REQUEST_MALFORMED' | 'CONFIG_INVALID'> = 'REQUEST_MALFORMED',
): CanaryPlan {
  try {
    return planOf(wire ?? {});
  } catch (error) {
    if (error instanceof FieldError) {
      throw new PerchError(code, `plan.${error.message}`);
    }
    throw error;
  }
}

function planOf(wire: WirePlan): CanaryPlan {
  return {
    steps: stepsOf(wire.steps ?? []),
    intervalMs: whole('interval_ms', orDefault(wire.intervalMs, 60_000), 1000, 86_400_000),
    passesPerStep: whole('passes_per_step', orDefault(wire.passesPerStep, 1), 1, 1000),
    minRequests: whole('min_requests', orDefault(wire.minRequests, 100), 1, maxUint32),
    failedChecksLimit: whole('failed_checks_limit', wire.failedChecksLimit ?? 0, 0, maxUint32),
    inconclusiveLimit: whole('inconclusive_limit', orDefault(wire.inconclusiveLimit, 3), 1, maxUint32),
    gates: gatesOf(wire.gates ?? {}),
    manual: wire.manual ?? false,
    keepWarmMs: whole('keep_warm_ms', orDefault(wire.keepWarmMs, 600_000), 1, maxUint32),
    shadowPercent: whole('shadow_percent', wire.shadowPercent ?? 0, 0, 100),
  };
}

function stepsOf(steps: readonly number[]): readonly number[] {
  if (steps.length === 0) {
    return defaultSteps;
  }
  if (steps.length > maxSteps) {
    throw new FieldError(`steps has at most ${maxSteps} entries, not ${steps.length}.`);
  }
  return steps.map((percent, index) => {
    const before = steps[index - 1];
    if (before !== undefined && percent <= before) {
      throw new FieldError(`steps[${index}] is ${percent} after ${before}: the steps go up.`);
    }
    return whole(`steps[${index}]`, percent, 1, 100);
  });
}

function gatesOf(wire: WireGates): CanaryGates {
  return {
    minSuccessRate: part('gates.min_success_rate', wire.minSuccessRate ?? 0.99),
    maxP99Ratio: positive('gates.max_p99_ratio', wire.maxP99Ratio ?? 1.5),
    ...(isGiven(wire.minAgreement) && { minAgreement: part('gates.min_agreement', wire.minAgreement) }),
    ...(isGiven(wire.maxDrift) && { maxDrift: part('gates.max_drift', wire.maxDrift) }),
    golden: (wire.golden ?? []).map((golden, index) => goldenOf(golden, index)),
  };
}

function goldenOf(wire: WireGolden, index: number): GoldenRequest {
  const field = `gates.golden[${index}]`;
  const tolerance = wire.tolerance ?? defaultTolerance;
  if (!Number.isFinite(tolerance) || tolerance < 0) {
    throw new FieldError(`${field}.tolerance is a number of 0 or more, not ${tolerance}.`);
  }
  return {
    name: isBlank(wire.name) ? `golden request ${index + 1}` : wire.name,
    requestJson: json(`${field}.request_json`, wire.requestJson),
    responseJson: json(`${field}.response_json`, wire.responseJson),
    tolerance,
  };
}

function json(field: string, value: Maybe<Uint8Array | string>): string {
  let text = '';
  try {
    text =
      typeof value === 'string'
        ? value
        : new TextDecoder('utf-8', { fatal: true }).decode(value ?? undefined);
  } catch {
    throw new FieldError(`${field} is not UTF-8.`);
  }
  if (text === '') {
    throw new FieldError(`${field} is empty: a golden request has a request and the answer that must come.`);
  }
  try {
    parseAnswer(text);
  } catch (error) {
    throw new FieldError(`${field} is not JSON: ${PerchError.from(error).message}`);
  }
  return text;
}

function whole(field: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new FieldError(`${field} is a whole number, ${least} to ${most}, not ${value}.`);
  }
  return value;
}

function part(field: string, value: number): number {
  if (!(value >= 0 && value <= 1)) {
    throw new FieldError(`${field} is a number, 0 to 1, not ${value}.`);
  }
  return value;
}

function positive(field: string, value: number): number {
  if (!(value > 0)) {
    throw new FieldError(`${field} is a number above 0, not ${value}.`);
  }
  return value;
}

/** For fields whose 0 stands for the default. */
function orDefault(value: Maybe<number>, byDefault: number): number {
  return isGiven(value) && value !== 0 ? value : byDefault;
}

function isBlank(text: Maybe<string>): text is '' | null | undefined {
  return text === undefined || text === null || text === '';
}

function isGiven(value: Maybe<number>): value is number {
  return value !== undefined && value !== null;
}

/** The text begins with the field's path within the plan. */
class FieldError extends Error {}

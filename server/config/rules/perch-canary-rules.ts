// The rules for a canary in perch.pbtxt: it is complete, so that the daemon can go on with it. Pure.
import { checkPercent, checkVersion, type TellPerch } from './perch-checks.ts';
import type { RuleMessage } from './rule-tree.ts';

/** Everything that can be wrong with a canary, but for the shares that it restores. */
export function perchCanaryRules(canary: RuleMessage, tell: TellPerch): void {
  for (const field of ['version', 'stable_version', 'stable_label_before', 'canary_label_before']) {
    checkVersion(canary.integer(field), tell);
  }
  const phase = canary.choice('phase');
  if (phase !== undefined && /^(?:PHASE_UNSPECIFIED|-?\d+)$/.test(phase.value)) {
    tell('perch/canary', phase.at, 'The canary does not say which phase it is in.');
  }
  const plan = canary.message('plan');
  if (plan === undefined) {
    if (canary.lacks('plan')) {
      tell('perch/canary', canary.place, 'The canary has no plan.');
    }
    return;
  }
  checkSteps(plan, canary, tell);
  for (const field of ['interval_ms', 'passes_per_step', 'min_requests', 'inconclusive_limit']) {
    const figure = plan.integer(field);
    if (figure?.value === 0n) {
      tell('perch/canary', figure.at, `The ${field} of a plan is at least 1.`);
    }
  }
  checkPercent(plan.integer('shadow_percent'), 0n, 'The percent of a shadow', tell);
  checkGates(plan, tell);
}

function checkSteps(plan: RuleMessage, canary: RuleMessage, tell: TellPerch): void {
  const steps = plan.integers('step_percent');
  if (!steps.isWhole) {
    return;
  }
  if (steps.items.length === 0) {
    tell('perch/steps', steps.at, 'The plan has no steps.');
    return;
  }
  let before = 0n;
  for (const step of steps.items) {
    checkPercent(step, 1n, 'The percent of a step', tell);
    if (step.value <= before && before > 0n) {
      tell('perch/steps', step.at, `Steps rise: ${step.value} percent comes after ${before}.`);
    }
    before = step.value;
  }
  const step = canary.integer('step');
  if (step !== undefined && step.value >= BigInt(steps.items.length)) {
    tell('perch/canary', step.at, `The plan has no step ${step.value}: its steps count from 0.`);
  }
}

function checkGates(plan: RuleMessage, tell: TellPerch): void {
  for (const [field, most] of [
    ['min_success_rate', 1],
    ['min_agreement', 1],
    ['max_drift', 1],
  ] as const) {
    checkRange(plan, field, most, tell);
  }
  const ratio = plan.decimal('max_p99_ratio');
  if (ratio !== undefined && !(ratio.value > 0)) {
    tell('perch/gate', ratio.at, `The max_p99_ratio of a plan is above 0, not ${ratio.value}.`);
  }
  for (const golden of plan.messages('golden')) {
    checkRange(golden, 'tolerance', Infinity, tell);
  }
}

/** From 0 to `most`, and a number. */
function checkRange(parent: RuleMessage, field: string, most: number, tell: TellPerch): void {
  const figure = parent.has(field) ? parent.decimal(field) : undefined;
  if (figure !== undefined && !(figure.value >= 0 && figure.value <= most)) {
    const range = most === Infinity ? '0 and up' : `0 to ${most}`;
    tell('perch/gate', figure.at, `${field} is ${range}, not ${figure.value}.`);
  }
}

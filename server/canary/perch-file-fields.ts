// What is kept of a model as the fields of its entry in perch.pbtxt, always in the same order and form. Pure.
import type { NewField, NewValue } from '../textproto/edit-path.ts';
import type {
  BeforeCanary,
  CanaryPhase,
  CanaryPlan,
  CanaryState,
  GoldenRequest,
  KeptShare,
} from './canary.ts';
import type { KeptShadow, ModelTraffic } from './model-traffic.ts';

/** The phases by their names in the file. */
export const phaseNames = {
  progressing: 'PROGRESSING',
  paused: 'PAUSED',
  waiting: 'WAITING',
  inconclusive: 'INCONCLUSIVE',
  succeeded: 'SUCCEEDED',
  'rolled-back': 'ROLLED_BACK',
} as const satisfies Readonly<Record<CanaryPhase, string>>;

/** The fields of a message `perch.config.v1.ModelTraffic`, but for the name. The same for traffic that means the same. */
export function trafficFields({
  shares,
  shadow,
  canary,
  slots,
  labels,
  addedVersions,
}: ModelTraffic): readonly NewField[] {
  return [
    ...shareFields('share', shares),
    ...(shadow === undefined ? [] : [message('shadow', shadowFields(shadow))]),
    ...(canary === undefined ? [] : [message('canary', canaryFields(canary))]),
    ...text('slots', slots),
    ...[...labels]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([label, version]) => message('label', [string('key', label), number('value', version)])),
    ...(addedVersions === undefined || addedVersions.length === 0
      ? []
      : [numbers('added_version', addedVersions)]),
  ];
}

function shareFields(name: string, shares: readonly KeptShare[]): readonly NewField[] {
  return shares.map(({ target, percent }) =>
    message(name, [targetField(target), number('percent', percent)]),
  );
}

function shadowFields({ target, percent, keepInputs }: KeptShadow): readonly NewField[] {
  return [targetField(target), number('percent', percent), ...flag('keep_inputs', keepInputs)];
}

function targetField(target: KeptShare['target']): NewField {
  return target.kind === 'label' ? string('label', target.label) : number('version', target.version);
}

function canaryFields(canary: CanaryState): readonly NewField[] {
  return [
    number('version', canary.version),
    number('stable_version', canary.stableVersion),
    scalar('phase', phaseNames[canary.phase]),
    number('step', canary.step),
    number('passed_checks', canary.passedChecks),
    number('failed_checks', canary.failedChecks),
    number('inconclusive_checks', canary.inconclusiveChecks),
    number('started_at_ms', canary.startedAtMs),
    number('phase_since_ms', canary.phaseSinceMs),
    ...text('reason', canary.reason),
    message('plan', planFields(canary.plan)),
    ...beforeFields(canary.before),
    ...flag('settled', canary.settled ?? false),
  ];
}

function beforeFields({ shares, shadow, stableLabel, canaryLabel }: BeforeCanary): readonly NewField[] {
  return [
    ...shareFields('share_before', shares),
    ...(stableLabel === undefined ? [] : [number('stable_label_before', stableLabel)]),
    ...(canaryLabel === undefined ? [] : [number('canary_label_before', canaryLabel)]),
    ...(shadow === undefined ? [] : [message('shadow_before', shadowFields(shadow))]),
  ];
}

function planFields({ steps, gates, ...plan }: CanaryPlan): readonly NewField[] {
  return [
    numbers('step_percent', steps),
    number('interval_ms', plan.intervalMs),
    number('passes_per_step', plan.passesPerStep),
    number('min_requests', plan.minRequests),
    number('failed_checks_limit', plan.failedChecksLimit),
    number('inconclusive_limit', plan.inconclusiveLimit),
    number('min_success_rate', gates.minSuccessRate),
    number('max_p99_ratio', gates.maxP99Ratio),
    ...(gates.minAgreement === undefined ? [] : [number('min_agreement', gates.minAgreement)]),
    ...(gates.maxDrift === undefined ? [] : [number('max_drift', gates.maxDrift)]),
    ...flag('manual', plan.manual),
    number('keep_warm_ms', plan.keepWarmMs),
    number('shadow_percent', plan.shadowPercent),
    ...gates.golden.map((golden) => message('golden', goldenFields(golden))),
  ];
}

function goldenFields({ name, requestJson, responseJson, tolerance }: GoldenRequest): readonly NewField[] {
  return [
    ...text('name', name),
    ...text('request_json', requestJson),
    ...text('response_json', responseJson),
    number('tolerance', tolerance),
  ];
}

function message(name: string, fields: readonly NewField[]): NewField {
  return { name, value: { kind: 'message', fields } };
}

function string(name: string, value: string): NewField {
  return { name, value: { kind: 'string', value } };
}

function scalar(name: string, value: string): NewField {
  return { name, value: { kind: 'scalar', text: value } };
}

function number(name: string, value: number | bigint): NewField {
  return { name, value: numberValue(value) };
}

function numbers(name: string, values: readonly (number | bigint)[]): NewField {
  return { name, value: { kind: 'list', elements: values.map(numberValue) } };
}

function numberValue(value: number | bigint): NewValue {
  return { kind: 'scalar', text: value === Infinity ? 'inf' : String(value) };
}

/** Nothing for an empty text, which is the default. */
function text(name: string, value: string): readonly NewField[] {
  return value === '' ? [] : [string(name, value)];
}

function flag(name: string, value: boolean): readonly NewField[] {
  return value ? [scalar(name, 'true')] : [];
}

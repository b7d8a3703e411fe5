// The plan of a canary, from the options of `perch canary start`. What is not given is the daemon's to choose.
import type { MessageInput } from '../../protos/messages.ts';
import type { Arguments, OptionTable } from './arguments.ts';
import { MisuseError } from './cli-context.ts';
import { readGolden } from './golden-input.ts';
import type { Session } from './session.ts';

/** perch.admin.v1.CanaryPlan explains the fields and their defaults. */
export const planOptions: OptionTable = {
  steps: { type: 'string', placeholder: '1,5,25,50,100', help: 'percent of the traffic, ascending' },
  interval: { type: 'string', placeholder: '60s', help: 'between two evaluations' },
  passes: { type: 'string', placeholder: '1', help: 'evaluations that a step must pass' },
  min_requests: { type: 'string', placeholder: '100', help: 'of the canary, in a step, before it is judged' },
  failed_checks: { type: 'string', placeholder: '0', help: 'failed evaluations that are borne in all' },
  inconclusive: {
    type: 'string',
    placeholder: '3',
    help: 'evaluations with too few requests before it waits for you',
  },
  min_success_rate: { type: 'string', placeholder: '0.99', help: 'gate: answered without an error, of all' },
  max_p99_ratio: { type: 'string', placeholder: '1.5', help: "gate: 99th percentile of latency to stable's" },
  min_agreement: {
    type: 'string',
    placeholder: '0…1',
    help: "gate: shadowed answers that agree with stable's",
  },
  max_drift: { type: 'string', placeholder: '0…1', help: "gate: distance of the top classes to stable's" },
  golden: {
    type: 'string',
    placeholder: '<file>',
    help: 'gate: requests whose answers must hold: a list, a request file or a directory of such (docs/cli.md)',
  },
  manual: { type: 'boolean', help: 'stop before each step until "canary resume"' },
  keep_warm: {
    type: 'string',
    placeholder: '10m',
    help: 'how long the old version stays loaded after a promotion',
  },
  shadow: {
    type: 'string',
    placeholder: '0',
    help: "percent of stable's requests that are copied to the canary",
  },
};

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The plan that the options ask for, for a canary of `model`. Throws MisuseError. */
export async function readPlan(
  session: Session,
  model: string,
): Promise<MessageInput<'perch.admin.v1.CanaryPlan'>> {
  const { args } = session;
  const place = args.text('golden');
  const golden = place === undefined ? [] : await readGolden(session, place, model);
  const gates = {
    minSuccessRate: args.number('min_success_rate', 0, 1),
    maxP99Ratio: args.number('max_p99_ratio', 0, 1_000_000),
    minAgreement: args.number('min_agreement', 0, 1),
    maxDrift: args.number('max_drift', 0, 1),
  };
  const given = Object.entries(gates).filter(([, value]) => value !== undefined);
  return {
    steps: readSteps(args),
    intervalMs: args.milliseconds('interval', 1_000, dayMs) ?? 0,
    passesPerStep: args.integer('passes', 1, 1_000) ?? 0,
    minRequests: args.integer('min_requests', 1, 2 ** 31) ?? 0,
    failedChecksLimit: args.integer('failed_checks', 0, 1_000_000) ?? 0,
    inconclusiveLimit: args.integer('inconclusive', 1, 1_000_000) ?? 0,
    gates: { ...Object.fromEntries(given), golden },
    manual: args.isSet('manual'),
    keepWarmMs: args.milliseconds('keep_warm', 1_000, 7 * dayMs) ?? 0,
    shadowPercent: args.integer('shadow', 0, 100) ?? 0,
  };
}

function readSteps(args: Arguments): number[] {
  const text = args.text('steps');
  if (text === undefined) {
    return [];
  }
  const steps = text
    .split(',')
    .map((step) => (/^\d{1,3}%?$/.test(step.trim()) ? Number.parseInt(step, 10) : 0));
  const isAscending = steps.every((step, i) => step > (steps[i - 1] ?? 0) && step <= 100);
  if (!isAscending || steps.length > 20) {
    throw new MisuseError(
      `--steps takes at most 20 whole percents, ascending, such as 5,25,100, not "${text}".`,
    );
  }
  return steps;
}

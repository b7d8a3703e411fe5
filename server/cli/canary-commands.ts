// `perch canary`: start, status, pause, resume, promote, roll back.
import type { MessageInput } from '../../protos/messages.ts';
import { admin, type AdminConnection, type ModelState } from './admin-connection.ts';
import { reasonOption } from './arguments.ts';
import { exitCode } from './cli-context.ts';
import { followCanary, gateLines } from './canary-follow.ts';
import { planOptions, readPlan } from './canary-plan.ts';
import { describeCanary, describeTraffic, isOver, labelled, timeText } from './describe-model.ts';
import { changeModel, readModel, requireVersion, type CliCommand, type Session } from './session.ts';

/** The daemon's first step where the plan says nothing (CanaryPlan.steps), percent. */
const defaultFirstStep = 1;

export const canaryStartCommand: CliCommand = {
  name: 'canary start',
  operands: '<model>/<version>',
  summary: 'bring a version to all traffic by a plan, judged at each step',
  count: { least: 1, most: 1 },
  options: {
    ...planOptions,
    ...reasonOption,
    wait: { type: 'boolean', help: 'until it is promoted (exit code 0) or rolled back (1)' },
  },
  run: async (session) => {
    const { name: model, version } = requireVersion(session.args.operand(0));
    const plan = await readPlan(session, model);
    const percent = plan.steps?.[0] ?? defaultFirstStep;
    const code = await changeModel(session, model, {
      describe: describeBoth,
      intent: () => `canary of ${model}: v${version}, beginning with ${percent} % of the traffic`,
      act: (connection, mutation) => connection.call(admin.StartCanary, { model, version, plan, mutation }),
    });
    if (!session.args.isSet('wait')) {
      return code;
    }
    using connection = await session.connect();
    return await followCanary(session, connection, model, (text) => session.tell(text));
  },
};

export const canaryStatusCommand: CliCommand = {
  name: 'canary status',
  operands: '[model]',
  summary: 'where the canaries are, and what the last evaluation came to',
  count: { least: 0, most: 1 },
  options: {
    watch: { type: 'boolean', help: 'until it is promoted (exit code 0) or rolled back (1); needs a model' },
  },
  run: async (session) => {
    using connection = await session.connect();
    const [name] = session.args.operands;
    if (session.args.isSet('watch')) {
      const { name: model } = await readModel(connection, session.args.operand(0));
      return await followCanary(session, connection, model, (text) => session.print(text));
    }
    const models =
      name === undefined
        ? (await connection.call(admin.ListModels, {})).models.filter(({ canary }) => canary !== null)
        : [await readModel(connection, name)];
    if (session.isJson) {
      session.printJson({ canaries: models.map((model) => ({ model: model.name, canary: model.canary })) });
    } else if (models.length === 0) {
      session.print('There is no canary.');
    } else {
      session.print(models.flatMap(statusLines).join('\n'));
    }
    return exitCode.ok;
  },
};

function statusLines(model: ModelState): string[] {
  const { name, canary } = model;
  const lines = [describeCanary(name, canary), describeTraffic(model)];
  if (canary === null) {
    return lines;
  }
  const { passedChecks, failedChecks, plan, nextEvaluationMs } = canary;
  if (!isOver(canary)) {
    lines.push(
      `  ${passedChecks} of ${plan?.passesPerStep ?? 0} checks of this step passed, ${failedChecks} failed in all (borne: ${plan?.failedChecksLimit ?? 0})`,
    );
  }
  if (nextEvaluationMs !== '0') {
    lines.push(`  judged next at ${timeText(nextEvaluationMs)}`);
  }
  return [...lines, ...gateLines(canary)];
}

function describeBoth(model: ModelState): string {
  return `${describeTraffic(model)}\n${describeCanary(model.name, model.canary)}`;
}

/** The commands that need the model's name only. */
function simple(
  verb: string,
  summary: string,
  intent: (before: ModelState) => string,
  act: (
    connection: AdminConnection,
    request: { model: string; mutation: MessageInput<'perch.admin.v1.Mutation'> },
  ) => Promise<{ readonly model: ModelState | null }>,
): CliCommand {
  return {
    name: `canary ${verb}`,
    operands: '<model>',
    summary,
    count: { least: 1, most: 1 },
    options: reasonOption,
    run: (session: Session) => {
      const model = session.args.operand(0);
      return changeModel(session, model, {
        describe: describeBoth,
        intent,
        act: (connection, mutation) => act(connection, { model, mutation }),
      });
    },
  };
}

export const canaryPauseCommand = simple(
  'pause',
  'hold it at its step',
  ({ name }) => `canary of ${name}: paused, with the traffic that it has`,
  (connection, request) => connection.call(admin.PauseCanary, request),
);

export const canaryResumeCommand = simple(
  'resume',
  'go on, also after INCONCLUSIVE and past a manual gate',
  ({ name }) => `canary of ${name}: goes on`,
  (connection, request) => connection.call(admin.ResumeCanary, request),
);

export const canaryPromoteCommand = simple(
  'promote',
  'make it stable, in one step; works on the labels alone too',
  (before) => {
    const version = canaryVersion(before);
    const which = version === undefined ? 'the canary' : `v${version}`;
    return `${which} is stable and takes all traffic of ${before.name}; no label canary`;
  },
  (connection, request) => connection.call(admin.PromoteCanary, request),
);

export const canaryRollbackCommand = simple(
  'rollback',
  'restore what was before it; works on the labels alone too',
  (before) => `labels and traffic of ${before.name} as before the canary`,
  (connection, request) => connection.call(admin.RollbackCanary, request),
);

function canaryVersion(model: ModelState): string | undefined {
  const { canary } = model;
  return canary !== null && !isOver(canary) ? canary.version : labelled(model, 'canary');
}

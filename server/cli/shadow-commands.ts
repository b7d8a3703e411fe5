// `perch shadow`: requests that are copied to another version, whose answers are compared and thrown away.
import { admin, type ModelState } from './admin-connection.ts';
import { reasonOption } from './arguments.ts';
import { exitCode } from './cli-context.ts';
import { targetText, timeText } from './describe-model.ts';
import { changeModel, readModel, type CliCommand } from './session.ts';
import { readShare, wantedTargetText } from './traffic-commands.ts';

/** "shadow of digits: 50 % to canary, 120 compared, agreement 99.2 %, 0 dropped". */
function describeShadow({ name, shadow }: ModelState): string {
  if (shadow === null || shadow.percent === 0) {
    return `shadow of ${name}: off`;
  }
  const { target, percent, compared, agreement, dropped } = shadow;
  const agreed =
    Number.isNaN(agreement) || compared === '0' ? '' : `, agreement ${(100 * agreement).toFixed(1)} %`;
  return `shadow of ${name}: ${percent} % to ${targetText(target)}, ${compared} compared${agreed}, ${dropped} dropped`;
}

export const shadowGetCommand: CliCommand = {
  name: 'shadow get',
  operands: '<model>',
  summary: 'what the comparison of copied requests came to',
  count: { least: 1, most: 1 },
  options: {},
  run: async (session) => {
    using connection = await session.connect();
    const model = await readModel(connection, session.args.operand(0));
    if (session.isJson) {
      session.printJson({ shadow: model.shadow });
      return exitCode.ok;
    }
    session.print(describeShadow(model));
    const { worst = [], maxAbsoluteDifference = 0, maxRelativeDifference = 0 } = model.shadow ?? {};
    if (worst.length > 0) {
      session.print(
        `largest differences: ${maxAbsoluteDifference.toPrecision(3)} absolute, ${maxRelativeDifference.toPrecision(3)} relative`,
      );
      session.printTable(
        ['TIME', 'WORST CASES'],
        worst.map(({ atMs, summary }) => [timeText(atMs), summary]),
      );
    }
    return exitCode.ok;
  },
};

export const shadowSetCommand: CliCommand = {
  name: 'shadow set',
  operands: '<model> <label|version>=<percent>',
  summary: "copy a part of stable's requests, e.g. canary=50",
  count: { least: 2, most: 2 },
  options: {
    ...reasonOption,
    keep_inputs: { type: 'boolean', help: 'keep the inputs of the worst cases, which may be personal data' },
  },
  run: (session) => {
    const model = session.args.operand(0);
    const { target, percent } = readShare(session.args.operand(1));
    const keepInputs = session.args.isSet('keep_inputs');
    return changeModel(session, model, {
      describe: describeShadow,
      intent: () =>
        percent === 0
          ? `shadow of ${model}: off`
          : `shadow of ${model}: ${percent} % to ${wantedTargetText(target)}`,
      act: (connection, mutation) =>
        connection.call(admin.SetShadow, { model, target: { ...target }, percent, keepInputs, mutation }),
    });
  },
};

export const shadowOffCommand: CliCommand = {
  name: 'shadow off',
  operands: '<model>',
  summary: 'copy nothing',
  count: { least: 1, most: 1 },
  options: reasonOption,
  run: (session) => {
    const model = session.args.operand(0);
    return changeModel(session, model, {
      describe: describeShadow,
      intent: () => `shadow of ${model}: off`,
      act: (connection, mutation, { shadow }) => {
        const { label, version } = shadow?.target ?? {};
        const target = label === undefined ? { version: version ?? '0' } : { label };
        return connection.call(admin.SetShadow, { model, target, percent: 0, mutation });
      },
    });
  },
};

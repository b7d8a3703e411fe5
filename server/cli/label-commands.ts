// `perch label set` and `perch label delete`.
import { admin, timeoutMs } from './admin-connection.ts';
import { reasonOption } from './arguments.ts';
import { describeLabels, labelled } from './describe-model.ts';
import { tellingProgress } from './load-progress.ts';
import { changeModel, requireVersion, type CliCommand } from './session.ts';

/** The limit of SetLabelRequest.wait_ms. */
const longestWaitMs = 3_600_000;

export const labelSetCommand: CliCommand = {
  name: 'label set',
  operands: '<model>/<version> <label>',
  summary: 'give a label to a version',
  count: { least: 2, most: 2 },
  options: {
    ...reasonOption,
    wait: {
      type: 'string',
      placeholder: '<time>',
      help: 'how long the version may take to become available, e.g. 5m, at most 1h',
    },
  },
  run: (session) => {
    const { name, version } = requireVersion(session.args.operand(0));
    const label = session.args.operand(1);
    const waitMs = session.args.milliseconds('wait', 0, longestWaitMs) ?? 0;
    return changeModel(session, name, {
      describe: describeLabels,
      intent: (before) => {
        const now = labelled(before, label);
        return `${label} v${version}${now === undefined ? '' : ` instead of v${now}`}`;
      },
      act: (connection, mutation) =>
        tellingProgress(
          session,
          connection,
          { name, version },
          connection.call(
            admin.SetLabel,
            { model: name, label, version, waitMs, mutation },
            waitMs + timeoutMs.read,
          ),
        ),
    });
  },
};

export const labelDeleteCommand: CliCommand = {
  name: 'label delete',
  operands: '<model> <label>',
  summary: 'take a label away',
  count: { least: 2, most: 2 },
  options: reasonOption,
  run: (session) => {
    const model = session.args.operand(0);
    const label = session.args.operand(1);
    return changeModel(session, model, {
      describe: describeLabels,
      intent: () => `no label ${label}`,
      act: (connection, mutation) => connection.call(admin.DeleteLabel, { model, label, mutation }),
    });
  },
};

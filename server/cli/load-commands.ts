// `perch load` and `perch unload`.
import { admin, timeoutMs, type AdminConnection, type ModelState } from './admin-connection.ts';
import { reasonOption } from './arguments.ts';
import { exitCode } from './cli-context.ts';
import { describePhase, versionsCell } from './describe-model.ts';
import { tellingProgress } from './load-progress.ts';
import { readModelVersion, type CliCommand, type Session } from './session.ts';

interface Answer {
  readonly model: ModelState | null;
}

export const loadCommand: CliCommand = {
  name: 'load',
  operands: '<model>[/<version>]',
  summary: 'serve a version, or what the version policy wants; waits until it is there',
  count: { least: 1, most: 1 },
  options: reasonOption,
  run: (session) =>
    act(session, (connection, name, version) => {
      const mutation = session.mutation();
      return version === undefined
        ? connection.call(admin.LoadModel, { model: name, mutation }, timeoutMs.load)
        : connection.call(admin.LoadVersion, { model: name, version, mutation }, timeoutMs.load);
    }),
};

export const unloadCommand: CliCommand = {
  name: 'unload',
  operands: '<model>[/<version>]',
  summary: 'serve a version, or the whole model, no longer; waits for its requests',
  count: { least: 1, most: 1 },
  options: reasonOption,
  run: (session) =>
    act(session, (connection, name, version) => {
      const mutation = session.mutation();
      return version === undefined
        ? connection.call(admin.UnloadModel, { model: name, mutation }, timeoutMs.load)
        : connection.call(admin.UnloadVersion, { model: name, version, mutation }, timeoutMs.load);
    }),
};

async function act(
  session: Session,
  ask: (connection: AdminConnection, name: string, version: string | undefined) => Promise<Answer>,
): Promise<number> {
  const wanted = readModelVersion(session.args.operand(0));
  using connection = await session.connect();
  const { model } = await tellingProgress(
    session,
    connection,
    wanted,
    ask(connection, wanted.name, wanted.version),
  );
  if (session.isJson) {
    session.printJson({ model });
  } else if (model !== null) {
    session.print(`${session.args.operand(0)}: ${stateText(model, wanted.version)}`);
  }
  return exitCode.ok;
}

function stateText(model: ModelState, version: string | undefined): string {
  const state = model.versions.find((one) => one.version === version);
  if (state !== undefined) {
    return describePhase(state).text;
  }
  const cell = versionsCell(model);
  return typeof cell === 'string' ? cell : cell.text;
}

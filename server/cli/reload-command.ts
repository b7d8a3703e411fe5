// `perch reload`: gives the daemon a configuration.
import { admin, timeoutMs, type AdminConnection } from './admin-connection.ts';
import { reasonOption } from './arguments.ts';
import { exitCode, MisuseError } from './cli-context.ts';
import { stat } from 'node:fs/promises';
import type { CliCommand, Session } from './session.ts';
import type { Cell } from './table.ts';

export const reloadCommand: CliCommand = {
  name: 'reload',
  operands: '[file]',
  summary: "apply a models.config, or the daemon's own one again; waits for the models",
  count: { least: 0, most: 1 },
  options: reasonOption,
  run: async (session) => {
    using connection = await session.connect();
    const text = await readText(session, connection);
    session.tell('The configuration is checked, then its models are loaded …');
    const { models, revision } = await connection.call(
      admin.ApplyConfig,
      { text, mutation: session.mutation() },
      timeoutMs.load,
    );
    if (session.isJson) {
      session.printJson({ models, revision });
    } else {
      session.printTable(
        ['MODEL', 'STATE', 'NOTE'],
        models.map(({ name, available, error }): Cell[] => [
          name,
          available ? { text: 'available', tone: 'good' } : { text: 'not available', tone: 'bad' },
          error,
        ]),
      );
    }
    return models.every(({ available }) => available) ? exitCode.ok : exitCode.failed;
  },
};

async function readText(session: Session, connection: AdminConnection): Promise<string> {
  const [file] = session.args.operands;
  if (file !== undefined) {
    return (await session.readInput(file)).toString('utf8');
  }
  const { modelsSource } = await connection.call(admin.GetServerInfo, {});
  const isFile = await stat(modelsSource).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (!isFile) {
    throw new MisuseError(
      `The daemon serves ${modelsSource}, which is no config file here. Name the file: perch reload <file>`,
    );
  }
  return (await session.readInput(modelsSource)).toString('utf8');
}

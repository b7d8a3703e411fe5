// `perch shutdown`: ends the daemon.
import { admin } from './admin-connection.ts';
import { reasonOption } from './arguments.ts';
import { exitCode } from './cli-context.ts';
import type { CliCommand } from './session.ts';

export const shutdownCommand: CliCommand = {
  name: 'shutdown',
  operands: '',
  summary: 'drain and end the daemon',
  count: { least: 0, most: 0 },
  options: reasonOption,
  run: async (session) => {
    using connection = await session.connect();
    const { pid, modelsSource } = await connection.call(admin.GetServerInfo, {});
    session.tell(`Ends the daemon of ${modelsSource}: requests under way are answered first.`);
    await connection.call(admin.Shutdown, { mutation: session.mutation() });
    if (session.isJson) {
      session.printJson({ pid });
    } else {
      session.print(`The daemon (pid ${pid}) ends.`);
    }
    return exitCode.ok;
  },
};

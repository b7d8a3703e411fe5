// Runs a command of the command line in this process, and keeps what it says.
import { runCliCommand } from '../../server/cli/cli.ts';
import type { CliContext } from '../../server/cli/cli-context.ts';

/** How a command ended. */
export interface CliRun {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it without a terminal, as the user "anna" in a directory that is not there; `context` overrides. */
export async function runCli(args: readonly string[], context: Partial<CliContext> = {}): Promise<CliRun> {
  let stdout = '';
  let stderr = '';
  const code = await runCliCommand(args, {
    write: (text) => {
      stdout += text;
      context.write?.(text);
    },
    writeError: (text) => (stderr += text),
    readStdin: context.readStdin ?? (() => Promise.reject(new Error('Nobody reads stdin here.'))),
    cwd: context.cwd ?? '/nowhere',
    env: context.env ?? { TMPDIR: '/nowhere', LOCALAPPDATA: '/nowhere' },
    userName: 'anna',
    isTerminal: context.isTerminal ?? false,
    inColour: context.inColour ?? false,
    signal: context.signal ?? new AbortController().signal,
    loadConverter: context.loadConverter ?? (() => import('../../server/offline-conversion.ts')),
  });
  return { code, stdout, stderr };
}

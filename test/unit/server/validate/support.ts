// Runs the commands in a directory of their own, and collects what they print.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runConfigCommand } from '../../../../server/validate/config-command.ts';

export interface Ran {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in `cwd` with these arguments, and `stdin` as its input. */
export async function runIn(
  cwd: string,
  args: readonly string[],
  stdin: string | Uint8Array = '',
  more: {
    readonly inColour?: boolean;
    readonly signal?: AbortSignal;
    readonly documentationBase?: string;
  } = {},
): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await runConfigCommand(args, {
    write: (text) => (out += text),
    writeError: (text) => (err += text),
    readStdin: () => Promise.resolve(Buffer.from(stdin)),
    cwd,
    inColour: false,
    version: '1.2.3',
    signal: new AbortController().signal,
    ...more,
  });
  return { code, out, err };
}

/** Writes files below `directory`, by their relative paths. */
export function write(directory: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

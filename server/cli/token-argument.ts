// The token of a command: from a file of --token_file, and never from the arguments, which every user of the machine can read.
import path from 'node:path';
import { readTokenFile } from '../auth/token-file.ts';
import { PerchError } from '../errors.ts';
import { MisuseError } from './cli-context.ts';

/** Throws MisuseError where `args`, the words of a command, hold an option for a token; the token is not repeated. */
export function refuseTokens(args: readonly string[]): void {
  const end = args.indexOf('--');
  const isToken = (arg: string): boolean => /^--(?:[\w-]*[_-])?token(?:=|$)/i.test(arg);
  if (args.slice(0, end === -1 ? undefined : end).some(isToken)) {
    throw new MisuseError(
      'A token does not belong into the arguments: every user of this machine can read those of a process. Put it into the environment variable PERCH_TOKEN, or into a file of mode 0600 for --token_file=<file>.',
    );
  }
}

/**
 * The token in `file`, a path from `cwd`: the one word in it. Throws MisuseError where it cannot be read, others may read or
 * write it, or it holds something else; what it holds is not repeated.
 */
export async function readOwnToken(file: string, cwd: string): Promise<string> {
  const absolute = path.resolve(cwd, file);
  let text: string;
  try {
    text = await readTokenFile(absolute);
  } catch (reason) {
    throw new MisuseError(PerchError.from(reason).message, { cause: reason });
  }
  const [token, ...others] = text.split(/\s+/).filter((word) => word !== '');
  if (token === undefined || others.length > 0 || !/^[\x21-\x7e]+$/.test(token)) {
    throw new MisuseError(
      `The token file ${absolute} must hold the token and nothing else: the third word of a line of the daemon's own --token_file.`,
    );
  }
  return token;
}

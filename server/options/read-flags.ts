// From the words of the command line to the text of each flag, by commander.
import { Command, CommanderError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { PerchError } from '../errors.ts';
import { checkFlag } from './check-flag.ts';
import type { Flag } from './flag.ts';
import { flags, type FlagName } from './flags.ts';
import { nearest } from '../nearest.ts';
import type { FlagText } from './notices.ts';

/** The flags that were given, and the text of every flag; or what --help and --version print. */
export type ReadFlags =
  | { readonly kind: 'flags'; readonly given: ReadonlySet<FlagName>; readonly text: FlagText }
  | { readonly kind: 'print'; readonly text: string };

/** Reads `args`. Throws OPTION_INVALID with a text that names the flag; for an unknown one, the nearest known. */
export function readFlags(args: readonly string[]): ReadFlags {
  const command = buildCommand();
  const printed: string[] = [];
  command.configureOutput({
    writeOut: (text) => printed.push(text),
    writeErr: () => undefined,
  });
  try {
    command.parse([...args], { from: 'user' });
  } catch (reason) {
    if (!(reason instanceof CommanderError)) {
      throw reason;
    }
    if (reason.exitCode === 0) {
      return { kind: 'print', text: printed.join('') };
    }
    const unknown = reason.code === 'commander.unknownOption' ? unknownFlag(reason.message) : undefined;
    throw new PerchError('OPTION_INVALID', unknown ?? sentence(reason.message), { cause: reason });
  }
  const options = command.opts<Record<string, string | boolean>>();
  const given = new Set<FlagName>();
  const values = new Map<FlagName, string>();
  for (const { name, defaultText } of flags) {
    const value = options[name];
    if (value !== undefined) {
      given.add(name);
    }
    values.set(name, String(value ?? defaultText));
  }
  if (values.get('version') === 'true') {
    return { kind: 'print', text: `perch ${manifest.version}\n` };
  }
  return { kind: 'flags', given, text: (name) => values.get(name) ?? '' };
}

function buildCommand(): Command {
  const command = new Command('perch serve')
    .description("Serves models on TensorFlow Serving's gRPC and REST APIs.")
    .usage('[--flag=value …]')
    .allowExcessArguments(false)
    .exitOverride()
    .helpOption('--help', 'Print this and end.')
    .configureHelp({ sortOptions: false });
  for (const flag of flags) {
    command.addOption(toOption(flag));
  }
  return command;
}

function toOption(flag: Flag): Option {
  const placeholder = flag.type.kind === 'boolean' ? '[bool]' : `<${placeholderOf(flag)}>`;
  const shown = flag.defaultText === '' ? '' : ` Default: ${flag.defaultText}.`;
  const mirrors = flag.mirrors === undefined ? '' : ` Mirrors ${flag.mirrors}.`;
  const inert = flag.inert === undefined ? '' : ` No effect: ${flag.inert}`;
  return new Option(`--${flag.name} ${placeholder}`, `${flag.help}${shown}${mirrors}${inert}`)
    .argParser((text: string) => checkFlag(flag, text))
    .helpGroup(`${flag.group}:`);
}

function placeholderOf(flag: Flag): string {
  switch (flag.type.kind) {
    case 'integer':
    case 'fraction':
      return 'number';
    case 'port':
      return 'port';
    case 'choice':
      return 'choice';
    case 'pairs':
      return 'name=value,…';
    case 'text':
    case 'boolean':
      return 'text';
  }
}

/** Names the unknown flag, and the known one that was most likely meant. */
function unknownFlag(message: string): string {
  const given = /'(--?[^'=]*)/.exec(message)?.[1] ?? message;
  if (/^--[\w-]*token$/i.test(given)) {
    return `There is no flag ${given}: every user of this machine can read the arguments of a process. Put the token into the environment variable PERCH_TOKEN, or into a file of mode 0600 for --token_file.`;
  }
  const known = nearest(
    given,
    flags.map(({ name }) => `--${name}`),
  );
  return `There is no flag ${given}. Did you mean ${known}?`;
}

/** Commander's messages begin with "error: " and a small letter. */
function sentence(message: string): string {
  const bare = message.replace(/^error: /, '');
  const text = bare.charAt(0).toUpperCase() + bare.slice(1);
  return /[.?!)]$/.test(text) ? text : `${text}.`;
}

// The command line: which command is meant, its help, and how it ends.
import { nearest } from '../nearest.ts';
import { commonOptions, readArguments, type OptionTable } from './arguments.ts';
import { benchCommand } from './bench-command.ts';
import {
  canaryPauseCommand,
  canaryPromoteCommand,
  canaryResumeCommand,
  canaryRollbackCommand,
  canaryStartCommand,
  canaryStatusCommand,
} from './canary-commands.ts';
import { exitCode, MisuseError, RefusedError, UnreachableError, type CliContext } from './cli-context.ts';
import { convertCommand } from './convert-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { doctorConnectionCommand } from './doctor-connection-command.ts';
import { doctorRecordCommand } from './doctor-record-command.ts';
import { eventsCommand } from './events-command.ts';
import { healthCommand } from './health-command.ts';
import { labelDeleteCommand, labelSetCommand } from './label-commands.ts';
import { loadCommand, unloadCommand } from './load-commands.ts';
import { predictCommand } from './predict-command.ts';
import { reloadCommand } from './reload-command.ts';
import { Session, type CliCommand } from './session.ts';
import { shadowGetCommand, shadowOffCommand, shadowSetCommand } from './shadow-commands.ts';
import { shutdownCommand } from './shutdown-command.ts';
import { modelsCommand, statusCommand } from './status-commands.ts';
import { harmless } from './table.ts';
import { tlsInitCommand } from './tls-init-command.ts';
import { trafficClearCommand, trafficGetCommand, trafficSetCommand } from './traffic-commands.ts';

const commands: readonly CliCommand[] = [
  statusCommand,
  modelsCommand,
  loadCommand,
  unloadCommand,
  labelSetCommand,
  labelDeleteCommand,
  trafficGetCommand,
  trafficSetCommand,
  trafficClearCommand,
  shadowGetCommand,
  shadowSetCommand,
  shadowOffCommand,
  canaryStartCommand,
  canaryStatusCommand,
  canaryPauseCommand,
  canaryResumeCommand,
  canaryPromoteCommand,
  canaryRollbackCommand,
  predictCommand,
  benchCommand,
  reloadCommand,
  healthCommand,
  eventsCommand,
  // Before `doctor`, which takes whatever stands behind it.
  doctorConnectionCommand,
  doctorRecordCommand,
  doctorCommand,
  shutdownCommand,
  convertCommand,
  tlsInitCommand,
];

const groups = new Set(commands.map(({ name }) => groupOf(name)));

function groupOf(name: string): string {
  return name.split(' ')[0] ?? name;
}

/** For `perch --help`. */
export const cliUsage = `${commands.map(usageLine).join('')}  perch <command> --help                       its options
`;

function usageLine({ name, operands, summary }: CliCommand): string {
  const call = `perch ${name} ${operands}`.trimEnd();
  return call.length > 43 ? `  ${call}\n${' '.repeat(47)}${summary}\n` : `  ${call.padEnd(45)}${summary}\n`;
}

/**
 * Runs the command in `args` and gives its exit code; undefined where `args` is none of these commands, `doctor gpu`
 * included. 0: done; 1: refused, failed or cancelled; 2: wrong arguments; 3: no daemon to speak to. `health` has those of
 * grpc_health_probe.
 */
export async function runCliCommand(
  args: readonly string[],
  context: CliContext,
): Promise<number | undefined> {
  const [group = '', verb] = args;
  if (!groups.has(group) || (group === 'doctor' && verb === 'gpu')) {
    return undefined;
  }
  const command = commands.find(({ name }) => name === group || name === `${group} ${verb ?? ''}`);
  if (command === undefined) {
    return misspelt(group, verb, context);
  }
  try {
    const rest = args.slice(command.name.split(' ').length);
    const given = readArguments(rest, command.options, command.count);
    if (given.isSet('help')) {
      context.write(commandHelp(command));
      return exitCode.ok;
    }
    return await command.run(new Session(context, given));
  } catch (reason) {
    return fail(reason, command, context, args);
  }
}

function misspelt(group: string, verb: string | undefined, { write, writeError }: CliContext): number {
  const members = commands.filter(({ name }) => groupOf(name) === group);
  const list = members.map(usageLine).join('');
  const word = verb === undefined || verb.startsWith('-') ? undefined : verb;
  if (verb === '--help') {
    write(list);
    return exitCode.ok;
  }
  const verbs = members.map(({ name }) => name.slice(group.length + 1));
  writeError(
    word === undefined
      ? `Say what: ${verbs.join(', ')}.\n\n${list}`
      : `There is no "perch ${group} ${harmless(word)}". Did you mean "perch ${group} ${nearest(word, verbs)}"?\n\n${list}`,
  );
  return exitCode.misuse;
}

function fail(reason: unknown, command: CliCommand, context: CliContext, args: readonly string[]): number {
  const { misuse, unreachable, failed } = command.exitCodes ?? exitCode;
  if (context.signal.aborted) {
    context.writeError('Cancelled.\n');
    return failed;
  }
  if (reason instanceof MisuseError) {
    const call = `perch ${command.name} ${command.operands}`.trimEnd();
    context.writeError(
      `${harmless(reason.message, true)}\n\nusage: ${call}\nperch ${command.name} --help lists the options.\n`,
    );
    return misuse;
  }
  if (!(reason instanceof RefusedError) && !(reason instanceof UnreachableError)) {
    throw reason;
  }
  context.writeError(`${harmless(reason.message, true)}\n`);
  const status = reason instanceof RefusedError ? reason.status : 'UNREACHABLE';
  // Programs that read JSON find JSON; predict's answer is the model's alone.
  if (args.includes('--json') && command.options.json === undefined) {
    context.write(`${JSON.stringify({ error: { status, message: reason.message } })}\n`);
  }
  return reason instanceof RefusedError ? failed : unreachable;
}

function commandHelp({ name, operands, summary, options }: CliCommand): string {
  // Its own first, which may stand for a common one.
  const lines = optionLines({ ...options, ...commonOptions, ...options });
  return `${`perch ${name} ${operands}`.trimEnd()}\n\n  ${summary}\n\n${lines.join('')}`;
}

function optionLines(options: OptionTable): string[] {
  const entries = Object.entries(options).map(([name, { placeholder, help }]) => ({
    call: `--${name}${placeholder === undefined ? '' : `=${placeholder}`}`,
    help,
  }));
  const width = Math.max(...entries.map(({ call }) => call.length));
  return entries.map(({ call, help }) => `  ${call.padEnd(width)}  ${help}\n`);
}

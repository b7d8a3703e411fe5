// The commands `perch validate` and `perch format`: their arguments, what they print, their exit codes.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { configKinds, type ConfigKind } from '../config/config-kind.ts';
import {
  reportBytes,
  reportFile,
  UnknownKindError,
  type FileReport,
  type ReportOptions,
} from './file-report.ts';
import { findConfigs, PathError } from './find-configs.ts';
import { formatBytes, formatFile, type FormatOutcome } from './format-files.ts';
import { jsonReport } from './json-report.ts';
import { sarifReport } from './sarif-report.ts';
import { textReport } from './text-report.ts';

/** For `perch --help`. */
export const configUsage = `  perch validate [path…] [--json | --sarif]    find the mistakes in config files and model repositories
  perch format [path…] [--check]               write config files in one style
`;

const validateUsage = `perch validate [path…] [--json | --sarif] [--strict] [--against_model] [--kind=<kind>] [--stdin_filename=<name>]

  path               a config file, a model, a model repository, or - for stdin; default: this directory
  --against_model    compare with what is on disk too: model files, versions, labels, other models
  --strict           warnings count as errors
  --json, --sarif    for programs
  --kind             what the files are, where their names do not say it: ${configKinds.join(', ')}
  --stdin_filename   the path that what comes from stdin would have

Exit codes: 0 no errors, 1 errors, 2 wrong arguments.
`;

const formatUsage = `perch format [path…] [--check]

  path      a config file, a model, a model repository, or - for stdin to stdout; default: this directory
  --check   write nothing, and say which files would change

Exit codes: 0 done, 1 a file would change or could not be formatted, 2 wrong arguments.
`;

/** What the commands work with. */
export interface ConfigCommandContext {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** All that comes from stdin. */
  readonly readStdin: () => Promise<Uint8Array>;
  /** Absolute; paths are relative to it. */
  readonly cwd: string;
  /** Whether `write` goes to a terminal that shows colours. */
  readonly inColour: boolean;
  /** The version of this program. */
  readonly version: string;
  /** An absolute URL, with a slash at its end, below which docs/ is published. */
  readonly documentationBase?: string;
  /** Cancels. */
  readonly signal: AbortSignal;
}

const exitFailure = 1;
const exitUsage = 2;
const stdinPath = '-';

/**
 * Runs the command in `args` and gives its exit code; undefined where `args` is none of these commands. 0: nothing is
 * wrong; 1: something is, or the command was cancelled; 2: wrong arguments.
 */
export async function runConfigCommand(
  args: readonly string[],
  context: ConfigCommandContext,
): Promise<number | undefined> {
  const [command, ...rest] = args;
  if (command !== 'validate' && command !== 'format') {
    return undefined;
  }
  const usage = command === 'validate' ? validateUsage : formatUsage;
  if (rest.includes('--help')) {
    context.write(usage);
    return 0;
  }
  try {
    return command === 'validate' ? await validate(rest, context) : await format(rest, context);
  } catch (reason) {
    if (context.signal.aborted) {
      context.writeError('Cancelled.\n');
      return exitFailure;
    }
    if (reason instanceof PathError || reason instanceof UnknownKindError) {
      context.writeError(`${reason.message}\n`);
      return exitUsage;
    }
    if (isArgumentError(reason)) {
      context.writeError(`${reason.message}\n\n${usage}`);
      return exitUsage;
    }
    throw reason;
  }
}

class ArgumentError extends Error {}

/** Ours, or one of parseArgs. */
function isArgumentError(reason: unknown): reason is Error {
  const isParseError =
    reason instanceof TypeError && 'code' in reason && String(reason.code).startsWith('ERR_PARSE_ARGS');
  return reason instanceof ArgumentError || isParseError;
}

async function validate(args: readonly string[], context: ConfigCommandContext): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      sarif: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      against_model: { type: 'boolean', default: false },
      kind: { type: 'string' },
      stdin_filename: { type: 'string' },
    },
  });
  if (values.json && values.sarif) {
    throw new ArgumentError('--json and --sarif exclude each other.');
  }
  const reportOptions: ReportOptions = {
    kind: toKind(values.kind),
    ...(values.against_model
      ? { readSurroundings: (await import('../config/read-surroundings.ts')).readSurroundings }
      : {}),
    signal: context.signal,
  };
  const reports = await reportsOf(positionals, values.stdin_filename, reportOptions, context);
  context.write(
    values.json
      ? jsonReport(reports)
      : values.sarif
        ? sarifReport(reports, context)
        : textReport(reports, context.inColour),
  );
  const isWrong = reports.some(({ findings }) =>
    findings.some(({ severity }) => severity === 'error' || (values.strict && severity === 'warning')),
  );
  return isWrong ? exitFailure : 0;
}

function toKind(name: string | undefined): ConfigKind | undefined {
  const kind = configKinds.find((known) => known === name);
  if (name !== undefined && kind === undefined) {
    throw new ArgumentError(`There is no kind "${name}"; the kinds are ${configKinds.join(', ')}.`);
  }
  return kind;
}

async function reportsOf(
  paths: readonly string[],
  stdinName: string | undefined,
  options: ReportOptions,
  { cwd, readStdin, signal }: ConfigCommandContext,
): Promise<FileReport[]> {
  const reports: (FileReport | undefined)[] = [];
  if (paths.includes(stdinPath)) {
    const file = stdinName === undefined ? undefined : path.resolve(cwd, stdinName);
    reports.push(await reportBytes(await readStdin(), { shown: stdinName ?? '<stdin>', file }, options));
  } else if (stdinName !== undefined) {
    throw new ArgumentError('--stdin_filename is of use only with the path -.');
  }
  for (const found of await filesOf(paths, cwd)) {
    signal.throwIfAborted();
    reports.push(await reportFile(found, options));
  }
  return reports.filter((report) => report !== undefined);
}

/** The files that `paths` stand for, stdin left out; this directory's where there is no path. */
function filesOf(paths: readonly string[], cwd: string): ReturnType<typeof findConfigs> {
  const given = paths.length === 0 ? ['.'] : paths;
  return findConfigs(
    given.filter((one) => one !== stdinPath),
    cwd,
  );
}

async function format(args: readonly string[], context: ConfigCommandContext): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { check: { type: 'boolean', default: false } },
  });
  const { check } = values;
  if (positionals.includes(stdinPath)) {
    if (positionals.length > 1) {
      throw new ArgumentError('With the path - there is no other.');
    }
    return formatStdin(check, context);
  }
  let code = 0;
  let changed = 0;
  const files = await filesOf(positionals, context.cwd);
  for (const found of files) {
    context.signal.throwIfAborted();
    const outcome = await formatFile(found, !check);
    if (outcome.kind === 'changed') {
      changed++;
      context.write(`${found.shown}: ${check ? 'would be changed' : 'changed'}\n`);
    }
    code = Math.max(code, codeOf(outcome, check, context));
  }
  context.write(
    `${files.length} ${files.length === 1 ? 'file' : 'files'}, ${changed} ${check ? 'to change' : 'changed'}.\n`,
  );
  return code;
}

async function formatStdin(check: boolean, context: ConfigCommandContext): Promise<number> {
  const bytes = await context.readStdin();
  const outcome = formatBytes(bytes, '<stdin>');
  if (!check && outcome.kind !== 'refused') {
    context.write(outcome.kind === 'changed' ? outcome.text : new TextDecoder().decode(bytes));
  }
  return codeOf(outcome, check, context);
}

function codeOf(outcome: FormatOutcome, check: boolean, { writeError }: ConfigCommandContext): number {
  if (outcome.kind === 'refused') {
    writeError(`${outcome.reason}\n`);
  }
  return outcome.kind === 'refused' || (outcome.kind === 'changed' && check) ? exitFailure : 0;
}

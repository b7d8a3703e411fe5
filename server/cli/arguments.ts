// The words behind a command: operands and options, checked, with help where something is misspelt.
import { parseArgs } from 'node:util';
import { nearest } from '../nearest.ts';
import { MisuseError } from './cli-context.ts';
import { refuseTokens } from './token-argument.ts';

/** An option that a command takes. */
export interface OptionSpec {
  readonly type: 'boolean' | 'string';
  /** What stands for the value, e.g. `<seconds>`; absent for booleans. */
  readonly placeholder?: string;
  readonly help: string;
}

/** By name, without the dashes; words are joined with `_`, and `-` is understood too. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** Every command has these; one of its own goes before. */
export const commonOptions: OptionTable = {
  json: { type: 'boolean', help: 'print JSON' },
  address: { type: 'string', placeholder: '<host:port>', help: 'of the daemon (PERCH_ADDRESS)' },
  token_file: {
    type: 'string',
    placeholder: '<file>',
    help: 'holds the token of the daemon (PERCH_TOKEN), for this user only (mode 0600)',
  },
  tls_ca_cert: { type: 'string', placeholder: '<file>', help: 'PEM; the daemon speaks TLS' },
  help: { type: 'boolean', help: 'print this' },
};

/** For commands that change something. */
export const reasonOption: OptionTable = {
  reason: { type: 'string', placeholder: '<text>', help: 'why, for the event log' },
};

/** What was given. */
export class Arguments {
  readonly operands: readonly string[];
  readonly #values: ReadonlyMap<string, string | boolean>;

  constructor(operands: readonly string[], values: ReadonlyMap<string, string | boolean>) {
    this.operands = operands;
    this.#values = values;
  }

  /** The operand at `index`, which the command is sure to have. */
  operand(index: number): string {
    const operand = this.operands[index];
    if (operand === undefined) {
      throw new MisuseError('Something is missing behind the command.');
    }
    return operand;
  }

  /** Whether a boolean option was given. */
  isSet(name: string): boolean {
    return this.#values.get(name) === true;
  }

  /** The text of an option; undefined where it was not given. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  /** A number of an option within the bounds. Throws MisuseError. */
  number(name: string, minimum: number, maximum: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) {
      return undefined;
    }
    const value = Number(text);
    if (text.trim() === '' || !(value >= minimum && value <= maximum)) {
      throw new MisuseError(`--${name} takes a number from ${minimum} to ${maximum}, not "${text}".`);
    }
    return value;
  }

  /** A whole number of an option. Throws MisuseError. */
  integer(name: string, minimum: number, maximum: number): number | undefined {
    const value = this.number(name, minimum, maximum);
    if (value !== undefined && !Number.isInteger(value)) {
      throw new MisuseError(`--${name} takes a whole number, not "${value}".`);
    }
    return value;
  }

  /** Milliseconds of an option such as `500ms`, `30s`, `10m`, `1h`; a bare number counts seconds. Throws MisuseError. */
  milliseconds(name: string, minimum: number, maximum: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) {
      return undefined;
    }
    const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
    const value = Math.round(Number(amount) * (unitMs.get(unit) ?? Number.NaN));
    if (!(value >= minimum && value <= maximum)) {
      throw new MisuseError(
        `--${name} takes a time from ${timeText(minimum)} to ${timeText(maximum)} such as 30s or 10m, not "${text}".`,
      );
    }
    return value;
  }
}

const unitMs = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

function timeText(ms: number): string {
  return ms < 1_000 ? `${ms}ms` : `${ms / 1_000}s`;
}

/** How many operands a command takes. */
export interface OperandCount {
  readonly least: number;
  /** Infinity: any number. */
  readonly most: number;
}

/** Reads `args` by `options` and those that every command has. Throws MisuseError. */
export function readArguments(args: readonly string[], options: OptionTable, count: OperandCount): Arguments {
  const known = { ...commonOptions, ...options };
  const { operands, values } = parse(args, known);
  if (!values.has('help')) {
    if (operands.length < count.least) {
      throw new MisuseError('Something is missing behind the command.');
    }
    const surplus = operands[count.most];
    if (surplus !== undefined) {
      throw new MisuseError(`There is no use for "${surplus}" here.`);
    }
  }
  return new Arguments(operands, values);
}

function parse(
  args: readonly string[],
  known: OptionTable,
): { readonly operands: string[]; readonly values: Map<string, string | boolean> } {
  const options = Object.fromEntries(Object.entries(known).map(([name, { type }]) => [name, { type }]));
  const given = withUnderscores(args);
  refuseTokens(given);
  try {
    const { values, positionals } = parseArgs({
      args: given,
      options,
      allowPositionals: true,
    });
    const entries = Object.entries(values).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'boolean' ? ([[name, value]] as const) : [],
    );
    return { operands: positionals, values: new Map(entries) };
  } catch (reason) {
    if (!(reason instanceof TypeError) || !('code' in reason)) {
      throw reason;
    }
    const unknown =
      reason.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? /'(-[^'= ]*)/.exec(reason.message)?.[1] : undefined;
    throw new MisuseError(
      unknown === undefined
        ? reason.message
        : `There is no option ${unknown} here. Did you mean ${nearest(
            unknown,
            Object.keys(known).map((name) => `--${name}`),
          )}?`,
      { cause: reason },
    );
  }
}

/** `--min-requests=5` means `--min_requests=5`. */
function withUnderscores(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.map((arg, i) =>
    arg.startsWith('--') && (end === -1 || i < end)
      ? arg.replace(/^--[^=]+/, (name) => `--${name.slice(2).replaceAll('-', '_')}`)
      : arg,
  );
}

// Reads the keepalive options out of a piece of code or a command line, as a person pastes it: Python, C++, JavaScript, Go,
// Java, C#, tritonclient, flags. It is no compiler: it finds names that it knows, and the literal beside each.
import {
  channelArguments,
  dotnetOptions,
  goOptions,
  javaOptions,
  macros,
  tritonClientOptions,
  tritonServerFlags,
  type KeepaliveOption,
} from './keepalive-options.ts';
import type { ClientImplementation } from './connection-facts.ts';

/** What language a text is in, as far as that matters. */
export type PastedLanguage = ClientImplementation | 'flags' | 'unknown';

/** An option that was found. */
export interface PastedOption {
  /** As the text has it; C++ macros by the argument that they stand for. */
  readonly name: string;
  /** Absent where there is no such option: a misspelt one, or one that is none of keepalive's. */
  readonly option?: KeepaliveOption;
  /** Milliseconds where it is a time with a unit of its own; else the literal. Undefined: no literal that can be read. */
  readonly value: number | boolean | undefined;
  /** The literal as it is written. */
  readonly text: string;
  /** How the literal is written; a number within quotes is no number to gRPC. */
  readonly literal: 'number' | 'boolean' | 'string' | 'other';
  /** From the start of the text. */
  readonly offset: number;
}

/** What was read. */
export interface PastedOptions {
  readonly language: PastedLanguage;
  readonly options: readonly PastedOption[];
}

const number = String.raw`\d[\d_']*(?:\.\d+)?(?:[eE]\d+)?[lLfFuU]*`;
const product = String.raw`${number}(?:\s*\*\s*${number})*`;
const literal = String.raw`(?:"[^"\n]*"|'[^'\n]*'|${product}|[A-Za-z_.]+)`;

/** Finds every option in `text`. */
export function readPastedOptions(text: string): PastedOptions {
  const options = [
    ...readChannelArguments(text),
    ...readMacros(text),
    ...readFields(text, tritonClientOptions, /KeepAliveOptions/),
    ...readFlags(text),
    ...readGo(text),
    ...readJava(text),
    ...readDotnet(text),
  ].sort((a, b) => a.offset - b.offset);
  return { language: languageOf(text, options), options };
}

function languageOf(text: string, options: readonly PastedOption[]): PastedLanguage {
  const has = (list: readonly KeepaliveOption[]): boolean =>
    options.some(({ option }) => list.some(({ name }) => name === option?.name));
  if (has(goOptions)) {
    return 'go';
  }
  if (has(javaOptions)) {
    return 'java';
  }
  if (has(dotnetOptions)) {
    return 'dotnet';
  }
  if (has(tritonServerFlags) || text.includes('--grpc_channel_arguments')) {
    return 'flags';
  }
  // An object literal's colon behind a quoted name, within braces and without Python's words.
  if (
    /(grpc-js|require\(|new \w+Client\(|\bconst\b|\blet\b)/.test(text) ||
    /^\s*\{?\s*['"]grpc\.[\w.]+['"]\s*:/.test(text)
  ) {
    return 'js';
  }
  return options.length > 0 ? 'core' : 'unknown';
}

/** `('grpc.x', 1)`, `"grpc.x": 1`, `SetInt("grpc.x", 1)`, `grpc.x=1`. */
function readChannelArguments(text: string): PastedOption[] {
  const pattern = new RegExp(
    String.raw`['"]?(?<name>grpc(?:-node)?\.[\w.]+)['"]?\s*[,:=]\s*(?<value>${literal})`,
    'g',
  );
  return [...text.matchAll(pattern)].map((match) => {
    const name = match.groups?.name ?? '';
    return toOption(name, known(channelArguments, name), match.groups?.value ?? '', match.index);
  });
}

function readMacros(text: string): PastedOption[] {
  const pattern = new RegExp(String.raw`(?<name>GRPC_ARG_\w+)\s*,\s*(?<value>${literal})`, 'g');
  return [...text.matchAll(pattern)].map((match) => {
    const macro = match.groups?.name ?? '';
    const name = macros.get(macro) ?? macro;
    return toOption(name, known(channelArguments, name), match.groups?.value ?? '', match.index);
  });
}

/** `name=value` of a call's keyword arguments. */
function readFields(text: string, list: readonly KeepaliveOption[], within: RegExp): PastedOption[] {
  if (!within.test(text)) {
    return [];
  }
  return list.flatMap((option) => {
    const match = new RegExp(String.raw`(?<![\w.])${option.name}\s*=\s*(?<value>${literal})`).exec(text);
    return match === null ? [] : [toOption(option.name, option, match.groups?.value ?? '', match.index)];
  });
}

function readFlags(text: string): PastedOption[] {
  return [
    ...text.matchAll(/(?<name>--grpc-(?:keepalive|http2|max-connection)[\w-]*)[=\s]+(?<value>[\w.]+)/g),
  ].map((match) => {
    const name = match.groups?.name ?? '';
    return toOption(name, known(tritonServerFlags, name), match.groups?.value ?? '', match.index);
  });
}

const goUnits = new Map([
  ['Nanosecond', 1e-6],
  ['Microsecond', 1e-3],
  ['Millisecond', 1],
  ['Second', 1000],
  ['Minute', 60_000],
  ['Hour', 3_600_000],
]);

/** The fields of `keepalive.…{ … }`. */
function readGo(text: string): PastedOption[] {
  const blocks = text.matchAll(
    /keepalive\.(?<type>ClientParameters|ServerParameters|EnforcementPolicy)\s*\{(?<body>[^}]*)\}/g,
  );
  return [...blocks].flatMap((block) => {
    const body = block.groups?.body ?? '';
    const start = block.index + block[0].indexOf('{') + 1;
    const side = block.groups?.type === 'ClientParameters' ? 'client' : 'server';
    return [...body.matchAll(/(?<name>\w+)\s*:\s*(?<value>[^,\n}]+)/g)].map((match) => {
      const name = match.groups?.name ?? '';
      const value = (match.groups?.value ?? '').replace(/\/\/.*$/, '').trim();
      const option = known(goOptions, name);
      const sided =
        option === undefined ? undefined : { ...option, side: option.side === 'both' ? side : option.side };
      return { ...toOption(name, sided, value, start + match.index), ...goDuration(value) };
    });
  });
}

function goDuration(value: string): Partial<PastedOption> {
  const unit = /time\.(\w+)/.exec(value)?.[1];
  const ms = unit === undefined ? undefined : goUnits.get(unit);
  if (ms === undefined) {
    // A bare number is nanoseconds.
    return /^\d/.test(value) ? { value: (evaluate(value) ?? NaN) / 1e6, literal: 'number' } : {};
  }
  const factor = value.replace(/\*?\s*time\.\w+\s*\*?/, '').trim();
  return { value: (factor === '' ? 1 : (evaluate(factor) ?? NaN)) * ms, literal: 'number' };
}

const javaUnits = new Map([
  ['NANOSECONDS', 1e-6],
  ['MICROSECONDS', 1e-3],
  ['MILLISECONDS', 1],
  ['SECONDS', 1000],
  ['MINUTES', 60_000],
  ['HOURS', 3_600_000],
  ['DAYS', 86_400_000],
]);

/** `.keepAliveTime(30, TimeUnit.SECONDS)`, `.keepAliveWithoutCalls(true)`. */
function readJava(text: string): PastedOption[] {
  return javaOptions.flatMap((option) =>
    [
      ...text.matchAll(
        new RegExp(
          String.raw`\.${option.name}\(\s*(?<value>[\w.*\s]+?)\s*(?:,\s*(?:TimeUnit\.)?(?<unit>[A-Z]+)\s*)?\)`,
          'g',
        ),
      ),
    ].map((match) => {
      const value = match.groups?.value ?? '';
      const unit = javaUnits.get(match.groups?.unit ?? '');
      const read = toOption(option.name, option, value, match.index);
      return unit === undefined || typeof read.value !== 'number'
        ? read
        : { ...read, value: read.value * unit };
    }),
  );
}

const dotnetUnits = new Map([
  ['Milliseconds', 1],
  ['Seconds', 1000],
  ['Minutes', 60_000],
  ['Hours', 3_600_000],
]);

/** `KeepAlivePingDelay = TimeSpan.FromSeconds(60)`, `KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always`. */
function readDotnet(text: string): PastedOption[] {
  return dotnetOptions.flatMap((option) =>
    [
      ...text.matchAll(new RegExp(String.raw`\b${option.name}\s*=\s*(?<value>[\w.]+(?:\([^)]*\))?)`, 'g')),
    ].map((match) => {
      const value = match.groups?.value ?? '';
      const read = toOption(option.name, option, value, match.index);
      const span = /TimeSpan\.From(?<unit>\w+)\((?<count>[^)]*)\)/.exec(value);
      const unit = dotnetUnits.get(span?.groups?.unit ?? '');
      const count = evaluate(span?.groups?.count ?? '');
      if (unit !== undefined && count !== undefined) {
        return { ...read, value: count * unit, literal: 'number' as const };
      }
      return option.field === 'permitWithoutCalls'
        ? { ...read, value: !value.endsWith('WithActiveRequests'), literal: 'boolean' as const }
        : read;
    }),
  );
}

function known(list: readonly KeepaliveOption[], name: string): KeepaliveOption | undefined {
  return list.find((option) => option.name === name);
}

function toOption(
  name: string,
  option: KeepaliveOption | undefined,
  text: string,
  offset: number,
): PastedOption {
  const base = { name, ...(option === undefined ? {} : { option }), text, offset };
  if (/^(true|True|TRUE)$/.test(text)) {
    return { ...base, value: true, literal: 'boolean' };
  }
  if (/^(false|False|FALSE)$/.test(text)) {
    return { ...base, value: false, literal: 'boolean' };
  }
  const quoted = /^['"](.*)['"]$/.exec(text)?.[1];
  if (quoted !== undefined) {
    return { ...base, value: evaluate(quoted), literal: 'string' };
  }
  if (/^(INT_MAX|Long\.MAX_VALUE|Integer\.MAX_VALUE|sys\.maxsize|Infinity)$/.test(text)) {
    return { ...base, value: 2 ** 31 - 1, literal: 'number' };
  }
  const value = evaluate(text);
  return { ...base, value, literal: value === undefined ? 'other' : 'number' };
}

/** The product of numbers; undefined where a factor is none. */
function evaluate(text: string): number | undefined {
  const factors = text.split('*').map((factor) =>
    factor
      .trim()
      .replace(/[_']/g, '')
      .replace(/[lLfFuU]+$/, ''),
  );
  const values = factors.map((factor) => (/^\d+(\.\d+)?(e\d+)?$/i.test(factor) ? Number(factor) : NaN));
  const value = values.reduce((product_, factor) => product_ * factor, 1);
  return Number.isNaN(value) ? undefined : value;
}

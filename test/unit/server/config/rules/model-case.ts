// What the tests of the rules for config.pbtxt share: a case with its place marked in the text, and what the rules find.
import type { PlainMessage } from '../../../../../server/textproto/plain-message.ts';
import { decodeMessage } from '../../../../../server/textproto/decode.ts';
import { parseDocument } from '../../../../../server/textproto/document.ts';
import { configSchema } from '../../../../../server/config/config-schema.ts';
import type { Finding } from '../../../../../server/config/finding.ts';
import { modelRules } from '../../../../../server/config/rules/model-rules.ts';
import type { TritonCode } from '../../../../../server/config/rules/triton-codes.ts';
import type { Surroundings } from '../../../../../server/config/surroundings.ts';

/** A config of a model `m` with one finding, whose place is marked with « and ». */
export interface ModelCase {
  readonly code: TritonCode;
  readonly message: string;
  readonly text: string;
  /** The first fix applied; absent where there is none. */
  readonly fixed?: string;
  readonly around?: Surroundings;
}

/** A case in one line. */
export function bad(
  code: TritonCode,
  message: string,
  text: string,
  fixed?: string,
  around?: Surroundings,
): ModelCase {
  return {
    code,
    message,
    text,
    ...(fixed === undefined ? {} : { fixed }),
    ...(around === undefined ? {} : { around }),
  };
}

/** The text without its marks. */
export function unmarked(text: string): string {
  return text.replaceAll(/[«»]/g, '');
}

/** The text with marks around a finding. */
export function marked(text: string, { start, end }: Finding): string {
  return `${text.slice(0, start)}«${text.slice(start, end)}»${text.slice(end)}`;
}

/** Facts of the directory `m`, with these version directories and their files. */
export function directory(versions: Readonly<Record<string, readonly string[]>> = {}): Surroundings {
  const names = Object.keys(versions);
  return {
    directory: {
      name: 'm',
      versions: names.map((name) => ({ name, number: BigInt(name), files: versions[name] ?? [] })),
      directories: names,
      files: new Set(),
    },
  };
}

/** Configs of other models, by name. */
export function others(configs: Readonly<Record<string, string>>): Surroundings {
  return {
    ...directory(),
    otherModels: new Map(Object.entries(configs).map(([name, text]) => [name, messageOf(text)])),
  };
}

function messageOf(text: string): PlainMessage {
  return decodeMessage(parseDocument(text), configSchema('model')).value;
}

/** What Triton's rules find in the config of `m`. */
export function findingsOf(text: string, around: Surroundings = directory()): Finding[] {
  const document = parseDocument(text);
  const schema = configSchema('model');
  const findings: Finding[] = [];
  const message = decodeMessage(document, schema).value;
  modelRules({ document, schema, message }, around, (code, at, words, { severity = 'error', fixes } = {}) => {
    const { start, end } = at;
    findings.push({ code, message: words, start, end, severity, ...(fixes === undefined ? {} : { fixes }) });
  });
  return findings;
}

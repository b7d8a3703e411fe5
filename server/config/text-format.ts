// Config files in protobuf text format, read through the core that the editor uses too: text to messages.
import type { MessageOutput } from '../../protos/messages.ts';
import { PerchError } from '../errors.ts';
import { decodeMessage } from '../textproto/decode.ts';
import { parseDocument } from '../textproto/document.ts';
import { lineMap } from '../textproto/line-map.ts';
import type { PlainMessage, PlainValue } from '../textproto/plain-message.ts';
import type { ConfigKind } from './config-kind.ts';
import { configSchema } from './config-schema.ts';
import type { Finding } from './finding.ts';
import { configSizeLimit } from './read-config-file.ts';
import { withoutSecrets } from './secret-text.ts';

const kinds = {
  'inference.ModelConfig': 'model',
  'tensorflow.serving.ModelServerConfig': 'model-server',
  'tensorflow.serving.BatchingParameters': 'batching',
  'tensorflow.serving.MonitoringConfig': 'monitoring',
  'tensorflow.serving.SSLConfig': 'ssl',
  'perch.config.v1.PerchConfig': 'perch',
} as const satisfies Readonly<Record<string, ConfigKind>>;

/** Full name of a message that config files are. */
export type ConfigMessageName = keyof typeof kinds;

/** How many errors a text says; of more it says how many there are. */
const shownErrors = 10;

/**
 * The message `name` that `text` writes; `file` is named in errors. Every field is there, with its default where the text
 * has none, as protos/messages.ts decodes it; what config-schema.ts adds to the message is there too. Only the message of an
 * Any is no bytes. Throws CONFIG_INVALID with TF Serving's words before the first error, and a line for each, with its place.
 */
export function parseTextMessage<K extends ConfigMessageName>(
  name: K,
  text: string,
  file: string,
): MessageOutput<K> {
  const prefix = `Error parsing text-format ${name}`;
  if (text.length > configSizeLimit) {
    throw new PerchError(
      'CONFIG_INVALID',
      `${prefix}: ${file}: The file is larger than ${configSizeLimit / 2 ** 20} MiB.`,
    );
  }
  const kind = kinds[name];
  const document = parseDocument(text);
  const { value, diagnostics } = decodeMessage(document, configSchema(kind));
  const errors = [...document.diagnostics, ...diagnostics].filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    throw new PerchError('CONFIG_INVALID', `${prefix}: ${errorLines(errors, kind, text, file)}`);
  }
  // The schema is made from the same .proto files as the type.
  return toOutput(value);
}

/** `file: line:column: message`, a line each, by place; of many the first ones, and how many more there are. */
export function errorLines(errors: readonly Finding[], kind: ConfigKind, text: string, file: string): string {
  const { position } = lineMap(text);
  const sorted = errors.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const lines = sorted.slice(0, shownErrors).map((error) => {
    const { line, column } = position(error.start);
    return `${file}: ${line + 1}:${column + 1}: ${withoutSecrets(error, kind, text).message}`;
  });
  const more = errors.length - lines.length;
  return [...lines, ...(more === 0 ? [] : [`and ${more} more ${more === 1 ? 'error' : 'errors'}`])].join(
    '\n',
  );
}

/** With objects in place of Maps. Keys come from outside: read them with Object.entries. */
function toOutput(value: PlainMessage): object {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, outputValue(one)]));
}

function outputValue(value: PlainValue): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) {
    return value;
  }
  if (isList(value)) {
    return value.map(outputValue);
  }
  return toOutput(isMap(value) ? Object.fromEntries(value) : value);
}

function isList(value: object): value is readonly PlainValue[] {
  return Array.isArray(value);
}

function isMap(value: object): value is ReadonlyMap<string, PlainValue> {
  return value instanceof Map;
}

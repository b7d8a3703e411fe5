// perch.pbtxt, the file beside models.config: what is kept of each model, read, and changed by minimal edits. Pure.
import { checkConfig } from '../config/check-config.ts';
import { errorLines, parseTextMessage } from '../config/text-format.ts';
import { PerchError } from '../errors.ts';
import { parseDocument } from '../textproto/document.ts';
import { deleteField, insertField, setValue } from '../textproto/edit.ts';
import type { NewField, PathStep } from '../textproto/edit-path.ts';
import { renderField } from '../textproto/file-style.ts';
import { applyEdits, type TextEdit } from '../textproto/text-edit.ts';
import type { ModelTraffic } from './model-traffic.ts';
import { trafficFields } from './perch-file-fields.ts';
import { readTraffic } from './perch-file-read.ts';
import { syncFields } from './perch-file-sync.ts';

const message = 'perch.config.v1.PerchConfig';

/** What an empty file begins with. */
const header = `# proto-file: perch/config/v1/perch_config.proto
# proto-message: ${message}
# How requests are split between the versions of a model, and its canary. Perch writes this file; changes by hand are taken.
`;

/**
 * What the file keeps, by model, in its order. Throws CONFIG_INVALID with a line for each error: of text format, and of the
 * rules (docs/config-diagnostics.md, `perch/…`). `file` is named there.
 */
export function parsePerchFile(text: string, file: string): ReadonlyMap<string, ModelTraffic> {
  const { model } = parseTextMessage(message, text, file);
  const errors = checkConfig(text, 'perch').findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    throw new PerchError('CONFIG_INVALID', errorLines(errors, 'perch', text, file));
  }
  return new Map(model.map((entry) => [entry.name, readTraffic(entry)]));
}

/** The entry of a model as a new one is written. The same for traffic that means the same. */
export function printPerchEntry(model: string, traffic: ModelTraffic): string {
  return `${renderField(entryField(model, traffic), { eol: '\n', unit: '  ' }, '')}\n`;
}

/** Whether both mean the same, whatever the order of their labels. */
export function isSameTraffic(a: ModelTraffic, b: ModelTraffic): boolean {
  return a === b || printPerchEntry('', a) === printPerchEntry('', b);
}

/**
 * `text` with `traffic` kept for `model`, or with nothing kept of it (undefined). Only what changes is written: everything
 * else stays byte for byte, comments and the order of entries with it. An empty file gets a header. Throws CONFIG_INVALID if
 * `text` is not as parsePerchFile takes it, or would not be with this traffic in it; `file` is named there.
 */
export function editPerchFile(
  text: string,
  model: string,
  traffic: ModelTraffic | undefined,
  file = 'perch.pbtxt',
): string {
  const entries = parsePerchFile(text, file);
  const before = entries.get(model);
  const place: PathStep = { field: 'model', index: [...entries.keys()].indexOf(model) };
  if (traffic === undefined) {
    return before === undefined ? text : edited(text, deleteField(parseDocument(text), [place]));
  }
  const entry = entryField(model, traffic);
  if (before !== undefined) {
    const synced = syncFields(text, [place], trafficFields(before), trafficFields(traffic));
    if (keeps(synced, model, traffic, file)) {
      return synced;
    }
  }
  const base = text.trim() === '' ? header : text;
  // The whole entry, where it is written as edits of single values cannot follow: a label twice, say.
  const written = edited(
    base,
    before === undefined
      ? insertField(parseDocument(base), [], entry)
      : setValue(parseDocument(base), [place], entry.value),
  );
  parsePerchFile(written, file);
  return written;
}

function entryField(model: string, traffic: ModelTraffic): NewField {
  const name: NewField = { name: 'name', value: { kind: 'string', value: model } };
  return { name: 'model', value: { kind: 'message', fields: [name, ...trafficFields(traffic)] } };
}

/** Whether the file keeps this traffic for the model. */
function keeps(text: string, model: string, traffic: ModelTraffic, file: string): boolean {
  try {
    const kept = parsePerchFile(text, file).get(model);
    return kept !== undefined && isSameTraffic(kept, traffic);
  } catch (reason) {
    if (PerchError.is(reason)) {
      return false;
    }
    throw reason;
  }
}

function edited(text: string, edits: readonly TextEdit[] | undefined): string {
  return applyEdits(text, edits ?? []);
}

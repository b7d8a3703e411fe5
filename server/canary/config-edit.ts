// Minimal edits of models.config: labels, and the versions that they need. Comments, order and style stay. Pure.
import { labelField, scalar, versionsValue } from '../config/new-model-server-config.ts';
import { wantedVersions } from '../lifecycle/version-policy.ts';
import { parseDocument } from '../textproto/document.ts';
import { deleteField, insertField, setValue } from '../textproto/edit.ts';
import { valuesOf, type PathStep } from '../textproto/edit-path.ts';
import { indentAt, isFirstOnLine, lineEnd, renderField, styleOf } from '../textproto/file-style.ts';
import type { Document } from '../textproto/syntax-tree.ts';
import { applyEdits, type TextEdit } from '../textproto/text-edit.ts';
import { configEntry, messageAt, type ConfigEntry } from './config-entry.ts';

const defaultFile = 'models.config';

/**
 * `text` where `label` of `model` leads to `version`, or is gone (undefined). Only the bytes of that label change. Throws
 * MODEL_UNKNOWN for a model that has no entry, and CONFIG_INVALID if `text` is no ModelServerConfig; `file` is named there.
 */
export function setLabelInConfig(
  text: string,
  model: string,
  label: string,
  version: bigint | undefined,
  file = defaultFile,
): string {
  const entry = configEntry(text, model, file);
  const { path, message, labels } = entry;
  const places = labels.flatMap((key, index) =>
    key === label ? [[...path, { field: 'version_labels', index }]] : [],
  );
  if (version === undefined) {
    // From the last one, so that those before it stay in their places.
    return places.reduceRight(
      (left, place) => edited(left, (document) => deleteField(document, place)),
      text,
    );
  }
  // Of a label that is there twice the last one counts.
  const counts = places.at(-1);
  if (counts === undefined) {
    return applyEdits(text, insertLabel(entry, label, version));
  }
  return new Map(Object.entries(message.versionLabels)).get(label) === String(version)
    ? text
    : edited(text, (document) => setValue(document, [...counts, 'value'], scalar(version)));
}

/**
 * `text` where the policy of `model` serves `versions` and those that its labels lead to: `all` stays, `specific` gets those
 * that it lacks, and `latest`, which is also the default, becomes `specific` with exactly these, as TensorFlow Serving has
 * it for labels. Name all that must stay loaded: a version that neither this list nor a label names is unloaded then.
 * With `available`, the versions on disk, `latest` stays as long as it serves all of these. Throws as setLabelInConfig does.
 */
export function ensureVersionsKept(
  text: string,
  model: string,
  versions: readonly bigint[],
  { available, file = defaultFile }: { readonly available?: readonly bigint[]; readonly file?: string } = {},
): string {
  const { path, message } = configEntry(text, model, file);
  const labelled = Object.values(message.versionLabels).map(BigInt);
  const needed = [...new Set([...versions, ...labelled])].sort((a, b) => (a < b ? -1 : 1));
  const policy = message.modelVersionPolicy;
  const place = [...path, 'model_version_policy'];
  switch (policy?.policyChoice) {
    case 'all':
      return text;
    case 'specific': {
      const present = new Set(policy.specific?.versions.map(BigInt));
      const missing = needed.filter((version) => !present.has(version));
      return missing.reduce((left, version) => addVersion(left, place, version), text);
    }
    default: {
      const count = Math.max(1, policy?.latest?.numVersions ?? 1);
      const kept = new Set(wantedVersions({ kind: 'latest', count }, available ?? []));
      return needed.every((version) => kept.has(version)) ? text : toSpecific(text, place, needed);
    }
  }
}

/** Beside the other labels; on one line if the one before it is. */
function insertLabel(
  { document, path, body }: ConfigEntry,
  label: string,
  version: bigint,
): readonly TextEdit[] {
  const { text } = document;
  const added = labelField(label, version);
  const last = valuesOf(body, 'version_labels').at(-1);
  if (last?.list === undefined && last !== undefined) {
    const { start, end, separator, colon } = last.field;
    const behind = separator === undefined ? end : separator + 1;
    const line = lineEnd(text, start);
    if (end <= line && isFirstOnLine(text, start) && /^\s*(?:#|$)/.test(text.slice(behind, line))) {
      const style = styleOf(document);
      const field = renderField(added, style, undefined, colon !== undefined);
      const rendered = `${style.eol}${indentAt(text, start)}${field}${text.slice(end, behind).trim()}`;
      return [{ start: line, end: line, text: rendered }];
    }
  }
  return insertField(document, path, added) ?? [];
}

/** To `specific`, at `policy`. */
function addVersion(text: string, policy: readonly PathStep[], version: bigint): string {
  const path = [...policy, 'specific'];
  return edited(text, (document) => {
    const specific = messageAt(document, path);
    const last = specific === undefined ? undefined : valuesOf(specific, 'versions').at(-1);
    return last?.list === undefined
      ? insertField(document, path, { name: 'versions', value: scalar(version) })
      : [{ start: last.value.end, end: last.value.end, text: `, ${version}` }];
  });
}

/** From `latest` or nothing: what is written stays where it is, with its comments, and gets other names. */
function toSpecific(text: string, policy: readonly PathStep[], versions: readonly bigint[]): string {
  const document = parseDocument(text);
  const body = messageAt(document, policy);
  const latest = body === undefined ? undefined : valuesOf(body, 'latest').at(0);
  if (latest?.value.kind !== 'message') {
    return edited(text, (parsed) => setValue(parsed, [...policy, 'specific'], versionsValue(versions)));
  }
  const { name } = latest.field;
  // The first version stands where num_versions did, if that is written.
  const counts = valuesOf(latest.value, 'num_versions').map(({ field }) => field);
  const inPlace = versions.slice(0, counts.length);
  const renamed = applyEdits(text, [
    { start: name.start, end: name.end, text: 'specific' },
    ...counts.map(({ start, end }) => ({ start, end, text: `versions: ${inPlace.join()}` })),
  ]);
  return versions.slice(inPlace.length).reduce((left, version) => addVersion(left, policy, version), renamed);
}

function edited(text: string, edit: (document: Document) => readonly TextEdit[] | undefined): string {
  return applyEdits(text, edit(parseDocument(text)) ?? []);
}

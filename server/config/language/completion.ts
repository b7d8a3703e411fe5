// What can be written at an offset of a config file. Works in text that is broken, as text is while it is typed. Pure.
import type { MessageSchema } from '../../textproto/schema.ts';
import type { Document } from '../../textproto/syntax-tree.ts';
import { configKindFacts, configKinds, type ConfigKind } from '../config-kind.ts';
import { configSchema } from '../config-schema.ts';
import { completeNames } from './complete-names.ts';
import { completeValues } from './complete-values.ts';
import { directoryTyped, sortKey, type Completion, type CompletionHelp } from './completion-item.ts';
import { cursorAt } from './cursor.ts';

/** What can be written at `offset`, in the order in which it is to be offered. Never throws. */
export function completeAt(
  document: Document,
  kind: ConfigKind,
  offset: number,
  help: CompletionHelp = {},
): readonly Completion[] {
  const at = clamp(offset, document);
  const cursor = cursorAt(document, configSchema(kind), at);
  switch (cursor.kind) {
    case 'comment':
      return completeHeader(document, kind, cursor.start, at);
    case 'name':
      return completeNames(document, cursor, help);
    case 'value':
      return completeValues({ document, kind, place: cursor, help, around: help.around ?? {} });
    case 'none':
      return [];
  }
}

/**
 * The directory whose entries completion at `offset` wants, an absolute path that ends with a slash; undefined if it wants
 * none. For callers that read directories asynchronously, before they call `completeAt` with `entries`.
 */
export function directoryWantedAt(document: Document, kind: ConfigKind, offset: number): string | undefined {
  const at = clamp(offset, document);
  const cursor = cursorAt(document, configSchema(kind), at);
  if (cursor.kind !== 'value' || !isBasePath(cursor.frame.schema, cursor.field.name)) {
    return undefined;
  }
  return directoryTyped(document.text.slice(cursor.replace.start, cursor.replace.end));
}

function isBasePath(owner: MessageSchema | undefined, field: string): boolean {
  return owner?.fullName === 'tensorflow.serving.ModelConfig' && field === 'base_path';
}

function clamp(offset: number, { text }: Document): number {
  return Math.max(0, Math.min(offset, text.length));
}

/** The headers that say what a file is, in a comment before the first field. */
function completeHeader(
  document: Document,
  kind: ConfigKind,
  start: number,
  offset: number,
): readonly Completion[] {
  const { text, root } = document;
  const [first] = root.fields;
  const typed = text.slice(start, offset);
  if ((first !== undefined && first.start < start) || !/^#\s*(?:p[\w-]*:?\s*[\w.]*)?$/.test(typed)) {
    return [];
  }
  const feed = text.indexOf('\n', offset);
  const replace = { start, end: feed === -1 ? text.length : text[feed - 1] === '\r' ? feed - 1 : feed };
  const kinds = [kind, ...configKinds.filter((other) => other !== kind)];
  return kinds.map((known, at) => {
    const { message, title } = configKindFacts[known];
    const line = `# proto-message: ${message}`;
    return {
      label: line,
      kind: 'text',
      insertText: line,
      replace,
      filterText: line,
      sortText: sortKey(1, at),
      detail: title,
    };
  });
}

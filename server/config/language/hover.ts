// What is said of the field or value under the mouse: its meaning, and what the model has in that place. Pure.
import type { Span } from '../../textproto/diagnostics.ts';
import type { FieldSchema, MessageSchema } from '../../textproto/schema.ts';
import type { Document } from '../../textproto/syntax-tree.ts';
import type { ConfigKind } from '../config-kind.ts';
import { configSchema } from '../config-schema.ts';
import type { Surroundings } from '../surroundings.ts';
import type { FieldDocs } from './completion-item.ts';
import { documentationLink } from './documentation-links.ts';
import { fieldDefault, fieldRange, fieldSummary, shortName } from './field-words.ts';
import { hoverFacts } from './hover-facts.ts';
import { code } from './markdown.ts';
import { locate, type Located } from './typed-tree.ts';

/** What to show. */
export interface Hover {
  /** Markdown without HTML and commands. */
  readonly contents: string;
  /** What it is about. */
  readonly span: Span;
}

/** What completion and hover can know beside the text. */
export interface HoverHelp {
  readonly around?: Surroundings;
  readonly docs?: FieldDocs;
}

/** What is said at `offset`; undefined where nothing is. Never throws. */
export function hoverAt(
  document: Document,
  kind: ConfigKind,
  offset: number,
  { around = {}, docs }: HoverHelp = {},
): Hover | undefined {
  const file = configSchema(kind);
  const at = locate(document, file, offset);
  const { level, part, value } = at;
  const { field, schema } = level;
  if (level.at === undefined || field === undefined || schema === undefined || part === 'other') {
    return undefined;
  }
  const facts = hoverFacts(document, kind, at, around);
  if (part === 'name') {
    const paragraphs = [...fieldParagraphs(schema, field, docs), ...facts, ...link(file, at)];
    return { contents: paragraphs.join('\n\n'), span: level.at.name };
  }
  const said =
    field.type.kind === 'enum' && value?.kind === 'identifier'
      ? [...enumParagraphs(field, value.text, docs), ...facts]
      : facts;
  return said.length === 0 || value === undefined ? undefined : { contents: said.join('\n\n'), span: value };
}

function fieldParagraphs(
  owner: MessageSchema,
  field: FieldSchema,
  docs: FieldDocs | undefined,
): readonly string[] {
  // The entries of a map have no comments of their own: those of the map say what they are.
  const doc = docs?.(`${owner.fullName}.${field.name}`) ?? docs?.(owner.fullName);
  return [
    `**${field.name}**: ${fieldSummary(field)}`,
    ...(field.isDeprecated ? ['**Deprecated.**'] : []),
    ...(doc === undefined ? [] : [doc]),
    ...limits(field, doc),
  ];
}

/** Type, range, default and the oneof, as far as they say something. */
function limits(field: FieldSchema, doc: string | undefined): readonly string[] {
  const { type, oneof } = field;
  const range = fieldRange(field);
  const initial = fieldDefault(field);
  const others = oneof?.fields.filter((other) => other !== field).map(({ name }) => code(name)) ?? [];
  const lines = [
    ...(range === undefined ? [] : [`Range: ${range}.`]),
    ...(initial === undefined || doc?.includes('Default') === true ? [] : [`Default: ${code(initial)}.`]),
    ...(type.kind === 'enum' ? [`Values: ${[...type.enum.values.keys()].map(code).join(', ')}.`] : []),
    ...(others.length === 0 ? [] : [`Not together with ${others.join(', ')}.`]),
  ];
  return lines.length === 0 ? [] : [lines.join(' ')];
}

function enumParagraphs({ type }: FieldSchema, name: string, docs: FieldDocs | undefined): readonly string[] {
  const number = type.kind === 'enum' ? type.enum.values.get(name) : undefined;
  if (type.kind !== 'enum' || number === undefined) {
    return [];
  }
  const { fullName } = type.enum;
  const doc = docs?.(`${fullName}.${name}`);
  return [`**${name}** = ${number}, of ${shortName(fullName)}`, ...(doc === undefined ? [] : [doc])];
}

function link(file: MessageSchema, { levels }: Located): readonly string[] {
  const outermost = levels[0]?.at?.name.text ?? '';
  const page = documentationLink(file.fullName, outermost);
  return page === undefined ? [] : [`[Documentation](${page})`];
}

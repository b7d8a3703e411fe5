// Colours by meaning: what a grammar cannot know, such as which names are enum values. Pure.
import type { Span } from '../../textproto/diagnostics.ts';
import type { MessageSchema } from '../../textproto/schema.ts';
import type { Document, MessageValue, Value } from '../../textproto/syntax-tree.ts';
import type { ConfigKind } from '../config-kind.ts';
import { configSchema } from '../config-schema.ts';
import { elementsOf, namedField, type NamedField } from './typed-tree.ts';

/** The types of tokens; names of the Language Server Protocol. `namespace` is that of names in brackets. */
export const semanticTokenTypes = [
  'property',
  'enumMember',
  'string',
  'number',
  'keyword',
  'comment',
  'namespace',
] as const;
export type SemanticTokenType = (typeof semanticTokenTypes)[number];

/** The modifiers of tokens. */
export const semanticTokenModifiers = ['deprecated'] as const;

/** One token; on one line. */
export interface SemanticToken extends Span {
  readonly type: SemanticTokenType;
  readonly isDeprecated: boolean;
}

/** The tokens of a file by place; they do not overlap. Names that the schema does not know have none. */
export function semanticTokens(document: Document, kind: ConfigKind): readonly SemanticToken[] {
  const tokens: SemanticToken[] = [];
  addFields(document, document.root, configSchema(kind), tokens);
  for (const { start, end } of document.comments) {
    addLines(document.text, { start, end }, 'comment', tokens);
  }
  // A sign and a name in brackets may have comments in them.
  let last = 0;
  return tokens
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter(({ start, end }) => {
      const isFree = start >= last;
      last = isFree ? end : last;
      return isFree;
    });
}

function addFields(
  document: Document,
  body: MessageValue,
  owner: MessageSchema | undefined,
  tokens: SemanticToken[],
): void {
  for (const field of body.fields) {
    const { name } = field;
    const named = namedField(owner, name);
    if (name.kind !== 'plain') {
      addLines(document.text, name, 'namespace', tokens);
    } else if (named.field !== undefined && !name.malformed) {
      const { isDeprecated } = named.field;
      tokens.push({ start: name.start, end: name.end, type: 'property', isDeprecated });
    }
    for (const value of elementsOf(field)) {
      if (value.kind === 'message') {
        addFields(document, value, named.message, tokens);
      } else {
        addScalar(document.text, value, named, tokens);
      }
    }
  }
}

function addScalar(text: string, value: Value, { field }: NamedField, tokens: SemanticToken[]): void {
  switch (value.kind) {
    case 'string':
      for (const part of value.parts) {
        addLines(text, part, 'string', tokens);
      }
      return;
    case 'number':
      addLines(text, value, 'number', tokens);
      return;
    case 'identifier': {
      const isMember = field?.type.kind === 'enum';
      if (!isMember || field.type.enum.values.has(value.text)) {
        addLines(text, value, isMember ? 'enumMember' : 'keyword', tokens);
      }
      return;
    }
    case 'bare':
    case 'list':
    case 'message':
  }
}

/** A token for each line that `span` has text on. */
function addLines(
  text: string,
  { start, end }: Span,
  type: SemanticTokenType,
  tokens: SemanticToken[],
): void {
  let at = start;
  for (const line of text.slice(start, end).split('\n')) {
    const length = line.endsWith('\r') ? line.length - 1 : line.length;
    if (length > 0) {
      tokens.push({ start: at, end: at + length, type, isDeprecated: false });
    }
    at += line.length + 1;
  }
}

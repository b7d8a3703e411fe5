// The outline of a config file: its messages by name, and its fields. Pure.
import type { Span } from '../../textproto/diagnostics.ts';
import type { MessageSchema } from '../../textproto/schema.ts';
import type { Document, Field, MessageValue, Value } from '../../textproto/syntax-tree.ts';
import type { ConfigKind } from '../config-kind.ts';
import { configSchema } from '../config-schema.ts';
import { elementsOf, fieldOf, namedField, stringField } from './typed-tree.ts';

/** One entry of the outline. */
export interface ConfigSymbol {
  /** The field, with the name that its message has: `input "x"`. Never empty. */
  readonly name: string;
  /** The value of a scalar, shortened. */
  readonly detail: string;
  readonly kind: 'message' | 'string' | 'number' | 'boolean' | 'enum' | 'list';
  /** All of it. */
  readonly span: Span;
  /** What is selected when it is picked; in `span`. */
  readonly selection: Span;
  readonly children: readonly ConfigSymbol[];
}

/** How many entries an outline has at most. */
const symbolLimit = 5000;

/** How much of a value is shown. */
const detailLimit = 60;

/** The fields that name the message that they are in, the first that is there counts. */
const naming = ['name', 'key', 'model_name', 'input_name'];

/** The outline of the file, in its order. The first 5000 entries of large ones. */
export function symbolsOf(document: Document, kind: ConfigKind): readonly ConfigSymbol[] {
  const budget = { left: symbolLimit };
  return fieldsOf(document.text, document.root, configSchema(kind), budget);
}

interface Budget {
  left: number;
}

function fieldsOf(
  text: string,
  body: MessageValue,
  schema: MessageSchema | undefined,
  budget: Budget,
): readonly ConfigSymbol[] {
  const symbols: ConfigSymbol[] = [];
  for (const field of body.fields) {
    if (field.name.start >= field.name.end) {
      continue;
    }
    for (const symbol of symbolsOfField(text, field, schema, budget)) {
      symbols.push(symbol);
    }
    if (budget.left <= 0) {
      break;
    }
  }
  return symbols;
}

function symbolsOfField(
  text: string,
  field: Field,
  owner: MessageSchema | undefined,
  budget: Budget,
): readonly ConfigSymbol[] {
  const { value } = field;
  const elements = elementsOf(field);
  if (!elements.some((element) => element.kind === 'message')) {
    budget.left--;
    const { field: schema } = namedField(owner, field.name);
    const kind = value?.kind === 'list' ? 'list' : kindOf(value, schema?.type.kind === 'enum');
    const detail =
      value === undefined
        ? ''
        : shorten(text.slice(value.start, Math.min(value.end, value.start + 4 * detailLimit)));
    return [{ name: nameText(text, field), detail, kind, span: field, selection: field.name, children: [] }];
  }
  const { message } = namedField(owner, field.name);
  return elements.flatMap((element): readonly ConfigSymbol[] => {
    if (element.kind !== 'message' || budget.left <= 0) {
      return [];
    }
    budget.left--;
    const isElement = value?.kind === 'list';
    const span = isElement ? element : field;
    const selection = isElement
      ? { start: element.start, end: Math.min(element.start + 1, element.end) }
      : field.name;
    const named = ownName(text, element);
    const name = nameText(text, field);
    const children = fieldsOf(text, element, message, budget);
    return [
      {
        name: named === undefined ? name : `${name} "${shorten(named)}"`,
        detail: '',
        kind: 'message',
        span: { start: span.start, end: span.end },
        selection: { start: selection.start, end: selection.end },
        children,
      },
    ];
  });
}

function nameText(text: string, { name }: Field): string {
  const shown = name.kind === 'plain' ? name.text : `[${name.text}]`;
  return shorten(name.text === '' ? text.slice(name.start, name.end) : shown) || '?';
}

function ownName(text: string, body: MessageValue): string | undefined {
  for (const field of naming) {
    const named = stringField(text, body, field);
    if (named !== undefined && named !== '') {
      return named;
    }
  }
  const key = fieldOf(body, 'key')?.value;
  return key?.kind === 'number' ? text.slice(key.start, key.end) : undefined;
}

function kindOf(value: Value | undefined, isEnum: boolean): ConfigSymbol['kind'] {
  switch (value?.kind) {
    case 'number':
      return isEnum ? 'enum' : 'number';
    case 'identifier':
      return isEnum ? 'enum' : 'boolean';
    default:
      return 'string';
  }
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > detailLimit ? `${line.slice(0, detailLimit - 1)}…` : line;
}

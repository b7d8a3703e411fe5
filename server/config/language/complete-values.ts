// The values that can come at an offset: those that the model, the disk or the file suggest, and those of the type. Pure.
import { styleOf } from '../../textproto/file-style.ts';
import { stringLiteral } from '../../textproto/strings.ts';
import { isNotSaid, messageTexts } from './complete-names.ts';
import { snippetText, sortKey, type Completion } from './completion-item.ts';
import { otherElements, type ValueContext, type ValueOption } from './value-context.ts';
import { likelyValues } from './value-sources.ts';

/** What can come at the place of `context`: the likeliest first. */
export function completeValues(context: ValueContext): readonly Completion[] {
  const { place, document } = context;
  const { field, message, replace, frame } = place;
  if (message !== undefined) {
    if (place.quote !== '' || frame.schema === undefined) {
      return [];
    }
    return messageTexts(frame.schema, field, styleOf(document).unit).map(({ label, text }, at) => ({
      label,
      kind: 'snippet',
      insertText: text,
      replace,
      filterText: '{',
      sortText: sortKey(1, at),
    }));
  }
  const isText =
    field.type.kind === 'scalar' && (field.type.scalar === 'string' || field.type.scalar === 'bytes');
  if (place.quote !== '' && !isText) {
    return [];
  }
  const likely = likelyValues(context);
  const known = new Set(likely.map(({ text }) => text));
  const options = [...likely, ...typeValues(context).filter(({ text }) => !known.has(text))];
  return options.map((option, at) => item(context, option, at, isText));
}

function item(
  { place }: ValueContext,
  { text, label, kind, detail, documentation }: ValueOption,
  at: number,
  isText: boolean,
): Completion {
  return {
    label: label ?? (text === '' ? '""' : text),
    kind,
    insertText: isText ? stringText(text, place.quote, place.isOpen) : snippetText(text),
    replace: place.replace,
    filterText: text,
    sortText: sortKey(1, at),
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined ? {} : { documentation }),
  };
}

/** The string as a snippet: whole, or what comes between quotes of which the first, at least, is there. */
function stringText(content: string, quote: '' | '"' | "'", isOpen: boolean): string {
  const literal = stringLiteral(content);
  if (quote === '') {
    return snippetText(literal);
  }
  const inner = literal.slice(1, -1);
  const escaped = quote === "'" ? inner.replaceAll('\\"', '"').replaceAll("'", "\\'") : inner;
  return snippetText(escaped) + (isOpen ? quote : '');
}

/** The values that the field's type has, where they can be listed. */
function typeValues(context: ValueContext): readonly ValueOption[] {
  const { place, help } = context;
  const { type } = place.field;
  if (type.kind === 'enum') {
    const { fullName, values } = type.enum;
    const taken = place.inList ? otherElements(context) : new Set<string>();
    const names = [...values].filter(([name]) => !taken.has(name));
    const said = names.filter(([name, number]) => !isNotSaid(name, number));
    const notSaid = names.filter(([name, number]) => isNotSaid(name, number));
    return [...said, ...notSaid].map(([text, number]) => ({
      text,
      kind: 'enumMember',
      detail: String(number),
      documentation: help.docs?.(`${fullName}.${text}`),
    }));
  }
  return type.kind === 'scalar' && type.scalar === 'bool'
    ? ['true', 'false'].map((text) => ({ text, kind: 'keyword' }))
    : [];
}

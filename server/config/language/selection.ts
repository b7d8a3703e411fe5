// What a selection grows to, step by step. Pure.
import type { Span } from '../../textproto/diagnostics.ts';
import type { Document } from '../../textproto/syntax-tree.ts';
import type { ConfigKind } from '../config-kind.ts';
import { configSchema } from '../config-schema.ts';
import { contentSpan, locate } from './typed-tree.ts';

/** The spans around `offset`, from the innermost out to the file; each holds the one before it. */
export function selectionSpansAt(document: Document, kind: ConfigKind, offset: number): readonly Span[] {
  const at = Math.max(0, Math.min(offset, document.text.length));
  const { levels, value } = locate(document, configSchema(kind), at);
  const spans: Span[] = [];
  for (const { body, at: field, list } of levels) {
    spans.push(body);
    if (body.open !== '' && body.bodyStart <= at && at <= body.bodyEnd) {
      spans.push({ start: body.bodyStart, end: body.bodyEnd });
    }
    if (field !== undefined) {
      spans.push(field, ...(list === undefined ? [] : [list]));
      if (field.name.start <= at && at <= field.name.end) {
        spans.push(field.name);
      }
    }
  }
  if (value !== undefined) {
    const content = value.kind === 'string' ? contentSpan(document.text, value) : undefined;
    const isInside = content !== undefined && content.start <= at && at <= content.end;
    spans.push(value, ...(isInside ? [content] : []));
  }
  return nested(spans).reverse();
}

/** Those of `spans`, from the outermost in, that are smaller than the one before them. */
function nested(spans: readonly Span[]): Span[] {
  const kept: Span[] = [];
  for (const { start, end } of spans) {
    const last = kept.at(-1);
    const isWithin = last === undefined || (start >= last.start && end <= last.end);
    if (isWithin && (last === undefined || start > last.start || end < last.end)) {
      kept.push({ start, end });
    }
  }
  return kept;
}

// Reads CSV (RFC 4180; also with semicolons or tabs) into the rows of an input.
import { elementTypeOf, isElement } from './element-types.ts';
import type { ElementsValue } from './tensor-value.ts';

/** Why a file is not taken. The words' gaps are `details`. */
export interface CsvProblem {
  readonly problem: 'empty' | 'ragged' | 'element';
  readonly details: readonly string[];
}

/**
 * One row of the input for each line; a first line that is no data is a heading. `size`: elements of one row of the input,
 * or undefined where any number will do. A single column of a wider input is not taken.
 */
export function readCsv(text: string, dtype: string, size: number | undefined): ElementsValue | CsvProblem {
  const lines = recordsOf(text);
  const type = elementTypeOf(dtype);
  const valueOf = (field: string): string => {
    const trimmed = field.trim();
    switch (type.kind) {
      case 'string':
        return JSON.stringify(field);
      case 'bool':
        return /^(true|1)$/i.test(trimmed) ? 'true' : /^(false|0)$/i.test(trimmed) ? 'false' : trimmed;
      default:
        return /^nan$/i.test(trimmed)
          ? 'NaN'
          : trimmed
              .replace(/^\+/, '')
              .replace(/^(-?)\./, '$10.')
              .replace(/\.$/, '.0');
    }
  };
  const isData = (fields: readonly string[]): boolean =>
    fields.every((field) => isElement(valueOf(field), type));
  const [first] = lines;
  const hasHeading = type.kind !== 'string' && first !== undefined && lines.length > 1 && !isData(first);
  const rows = hasHeading ? lines.slice(1) : lines;
  const width = size ?? rows[0]?.length ?? 0;
  if (rows.length === 0 || width === 0) {
    return { problem: 'empty', details: [] };
  }
  const elements: string[] = [];
  for (const [index, fields] of rows.entries()) {
    const line = String(index + (hasHeading ? 2 : 1));
    if (fields.length !== width) {
      return { problem: 'ragged', details: [line, String(fields.length), String(width)] };
    }
    for (const field of fields) {
      const value = valueOf(field);
      if (!isElement(value, type)) {
        return { problem: 'element', details: [line, field, type.name] };
      }
      elements.push(value);
    }
  }
  return { kind: 'elements', shape: [rows.length, width], elements };
}

/** The records, without empty lines. The separator is what the first line has most of. */
function recordsOf(text: string): string[][] {
  const clean = text.replace(/^\ufeff/, '');
  const head = clean.slice(0, clean.search(/[\r\n]|$/));
  const count = (separator: string): number => head.split(separator).length;
  const [separator = ','] = [',', ';', '\t'].sort((a, b) => count(b) - count(a));
  const records: string[][] = [];
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  const endRecord = (): void => {
    fields.push(field);
    if (fields.some((one) => one.trim() !== '')) {
      records.push(fields);
    }
    fields = [];
    field = '';
  };
  for (let at = 0; at < clean.length; at++) {
    const character = clean[at] ?? '';
    if (quoted) {
      if (character === '"' && clean[at + 1] === '"') {
        field += '"';
        at++;
      } else if (character === '"') {
        quoted = false;
      } else {
        field += character;
      }
    } else if (character === '"' && field === '') {
      quoted = true;
    } else if (character === separator) {
      fields.push(field);
      field = '';
    } else if (character === '\n') {
      endRecord();
    } else if (character !== '\r') {
      field += character;
    }
  }
  endRecord();
  return records;
}

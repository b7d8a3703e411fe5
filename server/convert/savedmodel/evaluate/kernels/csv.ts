// DecodeCSV: records of comma-separated values as one tensor for each column.
import { boolAttr, bytesAttr, intListAttr, stringAttr, typeListAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import { refusal, stringsAt, tensorAt } from '../operands.ts';
import { utf8Of } from '../strings/ascii.ts';
import { parseFloat32, parseFloat64, parseInteger } from '../strings/parse-number.ts';
import type { Value } from '../../../value.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Kernel, Kernels } from '../contract.ts';

const quote = 0x22;
const isLineEnd = (byte: number | undefined): boolean => byte === 0x0a || byte === 0x0d;

interface Style {
  readonly delimiter: number;
  readonly hasQuotes: boolean;
}

/** A field and where the next one begins. */
interface Field {
  readonly text: Uint8Array;
  readonly next: number;
}

function plainField(record: Uint8Array, start: number, { delimiter, hasQuotes }: Style): Field {
  let end = start;
  for (; end < record.length && record[end] !== delimiter; end++) {
    if ((hasQuotes && record[end] === quote) || isLineEnd(record[end])) {
      throw refusal('Unquoted fields cannot have quotes/CRLFs inside');
    }
  }
  return { text: record.subarray(start, end), next: end + 1 };
}

function quotedField(record: Uint8Array, start: number, { delimiter }: Style): Field {
  const text: number[] = [];
  let at = start;
  while (at < record.length - 1 && (record[at] !== quote || record[at + 1] !== delimiter)) {
    const byte = record[at] ?? 0;
    if (byte === quote && record[at + 1] !== quote) {
      throw refusal('Quote inside a string has to be escaped by another quote');
    }
    text.push(byte);
    at += byte === quote ? 2 : 1;
  }
  if (record[at] !== quote) {
    throw refusal('Quoted field has to end with quote followed by delim or end');
  }
  return { text: Uint8Array.from(text), next: at + 2 };
}

/** The fields of a record, up to the last one wanted; line ends between them count for nothing. */
function fieldsOf(record: Uint8Array, style: Style, last: number): Uint8Array[] {
  const fields: Uint8Array[] = [];
  let at = 0;
  while (at < record.length) {
    if (isLineEnd(record[at])) {
      at++;
      continue;
    }
    const isQuoted = style.hasQuotes && record[at] === quote;
    const field = isQuoted ? quotedField(record, at + 1, style) : plainField(record, at, style);
    fields.push(field.text);
    at = field.next;
    if (fields.length > last) {
      return fields;
    }
  }
  if (record.at(-1) === style.delimiter) {
    fields.push(new Uint8Array());
  }
  return fields;
}

type Parse = (text: string) => number | bigint | undefined;

const parsers: ReadonlyMap<string, Parse> = new Map<string, Parse>([
  ['float32', parseFloat32],
  ['float64', parseFloat64],
  ['int32', (text) => parseInteger(text.trim(), -(2n ** 31n), 2n ** 31n - 1n)],
  ['int64', (text) => parseInteger(text.trim(), -(2n ** 63n), 2n ** 63n - 1n)],
]);

/** TensorFlow's names of the types. */
const typeNames: ReadonlyMap<string, string> = new Map([
  ['float32', 'float'],
  ['float64', 'double'],
]);

/** One column: the field of each record, or the default. */
function columnOf(
  fields: readonly Uint8Array[],
  index: number,
  fallback: Value,
  notGiven: string,
  node: GraphNode,
): Value['data'] {
  const { dtype } = fallback;
  if (fallback.data.length > 1) {
    throw refusal(`There should be only 1 default per field but field ${index} has ${fallback.data.length}`);
  }
  const parse = parsers.get(dtype);
  if (parse === undefined && dtype !== 'string') {
    throw new Unsupported(`${node.op} of ${dtype}`);
  }
  const elements = fields.map((field, record) => {
    const text = utf8Of(field);
    if (field.length === 0 || text === notGiven) {
      const given = fallback.data[0];
      if (given === undefined) {
        throw refusal(`Field ${index} is required but missing in record ${record}!`);
      }
      return given;
    }
    const element = parse === undefined ? field : parse(text);
    if (element === undefined) {
      throw refusal(
        `Field ${index} in record ${record} is not a valid ${typeNames.get(dtype) ?? dtype}: ${text}`,
      );
    }
    return element;
  });
  if (dtype === 'string') {
    return elements as Uint8Array[];
  }
  return dtype === 'int64'
    ? BigInt64Array.from(elements as bigint[])
    : (fallback.data.constructor as Float64ArrayConstructor).from(elements, Number);
}

const decodeCsv: Kernel = (operands, node) => {
  const { shape, data: records } = stringsAt(operands, 0, node);
  const types = typeListAttr(node, 'OUT_TYPE').map(elementTypeOf);
  const delimiter = bytesAttr(node, 'field_delim', Uint8Array.of(0x2c));
  if (delimiter.length !== 1) {
    throw refusal('field_delim should be only 1 char');
  }
  const style = { delimiter: delimiter[0] ?? 0, hasQuotes: boolAttr(node, 'use_quote_delim', true) };
  const chosen = intListAttr(node, 'select_cols', []);
  const notGiven = stringAttr(node, 'na_value', '');
  const rows = records.map((record, i) => {
    const all = fieldsOf(record, style, chosen.at(-1) ?? Infinity);
    const fields = chosen.length === 0 ? all : chosen.flatMap((column) => all[column] ?? []);
    if (fields.length !== types.length) {
      throw refusal(`Expect ${types.length} fields but have ${fields.length} in record ${i}`);
    }
    return fields;
  });
  return types.map((dtype, index) => {
    const fallback = tensorAt(operands, index + 1, node);
    const fields = rows.map((row) => row[index] ?? new Uint8Array());
    return { dtype, shape, data: columnOf(fields, index, fallback, notGiven, node) } as Value;
  });
};

/** DecodeCSV. */
export const csvKernels: Kernels = new Map<string, Kernel>([['DecodeCSV', decodeCsv]]);

// Text files as the contents of lookup tables, as TensorFlow reads them (lookup_util.cc).
import { refusal } from '../operands.ts';
import { latin1Of } from '../strings/ascii.ts';
import { parseFloat32, parseFloat64, parseInteger } from '../strings/parse-number.ts';
import { Unsupported } from '../../unsupported.ts';
import type { LookupTable } from '../contract.ts';

/** How a file is read. */
export interface VocabularyFormat {
  /** For messages. */
  readonly fileName: string;
  /** A column from 0 on, -1 for the line's number, -2 for the whole line. */
  readonly keyIndex: number;
  readonly valueIndex: number;
  /** How many lines there must be at least, and are read; -1 for all. */
  readonly size: number;
  readonly delimiter: string;
  /** Added to the line's number. */
  readonly offset: number;
}

const lineNumber = -1;
const wholeLine = -2;

type Entry = string | bigint | number;
type EntryType = LookupTable['keyType'] | LookupTable['valueType'];

/** Reads one of the two parts of a line. */
type Reader = (line: string, number: number, columns: readonly string[]) => Entry;

/** Puts the lines of a file into a table. Throws INFERENCE_FAILED with TensorFlow's words. */
export function readVocabulary(bytes: Uint8Array, format: VocabularyFormat, table: LookupTable): void {
  const { fileName, keyIndex, valueIndex, size, delimiter } = format;
  const lines = linesOf(latin1Of(bytes));
  const count = size === -1 ? lines.length : size;
  if (lines.length < count) {
    throw refusal(`Invalid vocab_size in ${fileName}: expected ${count} but got ${lines.length}`);
  }
  const columnCount = Math.max(keyIndex, valueIndex) + 1;
  const readKey = readerOf(keyIndex, table.keyType, format);
  const readValue = readerOf(valueIndex, table.valueType, format);
  for (let number = 0; number < count; number++) {
    const line = lines[number] ?? '';
    const columns = columnCount > 0 ? line.split(delimiter) : [];
    if (columns.length < columnCount) {
      throw refusal(
        `Invalid number of columns in ${fileName} line ${number} (${line}) : expected ${columnCount} got ${columns.length}`,
      );
    }
    addEntry(table, readKey(line, number, columns) as string | bigint, readValue(line, number, columns));
  }
}

/** Adds an entry. Throws INFERENCE_FAILED where the key has another value already. */
export function addEntry(table: LookupTable, key: string | bigint, value: Entry): void {
  const before = table.entries.get(key);
  if (before !== undefined && before !== value) {
    throw refusal(
      `HashTable has different value for same key. Key ${key} has ${before} and trying to add value ${value}`,
    );
  }
  table.entries.set(key, value);
}

/** TensorFlow drops every carriage return, not only those before a line feed. */
function linesOf(text: string): string[] {
  const lines = (text.includes('\r') ? text.replaceAll('\r', '') : text).split('\n');
  if (lines.at(-1) === '') {
    lines.pop();
  }
  return lines;
}

function readerOf(index: number, type: EntryType, format: VocabularyFormat): Reader {
  if (index === lineNumber) {
    if (type !== 'int64') {
      throw refusal(`Key index for line number requires column type of int64, got ${type}`);
    }
    return (_, number) => BigInt(number + format.offset);
  }
  const convert = converterOf(type);
  const read = (text: string, number: number): Entry => {
    const value = convert(text);
    if (value === undefined) {
      throw refusal(`Field ${text} in line ${number} is not a valid ${type}.`);
    }
    return value;
  };
  return index === wholeLine
    ? (line, number) => read(line, number)
    : (_, number, columns) => read(columns[index] ?? '', number);
}

function converterOf(type: EntryType): (text: string) => Entry | undefined {
  switch (type) {
    case 'string':
      return (text) => text;
    case 'int64':
      return (text) => parseInteger(text, -(2n ** 63n), 2n ** 63n - 1n);
    case 'float32':
      return parseFloat32;
    case 'float64':
      return parseFloat64;
    default:
      throw new Unsupported(`a vocabulary file with ${type}`);
  }
}

// Kernels on Unicode: decoding, encoding, transcoding, normalizing.
import { boolAttr, intAttr, stringAttr, typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import { numbersAt, refusal, stringsAt } from '../operands.ts';
import { utf8Bytes, utf8Of } from '../strings/ascii.ts';
import { isScalar, malformed, readerOf, writerOf } from '../strings/unicode.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Value } from '../../../value.ts';
import type { Kernel, Kernels } from '../contract.ts';

/** Code points of one text, and where each began. */
interface Decoded {
  readonly points: number[];
  readonly offsets: number[];
  /** Whether the text is as it would be written anew. */
  readonly isClean: boolean;
}

interface ErrorRule {
  readonly errors: string;
  readonly replacement: number;
}

function ruleOf(node: GraphNode): ErrorRule {
  return {
    errors: stringAttr(node, 'errors', 'replace'),
    replacement: intAttr(node, 'replacement_char', 0xfffd),
  };
}

/** Control characters (C0) that `replace_control_characters` means. */
function isControl(point: number): boolean {
  return point < 0x20;
}

function decoderOf(node: GraphNode): (bytes: Uint8Array) => Decoded {
  const encoding = stringAttr(node, 'input_encoding');
  const reader = readerOf(encoding);
  if (reader === undefined) {
    throw new Unsupported(`the encoding ${encoding}`);
  }
  const { errors, replacement } = ruleOf(node);
  const replacesControls = boolAttr(node, 'replace_control_characters', false);
  return (bytes) => {
    const points: number[] = [];
    const offsets: number[] = [];
    let isClean = true;
    for (let at = 0; at < bytes.length;) {
      const { value, length } = reader(bytes, at);
      const isReplaced = value === malformed || (replacesControls && isControl(value));
      isClean &&= !isReplaced;
      if (value === malformed && errors === 'strict') {
        throw refusal('Invalid formatting on input string');
      }
      if (!isReplaced || errors !== 'ignore') {
        points.push(isReplaced ? replacement : value);
        offsets.push(at);
      }
      at += length;
    }
    return { points, offsets, isClean };
  };
}

function splitsOf(node: GraphNode, counts: readonly number[]): Value {
  let sum = 0;
  const splits = [0, ...counts.map((count) => (sum += count))];
  return elementTypeOf(typeAttr(node, 'Tsplits', 9)) === 'int32'
    ? { dtype: 'int32', shape: [splits.length], data: Int32Array.from(splits) }
    : { dtype: 'int64', shape: [splits.length], data: BigInt64Array.from(splits, BigInt) };
}

const unicodeDecode: Kernel = (operands, node) => {
  const decode = decoderOf(node);
  const rows = stringsAt(operands, 0, node).data.map(decode);
  const points = Int32Array.from(rows.flatMap((row) => row.points));
  const offsets = BigInt64Array.from(
    rows.flatMap((row) => row.offsets),
    BigInt,
  );
  const outputs: Value[] = [
    splitsOf(
      node,
      rows.map((row) => row.points.length),
    ),
    { dtype: 'int32', shape: [points.length], data: points },
  ];
  return node.op === 'UnicodeDecode'
    ? outputs
    : [...outputs, { dtype: 'int64', shape: [offsets.length], data: offsets }];
};

function encoderOf(node: GraphNode): (points: readonly number[]) => Uint8Array {
  const encoding = stringAttr(node, 'output_encoding');
  const writer = writerOf(encoding);
  if (writer === undefined) {
    throw new Unsupported(`the encoding ${encoding}`);
  }
  return writer;
}

const unicodeTranscode: Kernel = (operands, node) => {
  const input = stringsAt(operands, 0, node);
  const decode = decoderOf(node);
  const encode = encoderOf(node);
  const isSame = stringAttr(node, 'input_encoding') === stringAttr(node, 'output_encoding');
  const data = input.data.map((bytes) => {
    const { points, isClean } = decode(bytes);
    return isClean && isSame ? bytes : encode(points);
  });
  return [{ ...input, data }];
};

const unicodeEncode: Kernel = (operands, node) => {
  const points = numbersAt(operands, 0, node);
  const splits = numbersAt(operands, 1, node);
  const encode = encoderOf(node);
  const { errors, replacement } = ruleOf(node);
  if (splits[0] !== 0) {
    throw refusal('First value in input_splits must be zero.');
  }
  if (splits.at(-1) !== points.length) {
    throw refusal('Last value in input_splits must be equal to length of input_tensor.');
  }
  const data = splits.slice(1).map((end, row) => {
    const start = splits[row] ?? 0;
    if (end < start) {
      throw refusal('Values in input_splits must be equal or in ascending order.');
    }
    const kept = points.slice(start, end).flatMap((point) => {
      if (isScalar(point)) {
        return [point];
      }
      if (errors === 'strict') {
        throw refusal('Code point is out of range for Unicode, or is a surrogate.');
      }
      return errors === 'ignore' ? [] : [replacement];
    });
    return encode(kept);
  });
  return [{ dtype: 'string', shape: [data.length], data }];
};

const forms: ReadonlyMap<string, string> = new Map([
  ['NFC', 'NFC'],
  ['NFD', 'NFD'],
  ['NFKC', 'NFKC'],
  ['NFKD', 'NFKD'],
]);

const normalizeUtf8: Kernel = (operands, node) => {
  const input = stringsAt(operands, 0, node);
  const form = forms.get(stringAttr(node, 'normalization_form', 'NFKC').toUpperCase());
  if (form === undefined) {
    throw new Unsupported('this normalization form');
  }
  return [{ ...input, data: input.data.map((bytes) => utf8Bytes(utf8Of(bytes).normalize(form))) }];
};

export const unicodeKernels: Kernels = new Map<string, Kernel>([
  ['UnicodeDecode', unicodeDecode],
  ['UnicodeDecodeWithOffsets', unicodeDecode],
  ['UnicodeTranscode', unicodeTranscode],
  ['UnicodeEncode', unicodeEncode],
  ['NormalizeUTF8', normalizeUtf8],
]);

// Kernels of strings that stay strings: case, length, joining, splitting, parts.
import { boolAttr, bytesAttr, intAttr, stringAttr } from '../../graph/attributes.ts';
import { sizeOf } from '../../../value.ts';
import { broadcastValue } from '../moves.ts';
import { numberAt, numbersAt, refusal, stringsAt, tensorAt } from '../operands.ts';
import { broadcastShape, sameShape, shapeText, stridesOf } from '../shapes.ts';
import { joinBytes, latin1Of, strip, utf8Bytes, utf8Of } from '../strings/ascii.ts';
import { splitAtAny, splitAtText, splitAtWhiteSpace } from '../strings/split.ts';
import type { RealValue, StringValue, Value } from '../../../value.ts';
import type { Kernel, Kernels } from '../contract.ts';

/** A kernel that makes a string of each string. */
function each(change: (text: Uint8Array) => Uint8Array): Kernel {
  return (operands, node) => {
    const input = stringsAt(operands, 0, node);
    return [{ ...input, data: input.data.map(change) }];
  };
}

/** A kernel of upper or lower case: all of Unicode, or ASCII only. */
function cased(change: (text: string) => string, first: number, distance: number): Kernel {
  return (operands, node, context) => {
    const encoding = stringAttr(node, 'encoding', '');
    if (encoding === 'utf-8') {
      return each((text) => utf8Bytes(change(utf8Of(beforeNul(text)))))(operands, node, context);
    }
    if (encoding !== '') {
      throw refusal(`only utf-8 or '' (no encoding) is supported, received ${encoding}`);
    }
    return each((text) => text.map((byte) => (byte >= first && byte < first + 26 ? byte + distance : byte)))(
      operands,
      node,
      context,
    );
  };
}

/** TensorFlow hands these texts to ICU as C strings, which end there. */
function beforeNul(text: Uint8Array): Uint8Array {
  const end = text.indexOf(0);
  return end < 0 ? text : text.subarray(0, end);
}

function characterCount(text: Uint8Array): number {
  let count = 0;
  for (const byte of text) {
    count += (byte & 0xc0) === 0x80 ? 0 : 1;
  }
  return count;
}

const stringLength: Kernel = (operands, node) => {
  const { shape, data } = stringsAt(operands, 0, node);
  const inCharacters = stringAttr(node, 'unit', 'BYTE') === 'UTF8_CHAR';
  const lengths = Int32Array.from(data, (text) => (inCharacters ? characterCount(text) : text.length));
  return [{ dtype: 'int32', shape, data: lengths }];
};

const stringJoin: Kernel = (operands, node) => {
  const separator = bytesAttr(node, 'separator', new Uint8Array());
  const inputs = operands.map((_, i) => stringsAt(operands, i, node));
  const shape = inputs.find((input) => input.shape.length > 0)?.shape ?? [];
  const unfit = inputs.find((input) => input.shape.length > 0 && !sameShape(input.shape, shape));
  if (unfit !== undefined) {
    throw refusal(`Input shapes do not match: ${shapeText(shape)} vs. ${shapeText(unfit.shape)}`);
  }
  const data = Array.from({ length: sizeOf(shape) }, (_, i) =>
    joinBytes(
      inputs.map((input) => input.data[input.shape.length === 0 ? 0 : i] ?? new Uint8Array()),
      separator,
    ),
  );
  return [{ dtype: 'string', shape, data }];
};

function reducedAxes(axes: readonly number[], rank: number): number[] {
  const seen = new Set<number>();
  for (const axis of axes) {
    const fromFront = axis < 0 ? axis + rank : axis;
    if (fromFront < 0 || fromFront >= rank) {
      throw refusal(`Invalid reduction dimension ${axis} for input with ${rank} dimension(s)`);
    }
    if (seen.has(fromFront)) {
      throw refusal(`Duplicate reduction dimension ${fromFront}`);
    }
    seen.add(fromFront);
  }
  return [...seen];
}

/** Where the elements lie that differ along some axes only, the last axis fastest. */
function offsetsAlong(axes: readonly number[], shape: readonly number[]): number[] {
  const strides = stridesOf(shape);
  let offsets = [0];
  for (const axis of axes) {
    const steps = Array.from({ length: shape[axis] ?? 0 }, (_, i) => i * (strides[axis] ?? 0));
    offsets = offsets.flatMap((offset) => steps.map((step) => offset + step));
  }
  return offsets;
}

const reduceJoin: Kernel = (operands, node, context) => {
  const { shape, data } = stringsAt(operands, 0, node);
  const axes = reducedAxes(numbersAt(operands, 1, node), shape.length);
  if (axes.length === 0) {
    return [stringsAt(operands, 0, node)];
  }
  const separator = bytesAttr(node, 'separator', new Uint8Array());
  const isKept = boolAttr(node, 'keep_dims', false);
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  context.claim(sizeOf(kept.map((axis) => shape[axis] ?? 0)));
  // The axis that is named first runs fastest.
  const inner = offsetsAlong(axes.toReversed(), shape);
  const joined = offsetsAlong(kept, shape).map((start) =>
    joinBytes(
      inner.map((offset) => data[start + offset] ?? new Uint8Array()),
      separator,
    ),
  );
  const outShape = isKept
    ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : kept.map((axis) => shape[axis] ?? 0);
  return [{ dtype: 'string', shape: outShape, data: joined }];
};

/** The strings of each row as a sparse tensor: indices, values, shape. */
function sparseRows(rows: readonly (readonly Uint8Array[])[]): readonly Value[] {
  const values = rows.flat();
  const indices = new BigInt64Array(values.length * 2);
  let at = 0;
  let widest = 0;
  rows.forEach((row, r) => {
    widest = Math.max(widest, row.length);
    row.forEach((_, column) => {
      indices[at++] = BigInt(r);
      indices[at++] = BigInt(column);
    });
  });
  return [
    { dtype: 'int64', shape: [values.length, 2], data: indices },
    { dtype: 'string', shape: [values.length], data: values },
    { dtype: 'int64', shape: [2], data: BigInt64Array.of(BigInt(rows.length), BigInt(widest)) },
  ];
}

function vectorAt(...[operands, index, node]: Parameters<typeof stringsAt>): readonly Uint8Array[] {
  const input = stringsAt(operands, index, node);
  if (input.shape.length !== 1) {
    throw refusal(`input must be a vector, got shape: ${shapeText(input.shape)}`);
  }
  return input.data;
}

const stringSplit: Kernel = (operands, node) => {
  const delimiters = stringsAt(operands, 1, node).data[0] ?? new Uint8Array();
  const skipsEmpty = boolAttr(node, 'skip_empty', true);
  return sparseRows(vectorAt(operands, 0, node).map((text) => splitAtAny(text, delimiters, skipsEmpty)));
};

const stringSplitV2: Kernel = (operands, node) => {
  const separator = stringsAt(operands, 1, node).data[0] ?? new Uint8Array();
  const most = intAttr(node, 'maxsplit', -1);
  const limit = most < 0 ? Infinity : most;
  return sparseRows(
    vectorAt(operands, 0, node).map((text) =>
      limit === 0
        ? [text]
        : separator.length === 0
          ? splitAtWhiteSpace(text, limit)
          : splitAtText(text, separator, limit),
    ),
  );
};

/** Where each character begins, and the end. */
function characterStarts(text: Uint8Array): number[] {
  const starts: number[] = [];
  text.forEach((byte, at) => {
    if ((byte & 0xc0) !== 0x80) {
      starts.push(at);
    }
  });
  return [...starts, text.length];
}

/** undefined where the position is out of range. A negative length means all in bytes, nothing in characters: TensorFlow has it so. */
function partOf(
  text: Uint8Array,
  position: number,
  length: number,
  starts?: readonly number[],
): Uint8Array | undefined {
  const size = starts === undefined ? text.length : starts.length - 1;
  if (position > size || position < -size) {
    return undefined;
  }
  const start = position < 0 ? position + size : position;
  if (starts === undefined) {
    return text.subarray(start, length < 0 ? size : start + length);
  }
  return text.subarray(starts[start], starts[Math.min(size, start + Math.max(0, length))]);
}

const substr: Kernel = (operands, node, context) => {
  const input = stringsAt(operands, 0, node);
  const positions = tensorAt(operands, 1, node);
  const lengths = tensorAt(operands, 2, node);
  if (!sameShape(positions.shape, lengths.shape)) {
    throw refusal(
      `pos and len should have the same shape, got: ${shapeText(positions.shape)} vs. ${shapeText(lengths.shape)}`,
    );
  }
  const shape = broadcastShape(input.shape, positions.shape);
  context.claim(sizeOf(shape));
  const inCharacters = stringAttr(node, 'unit', 'BYTE') === 'UTF8_CHAR';
  const position = numbersAt([broadcastValue(positions, shape)], 0, node);
  const length = numbersAt([broadcastValue(lengths, shape)], 0, node);
  const texts: StringValue = broadcastValue(input, shape);
  const data = texts.data.map((text, i) => {
    const at = position[i] ?? 0;
    const part = partOf(text, at, length[i] ?? 0, inCharacters ? characterStarts(text) : undefined);
    if (part === undefined) {
      throw refusal(
        `pos ${at} out of range for string${inCharacters ? '' : ` b'${latin1Of(text)}'`} at index ${i}`,
      );
    }
    return part;
  });
  return [{ dtype: 'string', shape, data }];
};

const unsortedSegmentJoin: Kernel = (operands, node, context) => {
  const input = stringsAt(operands, 0, node);
  const ids = tensorAt(operands, 1, node) as RealValue;
  const count = numberAt(operands, 2, node);
  if (!sameShape(ids.shape, input.shape.slice(0, ids.shape.length))) {
    throw refusal(
      `data.shape = ${shapeText(input.shape)} does not start with segment_ids.shape = ${shapeText(ids.shape)}`,
    );
  }
  const inner = input.shape.slice(ids.shape.length);
  const size = sizeOf(inner);
  context.claim(count * size);
  const shape = [count, ...inner];
  const cells = Array.from({ length: sizeOf(shape) }, (): Uint8Array[] => []);
  numbersAt(operands, 1, node).forEach((id, row) => {
    if (id >= count || id < 0) {
      throw refusal('segment_ids are not allowed to exceed num_segments or to have negative values.');
    }
    for (let i = 0; i < size; i++) {
      cells[id * size + i]?.push(input.data[row * size + i] ?? new Uint8Array());
    }
  });
  const separator = bytesAttr(node, 'separator', new Uint8Array());
  return [{ dtype: 'string', shape, data: cells.map((parts) => joinBytes(parts, separator)) }];
};

export const stringKernels: Kernels = new Map<string, Kernel>([
  ['StringLower', cased((text) => text.toLowerCase(), 0x41, 32)],
  ['StringUpper', cased((text) => text.toUpperCase(), 0x61, -32)],
  ['StringStrip', each(strip)],
  ['StringLength', stringLength],
  ['StringJoin', stringJoin],
  ['ReduceJoin', reduceJoin],
  ['StringSplit', stringSplit],
  ['StringSplitV2', stringSplitV2],
  ['Substr', substr],
  ['UnsortedSegmentJoin', unsortedSegmentJoin],
]);

// Runs kernels on cases whose outputs were taken from TensorFlow 2.21, and compares.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { outputTypes } from '../../../../../../../server/convert/savedmodel/evaluate/output-types.ts';
import { Unsupported } from '../../../../../../../server/convert/savedmodel/unsupported.ts';
import { PerchError } from '../../../../../../../server/errors.ts';
import type { Value, ValueType } from '../../../../../../../server/convert/value.ts';
import type {
  KernelContext,
  Kernels,
  Operand,
} from '../../../../../../../server/convert/savedmodel/evaluate/contract.ts';
import type { GraphNode } from '../../../../../../../server/convert/savedmodel/graph/flat-graph.ts';
import type {
  Attribute,
  AttributeList,
} from '../../../../../../../server/convert/savedmodel/proto/messages.ts';

/** A tensor in the files: int64 as texts, strings as texts of latin1 bytes, NaN and infinities as texts. */
interface StoredValue {
  readonly dtype: ValueType;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

type StoredAttribute = readonly [kind: string, value: unknown];

/** One run of an op. */
export interface OracleCase {
  readonly op: string;
  readonly attrs: Readonly<Record<string, StoredAttribute>>;
  readonly in: readonly StoredValue[];
  readonly out?: readonly StoredValue[];
  readonly error?: string;
}

/** The lines of a file in oracle/, each of them JSON. */
export function readLines(name: string): readonly unknown[] {
  const text = readFileSync(new URL(`oracle/${name}.jsonl`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

/** The cases of a file in oracle/. */
export function readCases(name: string): readonly OracleCase[] {
  return readLines(name) as readonly OracleCase[];
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Float32Array,
  bfloat16: Float32Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  bool: Uint8Array,
  complex64: Float32Array,
  complex128: Float64Array,
} as const;

/** A value of what is stored. */
export function valueFrom(stored: StoredValue): Value {
  const { dtype, shape, data } = stored;
  if (dtype === 'string') {
    return { dtype, shape, data: data.map((text) => Buffer.from(String(text), 'latin1')) };
  }
  if (dtype === 'int64') {
    return { dtype, shape, data: BigInt64Array.from(data, BigInt) };
  }
  if (dtype === 'uint64') {
    return { dtype, shape, data: BigUint64Array.from(data, BigInt) };
  }
  return { dtype, shape, data: arrays[dtype].from(data.map(Number)) } as Value;
}

const emptyList: AttributeList = {
  bytes: [],
  ints: [],
  floats: [],
  bools: [],
  types: [],
  shapes: [],
  tensors: [],
  functions: [],
};

function attributeFrom([kind, value]: StoredAttribute): Attribute {
  switch (kind) {
    case 'bytes':
      return { kind, value: Buffer.from(value as string, 'latin1') };
    case 'int':
      return { kind, value: BigInt(value as string) };
    case 'list': {
      const { bytes = [], ints = [], ...rest } = value as { bytes?: string[]; ints?: string[] };
      return {
        kind,
        value: {
          ...emptyList,
          ...rest,
          bytes: bytes.map((text) => Buffer.from(text, 'latin1')),
          ints: ints.map(BigInt),
        },
      };
    }
    case 'shape':
      return { kind, value: (value as number[] | null) ?? undefined };
    default:
      return { kind, value } as Attribute;
  }
}

/** A node of an op with the stored attributes. */
export function nodeFrom(op: string, attrs: OracleCase['attrs'] = {}): GraphNode {
  return {
    name: op,
    op,
    inputs: [],
    controls: [],
    attributes: new Map(Object.entries(attrs).map(([name, stored]) => [name, attributeFrom(stored)])),
  };
}

/** A context with nothing in it. */
export function emptyContext(): KernelContext {
  return {
    state: { variables: new Map(), tables: new Map() },
    call: () => assert.fail('no functions here'),
    claim: (elements) => assert.ok(elements <= 2 ** 28, 'more elements than a run may have'),
  };
}

function plain(value: Operand): unknown {
  if ('kind' in value) {
    return value;
  }
  const { dtype, shape } = value;
  const data =
    value.dtype === 'string'
      ? value.data.map((bytes) => Buffer.from(bytes).toString('latin1'))
      : Array.from<number | bigint, number | string>(value.data as Float64Array, (element) =>
          typeof element === 'bigint' ? String(element) : element,
        );
  return { dtype, shape: [...shape], data };
}

/** Runs a case; undefined where the kernel gave what TensorFlow gave, else what is wrong. */
export function failureOf(kernels: Kernels, stored: OracleCase, relative = 0): string | undefined {
  const node = nodeFrom(stored.op, stored.attrs);
  const kernel = kernels.get(stored.op);
  if (kernel === undefined) {
    return `no kernel for ${stored.op}`;
  }
  let outputs: readonly Operand[];
  try {
    outputs = kernel(stored.in.map(valueFrom), node, emptyContext());
  } catch (error) {
    if (error instanceof Unsupported || !(error instanceof PerchError)) {
      return `threw ${String(error)}`;
    }
    return stored.error?.trim() === error.message.trim()
      ? undefined
      : `refused with: ${error.message}; TensorFlow: ${stored.error ?? 'did not refuse'}`;
  }
  if (stored.out === undefined) {
    return `gave something; TensorFlow refuses: ${stored.error ?? ''}`;
  }
  try {
    assert.equal(outputs.length, stored.out.length);
    stored.out.forEach((expected, i) => sameValue(outputs[i], valueFrom(expected), relative));
    assert.deepEqual(
      outputTypes(node),
      stored.out.map(({ dtype }) => dtype),
    );
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return undefined;
}

function sameValue(actual: Operand | undefined, expected: Value, relative: number): void {
  assert.ok(actual !== undefined && !('kind' in actual));
  if (relative > 0 && (expected.dtype === 'float32' || expected.dtype === 'float64')) {
    assert.deepEqual([actual.dtype, [...actual.shape]], [expected.dtype, [...expected.shape]]);
    expected.data.forEach((value, i) => {
      const got = (actual.data as Float32Array)[i] ?? NaN;
      assert.ok(
        Object.is(got, value) || Math.abs(got - value) <= relative * Math.abs(value),
        `element ${i} is ${got}, not ${value}`,
      );
    });
    return;
  }
  assert.deepEqual(plain(actual), plain(expected));
}

/** Asserts all cases at once; the text names the first ones that fail. */
export function assertCases(kernels: Kernels, cases: readonly OracleCase[], relative = 0): void {
  const failures = cases.flatMap((stored, i) => {
    const failure = failureOf(kernels, stored, relative);
    return failure === undefined
      ? []
      : [`case ${i} ${stored.op} ${JSON.stringify(stored.attrs)} ${JSON.stringify(stored.in)}:\n${failure}`];
  });
  assert.equal(
    failures.length,
    0,
    `${failures.length} of ${cases.length} fail\n${failures.slice(0, 12).join('\n')}`,
  );
}

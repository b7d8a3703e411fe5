// The element types of tensors as the playground deals with them: what fits into each, and what they are called.

/** What kind of values a type has. */
export type ElementKind = 'float' | 'integer' | 'bool' | 'string';

/** An element type. */
export interface ElementType {
  /** As in TensorFlow: DT_FLOAT, DT_INT64 … */
  readonly dtype: string;
  /** As NumPy calls it: float32, int64 … */
  readonly name: string;
  readonly kind: ElementKind;
  /** The range of an integer type, and the largest finite value of a float type as both ends. */
  readonly least: number | bigint;
  readonly most: number | bigint;
}

/** The largest finite float32 and float16 (IEEE 754). */
const float32Max = (2 - 2 ** -23) * 2 ** 127;
const float16Max = 65_504;

const types: readonly ElementType[] = [
  floatType('DT_FLOAT', 'float32', float32Max),
  floatType('DT_DOUBLE', 'float64', Number.MAX_VALUE),
  floatType('DT_HALF', 'float16', float16Max),
  integerType('DT_INT8', 'int8', -(2n ** 7n), 2n ** 7n - 1n),
  integerType('DT_INT16', 'int16', -(2n ** 15n), 2n ** 15n - 1n),
  integerType('DT_INT32', 'int32', -(2n ** 31n), 2n ** 31n - 1n),
  integerType('DT_INT64', 'int64', -(2n ** 63n), 2n ** 63n - 1n),
  integerType('DT_UINT8', 'uint8', 0n, 2n ** 8n - 1n),
  integerType('DT_UINT16', 'uint16', 0n, 2n ** 16n - 1n),
  integerType('DT_UINT32', 'uint32', 0n, 2n ** 32n - 1n),
  integerType('DT_UINT64', 'uint64', 0n, 2n ** 64n - 1n),
  { dtype: 'DT_BOOL', name: 'bool', kind: 'bool', least: 0, most: 1 },
  { dtype: 'DT_STRING', name: 'string', kind: 'string', least: 0, most: 0 },
];

const byDtype = new Map(types.map((type) => [type.dtype, type]));

/** The type of this TensorFlow name; one that is not known is taken for a float, and the server says what it thinks of it. */
export function elementTypeOf(dtype: string): ElementType {
  return byDtype.get(dtype) ?? { ...floatType(dtype, dtype, Number.MAX_VALUE) };
}

function floatType(dtype: string, name: string, most: number): ElementType {
  return { dtype, name, kind: 'float', least: -most, most };
}

function integerType(dtype: string, name: string, least: bigint, most: bigint): ElementType {
  return { dtype, name, kind: 'integer', least, most };
}

/** Whether this JSON text is a value of the type, as the daemon judges it (server/codec/json-tensor.ts). */
export function isElement(text: string, { kind, least, most }: ElementType): boolean {
  switch (kind) {
    case 'string':
      return text.startsWith('"') || text.startsWith('{');
    case 'bool':
      return text === 'true' || text === 'false';
    case 'float': {
      const value = numberOf(text);
      return value !== undefined && !(Number.isFinite(value) && Math.abs(value) > Number(most));
    }
    case 'integer': {
      const value = integerOf(text);
      return value !== undefined && value >= least && value <= most;
    }
  }
}

/** The number that a JSON text stands for, NaN and the infinities among them; undefined for what is no number. */
export function numberOf(text: string): number | undefined {
  switch (text) {
    case 'NaN':
      return NaN;
    case 'Infinity':
      return Infinity;
    case '-Infinity':
      return -Infinity;
    default:
      return /^-?\d/.test(text) ? Number(text) : undefined;
  }
}

function integerOf(text: string): bigint | undefined {
  if (/^-?\d{1,40}$/.test(text)) {
    return BigInt(text);
  }
  const value = numberOf(text);
  return value !== undefined && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

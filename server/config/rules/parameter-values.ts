// The parameters of Triton's ONNX Runtime backend, which are text: their names, and what they mean (triton.md §2.5). Pure.

/** The parameters that have an effect. */
export const knownParameters = [
  'intra_op_thread_count',
  'inter_op_thread_count',
  'execution_mode',
  'enable_mem_arena',
  'enable_mem_pattern',
] as const;
export type KnownParameter = (typeof knownParameters)[number];

/** What the text of each must be. */
export const parameterTypes: Readonly<Record<KnownParameter, 'integer' | 'boolean'>> = {
  intra_op_thread_count: 'integer',
  inter_op_thread_count: 'integer',
  execution_mode: 'integer',
  enable_mem_arena: 'boolean',
  enable_mem_pattern: 'boolean',
};

const largestInt32 = 2 ** 31 - 1;

/** What Triton's backends take for a truth value, in small letters. */
const booleans: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['true', true],
  ['on', true],
  ['0', false],
  ['false', false],
  ['off', false],
]);

/** The 32-bit integer that `text` is; undefined if it is none. */
export function integerParameter(text: string): number | undefined {
  const digits = text.trim();
  const value = /^[+-]?\d+$/.test(digits) ? Number(digits) : NaN;
  return Math.abs(value) <= largestInt32 ? value : undefined;
}

/** The truth value that `text` is; undefined if it is none. */
export function booleanParameter(text: string): boolean | undefined {
  return booleans.get(text.toLowerCase());
}

// The settings in a config.pbtxt's `parameters`, which are text: read as numbers and truth values.
import type { MessageOutput } from '../../protos/messages.ts';
import { invalidModelConfig, type ModelConfigSource } from './model-config-source.ts';

/** The parameters that have an effect; Triton's ONNX Runtime backend names them so. */
export const knownParameters = [
  'intra_op_thread_count',
  'inter_op_thread_count',
  'execution_mode',
  'enable_mem_arena',
  'enable_mem_pattern',
] as const;
export type KnownParameter = (typeof knownParameters)[number];

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

/** Reads parameters by name. Undefined: not set. Throws CONFIG_INVALID. */
export class ModelConfigParameters {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #source: ModelConfigSource;

  constructor(parameters: MessageOutput<'inference.ModelConfig'>['parameters'], source: ModelConfigSource) {
    this.#texts = new Map(Object.entries(parameters).map(([key, { stringValue }]) => [key, stringValue]));
    this.#source = source;
  }

  /** A 32-bit integer. */
  integer(key: KnownParameter): number | undefined {
    const text = this.#texts.get(key)?.trim();
    if (text === undefined) {
      return undefined;
    }
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
    if (!(Math.abs(value) <= largestInt32)) {
      throw invalidModelConfig(this.#source, `failed to convert ${key} '${text}' to integral number`);
    }
    return value;
  }

  boolean(key: KnownParameter): boolean | undefined {
    const text = this.#texts.get(key);
    if (text === undefined) {
      return undefined;
    }
    const value = booleans.get(text.toLowerCase());
    if (value === undefined) {
      throw invalidModelConfig(this.#source, `failed to convert ${key} '${text}' to boolean value`);
    }
    return value;
  }
}

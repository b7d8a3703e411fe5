// The settings in a config.pbtxt's `parameters`, which are text: read as numbers and truth values.
import type { MessageOutput } from '../../protos/messages.ts';
import { booleanParameter, integerParameter, type KnownParameter } from './rules/parameter-values.ts';

/** Reads parameters by name, which rules/onnx-backend-rules.ts has checked. Undefined: not set. */
export class ModelConfigParameters {
  readonly #texts: ReadonlyMap<string, string>;

  constructor(parameters: MessageOutput<'inference.ModelConfig'>['parameters']) {
    this.#texts = new Map(Object.entries(parameters).map(([key, { stringValue }]) => [key, stringValue]));
  }

  /** A 32-bit integer. */
  integer(key: KnownParameter): number | undefined {
    const text = this.#texts.get(key);
    return text === undefined ? undefined : integerParameter(text);
  }

  boolean(key: KnownParameter): boolean | undefined {
    const text = this.#texts.get(key);
    return text === undefined ? undefined : booleanParameter(text);
  }
}

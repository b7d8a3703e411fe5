// What a target takes and gives, and what became of a request to it.
import { isArrayOf, isEither, isLiteral, isObject, isString, type Guard } from '../guards.ts';
import type { TensorFacts } from './check-input.ts';

/** What a target takes and gives. */
export interface TargetSignature {
  readonly kind: 'signature';
  /** The version that it was asked of. */
  readonly version: string;
  readonly inputs: readonly TensorFacts[];
  readonly outputs: readonly TensorFacts[];
  /** The name of each class, in the order of the scores' columns; empty where there are none. */
  readonly classLabels: readonly string[];
  /** A body that the model accepts; empty where its inputs are too large for one. */
  readonly sample: string;
  /** The signature's name; empty of an ONNX model, whose only one has none. */
  readonly name: string;
  /** The names of the signatures that can be asked for here; empty where there is only one. */
  readonly choices: readonly string[];
  /** Whether there are others, which take tf.Example records. */
  readonly hasExampleSignatures: boolean;
}

/** Where the time of a request went, microseconds. */
export interface RequestTiming {
  readonly queue: number;
  readonly run: number;
  readonly codec: number;
  readonly network: number;
  readonly whole: number;
}

/** What became of a request. */
export type RequestOutcome =
  | {
      readonly kind: 'answer';
      readonly version: string;
      /** TensorFlow Serving's JSON, which may hold a bare NaN. */
      readonly json: string;
      readonly timing: RequestTiming;
      /** Why that version answered, a sentence in the user's language; may be empty. */
      readonly route: string;
    }
  /** `message` is in the server's words. */
  | { readonly kind: 'refused'; readonly status: string; readonly message: string }
  | { readonly kind: 'cancelled' };

const isNumber: Guard<number> = (value) => typeof value === 'number';

const isBoolean: Guard<boolean> = (value) => typeof value === 'boolean';

const isTyped = isObject<Pick<TensorFacts, 'name' | 'dtype' | 'shape'>>({
  name: isString,
  dtype: isString,
  shape: isArrayOf(isNumber),
});

const isFacts: Guard<TensorFacts> = (value): value is TensorFacts =>
  isTyped(value) &&
  (['isUnranked', 'takesAnyShape'] as const).every((name) => {
    const flag: unknown = Reflect.get(value, name);
    return flag === undefined || isBoolean(flag);
  });

/** Whether it is a signature. */
export const isSignature = isObject<TargetSignature>({
  kind: isLiteral('signature'),
  version: isString,
  inputs: isArrayOf(isFacts),
  outputs: isArrayOf(isFacts),
  classLabels: isArrayOf(isString),
  sample: isString,
  name: isString,
  choices: isArrayOf(isString),
  hasExampleSignatures: isBoolean,
});

/** Whether it is an outcome. */
export const isOutcome: Guard<RequestOutcome> = isEither(
  isObject<Extract<RequestOutcome, { kind: 'answer' }>>({
    kind: isLiteral('answer'),
    version: isString,
    json: isString,
    timing: isObject<RequestTiming>({
      queue: isNumber,
      run: isNumber,
      codec: isNumber,
      network: isNumber,
      whole: isNumber,
    }),
    route: isString,
  }),
  isEither(
    isObject<Extract<RequestOutcome, { kind: 'refused' }>>({
      kind: isLiteral('refused'),
      status: isString,
      message: isString,
    }),
    isObject<{ kind: 'cancelled' }>({ kind: isLiteral('cancelled') }),
  ),
);

// A model of TensorFlow Serving's model config file, as its rules look at it. Pure.
import type { Fix, Severity, Span } from '../../textproto/diagnostics.ts';
import type { Surroundings } from '../surroundings.ts';
import type { RuleMessage } from './rule-tree.ts';
import type { ServingCode } from './serving-codes.ts';

/** Takes findings of TensorFlow Serving's files; errors unless said otherwise. */
export type TellServing = (
  code: ServingCode,
  at: Span,
  message: string,
  options?: { readonly severity?: Severity; readonly fixes?: readonly Fix[] },
) => void;

/** One model, and what there is to say it with. */
export interface ServedModel {
  readonly entry: RuleMessage;
  /** Empty where it has none that can be read. */
  readonly name: string;
  /** Of the whole file. */
  readonly text: string;
  readonly around: Surroundings;
  readonly tell: TellServing;
}

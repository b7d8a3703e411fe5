// A config.pbtxt beside the model that it is for: what the rules that compare the two look at. Pure.
import type { OnnxSignature } from '../../models/onnx-signature.ts';
import type { Fix, Span } from '../../textproto/diagnostics.ts';
import type { Document } from '../../textproto/syntax-tree.ts';
import type { ModelCode } from './model-codes.ts';
import type { RuleMessage } from './rule-tree.ts';

/** Takes findings; says with each which version the file was compared with. */
export type TellModel = (code: ModelCode, at: Span, message: string, fixes?: readonly Fix[]) => void;

export interface Comparison {
  readonly document: Document;
  readonly root: RuleMessage;
  /** The model's name as messages have it. */
  readonly model: string;
  readonly signature: OnnxSignature;
  /** Whether Triton fills in what the file leaves out: it does unless both lists have something. */
  readonly isCompleted: boolean;
  readonly tell: TellModel;
}

export type Direction = 'input' | 'output';

/** What is configured of one direction, and what the model has. */
export const directions: readonly Direction[] = ['input', 'output'];

/** Inputs or outputs that are looked at: no model has more. */
const tensorLimit = 1000;

/** The inputs or outputs of the file. */
export function tensorsOf({ root }: Comparison, direction: Direction): readonly RuleMessage[] {
  return root.messages(direction).slice(0, tensorLimit);
}

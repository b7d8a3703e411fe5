// What the rules of config.pbtxt have in common: what they look at, and how they say what they find. Pure.
import type { Fix, Severity, Span } from '../../textproto/diagnostics.ts';
import type { Document } from '../../textproto/syntax-tree.ts';
import type { Surroundings } from '../surroundings.ts';
import type { RuleMessage } from './rule-tree.ts';
import type { TritonCode } from './triton-codes.ts';

/** Takes findings. Their severity is that of the code, unless said otherwise. */
export type TellTriton = (
  code: TritonCode,
  at: Span,
  message: string,
  options?: { readonly severity?: Severity; readonly fixes?: readonly Fix[] },
) => void;

/** A config.pbtxt under the rules. */
export interface RuledModel {
  readonly document: Document;
  readonly root: RuleMessage;
  /** The model's name as messages have it: the file's, or else the directory's; empty where neither says. */
  readonly model: string;
  /** The name of the directory that the file lies in, where it is known. */
  readonly directoryName: string | undefined;
  /** What `platform` says; empty where it says nothing. */
  readonly platform: string;
  readonly around: Surroundings;
  readonly tell: TellTriton;
}

/** A rule, or a few that belong together. Never throws. */
export type ModelRule = (model: RuledModel) => void;

/** Triton's word for models that are made of others. */
export const ensemblePlatform = 'ensemble';

/** The only platform that takes TensorRT's fields. */
export const tensorRtPlatform = 'tensorrt_plan';

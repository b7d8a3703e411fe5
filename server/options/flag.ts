// What a row of the table of flags says.

/** How a flag's text becomes a value. */
export type FlagKind =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  /** A decimal fraction. */
  | { readonly kind: 'fraction'; readonly min: number; readonly max: number }
  /** 0 means none. */
  | { readonly kind: 'port' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'text' }
  /** `key=value,key=value`. */
  | { readonly kind: 'pairs' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] };

/** The headings of `--help`, in its order. */
export type FlagGroup =
  | 'Models'
  | 'Versions'
  | 'Warm-up'
  | 'Batching and engine'
  | 'Converted models'
  | 'Addresses'
  | 'Access'
  | 'gRPC'
  | 'REST'
  | 'Limits'
  | 'Process'
  | 'Without effect here';

/** One flag. */
export interface Flag {
  /** TensorFlow Serving's spelling, underscores and all. */
  readonly name: string;
  readonly group: FlagGroup;
  readonly type: FlagKind;
  /** As it would be typed. Empty: none, or one that depends on the machine. */
  readonly defaultText: string;
  /** One or two sentences, with the unit and the range. */
  readonly help: string;
  /** The flag of tensorflow_model_server or tritonserver that it mirrors. */
  readonly mirrors?: string;
  /** The flag without which this one means nothing; whoever gives it alone is told. */
  readonly needs?: string;
  /** The flag beside which this one means nothing; whoever gives both is told. */
  readonly overruledBy?: string;
  /** Why the flag is taken but changes nothing, as a sentence; whoever gives it another value than the default is told. */
  readonly inert?: string;
}

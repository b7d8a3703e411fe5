// An ensemble as its rules see it: steps, and which tensors they take and give. Pure.
import type { Span } from '../../textproto/diagnostics.ts';
import type { Placed, RuleEntry, RuleMessage } from './rule-tree.ts';

/** An entry of an input_map or output_map: from the name in the model to that of the ensemble's tensor. */
export type Mapping = RuleEntry<Placed<string>>;

export interface EnsembleStep {
  readonly message: RuleMessage;
  readonly modelName: Placed<string> | undefined;
  /** Of keys that come again, all. */
  readonly inputs: readonly Mapping[];
  readonly outputs: readonly Mapping[];
}

/** A tensor of the ensemble's own input or output list. */
export interface EnsembleTensor {
  readonly name: Placed<string>;
  readonly message: RuleMessage;
}

export interface Ensemble {
  readonly message: RuleMessage;
  /** The name of the field ensemble_scheduling. */
  readonly place: Span;
  readonly steps: readonly EnsembleStep[];
  readonly inputs: readonly EnsembleTensor[];
  readonly outputs: readonly EnsembleTensor[];
  /** Whether all names in it can be read; else what seems to be missing may be there. */
  readonly isWhole: boolean;
}

/** What ensemble_scheduling says; undefined where it is not set. */
export function readEnsemble(root: RuleMessage): Ensemble | undefined {
  const message = root.message('ensemble_scheduling');
  if (message === undefined) {
    return undefined;
  }
  const steps = message.messages('step').map((step) => ({
    message: step,
    modelName: step.text('model_name'),
    inputs: step.textEntries('input_map'),
    outputs: step.textEntries('output_map'),
  }));
  const inputs = tensors(root, 'input');
  const outputs = tensors(root, 'output');
  const isWhole =
    steps.length === message.count('step') &&
    inputs.length === root.count('input') &&
    outputs.length === root.count('output') &&
    (['input', 'output'] as const).every((list) => root.has(list) || root.lacks(list)) &&
    steps.every(
      (step) =>
        step.inputs.length === step.message.count('input_map') &&
        step.outputs.length === step.message.count('output_map'),
    );
  return { message, place: message.place, steps, inputs, outputs, isWhole };
}

function tensors(root: RuleMessage, list: 'input' | 'output'): readonly EnsembleTensor[] {
  return root.messages(list).flatMap((message) => {
    const name = message.text('name');
    return name === undefined ? [] : [{ name, message }];
  });
}

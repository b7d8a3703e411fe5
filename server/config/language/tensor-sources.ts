// Names, types and dims of tensors that a config can name: those of the model file, of the config and of other models. Pure.
import type { OnnxValue } from '../../models/onnx-signature.ts';
import { configDims, describeTensor, messagesIn, tensorNamed } from './model-facts.ts';
import { fieldOf, textOf } from './typed-tree.ts';
import {
  isBatchedHere,
  messagesNamed,
  namesInFile,
  otherElements,
  outer,
  siblingText,
  signatureHere,
  stepConfig,
  type ValueContext,
  type ValueOption,
} from './value-context.ts';

/** The model's tensors that the config does not have yet. */
export function unnamed(
  context: ValueContext,
  side: 'inputs' | 'outputs',
  list: 'input' | 'output',
): readonly ValueOption[] {
  const taken = namesInFile(context, list, 'name');
  return tensors(context, side).filter(({ text }) => !taken.has(text));
}

/** All of the model's tensors on one side; but those that the field at the offset has already. */
export function tensors(context: ValueContext, side: 'inputs' | 'outputs'): readonly ValueOption[] {
  const signed = signatureHere(context);
  const taken = otherElements(context);
  return (signed?.signature[side] ?? [])
    .filter(({ name }) => !taken.has(name))
    .map((value) => ({
      text: value.name,
      kind: 'tensor',
      detail: describeTensor(value),
      documentation: `As version ${signed?.version.name ?? ''} of the model has it.`,
    }));
}

/** The inputs that the config itself lists, else those of the model. */
export function configInputs(context: ValueContext): readonly ValueOption[] {
  const names = [...namesInFile(context, 'input', 'name')];
  return names.length > 0 ? names.map((text) => ({ text, kind: 'tensor' })) : tensors(context, 'inputs');
}

/** The model's tensor that the message at the offset is about. */
function tensorHere(context: ValueContext, side: 'inputs' | 'outputs'): OnnxValue | undefined {
  return tensorNamed(signatureHere(context)?.signature[side] ?? [], siblingText(context, 'name'));
}

export function typeOf(context: ValueContext, side: 'inputs' | 'outputs'): readonly ValueOption[] {
  const type = tensorHere(context, side)?.dataType;
  return type === undefined ? [] : [{ text: type, kind: 'enumMember', detail: 'as the model has it' }];
}

export function dimsOf(context: ValueContext, side: 'inputs' | 'outputs'): readonly ValueOption[] {
  const anySize: ValueOption = { text: '-1', kind: 'value', detail: 'any size' };
  const tensor = tensorHere(context, side);
  const signature = signatureHere(context)?.signature;
  if (context.place.inList || tensor === undefined || signature === undefined) {
    return [anySize];
  }
  const isBatched = isBatchedHere(context.document, signature);
  const dims = configDims(tensor, isBatched);
  return dims === undefined || dims.length === 0
    ? [anySize]
    : [{ text: `[${dims.join(', ')}]`, kind: 'value', detail: 'as the model has it' }, anySize];
}

/** The inputs or outputs of the model that a step runs, but those that the step has mapped. */
export function stepTensors(context: ValueContext, side: 'input' | 'output'): readonly ValueOption[] {
  const step = outer(context, 1)?.body;
  const { text } = context.document;
  const { start } = context.place.replace;
  const taken = new Set(
    (step === undefined ? [] : messagesNamed(step, `${side}_map`))
      .filter((entry) => start < entry.start || start > entry.end)
      .map((entry) => textOf(text, fieldOf(entry, 'key')?.value)),
  );
  const config = stepConfig(context);
  return messagesIn(config?.[side]).flatMap(({ name, dataType }) =>
    typeof name === 'string' && name !== '' && !taken.has(name)
      ? [{ text: name, kind: 'tensor', detail: typeof dataType === 'string' ? dataType : undefined } as const]
      : [],
  );
}

/** The tensors that the ensemble has: its inputs and outputs, and all that its steps map. */
export function ensembleTensors(context: ValueContext): readonly ValueOption[] {
  const names = new Set([
    ...namesInFile(context, 'input', 'name'),
    ...namesInFile(context, 'output', 'name'),
  ]);
  const { document, place } = context;
  for (const scheduling of messagesNamed(document.root, 'ensemble_scheduling')) {
    for (const step of messagesNamed(scheduling, 'step')) {
      for (const entry of [...messagesNamed(step, 'input_map'), ...messagesNamed(step, 'output_map')]) {
        const value = fieldOf(entry, 'value')?.value;
        const isHere =
          value !== undefined && value.start <= place.replace.start && place.replace.start <= value.end;
        const name = isHere ? undefined : textOf(document.text, value);
        if (name !== undefined && name !== '') {
          names.add(name);
        }
      }
    }
  }
  return [...names].map((text) => ({ text, kind: 'tensor' }));
}

// Whether what a step takes comes from different decoupled models, whose answers do not go together (triton.md §2.4). Pure.
import type { Ensemble, EnsembleStep } from './ensemble.ts';
import type { FindModel } from './ensemble-model-rules.ts';
import type { RuledModel } from './model-rule.ts';

/** Every decoupled model begins a stream of answers of its own; a step may take from one only. */
export function decoupledRule({ model, tell }: RuledModel, ensemble: Ensemble, find: FindModel): void {
  // Streams by tensor; 0 is that of the requests.
  const streams = new Map<string, number>(ensemble.inputs.map(({ name }) => [name.value, 0]));
  const readers = new Map<string, Set<EnsembleStep>>();
  const waiting = new Map<EnsembleStep, number>();
  for (const step of ensemble.steps) {
    const tensors = new Set(step.inputs.map(({ value }) => value.value));
    waiting.set(step, tensors.size);
    for (const tensor of tensors) {
      const known = readers.get(tensor);
      readers.set(tensor, known === undefined ? new Set([step]) : known.add(step));
    }
  }
  let lastStream = 0;
  const queue = [...streams.keys()];
  for (const tensor of queue) {
    for (const step of readers.get(tensor) ?? []) {
      const left = (waiting.get(step) ?? 0) - 1;
      waiting.set(step, left);
      if (left > 0) {
        continue;
      }
      const taken = new Set(step.inputs.map(({ value }) => streams.get(value.value) ?? 0));
      const name = step.modelName;
      if (taken.size > 1 && name !== undefined) {
        const message = `in ensemble ${model}, step of model '${name.value}' receives inputs originated from different decoupled models`;
        tell('triton/step-decoupled', name.at, message);
      }
      const stream = find(name?.value ?? '')?.isDecoupled === true ? ++lastStream : Math.max(0, ...taken);
      for (const { value } of step.outputs) {
        if (!streams.has(value.value)) {
          streams.set(value.value, stream);
          queue.push(value.value);
        }
      }
    }
  }
  const given = new Set(ensemble.outputs.flatMap(({ name }) => streams.get(name.value) ?? []));
  if (given.size > 1) {
    const message = `in ensemble ${model}, step of model '${model}' receives inputs originated from different decoupled models`;
    tell('triton/step-decoupled', ensemble.place, message);
  }
}

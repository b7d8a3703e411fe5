// Rules for an ensemble and the models that it is made of, in Triton's words (triton.md §2.4, "across models"). Pure.
import { stringLiteral } from '../../textproto/strings.ts';
import { suggest } from '../../textproto/suggest.ts';
import { decoupledRule } from './ensemble-decoupled-rule.ts';
import type { Ensemble, EnsembleStep } from './ensemble.ts';
import { TensorDeclarations } from './ensemble-tensors.ts';
import type { RuledModel } from './model-rule.ts';
import { readOtherModel, type OtherModel } from './other-model.ts';
import { writeInstead } from './rule-fixes.ts';
import type { Placed } from './rule-tree.ts';

/** Among more models than this, none is suggested. */
const suggestLimit = 50;

/** Finds a model of the repository by its name. */
export type FindModel = (name: string) => OtherModel | undefined;

/** All rules that need the other configs; nothing where they are not known. */
export function ensembleModelRules(model: RuledModel, ensemble: Ensemble): void {
  const { otherModels } = model.around;
  if (otherModels === undefined || model.model === '') {
    return;
  }
  const read = new Map<string, OtherModel>();
  const find: FindModel = (name) => {
    const config = otherModels.get(name);
    const known = read.get(name) ?? (config === undefined ? undefined : readOtherModel(config));
    if (known !== undefined) {
      read.set(name, known);
    }
    return known;
  };
  const declarations = new TensorDeclarations(model, ensemble);
  for (const step of ensemble.steps) {
    const name = step.modelName;
    // Another namespace is another repository.
    if (name === undefined || name.value === '' || name.value === model.model || !isOwnNamespace(step)) {
      continue;
    }
    const other = find(name.value);
    if (other === undefined) {
      unknownModel(model, name, otherModels);
      continue;
    }
    batchSize(model, name, other);
    version(model, step, name, other);
    declarations.step(step, name.value, other);
  }
  cycles(model, ensemble, find);
  if (ensemble.isWhole) {
    decoupledRule(model, ensemble, find);
  }
}

function isOwnNamespace({ message }: EnsembleStep): boolean {
  return message.text('model_namespace')?.value === '';
}

function unknownModel(
  { model, tell }: RuledModel,
  name: Placed<string>,
  known: ReadonlyMap<string, unknown>,
): void {
  const message = `ensemble ${model} contains models that are not available or ambiguous: ${name.value}`;
  const near = known.size > suggestLimit ? undefined : suggest(name.value, [...known.keys()]);
  const fixes = near === undefined ? [] : writeInstead(name, stringLiteral(near), `Change to ${near}`);
  tell('triton/step-model-unknown', name.at, message, { fixes });
}

function batchSize({ root, model, tell }: RuledModel, name: Placed<string>, other: OtherModel): void {
  const size = root.integer('max_batch_size');
  // An ensemble may hold models without a batch dimension.
  if (size === undefined || other.maxBatchSize === 0n || other.maxBatchSize >= size.value) {
    return;
  }
  const message = `ensemble ${model} allows maximum batch size ${size.value}, but it contains model ${name.value} which only allows maximum batch size to be ${other.maxBatchSize}`;
  const fixes =
    other.maxBatchSize < 0n
      ? []
      : writeInstead(size, String(other.maxBatchSize), `Set max_batch_size to ${other.maxBatchSize}`);
  tell('triton/step-batch-size', name.at, message, { fixes });
}

/** What the policy of the model says; what is on disk may still be less. */
function version(
  { model, tell }: RuledModel,
  step: EnsembleStep,
  name: Placed<string>,
  other: OtherModel,
): void {
  const wanted = step.message.integer('model_version');
  if (other.versions === undefined || wanted === undefined) {
    return;
  }
  const subject = `ensemble '${model}' depends on '${name.value}'`;
  if (other.versions.size === 0) {
    tell('triton/step-model-version', name.at, `${subject} which has no loaded version`);
  } else if (wanted.written !== undefined && wanted.value >= 0n && !other.versions.has(wanted.value)) {
    const message = `${subject} whose required version ${wanted.value} is not loaded`;
    tell('triton/step-model-version', wanted.at, message);
  }
}

/** Whether a step leads back to the ensemble, by way of other ensembles. */
function cycles({ model, tell }: RuledModel, ensemble: Ensemble, find: FindModel): void {
  const seen = new Set<string>();
  for (const { modelName } of ensemble.steps) {
    const start = modelName?.value ?? '';
    if (modelName === undefined || start === '' || seen.has(start)) {
      continue;
    }
    const last = lastBefore(model, start, find, seen);
    if (last !== undefined) {
      const message = `circular dependency between ensembles: ${model} -> ... -> ${last} -> ${model}`;
      tell('triton/ensemble-cycle', modelName.at, message);
    }
  }
}

/** The ensemble with `goal` among its steps that `start` leads to, by way of what is not yet `seen`. */
function lastBefore(goal: string, start: string, find: FindModel, seen: Set<string>): string | undefined {
  if (start === goal) {
    return goal;
  }
  const queue = [start];
  seen.add(start);
  for (const name of queue) {
    const steps = find(name)?.steps ?? [];
    if (steps.includes(goal)) {
      return name;
    }
    for (const next of steps) {
      if (!seen.has(next)) {
        seen.add(next);
        queue.push(next);
      }
    }
  }
  return undefined;
}

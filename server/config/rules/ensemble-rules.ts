// Rules for ensembles, in Triton's words (triton.md §2.4, R24 and E1 to E8); the flow of tensors has a file of its own. Pure.
import type { Field } from '../../textproto/syntax-tree.ts';
import { readEnsemble, type Ensemble } from './ensemble.ts';
import { ensembleGraphRules } from './ensemble-graph-rules.ts';
import { ensembleModelRules } from './ensemble-model-rules.ts';
import { ensemblePlatform, type RuledModel } from './model-rule.ts';
import { makeEnsemble } from './platform-rules.ts';
import { removeFields } from './rule-fixes.ts';
import type { TritonCode } from './triton-codes.ts';

/** All about ensembles; nothing for other models. */
export function ensembleRules(model: RuledModel): void {
  const { root, platform, tell } = model;
  const ensemble = readEnsemble(root);
  if (ensemble === undefined) {
    if (platform === ensemblePlatform && root.lacks('ensemble_scheduling')) {
      const message = `ensemble scheduling must be set for ensemble ${model.model} whose platform is ensemble`;
      const at = root.text('platform')?.at ?? root.place;
      tell('triton/ensemble-scheduling-missing', at, message);
    }
    return;
  }
  if (platform !== ensemblePlatform && root.text('platform') !== undefined) {
    const message = `ensemble scheduling cannot be set for model '${model.model}' whose platform is not ensemble`;
    tell('triton/ensemble-platform', ensemble.place, message, { fixes: makeEnsemble(model) });
  }
  unwanted(model, 'triton/ensemble-instance-group', 'instance_group', 'instance group should not');
  unwanted(model, 'triton/ensemble-optimization', 'optimization', 'optimization should not');
  unwanted(model, 'triton/ensemble-warmup', 'model_warmup', 'model_warmup can not');
  const areStepsGood = steps(model, ensemble);
  if (areStepsGood && ensemble.isWhole) {
    ensembleGraphRules(model, ensemble);
  }
  ensembleModelRules(model, ensemble);
}

/** E2 to E4: one finding, and one fix, for all the fields. */
function unwanted(
  { root, model, document, tell }: RuledModel,
  code: TritonCode,
  field: string,
  words: string,
): void {
  const fields: readonly Field[] = root.fields(field);
  const [first] = fields;
  if (first !== undefined && (root.count(field) > 0 || field === 'optimization')) {
    const fixes = removeFields(`Remove ${field}`, document.text, fields);
    tell(code, first.name, `${words} be specified for ensemble '${model}'`, { fixes });
  }
}

/** E5 to E8. Whether none is wrong. */
function steps({ model, tell }: RuledModel, ensemble: Ensemble): boolean {
  let isGood = true;
  const refuse: typeof tell = (...finding) => {
    isGood = false;
    tell(...finding);
  };
  if (ensemble.steps.length === 0 && ensemble.message.lacks('step')) {
    refuse('triton/ensemble-steps', ensemble.place, `must specify 'step' for ensemble '${model}'`);
  }
  ensemble.steps.forEach(({ message: step, modelName }, at) => {
    const where = `in step ${at} of ensemble '${model}'`;
    if (modelName?.value === '') {
      refuse('triton/step-model-name', modelName.at, `must specify 'model_name' ${where}`);
    }
    if (step.lacks('input_map')) {
      refuse('triton/step-input-map', step.place, `must specify 'input_map' ${where}`);
    }
    if (step.lacks('output_map')) {
      refuse('triton/step-output-map', step.place, `must specify 'output_map' ${where}`);
    }
  });
  return isGood;
}

// Rules for what a response cache does not go with, in Triton's words (triton.md §2.4, R14 and R25). Pure.
import type { RuledModel } from './model-rule.ts';
import { writeInstead } from './rule-fixes.ts';

/** R14 and R25. */
export function responseCacheRules({ root, model, tell }: RuledModel): void {
  const enable = root.message('response_cache')?.flag('enable');
  if (enable?.value !== true) {
    return;
  }
  const fixes = writeInstead(enable, 'false', 'Disable the response cache');
  if (root.has('sequence_batching')) {
    const message = `Response Cache does not currently support model ${model} with sequence batching scheduler. Please disable the response cache.`;
    tell('triton/sequence-cache', enable.at, message, { fixes });
  }
  if (root.message('model_transaction_policy')?.flag('decoupled')?.value === true) {
    const message = `Response Cache does not currently support model ${model} with 'decoupled' transaction policy. Please disable the response cache.`;
    tell('triton/decoupled-cache', enable.at, message, { fixes });
  }
}

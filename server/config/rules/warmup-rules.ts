// Rules for model_warmup, in Triton's words (triton.md §2.4). Whether files are there and large enough is not checked. Pure.
import type { RuledModel } from './model-rule.ts';

const sources = ['zero_data', 'random_data', 'input_data_file'] as const;

/** What the inputs of warm-up requests must have. */
export function warmupRules({ root, tell }: RuledModel): void {
  for (const warmup of root.messages('model_warmup')) {
    for (const { key, value: input } of warmup.messageEntries('inputs')) {
      for (const dim of input.integers('dims').items) {
        if (dim.value < 0n) {
          const message = `warmup setting expects all variable-size dimensions are specified for input '${key.value}'`;
          tell('triton/warmup-dims', dim.at, message);
        }
      }
      if (sources.every((source) => input.lacks(source))) {
        const message = `warmup setting expects input '${key.value}' to have input_data_type set`;
        tell('triton/warmup-data', key.at, message);
      }
    }
  }
}

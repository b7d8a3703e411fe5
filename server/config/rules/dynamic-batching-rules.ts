// Rules for max_batch_size and dynamic_batching, in Triton's words (triton.md §2.4, R6 and R8 to R13). Pure.
import { insertField, setValue } from '../../textproto/edit.ts';
import type { Fix } from '../../textproto/diagnostics.ts';
import type { RuledModel } from './model-rule.ts';
import { removeValue, writeInstead } from './rule-fixes.ts';
import type { Placed, RuleMessage } from './rule-tree.ts';
import type { TritonCode } from './triton-codes.ts';

/** R6. */
export function maxBatchSizeRule({ root, model, tell }: RuledModel): void {
  const size = root.integer('max_batch_size');
  if (size !== undefined && size.value < 0n) {
    const message = `'max_batch_size' must be non-negative value for ${model}`;
    tell('triton/max-batch-size', size.at, message, { fixes: writeInstead(size, '0') });
  }
}

/** R8 to R13. */
export function dynamicBatchingRules(model: RuledModel): void {
  const batching = model.root.message('dynamic_batching');
  if (batching !== undefined) {
    preferredSizes(model, batching, {
      positive: ['triton/preferred-size-positive', 'dynamic batching preferred size must be positive'],
      limit: ['triton/preferred-size-limit', 'dynamic batching preferred size must be <= max batch size'],
    });
    priorities(model, batching);
    ordering(model, batching);
  }
}

/** How a scheduler says what is wrong with its preferred sizes, without the ` for <model>` at the end. */
export interface PreferredSizeWords {
  readonly positive: readonly [code: TritonCode, words: string];
  readonly limit: readonly [code: TritonCode, words: string];
}

/** Rules for the preferred_batch_size of `scheduler`, beside a max_batch_size that may be 0. */
export function preferredSizes(model: RuledModel, scheduler: RuleMessage, words: PreferredSizeWords): void {
  const { root, document, tell } = model;
  const limit = root.integer('max_batch_size');
  const sizes = scheduler.integers('preferred_batch_size').items;
  let largest = 0n;
  for (const { value } of sizes) {
    largest = value > largest ? value : largest;
  }
  let raise: readonly Fix[] | undefined;
  for (const size of sizes) {
    if (size.value <= 0n) {
      const [code, text] = words.positive;
      const fixes = removeValue('Remove it', document.text, size);
      tell(code, size.at, `${text} for ${model.model}`, { fixes });
    } else if (limit !== undefined && size.value > limit.value) {
      const [code, text] = words.limit;
      raise ??= limit.value > 0n ? undefined : raiseLimit(model, largest);
      const fixes = limit.value > 0n ? writeInstead(size, String(limit.value)) : (raise ?? []);
      tell(code, size.at, `${text} for ${model.model}`, { fixes });
    }
  }
}

/** Without a max_batch_size, the sizes say what it must be. */
function raiseLimit({ document }: RuledModel, size: bigint): readonly Fix[] {
  const edits = setValue(document, ['max_batch_size'], { kind: 'scalar', text: String(size) });
  return edits === undefined ? [] : [{ title: `Set max_batch_size to ${size}`, edits }];
}

/** R10 and R11. */
function priorities(model: RuledModel, batching: RuleMessage): void {
  const { document, tell } = model;
  const levels = batching.integer('priority_levels');
  if (levels === undefined || levels.value === 0n) {
    return;
  }
  const range = `in range [1, ${levels.value}] for ${model.model}`;
  const isLevel = (level: bigint): boolean => level >= 1n && level <= levels.value;
  const level = batching.integer('default_priority_level');
  if (level !== undefined && !isLevel(level.value)) {
    const nearest = level.value === 0n ? '1' : String(levels.value);
    const fixes = level.written === undefined ? addDefaultLevel() : writeInstead(level, nearest);
    tell('triton/default-priority', level.at, `default priority level must be ${range}`, { fixes });
  }
  for (const { key } of batching.messageEntries('priority_queue_policy')) {
    if (!isLevel(BigInt(key.value))) {
      const message = `priority queue policy must have priority level ${range}`;
      tell('triton/priority-policy-level', key.at, message);
    }
  }

  function addDefaultLevel(): Fix[] {
    const field = { name: 'default_priority_level', value: { kind: 'scalar', text: '1' } } as const;
    const edits = insertField(document, ['dynamic_batching'], field);
    return edits === undefined ? [] : [{ title: 'Add default_priority_level: 1', edits }];
  }
}

/** R12 and R13. */
function ordering({ model, tell }: RuledModel, batching: RuleMessage): void {
  if (batching.flag('preserve_ordering')?.value !== true) {
    return;
  }
  const levels = batching.integer('priority_levels');
  if (levels !== undefined && levels.value > 1n) {
    const message = `Only one priority level is allowed when 'preserve_ordering' is true for ${model}`;
    tell('triton/ordering-priorities', levels.at, message);
  }
  const own = new Map(
    batching.messageEntries('priority_queue_policy').map(({ key, value }) => [key.value, value]),
  );
  for (const policy of [batching.message('default_queue_policy'), ...own.values()]) {
    const action = policy === undefined ? undefined : delayOf(policy);
    if (action !== undefined) {
      const message = `Queue policy can not have DELAY as timeout action when 'preserve_ordering' is true for ${model}`;
      tell('triton/ordering-delay', action.at, message, { fixes: writeInstead(action, 'REJECT') });
    }
  }
}

/** Where a policy delays requests; a time-out of 0 never comes. */
function delayOf(policy: RuleMessage): Placed<string> | undefined {
  const action = policy.choice('timeout_action');
  const timeout = policy.integer('default_timeout_microseconds');
  return action?.value === 'DELAY' && timeout !== undefined && timeout.value !== 0n ? action : undefined;
}

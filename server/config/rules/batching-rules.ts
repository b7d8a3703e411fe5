// The rules of TensorFlow Serving's batching parameters, in the words of the schedulers; the errors are those of the daemon.
// Pure.
import { replaceFix, type Fix } from '../../textproto/diagnostics.ts';
import { removeFields, removeValue, writeInstead } from './rule-fixes.ts';
import { ruleTree, type Placed, type PlacedList, type RuleMessage } from './rule-tree.ts';
import type { Rules } from './run-rules.ts';
import { batchingProblems, defaultBatchSizes, type BatchSizes } from './serving-batching-checks.ts';
import type { TellServing } from './serving-model.ts';

/** Everything that can be wrong with batching parameters. */
export const batchingRules: Rules = ({ document, schema }, _around, report) => {
  const tell: TellServing = report;
  const { text } = document;
  const root = ruleTree(document, schema);
  const allowed = root.integers('allowed_batch_sizes');
  const sizes = sizesOf(root, allowed);
  if (sizes === undefined) {
    return;
  }
  for (const { code, field, words } of batchingProblems(sizes)) {
    if (field === 'allowed_batch_sizes') {
      tell(code, placeOfAllowed(allowed), words, { fixes: allowedFixes(allowed, sizes, text) });
      continue;
    }
    const value = root.message(field)?.integer('value');
    tell(code, value?.at ?? root.place, words, { fixes: sizeFixes(field, value, sizes) });
  }
  const unused = root.fields('max_execution_batch_size');
  if (!sizes.enableLargeBatchSplitting && unused[0] !== undefined) {
    tell(
      'serving/execution-batch-size-unused',
      unused[0].name,
      'max_execution_batch_size has no effect without enable_large_batch_splitting { value: true }.',
      {
        severity: 'warning',
        fixes: removeFields('Remove max_execution_batch_size', text, unused.slice(0, 1)),
      },
    );
  }
};

/** What the file sets over the defaults; undefined where a value cannot be read, which is reported already. */
function sizesOf(root: RuleMessage, allowed: PlacedList<bigint>): BatchSizes | undefined {
  let isReadable = true;
  const number = (field: string): number | undefined => {
    const value = root.message(field)?.integer('value')?.value;
    isReadable &&= value !== undefined || root.lacks(field);
    return value === undefined ? undefined : Number(value);
  };
  const splitting = root.message('enable_large_batch_splitting')?.flag('value')?.value;
  isReadable &&= allowed.isWhole && (splitting !== undefined || root.lacks('enable_large_batch_splitting'));
  const maxBatchSize = number('max_batch_size') ?? defaultBatchSizes.maxBatchSize;
  const maxExecutionBatchSize = number('max_execution_batch_size') ?? maxBatchSize;
  const enableLargeBatchSplitting = splitting ?? false;
  const sizes: BatchSizes = {
    maxBatchSize,
    batchTimeoutMicros: number('batch_timeout_micros') ?? defaultBatchSizes.batchTimeoutMicros,
    maxEnqueuedBatches: number('max_enqueued_batches') ?? defaultBatchSizes.maxEnqueuedBatches,
    numBatchThreads: number('num_batch_threads') ?? defaultBatchSizes.numBatchThreads,
    allowedBatchSizes: allowed.items.map(({ value }) => Number(value)),
    enableLargeBatchSplitting,
    maxExecutionBatchSize: enableLargeBatchSplitting ? maxExecutionBatchSize : maxBatchSize,
  };
  return isReadable ? sizes : undefined;
}

function sizeFixes(
  field: string,
  value: Placed<bigint> | undefined,
  { maxBatchSize, maxExecutionBatchSize }: BatchSizes,
): readonly Fix[] {
  if (value === undefined) {
    return [];
  }
  if (field === 'max_execution_batch_size' && maxExecutionBatchSize > maxBatchSize) {
    return maxBatchSize < 1 ? [] : writeInstead(value, String(maxBatchSize));
  }
  return writeInstead(value, field === 'batch_timeout_micros' ? '0' : '1');
}

/** The whole list, or its last value where it is written in pieces. */
function placeOfAllowed({ items, at }: PlacedList<bigint>): { start: number; end: number } {
  const last = items.at(-1);
  return last?.written?.list ?? last?.at ?? at;
}

function allowedFixes(
  { items }: PlacedList<bigint>,
  { maxExecutionBatchSize }: BatchSizes,
  text: string,
): readonly Fix[] {
  const tooSmall = items.find(({ value }) => value < 1n);
  if (tooSmall !== undefined) {
    return items.length === 1 ? [] : removeValue(`Remove ${tooSmall.value}`, text, tooSmall);
  }
  const last = items.at(-1);
  if (last === undefined || maxExecutionBatchSize < 1) {
    return [];
  }
  const list = last.written?.list;
  const isOneList = list?.elements.length === items.length;
  const sizes = items.map(({ value }) => Number(value));
  const rising = [...new Set(sizes)].filter((size) => size < maxExecutionBatchSize).sort((a, b) => a - b);
  const mended = `[${[...rising, maxExecutionBatchSize].join(', ')}]`;
  return list !== undefined && isOneList ? [replaceFix(`Change to ${mended}`, list, mended)] : [];
}

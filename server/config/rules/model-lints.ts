// What Triton takes and what is most likely not meant (triton.md §2.4, last paragraph), as far as the file itself tells. Pure.
import type { Fix } from '../../textproto/diagnostics.ts';
import { ensemblePlatform, type RuledModel } from './model-rule.ts';
import { removeValue } from './rule-fixes.ts';
import type { Placed } from './rule-tree.ts';

/** Schedulers that have nothing to do. */
export function batchingLints({ root, tell }: RuledModel): void {
  const batching = root.message('dynamic_batching');
  if (batching === undefined) {
    return;
  }
  if (root.integer('max_batch_size')?.value === 0n && batching.lacks('preferred_batch_size')) {
    const message =
      'dynamic_batching has no effect: max_batch_size is 0, so the model has no batch dimension.';
    tell('triton/batching-without-batches', batching.place, message);
  }
  const [policy] = batching.fields('priority_queue_policy');
  if (policy !== undefined && batching.integer('priority_levels')?.value === 0n) {
    const message = 'priority_queue_policy has no effect: priority_levels is 0.';
    tell('triton/policy-without-levels', policy.name, message);
  }
}

/** Tensors that are listed twice. */
export function duplicateTensorLint({ root, tell }: RuledModel): void {
  for (const kind of ['input', 'output'] as const) {
    const seen = new Set<string>();
    for (const tensor of root.messages(kind)) {
      const name = tensor.text('name');
      if (name === undefined || name.value === '') {
        continue;
      }
      if (seen.has(name.value)) {
        tell('triton/duplicate-tensor', name.at, `There is an ${kind} '${name.value}' already.`);
      }
      seen.add(name.value);
    }
  }
}

/**
 * Whether all dims begin with -1, which the batch dimension of most models is, though max_batch_size says that it is left
 * out. Only a guess, and only where no model file can tell.
 */
export function batchDimensionLint({ root, document, platform, around, tell }: RuledModel): void {
  const limit = root.integer('max_batch_size');
  const hasSignature = around.directory?.versions.some(({ signature }) => signature !== undefined) ?? false;
  if (limit === undefined || limit.value <= 0n || hasSignature || platform === ensemblePlatform) {
    return;
  }
  const first: Placed<bigint>[] = [];
  for (const tensor of [...root.messages('input'), ...root.messages('output')]) {
    const [dim, next] = tensor.integers('dims').items;
    if (dim?.value !== -1n || next === undefined) {
      return;
    }
    first.push(dim);
  }
  if (root.count('input') === 0 || root.count('output') === 0) {
    return;
  }
  for (const dim of first) {
    const message = `dims do not include the batch dimension where max_batch_size is above 0 (it is ${limit.value}). Is this -1 that of the batch?`;
    const fixes: Fix[] = removeValue('Remove the batch dimension', document.text, dim);
    tell('triton/batch-dimension', dim.at, message, { fixes });
  }
}

/** Version directories that Triton does not see. TensorFlow Serving does. */
export function leadingZerosLint({ root, around, tell }: RuledModel): void {
  for (const name of around.directory?.directories ?? []) {
    if (/^0+\d+$/.test(name)) {
      const message = `ignore version directory '${name}' which contains leading zeros in its directory name`;
      tell('triton/leading-zeros', root.place, message);
    }
  }
}

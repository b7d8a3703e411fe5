// Rules for batch_input and batch_output, in Triton's words (triton.md §2.4). Pure.
import type { Span } from '../../textproto/diagnostics.ts';
import type { RuledModel } from './model-rule.ts';
import type { RuleMessage } from './rule-tree.ts';
import type { TritonCode } from './triton-codes.ts';

const unnamedKind = /^-?\d+$/;

/** Says one thing; Triton's ` for <model>` is added. */
type Tell = (code: TritonCode, at: Span, words: string) => void;

/** Everything about batch inputs and outputs. */
export function batchIoRules(model: RuledModel): void {
  const { root } = model;
  const tell: Tell = (code, at, words) => {
    model.tell(code, at, `${words} for ${model.model}`);
  };
  const inputs = listedNames(root, 'input');
  const outputs = listedNames(root, 'output');
  for (const batch of root.messages('batch_input')) {
    batchInput(batch, tell);
    sources(batch, 'input', inputs, tell);
  }
  for (const batch of root.messages('batch_output')) {
    sources(batch, 'output', inputs, tell);
    targets(batch, outputs, tell);
  }
}

/** The names in a list; undefined where Triton fills the list in, or where one cannot be read. */
function listedNames(root: RuleMessage, kind: 'input' | 'output'): ReadonlySet<string> | undefined {
  const tensors = root.messages(kind);
  const names = tensors.map((tensor) => tensor.text('name')?.value);
  const known = names.filter((name) => name !== undefined);
  const isWhole = root.count(kind) === known.length && root.count('input') > 0 && root.count('output') > 0;
  return isWhole ? new Set(known) : undefined;
}

function batchInput(batch: RuleMessage, tell: Tell): void {
  const type = batch.choice('data_type');
  if (type !== undefined && type.value !== 'TYPE_INT32' && type.value !== 'TYPE_FP32') {
    tell('triton/batch-input-type', type.at, 'batch input data type must be TYPE_INT32 or TYPE_FP32');
  }
}

/** The kind, and what the batch tensor is made from. */
function sources(
  batch: RuleMessage,
  direction: 'input' | 'output',
  inputs: ReadonlySet<string> | undefined,
  tell: Tell,
): void {
  const kind = batch.choice('kind');
  const source = batch.texts('source_input');
  const count = batch.count('source_input');
  if (kind !== undefined && unnamedKind.test(kind.value)) {
    const code = direction === 'input' ? 'triton/batch-input-kind' : 'triton/batch-output-kind';
    tell(code, kind.at, `unknown batch ${direction} kind '${kind.value}'`);
  } else if (kind !== undefined && source.isWhole && count !== 1) {
    const code = direction === 'input' ? 'triton/batch-input-source' : 'triton/batch-output-source';
    tell(code, source.at, `batch ${direction} kind '${kind.value}' expects 1 source input, got ${count}`);
  }
  for (const { value, at } of inputs === undefined ? [] : source.items) {
    if (inputs?.has(value) === false) {
      tell('triton/batch-source-unknown', at, `unknown source input name '${value}'`);
    }
  }
}

function targets(batch: RuleMessage, outputs: ReadonlySet<string> | undefined, tell: Tell): void {
  const seen = new Set<string>();
  for (const { value, at } of batch.texts('target_name').items) {
    if (outputs?.has(value) === false) {
      tell('triton/batch-target-unknown', at, `unknown target output name '${value}'`);
    } else if (seen.has(value)) {
      tell('triton/batch-target-twice', at, `target output name '${value}' can only be specified once`);
    }
    seen.add(value);
  }
}

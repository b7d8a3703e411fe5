// Dims of a config against the model: whether they include the batch dimension, and whether they fit (triton.md §2.5). Pure.
import type { OnnxValue } from '../../models/onnx-signature.ts';
import type { Fix } from '../../textproto/diagnostics.ts';
import { directions, tensorsOf, type Comparison, type Direction } from './against-comparison.ts';
import { dimsEdits, takeDims } from './against-fixes.ts';
import { configShape, fits, isBatchable, modelShape, shapeText, type Shape } from './against-shape.ts';
import { removeValue, writeInstead } from './rule-fixes.ts';
import type { Placed, PlacedList, RuleMessage } from './rule-tree.ts';

/** A tensor of the file, and that of the model. */
interface Pair {
  readonly direction: Direction;
  readonly tensor: RuleMessage;
  readonly value: OnnxValue;
  /** Whether requests and answers are put together in a way of their own, and dims say nothing of the model's. */
  readonly isRagged: boolean;
}

/** Whether batches are what the model takes, and every tensor what it says. */
export function dimsRules(comparison: Comparison, limit: Placed<bigint>): void {
  const pairs = directions.flatMap((direction) => pairsOf(comparison, direction));
  if (limit.value > 0n) {
    checkBatching(comparison, limit, pairs);
  }
  for (const pair of pairs) {
    checkDims(comparison, pair, limit);
  }
}

function pairsOf(comparison: Comparison, direction: Direction): readonly Pair[] {
  const byName = new Map(comparison.signature[`${direction}s`].map((value) => [value.name, value]));
  const batchOutputs = direction === 'output' ? comparison.root.messages('batch_output') : [];
  const targets = batchOutputs.flatMap((each) => each.texts('target_name').items);
  const scattered = new Set(targets.map((target) => target.value));
  return tensorsOf(comparison, direction).flatMap((tensor) => {
    const value = byName.get(tensor.text('name')?.value ?? '');
    if (value === undefined) {
      return [];
    }
    const isRagged =
      direction === 'input' ? tensor.flag('allow_ragged_batch')?.value !== false : scattered.has(value.name);
    return [{ direction, tensor, value, isRagged }];
  });
}

/** A max_batch_size for a model that takes no batches. */
function checkBatching(comparison: Comparison, limit: Placed<bigint>, pairs: readonly Pair[]): void {
  const { model, signature, tell } = comparison;
  if (comparison.isCompleted) {
    const all = [...signature.inputs, ...signature.outputs];
    if (all.some((value) => value.dims !== undefined && !isBatchable(value))) {
      const words = `autofill failed for model '${model}': model does not support batching while non-zero max_batch_size is specified`;
      tell('model/no-batch-dimension', limit.at, words, unbatched(comparison, limit, pairs));
    }
    return;
  }
  const fixed = pairs.find(({ value }) => lacksBatch(value));
  if (fixed !== undefined) {
    const shape = shapeText(modelShape(fixed.value) ?? []);
    tell(
      'model/no-batch-dimension',
      limit.at,
      `model '${model}', tensor '${fixed.value.name}': for the model to support batching the shape should have at least 1 dimension and the first dimension must be -1; but shape expected by the model is ${shape}`,
      unbatched(comparison, limit, pairs),
    );
  }
}

/** Whether the first dimension is one size only. Of scalars Triton asks nothing. */
function lacksBatch(value: OnnxValue): boolean {
  return (value.dims?.length ?? 0) > 0 && !isBatchable(value);
}

/** Makes the file one of a model without a batch dimension. */
function unbatched({ document }: Comparison, limit: Placed<bigint>, pairs: readonly Pair[]): readonly Fix[] {
  const edits = pairs.flatMap(({ tensor, value }) => {
    const shape = modelShape(value);
    const isMended = shape === undefined || tensor.has('reshape') || isSame(tensor.integers('dims'), shape);
    return isMended ? [] : (dimsEdits(document.text, tensor, configShape(shape, false)) ?? []);
  });
  return writeInstead(limit, '0', 'Set max_batch_size to 0, and take the dims from the model').map((fix) => ({
    title: fix.title,
    edits: [...fix.edits, ...edits],
  }));
}

function isSame({ items, isWhole }: PlacedList<bigint>, shape: Shape): boolean {
  return (
    isWhole && items.length === shape.length && items.every(({ value }, i) => Number(value) === shape[i])
  );
}

/** How one tensor is compared. */
interface Judged {
  readonly model: Shape;
  /** What the file says: of `reshape` where there is one. */
  readonly config: Shape;
  readonly isBatched: boolean;
  readonly isExact: boolean;
}

function checkDims(
  comparison: Comparison,
  { direction, tensor, value, isRagged }: Pair,
  limit: Placed<bigint>,
): void {
  const model = modelShape(value);
  const isReshaped = tensor.has('reshape');
  const list = isReshaped ? tensor.message('reshape')?.integers('shape') : tensor.integers('dims');
  if (model === undefined || list?.isWhole !== true || isRagged || tensor.lacks('dims')) {
    return;
  }
  const config = list.items.map((item) => Number(item.value));
  const isBatched = limit.value > 0n;
  if (model.length === 0) {
    checkScalar(comparison, tensor, value, config);
    return;
  }
  if (isBatched && model[0] !== -1) {
    return;
  }
  const judged: Judged = { model, config, isBatched, isExact: direction === 'output' };
  // Triton fills max_batch_size in where it fills anything in.
  const isEither = comparison.isCompleted && limit.value === 0n && isFit({ ...judged, isBatched: true });
  if (isFit(judged) || isEither) {
    return;
  }
  const [first] = tensor.fields(isReshaped ? 'reshape' : 'dims');
  const place = first?.value ?? first?.name ?? tensor.place;
  const fixes = isReshaped ? [] : takeDims(comparison.document.text, tensor, model, isBatched);
  const why = isReshaped ? undefined : batchMistake(judged, limit.value);
  const words = mismatch(comparison.model, value.name, judged);
  if (why === undefined) {
    comparison.tell('model/dims', place, words, fixes);
    return;
  }
  const [batch] = list.items;
  const remove =
    isBatched && batch !== undefined && config.length > 1
      ? removeValue('Remove the batch dimension', comparison.document.text, batch)
      : [];
  comparison.tell('model/batch-dimension', place, `${why}. ${words}`, [...remove, ...fixes]);
}

function isFit({ model, config, isBatched, isExact }: Judged): boolean {
  return fits(model, isBatched ? [-1, ...config] : config, isExact);
}

/** Why dims do not fit, if it is the batch dimension that is too much or missing. */
function batchMistake({ model, config, isBatched, isExact }: Judged, limit: bigint): string | undefined {
  const [size = -1, ...rest] = model;
  if (isBatched && config.length === model.length && fits(rest, config.slice(1), isExact)) {
    return `dims include the batch dimension; max_batch_size is ${limit}`;
  }
  if (!isBatched && size === -1 && fits(rest, config, isExact)) {
    return 'dims lack the batch dimension; max_batch_size is 0';
  }
  return undefined;
}

function mismatch(name: string, tensor: string, { model, config, isBatched }: Judged): string {
  const expected = `model '${name}', tensor '${tensor}': the model expects ${model.length} dimensions (shape ${shapeText(model)}) but the model configuration specifies`;
  const full = [-1, ...config];
  return isBatched
    ? `${expected} ${full.length} dimensions (an initial batch dimension because max_batch_size > 0 followed by the explicit tensor shape, making complete shape ${shapeText(full)})`
    : `${expected} ${config.length} dimensions (shape ${shapeText(config)})`;
}

function checkScalar(comparison: Comparison, tensor: RuleMessage, { name }: OnnxValue, config: Shape): void {
  if (config.every((size) => size === 1)) {
    return;
  }
  const [first] = tensor.fields('dims');
  comparison.tell(
    'model/dims',
    first?.value ?? tensor.place,
    `unable to load model '${comparison.model}', scalar tensor '${name}', should only provide 1 in the model configuration when the model doesn't support batching. Model configuration provided: ${shapeText(config)}.`,
    takeDims(comparison.document.text, tensor, [], false),
  );
}

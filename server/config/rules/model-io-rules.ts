// Rules for inputs and outputs, in Triton's words (triton.md §2.4, I1 to I11). Pure.
import type { Fix, Severity, Span } from '../../textproto/diagnostics.ts';
import { ensemblePlatform, tensorRtPlatform, type RuledModel } from './model-rule.ts';
import { reshapeProblem } from './reshape-problem.ts';
import { removeFields, writeInstead } from './rule-fixes.ts';
import type { PlacedList, RuleMessage } from './rule-tree.ts';
import type { TritonCode } from './triton-codes.ts';

/** Says one thing about an input or output; Triton's ` for <model>` is added. */
type TellIo = (code: TritonCode, at: Span, words: string, fixes?: readonly Fix[]) => void;

/** I1 to I11. */
export function ioRules(model: RuledModel): void {
  const { root, tell } = model;
  const severity = ioSeverity(model);
  const tellIo: TellIo = (code, at, words, fixes = []) => {
    tell(code, at, `${words} for ${model.model}`, { fixes, ...(severity === undefined ? {} : { severity }) });
  };
  for (const kind of ['input', 'output'] as const) {
    for (const io of root.messages(kind)) {
      required(io, kind, tellIo);
      shapes(io, kind, model, tellIo);
      formats(io, kind, model, tellIo);
    }
  }
}

/**
 * Triton fills in both lists for an ONNX model unless both are there, and then what was in one is gone before it is
 * checked. The daemon serves no ensembles.
 */
function ioSeverity({ root, platform }: RuledModel): Severity | undefined {
  const hasBoth = root.count('input') > 0 && root.count('output') > 0;
  return hasBoth && platform !== ensemblePlatform ? undefined : 'warning';
}

/** I1 to I3. */
function required(io: RuleMessage, kind: string, tell: TellIo): void {
  const name = io.text('name');
  if (name?.value === '') {
    tell('triton/io-name', name.at, `model ${kind} must specify 'name'`);
  }
  const called = `model ${kind} '${name?.value ?? ''}'`;
  const type = io.choice('data_type');
  if (type?.value === 'TYPE_INVALID') {
    tell('triton/io-data-type', type.at, `${called} must specify 'data_type'`);
  }
  const dims = io.integers('dims');
  if (io.count('dims') === 0 && dims.isWhole) {
    tell('triton/io-dims', dims.at, `${called} must specify 'dims'`);
  }
}

/** I4 to I8. */
function shapes(io: RuleMessage, kind: string, { root }: RuledModel, tell: TellIo): void {
  const called = `model ${kind} '${io.text('name')?.value ?? ''}'`;
  const dims = io.integers('dims');
  const areDimsGood = dimensions(dims, 'triton/io-dimension', `${called} dimension`, tell);
  const reshape = io.message('reshape');
  if (reshape === undefined) {
    return;
  }
  const shape = reshape.integers('shape');
  const isEmpty = reshape.count('shape') === 0;
  if (isEmpty && shape.isWhole && root.integer('max_batch_size')?.value === 0n) {
    const words = `${called} cannot have empty reshape for non-batching model as scalar tensors are not supported`;
    tell('triton/reshape-empty', reshape.place, words);
    return;
  }
  const isShapeGood = dimensions(
    shape,
    'triton/reshape-dimension',
    `${called} reshape dimensions`,
    tell,
    dims.items.some(({ value }) => value === -1n),
  );
  if (!areDimsGood || !isShapeGood || dims.items.length === 0) {
    return;
  }
  const values = [dims, shape].map(({ items }) => items.map(({ value }) => value));
  switch (reshapeProblem(values[0] ?? [], values[1] ?? [])) {
    case 'size':
      tell('triton/reshape-size', shape.at, `${called} has different size for dims and reshape`);
      break;
    case 'variable':
      tell(
        'triton/reshape-variable',
        shape.at,
        `${called} has different number of variable-size dimensions for dims and reshape`,
      );
      break;
    case undefined:
      break;
  }
}

/** I5 and I6. Whether all are good, and all there. */
function dimensions(
  list: PlacedList<bigint>,
  code: TritonCode,
  subject: string,
  tell: TellIo,
  canVary = true,
): boolean {
  const wrong = list.items.filter(({ value }) => value < 1n && value !== -1n);
  for (const dim of wrong) {
    const words = `${subject} must be integer >= 1, or -1 to indicate a variable-size dimension`;
    tell(code, dim.at, words, canVary ? writeInstead(dim, '-1') : []);
  }
  return wrong.length === 0 && list.isWhole;
}

/** I9 to I11. */
function formats(io: RuleMessage, kind: string, model: RuledModel, tell: TellIo): void {
  const { document } = model;
  const isTensorRt = model.platform === tensorRtPlatform;
  const has3Dims = io.count('dims') === 3 || !io.integers('dims').isWhole;
  const format = kind === 'input' ? io.choice('format') : undefined;
  if ((format?.value === 'FORMAT_NHWC' || format?.value === 'FORMAT_NCHW') && !has3Dims) {
    tell('triton/format-dims', format.at, 'model input NHWC/NCHW require 3 dims');
  }
  const isShape = io.flag('is_shape_tensor');
  if (isShape?.value === true && !isTensorRt) {
    const fixes = removeFields('Remove the field', document.text, io.fields('is_shape_tensor'));
    tell('triton/shape-tensor', isShape.at, 'shape tensors are only supported for TensorRT platform', fixes);
  }
  const isNonLinear = io.flag('is_non_linear_format_io');
  if (isNonLinear?.value !== true) {
    return;
  }
  if (!isTensorRt) {
    const fixes = removeFields('Remove the field', document.text, io.fields('is_non_linear_format_io'));
    const words = 'Non-linear IO format is only supported for the TensorRT platform';
    tell('triton/non-linear-io', isNonLinear.at, words, fixes);
  } else if (kind === 'input' && !has3Dims) {
    tell('triton/non-linear-io', isNonLinear.at, 'Non-linear IO format input requires 3 dims');
  }
}

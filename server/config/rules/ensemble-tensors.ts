// What the models of an ensemble say of its tensors, and whether they agree, in Triton's words (triton.md §2.4). Pure.
import type { Span } from '../../textproto/diagnostics.ts';
import { stringLiteral } from '../../textproto/strings.ts';
import { suggest } from '../../textproto/suggest.ts';
import type { Ensemble, EnsembleStep, EnsembleTensor, Mapping } from './ensemble.ts';
import type { RuledModel } from './model-rule.ts';
import type { DeclaredTensor, OtherModel } from './other-model.ts';
import { writeInstead } from './rule-fixes.ts';

/** The type and shape of a tensor, and the model that they are inferred from. */
interface Declaration {
  readonly model: string;
  /** Undefined where it is not said. */
  readonly dataType: string | undefined;
  readonly dims: readonly bigint[];
  /** With the batch dimension, if there is one. */
  readonly fullDims: readonly bigint[];
}

/** Among more tensors of a model than this, none is suggested. */
const suggestLimit = 30;

/** The declarations of the ensemble's tensors; the first of each counts, and the others are held against it. */
export class TensorDeclarations {
  readonly #model: RuledModel;
  readonly #known = new Map<string, Declaration>();

  /** Begins with the inputs and outputs of the ensemble itself. */
  constructor(model: RuledModel, ensemble: Ensemble) {
    this.#model = model;
    const isBatching = (model.root.integer('max_batch_size')?.value ?? 0n) > 0n;
    for (const tensor of [...ensemble.inputs, ...ensemble.outputs]) {
      const declaration = ownDeclaration(model.model, tensor, isBatching);
      if (declaration !== undefined && !this.#known.has(tensor.name.value)) {
        this.#known.set(tensor.name.value, declaration);
      }
    }
  }

  /** Checks the mappings of a step to the model `name`. */
  step(step: EnsembleStep, name: string, other: OtherModel): void {
    const { tell } = this.#model;
    const inEnsemble = `in ensemble ${this.#model.model}`;
    if (other.inputs !== undefined) {
      const mapped = new Set(step.inputs.map(({ key }) => key.value));
      for (const mapping of step.inputs) {
        const input = other.inputs.get(mapping.key.value);
        if (input === undefined) {
          const message = `${inEnsemble}, ensemble tensor ${mapping.value.value} is mapping to non-existing input ${mapping.key.value} in model ${name}`;
          const fixes = nearest(mapping, other.inputs);
          tell('triton/step-input-unknown', mapping.key.at, message, { fixes });
        } else {
          this.#add(mapping.value.value, mapping.value.at, toDeclaration(name, input, other));
        }
      }
      const isWhole = step.inputs.length === step.message.count('input_map');
      for (const [input, { isOptional }] of isWhole ? other.inputs : []) {
        if (!mapped.has(input) && !isOptional && mapped.size > 0) {
          const message = `${inEnsemble}, input ${input} in model ${name} is not mapped to any ensemble tensors`;
          tell(
            'triton/step-input-missing',
            step.message.fields('input_map')[0]?.name ?? step.message.place,
            message,
          );
        }
      }
    }
    for (const mapping of other.outputs === undefined ? [] : step.outputs) {
      const output = other.outputs?.get(mapping.key.value);
      if (output === undefined) {
        const message = `${inEnsemble}, ensemble tensor ${mapping.value.value} is mapped from non-existing output ${mapping.key.value} in model ${name}`;
        const fixes = nearest(mapping, other.outputs ?? new Map());
        tell('triton/step-output-unknown', mapping.key.at, message, { fixes });
      } else {
        this.#add(mapping.value.value, mapping.value.at, toDeclaration(name, output, other));
      }
    }
  }

  #add(tensor: string, at: Span, declaration: Declaration): void {
    const { model, tell } = this.#model;
    const known = this.#known.get(tensor);
    if (known === undefined) {
      this.#known.set(tensor, declaration);
      return;
    }
    const subject = `in ensemble ${model}, ensemble tensor ${tensor}:`;
    const inferred = (left: string, right: string): string =>
      `${left} is inferred from model ${known.model} while ${right} is inferred from model ${declaration.model}`;
    if (known.dataType === undefined || declaration.dataType === undefined) {
      return;
    }
    if (known.dataType !== declaration.dataType) {
      const message = `${subject} inconsistent data type: ${inferred(known.dataType, declaration.dataType)}`;
      tell('triton/tensor-type-conflict', at, message);
    } else if (
      !isSameShape(known.dims, declaration.dims) &&
      !isSameShape(known.fullDims, declaration.fullDims)
    ) {
      const shapes = inferred(shapeText(known.fullDims), shapeText(declaration.fullDims));
      tell('triton/tensor-shape-conflict', at, `${subject} inconsistent shape: ${shapes}`);
    }
  }
}

/** Undefined where it cannot be read, or is not said. */
function ownDeclaration(
  model: string,
  { message }: EnsembleTensor,
  isBatching: boolean,
): Declaration | undefined {
  const type = message.choice('data_type')?.value;
  const reshape = message.message('reshape');
  const list = reshape === undefined ? message.integers('dims') : reshape.integers('shape');
  if (type === undefined || type === 'TYPE_INVALID' || !list.isWhole) {
    return undefined;
  }
  const dims = list.items.map(({ value }) => value);
  return { model, dataType: type, dims, fullDims: isBatching ? [-1n, ...dims] : dims };
}

function toDeclaration(model: string, { dataType, dims }: DeclaredTensor, other: OtherModel): Declaration {
  return { model, dataType, dims, fullDims: other.maxBatchSize > 0n ? [-1n, ...dims] : dims };
}

/** -1 is any size. */
function isSameShape(a: readonly bigint[], b: readonly bigint[]): boolean {
  return a.length === b.length && a.every((size, at) => size === b[at] || size === -1n || b[at] === -1n);
}

function shapeText(dims: readonly bigint[]): string {
  return `[${dims.join(',')}]`;
}

/** The fix that names the tensor of the model that was meant. */
function nearest({ key }: Mapping, known: ReadonlyMap<string, unknown>): ReturnType<typeof writeInstead> {
  const near = known.size > suggestLimit ? undefined : suggest(key.value, [...known.keys()]);
  return near === undefined ? [] : writeInstead(key, stringLiteral(near), `Change to ${near}`);
}

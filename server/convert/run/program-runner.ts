// Runs the signatures of a converted model: picks the plan that fits the shapes, and converts anew where none does.
import { PerchError } from '../../errors.ts';
import { defaultSignatureName } from '../program.ts';
import { PlanRunner } from './plan-runner.ts';
import { fitsDeclared, ranksOf, ranksText } from './input-shapes.ts';
import { tensorOf } from './tensor-values.ts';
import type { Tensor, TensorMap } from '../../codec/tensor.ts';
import type { Program, ProgramSignature } from '../program.ts';
import type { OpenOnnx } from './onnx-session.ts';
import type { SharedState } from './plan-runner.ts';

/** Converts one signature for inputs of these ranks, by alias; all sizes are unknown. Throws OPERATORS_UNSUPPORTED. */
export type ConvertVariant = (
  signatureName: string,
  inputRanks: ReadonlyMap<string, number>,
) => Promise<{ readonly program: Program; readonly directory: string }>;

/** Conversions beside the first one, per model: requests come in few ranks, and each is a session of its own. */
const maximumVariants = 8;
/** Sessions of all signatures are opened at once where their weights take no more bytes together. */
const eagerWeightBytes = 512 * 1024 * 1024;

/** A converted model that runs. It holds ONNX sessions, and the variables that requests changed. */
export class ProgramRunner {
  readonly #program: Program;
  readonly #directory: string;
  readonly #open: OpenOnnx;
  readonly #convertVariant: ConvertVariant | undefined;
  readonly #signatures: ReadonlyMap<string, ProgramSignature>;
  readonly #plans = new Map<number, PlanRunner>();
  /** By signature's plan and ranks. A failed conversion is remembered as such. */
  readonly #variants = new Map<string, Promise<PlanRunner>>();
  readonly #shared: SharedState = { variables: new Map(), last: Promise.resolve() };

  /**
   * @param directory where the program's files are
   * @param convertVariant for requests whose shapes the plan does not hold for; without it they fail with INFERENCE_FAILED
   */
  constructor(program: Program, directory: string, open: OpenOnnx, convertVariant?: ConvertVariant) {
    this.#program = program;
    this.#directory = directory;
    this.#open = open;
    this.#convertVariant = convertVariant;
    this.#signatures = new Map(program.signatures.map((signature) => [signature.name, signature]));
  }

  /**
   * Opens the ONNX sessions, so that what is wrong with them shows at load: all, or where their weights are large only
   * the default signature's (each session holds them once). Others open at their first request. Throws what `open` throws.
   */
  async prepare(): Promise<void> {
    const { plans, report, signatures } = this.#program;
    const all = report.weightBytes * plans.length <= eagerWeightBytes;
    const first = this.#signatures.get(defaultSignatureName) ?? signatures[0];
    for (const index of plans.keys()) {
      if (all || index === first?.plan) {
        await this.#plan(index).prepare();
      }
    }
  }

  /**
   * Answers one request with the named outputs, in their order.
   *
   * Throws SIGNATURE_UNKNOWN, INPUT_NAMES_WRONG for an input that is missing and has no default, OUTPUT_UNKNOWN, and
   * INFERENCE_FAILED for what the model refuses. Requests of stateful plans run one at a time, in the order of calls.
   */
  async run(signatureName: string, inputs: TensorMap, outputNames: readonly string[]): Promise<TensorMap> {
    const signature = this.#signatures.get(signatureName);
    if (signature === undefined) {
      throw new PerchError('SIGNATURE_UNKNOWN', `The model has no signature "${signatureName}".`);
    }
    const complete = withDefaults(signature, inputs);
    const plan = await this.#planFor(signature, complete);
    return plan.run(complete, outputNames);
  }

  /** Frees all sessions. No run follows. */
  async release(): Promise<void> {
    const variants = await Promise.allSettled(this.#variants.values());
    const runners = [
      ...this.#plans.values(),
      ...variants.flatMap((variant) => (variant.status === 'fulfilled' ? [variant.value] : [])),
    ];
    await Promise.all(runners.map((runner) => runner.release()));
  }

  #plan(index: number): PlanRunner {
    const existing = this.#plans.get(index);
    if (existing !== undefined) {
      return existing;
    }
    const plan = this.#program.plans[index];
    if (plan === undefined) {
      throw new PerchError('SAVED_MODEL_INVALID', `The converted model has no plan ${index}.`);
    }
    const runner = new PlanRunner(plan, this.#directory, this.#open, this.#shared);
    this.#plans.set(index, runner);
    return runner;
  }

  #planFor(signature: ProgramSignature, inputs: TensorMap): PlanRunner | Promise<PlanRunner> {
    const plan = this.#plan(signature.plan);
    if (plan.anyShape || fitsDeclared(signature, inputs)) {
      return plan;
    }
    return this.#variant(signature, inputs);
  }

  async #variant(signature: ProgramSignature, inputs: TensorMap): Promise<PlanRunner> {
    const convert = this.#convertVariant;
    const ranks = ranksOf(signature, inputs);
    if (convert === undefined) {
      throw unfitShapes(signature, inputs);
    }
    const key = `${signature.plan} ${ranksText(ranks)}`;
    let variant = this.#variants.get(key);
    if (variant === undefined) {
      if (this.#variants.size >= maximumVariants) {
        throw new PerchError(
          'INFERENCE_FAILED',
          `${unfitShapes(signature, inputs).message} Requests of ${maximumVariants} other ranks came before.`,
        );
      }
      variant = this.#convert(convert, signature, ranks);
      this.#variants.set(key, variant);
    }
    try {
      return await variant;
    } catch (reason) {
      throw new PerchError('INFERENCE_FAILED', unfitShapes(signature, inputs).message, { cause: reason });
    }
  }

  async #convert(
    convert: ConvertVariant,
    signature: ProgramSignature,
    ranks: ReadonlyMap<string, number>,
  ): Promise<PlanRunner> {
    const { program, directory } = await convert(signature.name, ranks);
    const index = program.signatures.find(({ name }) => name === signature.name)?.plan;
    const plan = index === undefined ? undefined : program.plans[index];
    if (plan === undefined) {
      throw new PerchError('SAVED_MODEL_INVALID', `The conversion lost signature "${signature.name}".`);
    }
    const runner = new PlanRunner(plan, directory, this.#open, this.#shared);
    await runner.prepare();
    return runner;
  }
}

function withDefaults(signature: ProgramSignature, inputs: TensorMap): TensorMap {
  const missing = signature.inputs.filter(({ alias }) => !inputs.has(alias));
  if (missing.length === 0) {
    return inputs;
  }
  const complete = new Map<string, Tensor>(inputs);
  for (const { alias } of missing) {
    const value = signature.defaults.get(alias);
    if (value === undefined) {
      throw new PerchError('INPUT_NAMES_WRONG', `Input "${alias}" is missing.`);
    }
    complete.set(alias, tensorOf(value));
  }
  return complete;
}

function unfitShapes(signature: ProgramSignature, inputs: TensorMap): PerchError {
  const shapes = signature.inputs.map(
    ({ alias }) => `"${alias}" [${inputs.get(alias)?.shape.join(',') ?? ''}]`,
  );
  return new PerchError(
    'INFERENCE_FAILED',
    `The model cannot be computed for inputs of ${shapes.join(', ')}.`,
  );
}

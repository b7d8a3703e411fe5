// Converts the signatures of a loaded SavedModel: emits them, decides which share a plan, and writes the ONNX files.
import path from 'node:path';
import { writeOnnx } from '../onnx/write-onnx.ts';
import { WeightsFile, weightsFileName } from '../onnx/weights-file.ts';
import { defaultSignatureName, programFormat } from '../program.ts';
import { conversionReport } from '../report.ts';
import { decodeTensor } from './proto/tensor-proto.ts';
import { changesVariables, emitSignature, SignatureUnsupported } from './emit/emit-signature.ts';
import { Folder } from './emit/folder.ts';
import { sameEmission } from './emit/same-emission.ts';
import { operatorsUnsupported } from './unsupported-error.ts';
import { sizeOf } from '../value.ts';
import type { OnnxGraph } from '../onnx/onnx-model.ts';
import type { ConversionReport, Plan, Program, ProgramSignature, ProgramTensor } from '../program.ts';
import type { Value } from '../value.ts';
import type { ModelState } from './evaluate/contract.ts';
import type { FlatGraph, FunctionLibrary } from './graph/flat-graph.ts';
import type { SignatureMessage, TensorInfoMessage } from './proto/messages.ts';
import type { EmittedSignature, EmittedSpec } from './emit/assemble-plan.ts';
import type { Mappings } from './emit/contract.ts';
import type { InputShapes } from './emit/emit-signature.ts';
import type { EmitSource } from './emit/emitter.ts';

/** A SavedModel whose variables are restored and whose tables are filled, or what another file became. */
export interface ConvertibleModel {
  /** By default a SavedModel. */
  readonly source?: Program['source'] | undefined;
  readonly graph: FlatGraph;
  readonly functions: FunctionLibrary;
  readonly state: ModelState;
  readonly signatures: ReadonlyMap<string, SignatureMessage>;
  /** `2.14.0`, or empty. */
  readonly tensorflowVersion: string;
  /** Where they are not TensorFlow's only. */
  readonly mappings?: Mappings | undefined;
}

/** One signature, for inputs of other ranks than it declares. */
export interface VariantRequest {
  readonly signatureName: string;
  /** By alias; all sizes are unknown. */
  readonly inputRanks: ReadonlyMap<string, number>;
}

/** How a model is converted. */
export interface ConvertOptions {
  readonly variant?: VariantRequest | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Signatures that are no requests: TensorFlow's own names for its init and training ops. */
const internalPrefix = '__saved_model_';

/**
 * Writes `plan_0.onnx` … and `weights.bin` into the output directory, which must be empty.
 *
 * A signature with operators that cannot be converted is left out and reported, where another works and it is not the
 * default one. Throws OPERATORS_UNSUPPORTED, SAVED_MODEL_INVALID, CANCELLED by the signal, and errors of the file system.
 */
export function convertModel(
  model: ConvertibleModel,
  outputDirectory: string,
  options: ConvertOptions = {},
): Program {
  const started = performance.now();
  const conversion = new Conversion(model, outputDirectory, options);
  try {
    const { signatures, plans, report } = conversion.convert();
    const durationMs = Math.round(performance.now() - started);
    return {
      format: programFormat,
      source: model.source ?? 'saved_model',
      signatures,
      plans,
      report: { ...report, durationMs },
    };
  } finally {
    conversion.close();
  }
}

class Conversion {
  readonly #model: ConvertibleModel;
  readonly #source: EmitSource;
  readonly #outputDirectory: string;
  readonly #options: ConvertOptions;
  readonly #weights: WeightsFile;
  readonly #plans: Plan[] = [];
  readonly #emitted: EmittedSignature[] = [];
  readonly #planByContent = new Map<string, number>();
  /** Variables that requests of any signature change. */
  readonly #written = new Set<string>();

  constructor(model: ConvertibleModel, outputDirectory: string, options: ConvertOptions) {
    this.#model = model;
    const { graph, functions, state, mappings } = model;
    this.#source = { graph, functions, state, folder: new Folder(state), mappings };
    this.#outputDirectory = outputDirectory;
    this.#options = options;
    this.#weights = new WeightsFile(path.join(outputDirectory, weightsFileName));
  }

  /** What one signature changes, the others must not take for a constant. */
  #findWritten(): void {
    for (const [name, signature] of this.#model.signatures) {
      if (!name.startsWith(internalPrefix)) {
        ignoringUnsupported(() => {
          if (changesVariables(this.#source, signature)) {
            emitSignature(this.#source, signature, { kind: 'declared' }, this.#written);
          }
        });
      }
    }
  }

  convert(): { signatures: readonly ProgramSignature[]; plans: readonly Plan[]; report: ConversionReport } {
    const { variant, signal } = this.#options;
    const signatures: ProgramSignature[] = [];
    const omitted: { name: string; error: SignatureUnsupported }[] = [];
    this.#findWritten();
    for (const [name, signature] of this.#model.signatures) {
      if (name.startsWith(internalPrefix) || (variant !== undefined && variant.signatureName !== name)) {
        continue;
      }
      signal?.throwIfAborted();
      try {
        signatures.push(this.#signature(name, signature));
      } catch (reason) {
        if (!(reason instanceof SignatureUnsupported)) {
          throw reason;
        }
        omitted.push({ name, error: reason });
      }
    }
    const fatal = omitted.find(({ name }) => name === defaultSignatureName || signatures.length === 0);
    if (fatal !== undefined) {
      throw operatorsUnsupported(fatal.name, fatal.error.unsupported, this.#model.source);
    }
    const report = conversionReport({
      producerVersion: this.#model.tensorflowVersion,
      emitted: this.#emitted,
      weightBytes: this.#weights.length,
      omitted: omitted.map(({ name, error }) => ({ name, unsupported: error.unsupported })),
    });
    return { signatures, plans: this.#plans, report };
  }

  close(): void {
    this.#weights.close();
  }

  #signature(name: string, signature: SignatureMessage): ProgramSignature {
    const content = contentOf(this.#model.graph, signature);
    const known = this.#planByContent.get(content);
    const plan = known ?? this.#emit(signature);
    this.#planByContent.set(content, plan);
    const { inputs = [], outputs = [] } = this.#emitted[plan] ?? {};
    return {
      name,
      methodName: signature.methodName,
      inputs: named(inputs, signature.inputs),
      outputs: named(outputs, signature.outputs),
      defaults: defaultsOf(signature),
      plan,
    };
  }

  /** Gives the index of the plan. */
  #emit(signature: SignatureMessage): number {
    const { variant } = this.#options;
    const shapes: InputShapes =
      variant === undefined ? { kind: 'declared' } : { kind: 'ranks', ranks: variant.inputRanks };
    const emitted = emitSignature(this.#source, signature, shapes, this.#written);
    const same = this.#emitted.findIndex((other) => sharesPlan(other, emitted));
    if (same >= 0) {
      return same;
    }
    const anyShape = this.#holdsForAnyShape(signature, emitted);
    const index = this.#plans.length;
    const onnxFile = emitted.graph === undefined ? undefined : `plan_${index}.onnx`;
    if (emitted.graph !== undefined && onnxFile !== undefined) {
      const isDeclared = variant === undefined && !anyShape;
      const graph = isDeclared ? withDeclaredShapes(emitted.graph, emitted) : emitted.graph;
      writeOnnx(graph, path.join(this.#outputDirectory, onnxFile), this.#weights);
    }
    this.#plans.push({ ...emitted.plan, onnxFile, anyShape });
    this.#emitted.push(emitted);
    return index;
  }

  /** Whether emission knowing nothing of the shapes makes the same. */
  #holdsForAnyShape(signature: SignatureMessage, emitted: EmittedSignature): boolean {
    if (emitted.inputs.every(({ shape }) => shape === undefined)) {
      return true;
    }
    const unknown = ignoringUnsupported(() =>
      emitSignature(this.#source, signature, { kind: 'unknown' }, this.#written),
    );
    return unknown !== undefined && sameEmission(emitted, unknown);
  }
}

function named(
  specs: readonly EmittedSpec[],
  infos: ReadonlyMap<string, TensorInfoMessage>,
): readonly ProgramTensor[] {
  return specs.map((spec) => ({ ...spec, name: infos.get(spec.alias)?.name ?? spec.alias }));
}

/**
 * The graph with the declared shapes of its inputs, for a plan that only runs on those: knowing them ONNX Runtime fuses more
 * (residual sums into convolutions, for one).
 */
function withDeclaredShapes(graph: OnnxGraph, { inputs, plan }: EmittedSignature): OnnxGraph {
  const shapes = new Map(inputs.map(({ alias, shape }) => [alias, shape]));
  const declared = new Map(plan.direct.map(({ alias, name }) => [name, shapes.get(alias)]));
  return { ...graph, inputs: graph.inputs.map((input) => ({ ...input, shape: declared.get(input.name) })) };
}

/** Whether two signatures that call a function each, or two equal ones, can be computed by one plan. */
function sharesPlan(left: EmittedSignature, right: EmittedSignature): boolean {
  return (
    JSON.stringify([left.inputs, left.outputs]) === JSON.stringify([right.inputs, right.outputs]) &&
    sameEmission(left, right)
  );
}

/** undefined where something is unsupported. */
function ignoringUnsupported<Result>(emit: () => Result): Result | undefined {
  try {
    return emit();
  } catch (reason) {
    if (reason instanceof SignatureUnsupported) {
      return undefined;
    }
    throw reason;
  }
}

/** The same text for signatures that compute the same under the same aliases. */
function contentOf(graph: FlatGraph, { inputs, outputs }: SignatureMessage): string {
  const refs = (tensors: SignatureMessage['inputs']): unknown =>
    Array.from(tensors, ([alias, { name, shape }]) => [alias, graph.resolve(name), shape]).sort(
      ([left], [right]) => (String(left) < String(right) ? -1 : 1),
    );
  return JSON.stringify([refs(inputs), refs(outputs)]);
}

function defaultsOf({ defaults }: SignatureMessage): ReadonlyMap<string, Value> {
  return new Map(
    Array.from(defaults, ([alias, raw]) => [alias, decodeTensor(raw, (elements) => sizeOf([elements]))]),
  );
}

// What the config of another model says of its tensors, for the ensembles that it is in. Pure, and for any message.
import type { PlainMessage, PlainValue } from '../../textproto/plain-message.ts';

/** A tensor as a config declares it. */
export interface DeclaredTensor {
  /** Undefined where it is not said. */
  readonly dataType: string | undefined;
  /** Without the batch dimension. */
  readonly dims: readonly bigint[];
  readonly isOptional: boolean;
}

/** The config of another model, as far as ensembles look at it. */
export interface OtherModel {
  readonly maxBatchSize: bigint;
  /** By name; undefined where Triton takes them from the model file. */
  readonly inputs: ReadonlyMap<string, DeclaredTensor> | undefined;
  readonly outputs: ReadonlyMap<string, DeclaredTensor> | undefined;
  readonly isDecoupled: boolean;
  /** Names of the models that it is made of. */
  readonly steps: readonly string[];
  /** The versions that its policy names; undefined where they depend on what is on disk. */
  readonly versions: ReadonlySet<bigint> | undefined;
}

/** What `config` says. */
export function readOtherModel(config: PlainMessage): OtherModel {
  const inputs = tensorsOf(config.input);
  const outputs = tensorsOf(config.output);
  // Triton fills in both, unless both are there.
  const areGiven = inputs.size > 0 && outputs.size > 0;
  const policy = messageOf(config.versionPolicy);
  const specific = policy?.policyChoice === 'specific' ? messageOf(policy.specific) : undefined;
  return {
    maxBatchSize: integerOf(config.maxBatchSize) ?? 0n,
    inputs: areGiven ? inputs : undefined,
    outputs: areGiven ? outputs : undefined,
    isDecoupled: messageOf(config.modelTransactionPolicy)?.decoupled === true,
    steps: listOf(messageOf(config.ensembleScheduling)?.step).flatMap((step) => {
      const name = messageOf(step)?.modelName;
      return typeof name === 'string' ? [name] : [];
    }),
    versions: specific === undefined ? undefined : new Set(integersOf(specific.versions)),
  };
}

function tensorsOf(list: PlainValue | undefined): ReadonlyMap<string, DeclaredTensor> {
  const tensors = new Map<string, DeclaredTensor>();
  for (const value of listOf(list)) {
    const tensor = messageOf(value);
    if (tensor === undefined || typeof tensor.name !== 'string') {
      continue;
    }
    const { dataType } = tensor;
    tensors.set(tensor.name, {
      dataType: typeof dataType === 'string' && dataType !== 'TYPE_INVALID' ? dataType : undefined,
      dims: integersOf(tensor.dims),
      isOptional: tensor.optional === true,
    });
  }
  return tensors;
}

function messageOf(value: PlainValue | undefined): PlainMessage | undefined {
  const isMessage =
    typeof value === 'object' &&
    value !== null &&
    !isList(value) &&
    !(value instanceof Map) &&
    !(value instanceof Uint8Array);
  return isMessage ? (value as PlainMessage) : undefined;
}

function listOf(value: PlainValue | undefined): readonly PlainValue[] {
  return typeof value === 'object' && value !== null && isList(value) ? value : [];
}

function isList(value: object): value is readonly PlainValue[] {
  return Array.isArray(value);
}

function integersOf(value: PlainValue | undefined): readonly bigint[] {
  return listOf(value).flatMap((one) => integerOf(one) ?? []);
}

function integerOf(value: PlainValue | undefined): bigint | undefined {
  if (typeof value === 'number') {
    return Number.isInteger(value) ? BigInt(value) : undefined;
  }
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : undefined;
}

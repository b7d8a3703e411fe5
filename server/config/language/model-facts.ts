// What the model files around a config say, in the words of the editor. Pure.
import type { OnnxSignature, OnnxValue } from '../../models/onnx-signature.ts';
import type { PlainMessage, PlainValue } from '../../textproto/plain-message.ts';
import type { ModelDirectoryFacts, Surroundings, VersionFacts } from '../surroundings.ts';

/** A version and what its model takes and gives. */
export interface SignedVersion {
  readonly version: VersionFacts;
  readonly signature: OnnxSignature;
}

/** The newest version of `directory` whose model could be read. */
export function newestSignature(directory: ModelDirectoryFacts | undefined): SignedVersion | undefined {
  for (const version of directory?.versions.toReversed() ?? []) {
    const { signature } = version;
    if (signature !== undefined) {
      return { version, signature };
    }
  }
  return undefined;
}

/** The directory that a base_path leads to. */
export function directoryOf(
  around: Surroundings,
  basePath: string | undefined,
): ModelDirectoryFacts | undefined {
  const facts = basePath === undefined ? undefined : around.basePaths?.get(basePath);
  return facts?.kind === 'directory' ? facts.directory : undefined;
}

/**
 * Whether all inputs and outputs have a first dimension of any size, so that it can be that of the batch
 * (triton.md §2.5).
 */
export function isBatchable({ inputs, outputs }: OnnxSignature): boolean {
  const all = [...inputs, ...outputs];
  return all.length > 0 && all.every(({ dims }) => isVariable(dims?.[0]));
}

function isVariable(dim: number | string | undefined): boolean {
  return dim === -1 || typeof dim === 'string';
}

/**
 * The dims that a config has for a tensor, without the batch dimension where there is one; -1 for any size. Undefined
 * where a config cannot say them: the rank is not known, or a size is 0.
 */
export function configDims({ dims }: OnnxValue, isBatched: boolean): readonly number[] | undefined {
  const own = isBatched ? dims?.slice(1) : dims;
  const sizes = own?.map((dim) => (typeof dim === 'number' ? dim : -1));
  return sizes?.every((size) => size === -1 || size >= 1) === true ? sizes : undefined;
}

/** The type and shape of a tensor, such as `TYPE_FP32 [N, 784]`. */
export function describeTensor({ dataType, dims }: OnnxValue): string {
  const shape = dims === undefined ? 'of any shape' : `[${dims.join(', ')}]`;
  return `${dataType ?? 'no tensor type of Triton'} ${shape}`;
}

/** The tensor that is called `name`. */
export function tensorNamed(values: readonly OnnxValue[], name: string | undefined): OnnxValue | undefined {
  return name === undefined ? undefined : values.find((value) => value.name === name);
}

/** The messages that a list holds. */
export function messagesIn(value: PlainValue | undefined): readonly PlainMessage[] {
  return Array.isArray(value) ? value.filter(isMessage) : [];
}

function isMessage(value: PlainValue): value is PlainMessage {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map);
}

/** The names of a config's inputs or outputs. */
export function tensorNames(
  config: PlainMessage | undefined,
  property: 'input' | 'output',
): readonly string[] {
  return messagesIn(config?.[property]).flatMap(({ name }) =>
    typeof name === 'string' && name !== '' ? [name] : [],
  );
}

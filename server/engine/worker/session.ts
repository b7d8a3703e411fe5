// One ONNX Runtime session: load by path, run, free. With main.ts the only place that touches onnxruntime-node.
import path from 'node:path';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import {
  dtypes,
  type Dtype,
  type NumericDtype,
  type Signature,
  type Tensor,
  type TensorMap,
  type TensorSpec,
} from '../../codec/tensor.ts';
import { PerchError } from '../../errors.ts';
import type { SessionSettings } from '../engine-settings.ts';

type TypedArrayConstructor = new (
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
) => OrtTensor['data'];

/** The array that ONNX Runtime wants per element type. float16 is raw bits: Float16Array does not exist in Node 20. */
const arrayTypes: Readonly<Record<NumericDtype, TypedArrayConstructor & { BYTES_PER_ELEMENT: number }>> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

/** A byte order mark is part of the string. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const utf8Bytes = new TextEncoder();

/** What a session is made of. */
export interface SessionSource {
  /** The model file, absolute. */
  readonly file: string;
  readonly settings: SessionSettings;
  /** Where its profile is written, absolute, without the date that ONNX Runtime adds; empty: there is none. */
  readonly profilePrefix: string;
}

/** A loaded model. */
export class Session {
  /** One, without a name. */
  readonly signatures: readonly Signature[];
  readonly #session: InferenceSession;
  readonly #profiles: boolean;

  private constructor(session: InferenceSession, profiles: boolean) {
    this.#session = session;
    this.#profiles = profiles;
    const omittedOutputs = session.outputMetadata.filter((output) => toSpec(output).length === 0);
    this.signatures = [
      {
        inputs: session.inputMetadata.flatMap(toSpec),
        outputs: session.outputMetadata.flatMap(toSpec),
        ...(omittedOutputs.length === 0 ? {} : { omittedOutputs: omittedOutputs.map(({ name }) => name) }),
      },
    ];
  }

  /** Loads by path, so that external data is found beside the model (DESIGN decision 2). Rejects with MODEL_FILE_INVALID. */
  static async load({ file, settings, profilePrefix }: SessionSource): Promise<Session> {
    const profile = profilePrefix === '' ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix };
    try {
      const options = { ...sessionOptions(settings), ...profile };
      return new Session(await InferenceSession.create(file, options), profilePrefix !== '');
    } catch (reason) {
      throw new PerchError('MODEL_FILE_INVALID', `ONNX Runtime refused the model: ${describe(reason, file)}`);
    }
  }

  /** Runs on inputs that fit the signature. Rejects with INFERENCE_FAILED and ONNX Runtime's words. */
  async run(inputs: TensorMap, outputNames: readonly string[]): Promise<TensorMap> {
    try {
      const feeds: Record<string, OrtTensor> = Object.create(null) as Record<string, OrtTensor>;
      for (const [name, tensor] of inputs) {
        feeds[name] = toOrt(tensor);
      }
      const results = await this.#session.run(feeds, [...outputNames]);
      const outputs = new Map<string, Tensor>();
      for (const name of outputNames) {
        const result = results[name];
        if (result === undefined) {
          throw new Error(`no output ${name}`);
        }
        outputs.set(name, fromOrt(result));
      }
      return outputs;
    } catch (reason) {
      throw new PerchError(
        'INFERENCE_FAILED',
        `ONNX Runtime could not run the model: ${describe(reason, '')}`,
      );
    }
  }

  /** Frees the session; its profile is complete then. */
  async release(): Promise<void> {
    if (this.#profiles) {
      this.#session.endProfiling();
    }
    await this.#session.release();
  }
}

/** ONNX Runtime's options. It never falls back to another provider by itself: where one fails it throws. */
function sessionOptions(settings: SessionSettings): InferenceSession.SessionOptions {
  const { provider, deviceId, memoryArena, memoryPattern } = settings;
  const hasDevices = provider === 'cuda' || provider === 'tensorrt' || provider === 'dml';
  return {
    executionProviders: [hasDevices ? { name: provider, deviceId } : provider],
    executionMode: settings.executionMode,
    graphOptimizationLevel: settings.graphOptimizationLevel,
    intraOpNumThreads: settings.intraOpThreads,
    interOpNumThreads: settings.interOpThreads,
    enableCpuMemArena: memoryArena,
    enableMemPattern: memoryPattern,
    logSeverityLevel: 3,
    // A daemon beside an editor does not burn a core while it waits.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  };
}

/** ONNX sequences and maps have no place in TensorFlow Serving's messages and are left out of the signature. */
function toSpec(metadata: InferenceSession.ValueMetadata): TensorSpec[] {
  if (!metadata.isTensor || !(dtypes as readonly string[]).includes(metadata.type)) {
    return [];
  }
  const shape = metadata.shape.map((size) => (typeof size === 'number' ? size : -1));
  return [{ name: metadata.name, dtype: metadata.type as Dtype, shape }];
}

/** A view on the tensor's bytes; ONNX Runtime copies what it needs before run() returns. */
function toOrt(tensor: Tensor): OrtTensor {
  const { dtype, shape } = tensor;
  if (dtype === 'string') {
    return new OrtTensor(
      'string',
      tensor.values.map((value) => utf8.decode(value)),
      shape,
    );
  }
  const { bytes } = tensor;
  const ArrayType = arrayTypes[dtype];
  const size = ArrayType.BYTES_PER_ELEMENT;
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  const data = new ArrayType(aligned.buffer, aligned.byteOffset, aligned.length / size);
  return new OrtTensor(dtype, data, shape);
}

function fromOrt(tensor: OrtTensor): Tensor {
  const shape = [...tensor.dims];
  if (tensor.type === 'string') {
    const values = (tensor.data as string[]).map((value) => utf8Bytes.encode(value));
    return { dtype: 'string', shape, values };
  }
  const data = tensor.data as Uint8Array;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { dtype: tensor.type as NumericDtype, shape, bytes };
}

/** The text without the directories that lead to `file`: it names others under them too, such as those of external data. */
function withoutDirectories(text: string, file: string): string {
  let clean = text;
  for (
    let directory = path.dirname(file);
    directory !== path.dirname(directory);
    directory = path.dirname(directory)
  ) {
    clean = clean.replaceAll(directory + path.sep, '').replaceAll(directory, path.basename(directory));
  }
  return clean;
}

/** ONNX Runtime's text without the path of this machine: error texts go to clients. */
function describe(reason: unknown, file: string): string {
  const text = reason instanceof Error ? reason.message : String(reason);
  const withoutPath =
    file === '' ? text : withoutDirectories(text.replaceAll(file, path.basename(file)), file);
  // The sources of ONNX Runtime's own build say nothing to a client.
  const withoutSources = withoutPath.replace(/\/onnxruntime_src\/\S+:\d+ /g, '');
  return withoutSources.replace(/^.*?\[ONNXRuntimeError\] : \d+ : [A-Z_]+ : /, '').trim();
}

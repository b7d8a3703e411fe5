// The program of a throw-away process that tries one execution provider on a model of two nodes and says what came of it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';

/** What the process prints on stdout, as one line of JSON; `engine/providers/probe.ts` reads it. */
interface ProbeAnswer {
  /** Whether a session was made, ran, and gave the numbers that it should. */
  readonly ok: boolean;
  /** From before the session was made until the answer was checked, milliseconds. */
  readonly ms: number;
  /** ONNX Runtime's words, or ours on wrong numbers; absent where `ok`. */
  readonly error?: string;
  readonly onnxruntimeVersion: string;
  /** What ONNX Runtime's build for this platform knows; `bundled` is false where libraries are to be installed. */
  readonly backends: readonly { readonly name: string; readonly bundled: boolean }[];
}

/**
 * A convolution and a matrix product, because CUDA does them in two libraries (cuDNN and cuBLAS) of which either may be
 * missing. All numbers are small integers: they are exact in the half precision that some providers compute in.
 */
const image = { name: 'x', dims: [1, 1, 3, 3], values: [1, 2, 3, 4, 5, 6, 7, 8, 9] };
const kernel = { name: 'kernel', dims: [1, 1, 2, 2], values: [1, 2, 3, 4] };
const matrix = { name: 'matrix', dims: [2, 2], values: [1, 2, 3, 4] };
const answer = { name: 'y', dims: [1, 1, 2, 2], values: [178, 262, 298, 442] };
type NamedTensor = typeof image;

/** TensorProto.FLOAT in onnx.proto. */
const onnxFloat = 1;

async function tryProvider(provider: string, deviceId: number, directory: string): Promise<void> {
  // WebGPU refuses a GPU's number as an unknown option, and CoreML knows none.
  const hasDevices = provider === 'cuda' || provider === 'tensorrt' || provider === 'dml';
  const session = await InferenceSession.create(probeModel(), {
    executionProviders: [hasDevices ? { name: provider, deviceId } : provider],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    // Its file says which provider really ran the nodes: ONNX Runtime gives what a provider leaves to the CPU.
    enableProfiling: true,
    profileFilePrefix: path.join(directory, 'profile'),
  });
  const feeds = { [image.name]: new Tensor('float32', Float32Array.from(image.values), image.dims) };
  const result = (await session.run(feeds))[answer.name]?.data;
  session.endProfiling();
  await session.release();
  const isRight = answer.values.every((value, at) => Math.abs(Number(result?.[at]) - value) <= value / 100);
  if (!isRight) {
    throw new Error(`wrong numbers: ${String(result)} instead of ${String(answer.values)}`);
  }
}

/** The bytes of the model (onnx.proto, ModelProto): y = MatMul(Conv(x, kernel), matrix). */
function probeModel(): Uint8Array {
  const graph = Buffer.concat([
    bytesField(1, node('Conv', [image.name, kernel.name], 'convolved')),
    bytesField(1, node('MatMul', ['convolved', matrix.name], answer.name)),
    textField(2, 'probe'),
    bytesField(5, constant(kernel)),
    bytesField(5, constant(matrix)),
    bytesField(11, valueInfo(image)),
    bytesField(12, valueInfo(answer)),
  ]);
  const irVersion = 8;
  const opset = 17;
  return Buffer.concat([
    numberField(1, irVersion),
    bytesField(7, graph),
    bytesField(8, Buffer.concat([textField(1, ''), numberField(2, opset)])),
  ]);
}

/** NodeProto. */
function node(operator: string, inputs: readonly string[], output: string): Buffer {
  return Buffer.concat([
    ...inputs.map((name) => textField(1, name)),
    textField(2, output),
    textField(4, operator),
  ]);
}

/** TensorProto. */
function constant({ name, dims, values }: NamedTensor): Buffer {
  return Buffer.concat([
    ...dims.map((size) => numberField(1, size)),
    numberField(2, onnxFloat),
    textField(8, name),
    bytesField(9, Buffer.from(Float32Array.from(values).buffer)),
  ]);
}

/** ValueInfoProto of a float32 tensor. */
function valueInfo({ name, dims }: NamedTensor): Buffer {
  const shape = Buffer.concat(dims.map((size) => bytesField(1, numberField(1, size))));
  const tensorType = Buffer.concat([numberField(1, onnxFloat), bytesField(2, shape)]);
  return Buffer.concat([textField(1, name), bytesField(2, bytesField(1, tensorType))]);
}

function textField(field: number, text: string): Buffer {
  return bytesField(field, Buffer.from(text));
}

function bytesField(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

function numberField(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) {
    bytes.push((rest & 0x7f) | 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

/** From the package beside the program; the binding itself does not say. */
function onnxruntimeVersion(): string {
  const entry = createRequire(__filename).resolve('onnxruntime-node');
  const manifest = readFileSync(path.join(path.dirname(entry), '..', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

async function main(provider: string, deviceId: number, directory: string): Promise<void> {
  const facts = { onnxruntimeVersion: onnxruntimeVersion(), backends: listSupportedBackends() };
  const begun = performance.now();
  const elapsed = (): number => Math.round(performance.now() - begun);
  let outcome: ProbeAnswer;
  try {
    await tryProvider(provider, deviceId, directory);
    outcome = { ok: true, ms: elapsed(), ...facts };
  } catch (reason) {
    const error = reason instanceof Error ? reason.message : String(reason);
    outcome = { ok: false, ms: elapsed(), error, ...facts };
  }
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

// provider-probe <provider> <device id> <directory for the profile>
const [provider = '', deviceId = '0', directory = ''] = process.argv.slice(2);
void main(provider, Number(deviceId), directory);

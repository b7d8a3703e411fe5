// The sample models as tests of the engine use them: where they are, and rows to run them on.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Tensor, TensorMap } from '../../../server/codec/tensor.ts';
import type { VersionOnDisk } from '../../../server/lifecycle/found.ts';
import type { LoadedVersion } from '../../../server/lifecycle/version-state.ts';
import { exampleModels, repository } from './running-server.ts';

/** A version with one float32 input. */
export interface SampleModel {
  readonly name: string;
  /** Of the version. */
  readonly directory: string;
  readonly input: string;
  /** The input's shape beyond the first dimension. */
  readonly item: readonly number[];
}

/** Every version in examples/models. */
export const sampleModels: readonly SampleModel[] = [
  { name: 'half_plus_two', version: '00000123', input: 'x', item: [] },
  { name: 'iris', version: '1', input: 'measurements', item: [4] },
  { name: 'digits', version: '1', input: 'images', item: [64] },
  { name: 'digits', version: '2', input: 'images', item: [64] },
  { name: 'digits_conv', version: '1', input: 'image', item: [1, 8, 8] },
].map(({ version, ...model }) => ({ ...model, directory: path.join(exampleModels, model.name, version) }));

/** What the engine is told of a version directory. */
export function versionIn(directory: string): VersionOnDisk {
  return {
    number: BigInt(path.basename(directory)),
    directory,
    file: path.join(directory, 'model.onnx'),
    sizeBytes: 1,
    totalBytes: 1,
    fingerprint: '',
    readiness: { kind: 'complete' },
  };
}

/** Numbers of held-out images, 0 to 16: enough for 100 rows of any sample model. */
export async function readPixels(): Promise<number[]> {
  const file = path.join(repository, 'examples', 'requests', 'digits-heldout.json');
  const heldOut = JSON.parse(await readFile(file, 'utf8')) as { readonly instances: readonly number[][] };
  return heldOut.instances.slice(0, 100).flat();
}

/** The rows `from` to `to` (not included) that `pixels` make for a model. */
export function rowsFor(
  { input, item }: SampleModel,
  pixels: readonly number[],
  from: number,
  to: number,
): TensorMap {
  const size = item.reduce((product, dimension) => product * dimension, 1);
  const values = Float32Array.from(pixels.slice(from * size, to * size));
  return new Map([
    [input, { dtype: 'float32', shape: [to - from, ...item], bytes: new Uint8Array(values.buffer) }],
  ]);
}

/** All outputs of a run. */
export async function runAll(version: LoadedVersion, inputs: TensorMap): Promise<TensorMap> {
  const names = version.signature.outputs.map(({ name }) => name);
  return (await version.run(inputs, names, new AbortController().signal)).outputs;
}

/**
 * How far the values of `actual` are from those of `expected`, which have the same names and shapes: 0 where all have the
 * same bits, else the largest difference of two floats, Infinity where other values differ.
 */
export function differenceOf(actual: TensorMap, expected: TensorMap): number {
  return Math.max(0, ...Array.from(expected, ([name, tensor]) => tensorDifference(actual.get(name), tensor)));
}

function tensorDifference(actual: Tensor | undefined, expected: Tensor): number {
  if (actual === undefined) {
    return Infinity;
  }
  if (bitsOf(actual) === bitsOf(expected)) {
    return 0;
  }
  const [floats, others] = [floatsOf(actual), floatsOf(expected)];
  return floats.length === 0 || floats.length !== others.length
    ? Infinity
    : Math.max(...floats.map((value, i) => Math.abs(value - others[i]!)));
}

function bitsOf({ shape, ...tensor }: Tensor): string {
  const values = tensor.dtype === 'string' ? tensor.values : [tensor.bytes];
  return JSON.stringify([shape, ...values.map((value) => Buffer.from(value).toString('hex'))]);
}

/** None where they are not float32. */
function floatsOf(tensor: Tensor): Float32Array {
  return tensor.dtype === 'float32'
    ? new Float32Array(Uint8Array.from(tensor.bytes).buffer)
    : new Float32Array();
}

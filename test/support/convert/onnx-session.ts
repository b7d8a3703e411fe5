// ONNX Runtime as the runner of converted models wants it, for tests.
import * as ort from 'onnxruntime-node';
import type { Dtype, Tensor, TensorMap } from '../../../server/codec/tensor.ts';
import type { OnnxSession } from '../../../server/convert/run/onnx-session.ts';
import { tensorOf, valueOfTensor } from '../../../server/convert/run/tensor-values.ts';

/** Opens an ONNX file on the CPU. */
export async function openOnnx(file: string): Promise<OnnxSession> {
  const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
  return {
    run: async (inputs, outputNames) => {
      const feeds = Object.fromEntries(Array.from(inputs, ([name, tensor]) => [name, toOrt(tensor)]));
      const outputs = await session.run(feeds, outputNames);
      return new Map(Object.entries(outputs).map(([name, tensor]) => [name, fromOrt(tensor)]));
    },
    release: () => session.release(),
  };
}

function toOrt(tensor: Tensor): ort.Tensor {
  if (tensor.dtype === 'string') {
    return new ort.Tensor(
      'string',
      tensor.values.map((bytes) => Buffer.from(bytes).toString()),
      tensor.shape,
    );
  }
  if (tensor.dtype === 'float16') {
    const bytes = Uint8Array.from(tensor.bytes);
    return new ort.Tensor('float16', new Uint16Array(bytes.buffer), tensor.shape);
  }
  return new ort.Tensor(tensor.dtype, valueOfTensor(tensor).data as Float32Array, tensor.shape);
}

function fromOrt(tensor: ort.Tensor): Tensor {
  const shape = tensor.dims;
  if (tensor.type === 'string') {
    return { dtype: 'string', shape, values: (tensor.data as string[]).map((text) => Buffer.from(text)) };
  }
  const { buffer, byteOffset, byteLength } = tensor.data as Float32Array;
  return {
    dtype: tensor.type as Exclude<Dtype, 'string'>,
    shape,
    bytes: new Uint8Array(buffer, byteOffset, byteLength),
  };
}

/** A float32 tensor. */
export function floats(shape: readonly number[], numbers: readonly number[]): Tensor {
  return tensorOf({ dtype: 'float32', shape, data: Float32Array.from(numbers) });
}

/** The numbers of a tensor of an answer. */
export function numbersIn(tensors: TensorMap, name: string): number[] {
  const tensor = tensors.get(name);
  if (tensor === undefined) {
    throw new Error(`no tensor ${name}`);
  }
  return Array.from(valueOfTensor(tensor).data as Float32Array, Number);
}

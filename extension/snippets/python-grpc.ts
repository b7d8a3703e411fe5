// A Python program that sends a predict request with tensorflow-serving-api. No vscode in here.
import { signatureNameOf } from '../../webview/playground/request-body.ts';
import { bytesOf, protoTensors, type ProtoTensor } from './proto-tensors.ts';
import { pythonLiteral } from './python-literal.ts';
import { bodyFile, maxInline, pythonString, type SnippetInput } from './snippet-input.ts';

/** NumPy's type for each of TensorFlow's. */
const numpyTypes = new Map([
  ['DT_FLOAT', 'np.float32'],
  ['DT_DOUBLE', 'np.float64'],
  ['DT_HALF', 'np.float16'],
  ['DT_INT8', 'np.int8'],
  ['DT_INT16', 'np.int16'],
  ['DT_INT32', 'np.int32'],
  ['DT_INT64', 'np.int64'],
  ['DT_UINT8', 'np.uint8'],
  ['DT_UINT16', 'np.uint16'],
  ['DT_UINT32', 'np.uint32'],
  ['DT_UINT64', 'np.uint64'],
  ['DT_BOOL', 'np.bool_'],
  ['DT_STRING', 'object'],
]);

/** The program, for the gRPC port. */
export function pythonGrpcSnippet(input: SnippetInput): string {
  const { grpcAddress, model, target, body, inputs } = input;
  const tensors = protoTensors(body, inputs);
  const isLong = body.length > maxInline;
  const signature = signatureNameOf(body);
  return [
    ...(isLong ? ['import json', ''] : []),
    'import grpc  # pip install tensorflow-serving-api',
    'import numpy as np',
    'import tensorflow as tf',
    'from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc',
    '',
    'request = predict_pb2.PredictRequest()',
    `request.model_spec.name = ${pythonString(model)}`,
    ...(target.kind === 'version' ? [`request.model_spec.version.value = ${target.version}`] : []),
    ...(target.kind === 'label' ? [`request.model_spec.version_label = ${pythonString(target.label)}`] : []),
    ...(signature === '' ? [] : [`request.model_spec.signature_name = ${pythonString(signature)}`]),
    ...(isLong ? fromFile(tensors) : tensors.map(assignment)),
    '',
    `with grpc.insecure_channel(${pythonString(grpcAddress)}) as channel:`,
    '    stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)',
    '    response = stub.Predict(request, timeout=30)',
    'for name, tensor in response.outputs.items():',
    '    print(name, tf.make_ndarray(tensor))',
    '',
  ].join('\n');
}

function assignment({ name, dtype, shape, elements }: ProtoTensor): string {
  const values = elements.map((element) =>
    dtype === 'DT_STRING' ? bytesLiteral(bytesOf(element)) : pythonLiteral(element),
  );
  return line(
    name,
    `np.array([${values.join(', ')}], dtype=${typeOf(dtype)}).reshape(${shapeLiteral(shape)})`,
  );
}

function fromFile(tensors: readonly ProtoTensor[]): readonly string[] {
  const source = (name: string): string =>
    tensors.length === 1
      ? 'body["inputs"] if "inputs" in body else body["instances"]'
      : `body["inputs"][${pythonString(name)}] if "inputs" in body else [row[${pythonString(name)}] for row in body["instances"]]`;
  return [
    `with open(${pythonString(bodyFile)}) as file:`,
    '    body = json.load(file)',
    ...tensors.map(({ name, dtype }) => line(name, `np.array(${source(name)}, dtype=${typeOf(dtype)})`)),
  ];
}

function line(name: string, array: string): string {
  return `request.inputs[${pythonString(name)}].CopyFrom(tf.make_tensor_proto(${array}))`;
}

function typeOf(dtype: string): string {
  return numpyTypes.get(dtype) ?? 'np.float32';
}

function shapeLiteral(shape: readonly number[]): string {
  return shape.length === 1 ? `(${String(shape[0])},)` : `(${shape.join(', ')})`;
}

function bytesLiteral(bytes: Buffer): string {
  const text = Array.from(bytes, (byte) =>
    byte === 0x22 || byte === 0x5c
      ? `\\${String.fromCharCode(byte)}`
      : byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, '0')}`,
  );
  return `b"${text.join('')}"`;
}

// A gRPC client that sends the bytes of a PredictRequest as they are, so that it measures the server and not a codec.
import * as grpc from '@grpc/grpc-js';
import { messageCodec, serviceMethods, type MessageInput } from '../../protos/messages.ts';

/** A connection. */
export interface PredictClient {
  /** Sends an encoded PredictRequest; resolves with the encoded answer. */
  predict(request: Buffer): Promise<Buffer>;
  close(): void;
}

/** Connects, in clear, at the first call. */
export function openPredictClient(address: string): PredictClient {
  const identity = (bytes: Buffer): Buffer => bytes;
  const { path } = serviceMethods('tensorflow.serving.PredictionService').Predict;
  const client = new grpc.Client(address, grpc.credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
  });
  return {
    predict: (request) =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(path, identity, identity, request, (error, answer) => {
          if (error !== null || answer === undefined) {
            reject(error ?? new Error('no answer'));
          } else {
            resolve(answer);
          }
        });
      }),
    close: () => client.close(),
  };
}

/** The bytes of a PredictRequest with one float input, in a packed `float_val` or in `tensor_content`. */
export function encodePredict(
  model: string,
  input: string,
  shape: readonly number[],
  values: Float32Array,
  field: 'float_val' | 'tensor_content' = 'float_val',
): Buffer {
  const tensor: MessageInput<'tensorflow.TensorProto'> = {
    dtype: 'DT_FLOAT',
    tensorShape: { dim: shape.map((size) => ({ size })) },
    ...(field === 'float_val' ? { floatVal: [...values] } : { tensorContent: Buffer.from(values.buffer) }),
  };
  return messageCodec('tensorflow.serving.PredictRequest').encode({
    modelSpec: { name: model },
    inputs: { [input]: tensor },
  });
}

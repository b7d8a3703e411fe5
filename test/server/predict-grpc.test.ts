// PredictionService and ModelService over a real socket: every element type, both encodings, filters, and each refusal.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import { messageCodec } from '../../protos/messages.ts';
import { onnxTypes, writeIdentityModel, writeOnnxModel, type OnnxType } from '../support/onnx-writer.ts';
import { transports } from './support/echo-listener.ts';
import { makeModels, startServer, type RunningServer } from './support/running-server.ts';

const service = 'tensorflow.serving.PredictionService';

/** Per ONNX type: TensorFlow's name, the field that holds its values, and three values as that field has them. */
const types: Record<
  OnnxType,
  { dtype: string; field: string; values: unknown[]; bytes: Uint8Array | undefined }
> = {
  float32: {
    dtype: 'DT_FLOAT',
    field: 'floatVal',
    values: [1.5, -2.25, 1e10],
    bytes: raw(new Float32Array([1.5, -2.25, 1e10])),
  },
  float64: {
    dtype: 'DT_DOUBLE',
    field: 'doubleVal',
    values: [0.1, -2, 1e300],
    bytes: raw(new Float64Array([0.1, -2, 1e300])),
  },
  float16: {
    dtype: 'DT_HALF',
    field: 'halfVal',
    values: [0x3c00, 0xc000, 0x7bff],
    bytes: raw(new Uint16Array([0x3c00, 0xc000, 0x7bff])),
  },
  int8: {
    dtype: 'DT_INT8',
    field: 'intVal',
    values: [-128, 0, 127],
    bytes: raw(new Int8Array([-128, 0, 127])),
  },
  int16: {
    dtype: 'DT_INT16',
    field: 'intVal',
    values: [-32768, 0, 32767],
    bytes: raw(new Int16Array([-32768, 0, 32767])),
  },
  int32: {
    dtype: 'DT_INT32',
    field: 'intVal',
    values: [-(2 ** 31), 0, 2 ** 31 - 1],
    bytes: raw(new Int32Array([-(2 ** 31), 0, 2 ** 31 - 1])),
  },
  int64: {
    dtype: 'DT_INT64',
    field: 'int64Val',
    values: ['-9223372036854775808', '0', '9007199254740993'],
    bytes: raw(new BigInt64Array([-(2n ** 63n), 0n, 9007199254740993n])),
  },
  uint8: { dtype: 'DT_UINT8', field: 'intVal', values: [0, 1, 255], bytes: raw(new Uint8Array([0, 1, 255])) },
  uint16: {
    dtype: 'DT_UINT16',
    field: 'intVal',
    values: [0, 1, 65535],
    bytes: raw(new Uint16Array([0, 1, 65535])),
  },
  uint32: {
    dtype: 'DT_UINT32',
    field: 'uint32Val',
    values: [0, 1, 4294967295],
    bytes: raw(new Uint32Array([0, 1, 4294967295])),
  },
  uint64: {
    dtype: 'DT_UINT64',
    field: 'uint64Val',
    values: ['0', '1', '18446744073709551615'],
    bytes: raw(new BigUint64Array([0n, 1n, 2n ** 64n - 1n])),
  },
  bool: {
    dtype: 'DT_BOOL',
    field: 'boolVal',
    values: [true, false, true],
    bytes: raw(new Uint8Array([1, 0, 1])),
  },
  string: {
    dtype: 'DT_STRING',
    field: 'stringVal',
    values: [Buffer.from('a'), Buffer.from(''), Buffer.from('käse')],
    bytes: undefined,
  },
};

function raw(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function shape(...sizes: number[]): object {
  return { dim: sizes.map((size) => ({ size })) };
}

for (const transport of transports) {
  describe(`PredictionService on ${transport}`, () => {
    let models: Awaited<ReturnType<typeof makeModels>>;
    let running: RunningServer;

    before(async () => {
      models = await makeModels('half_plus_two', 'iris', 'digits');
      const write = async (name: string, bytes: Buffer): Promise<void> => {
        await mkdir(path.join(models.directory, name, '1'), { recursive: true });
        await writeFile(path.join(models.directory, name, '1', 'model.onnx'), bytes);
      };
      for (const type of Object.keys(onnxTypes) as OnnxType[]) {
        await write(`identity_${type}`, writeIdentityModel(type, ['batch']));
      }
      await write(
        'add',
        writeOnnxModel(
          [
            { name: 'a', type: 'float32', shape: ['n', 2] },
            { name: 'b', type: 'float32', shape: ['n', 2] },
          ],
          [
            { name: 'sum', type: 'float32', shape: ['n', 2] },
            { name: 'same', type: 'float32', shape: ['n', 2] },
          ],
          [
            { op: 'Add', inputs: ['a', 'b'], outputs: ['sum'] },
            { op: 'Identity', inputs: ['a'], outputs: ['same'] },
          ],
        ),
      );
      running = await startServer([
        `--models_directory=${models.directory}`,
        `--grpc_transport=${transport}`,
      ]);
    });
    after(async () => {
      await running.stop();
      await models.remove();
    });

    const predict = (request: object): ReturnType<RunningServer['call']> =>
      running.call(service, 'Predict', request);
    const refused = async (
      request: object,
      code: grpc.status,
      details: string | RegExp,
      method = 'Predict',
    ): Promise<void> => {
      await assert.rejects(running.call(service, method, request), (error: grpc.ServiceError) => {
        assert.equal(error.code, code, error.details);
        if (typeof details === 'string') {
          assert.equal(error.details, details);
        } else {
          assert.match(error.details, details);
        }
        return true;
      });
    };

    for (const [type, { dtype, field, values, bytes }] of Object.entries(types)) {
      it(`takes and gives ${type} in its value field`, async () => {
        const answer = await predict({
          modelSpec: { name: `identity_${type}` },
          inputs: { x: { dtype, tensorShape: shape(3), [field]: values } },
        });
        const y = (answer.outputs as Record<string, Record<string, unknown>>).y!;
        assert.equal(y.dtype, dtype);
        assert.deepEqual(y[field], values);
      });
      if (bytes !== undefined) {
        it(`takes ${type} in tensor_content`, async () => {
          const answer = await predict({
            modelSpec: { name: `identity_${type}` },
            inputs: { x: { dtype, tensorShape: shape(3), tensorContent: bytes } },
          });
          const y = (answer.outputs as Record<string, Record<string, unknown>>).y!;
          assert.deepEqual(y[field], values);
        });
      }
    }

    it('answers with the model, the version and the signature that ran', async () => {
      const answer = await predict({
        modelSpec: { name: 'half_plus_two' },
        inputs: { x: { dtype: 'DT_FLOAT', tensorShape: shape(3), floatVal: [1, 2, 5] } },
      });
      const spec = answer.modelSpec as Record<string, unknown>;
      assert.equal(spec.name, 'half_plus_two');
      assert.deepEqual(spec.version, { value: '123' });
      assert.equal(spec.signatureName, 'serving_default');
      const y = (answer.outputs as Record<string, Record<string, unknown>>).y!;
      assert.deepEqual(y.floatVal, [2.5, 3, 4.5]);
    });

    it('takes an empty batch', async () => {
      const answer = await predict({
        modelSpec: { name: 'half_plus_two' },
        inputs: { x: { dtype: 'DT_FLOAT', tensorShape: shape(0) } },
      });
      assert.deepEqual((answer.outputs as Record<string, Record<string, unknown>>).y!.floatVal, []);
    });

    it('gives only the outputs of the filter', async () => {
      const tensor = { dtype: 'DT_FLOAT', tensorShape: shape(1, 2), floatVal: [1, 2] };
      const answer = await predict({
        modelSpec: { name: 'add' },
        inputs: { a: tensor, b: tensor },
        outputFilter: ['sum'],
      });
      assert.deepEqual(Object.keys(answer.outputs as object), ['sum']);
    });

    it('answers a version that is named and refuses one that is not loaded', async () => {
      const inputs = { x: { dtype: 'DT_FLOAT', tensorShape: shape(1), floatVal: [1] } };
      await predict({ modelSpec: { name: 'half_plus_two', version: { value: 123 } }, inputs });
      await refused(
        { modelSpec: { name: 'half_plus_two', version: { value: 7 } }, inputs },
        grpc.status.NOT_FOUND,
        'Servable not found for request: Specific(half_plus_two, 7)',
      );
    });

    describe('refuses', () => {
      const x = { dtype: 'DT_FLOAT', tensorShape: shape(1), floatVal: [1] };
      const half = { name: 'half_plus_two' };
      const cases: [what: string, request: object, code: grpc.status, details: string | RegExp][] = [
        ['no model_spec', { inputs: { x } }, grpc.status.INVALID_ARGUMENT, 'Missing ModelSpec'],
        [
          'no name',
          { modelSpec: {}, inputs: { x } },
          grpc.status.INVALID_ARGUMENT,
          'ModelSpec has no name specified.',
        ],
        [
          'an unknown model',
          { modelSpec: { name: 'nobody' }, inputs: { x } },
          grpc.status.NOT_FOUND,
          'Servable not found for request: Latest(nobody)',
        ],
        [
          '__proto__',
          { modelSpec: { name: '__proto__' }, inputs: { x } },
          grpc.status.NOT_FOUND,
          'Servable not found for request: Latest(__proto__)',
        ],
        [
          'an unknown label',
          { modelSpec: { ...half, versionLabel: 'canary' }, inputs: { x } },
          grpc.status.INVALID_ARGUMENT,
          'Unrecognized servable version label: canary',
        ],
        [
          'an unknown signature',
          { modelSpec: { ...half, signatureName: 'other' }, inputs: { x } },
          grpc.status.FAILED_PRECONDITION,
          'Serving signature key "other" not found.',
        ],
        [
          'no input',
          { modelSpec: half },
          grpc.status.INVALID_ARGUMENT,
          'input size does not match signature: 0!=1 len({}) != len({x}). Sent extra: {}. Missing but required: {x}.',
        ],
        [
          'an input too many',
          { modelSpec: half, inputs: { x, z: x } },
          grpc.status.INVALID_ARGUMENT,
          'input size does not match signature: 2!=1 len({x,z}) != len({x}). Sent extra: {z}. Missing but required: {}.',
        ],
        [
          'a wrong input name',
          { modelSpec: half, inputs: { z: x } },
          grpc.status.INVALID_ARGUMENT,
          /^Signature input alias: x\(feed name: x\) not found in request/,
        ],
        [
          'a wrong dtype',
          { modelSpec: half, inputs: { x: { ...x, dtype: 'DT_DOUBLE' } } },
          grpc.status.INVALID_ARGUMENT,
          'Input "x": got float64 [1], the model expects float32 [?].',
        ],
        [
          'a wrong rank',
          { modelSpec: half, inputs: { x: { ...x, tensorShape: shape(1, 1) } } },
          grpc.status.INVALID_ARGUMENT,
          /^Input "x": got float32 \[1, 1\], the model expects float32 \[\?\]: it has 2 dimensions instead of 1\.$/,
        ],
        [
          'a wrong dimension',
          { modelSpec: { name: 'digits' }, inputs: { images: { ...x, tensorShape: shape(1, 63) } } },
          grpc.status.INVALID_ARGUMENT,
          /^Input "images": got float32 \[1, 63\], the model expects float32 \[\?, 64\]: dimension 1 is 63 instead of 64\.$/,
        ],
        [
          'tensor_content of the wrong length',
          {
            modelSpec: half,
            inputs: { x: { dtype: 'DT_FLOAT', tensorShape: shape(2), tensorContent: Buffer.alloc(7) } },
          },
          grpc.status.INVALID_ARGUMENT,
          /^tensor parsing error: x/,
        ],
        [
          'a shape that is too large',
          { modelSpec: half, inputs: { x: { ...x, tensorShape: shape(2 ** 40) } } },
          grpc.status.INVALID_ARGUMENT,
          /x/,
        ],
        [
          'a negative dimension',
          { modelSpec: half, inputs: { x: { ...x, tensorShape: shape(-1) } } },
          grpc.status.INVALID_ARGUMENT,
          /^tensor parsing error: x/,
        ],
        [
          'a string that ONNX Runtime would change',
          {
            modelSpec: { name: 'identity_string' },
            inputs: {
              x: {
                dtype: 'DT_STRING',
                tensorShape: shape(2),
                stringVal: [Buffer.from('ok'), Buffer.from([0xff, 0x00])],
              },
            },
          },
          grpc.status.INVALID_ARGUMENT,
          /^Input "x": element 1 is not UTF-8 text without NUL/,
        ],
        [
          'an unknown output',
          { modelSpec: half, inputs: { x }, outputFilter: ['z'] },
          grpc.status.INVALID_ARGUMENT,
          'output tensor alias not found in signature: z Outputs expected to be in the set {y}.',
        ],
        [
          'an output twice',
          { modelSpec: half, inputs: { x }, outputFilter: ['y', 'y'] },
          grpc.status.INVALID_ARGUMENT,
          'duplicate output tensor alias: y',
        ],
        [
          'inputs that do not go together',
          {
            modelSpec: { name: 'add' },
            inputs: {
              a: { ...x, tensorShape: shape(2, 2), floatVal: [1] },
              b: { ...x, tensorShape: shape(3, 2), floatVal: [1] },
            },
          },
          grpc.status.INVALID_ARGUMENT,
          /ONNX Runtime could not run the model/,
        ],
      ];
      for (const [what, request, code, details] of cases) {
        it(what, () => refused(request, code, details));
      }

      it('bytes that are no PredictRequest, and serves on', async () => {
        const Client = grpc.makeGenericClientConstructor(
          {
            Predict: {
              path: `/${service}/Predict`,
              requestStream: false,
              responseStream: false,
              requestSerialize: (bytes: Buffer) => bytes,
              requestDeserialize: (bytes: Buffer) => bytes,
              responseSerialize: (bytes: Buffer) => bytes,
              responseDeserialize: (bytes: Buffer) => bytes,
            },
          },
          service,
        );
        const client = new Client(running.server.grpcAddress, grpc.credentials.createInsecure());
        const send = client.Predict as (bytes: Buffer, answer: grpc.requestCallback<Buffer>) => void;
        const error = await new Promise<grpc.ServiceError | null>((resolve) => {
          send.call(client, Buffer.from([0x0a, 0xff, 0xff]), resolve);
        });
        client.close();
        assert.equal(error?.code, grpc.status.INVALID_ARGUMENT);
        await predict({ modelSpec: half, inputs: { x } });
      });
    });

    it('gives the signature as metadata', async () => {
      const answer = await running.call(service, 'GetModelMetadata', {
        modelSpec: { name: 'iris' },
        metadataField: ['signature_def'],
      });
      const any = (answer.metadata as Record<string, { type_url: string; value: Buffer }>).signature_def!;
      assert.equal(any.type_url, 'type.googleapis.com/tensorflow.serving.SignatureDefMap');
      const { signatureDef } = messageCodec('tensorflow.serving.SignatureDefMap').decode(any.value);
      const signature = signatureDef.serving_default!;
      assert.equal(signature.methodName, 'tensorflow/serving/predict');
      assert.equal(signature.inputs.measurements!.dtype, 'DT_FLOAT');
      assert.deepEqual(
        signature.inputs.measurements!.tensorShape!.dim.map(({ size }) => size),
        ['-1', '4'],
      );
      assert.equal(signature.outputs.species!.dtype, 'DT_STRING');
    });

    it('refuses metadata requests as TF Serving does', async () => {
      const modelSpec = { name: 'iris' };
      const { INVALID_ARGUMENT } = grpc.status;
      await refused(
        { modelSpec },
        INVALID_ARGUMENT,
        'GetModelMetadataRequest must specify at least one metadata_field',
        'GetModelMetadata',
      );
      await refused(
        { modelSpec, metadataField: ['weights'] },
        INVALID_ARGUMENT,
        'Metadata field weights is not supported',
        'GetModelMetadata',
      );
    });

    it('gives the status of versions, and refuses unknown ones', async () => {
      const status = (modelSpec: object): ReturnType<RunningServer['call']> =>
        running.call('tensorflow.serving.ModelService', 'GetModelStatus', { modelSpec });
      assert.deepEqual((await status({ name: 'digits' })).modelVersionStatus, [
        { version: '2', state: 'AVAILABLE', status: { errorCode: 'OK', errorMessage: '' } },
      ]);
      await assert.rejects(status({ name: 'nobody' }), {
        details: 'Could not find any versions of model nobody',
      });
      await assert.rejects(status({ name: 'digits', version: { value: 9 } }), {
        details: 'Could not find version 9 of model digits',
      });
    });
  });
}

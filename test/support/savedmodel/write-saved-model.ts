// Writes SavedModel directories for tests: saved_model.pb, the checkpoint, assets.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dataTypeOfValue } from '../../../server/convert/savedmodel/proto/data-types.ts';
import type { ValueType } from '../../../server/convert/value.ts';
import { writeBundle, type BundleOptions } from './bundle-writer.ts';
import type { FunctionJson, NodeJson } from './nodes.ts';
import { encode } from './schema.ts';
import { shapeJson, tensorJson, type Json, type TestTensor } from './tensors.ts';

/** An input or output of a signature: `x:0`, or the three parts of a sparse tensor. */
export interface TestTensorInfo {
  readonly name: string | { readonly values: string; readonly indices: string; readonly denseShape: string };
  readonly dtype: ValueType;
  /** undefined for an unknown rank. */
  readonly shape?: readonly number[] | undefined;
}

/** A signature. */
export interface TestSignature {
  readonly inputs: Readonly<Record<string, TestTensorInfo>>;
  readonly outputs: Readonly<Record<string, TestTensorInfo>>;
  /** `tensorflow/serving/predict` where it is not given. */
  readonly methodName?: string;
  readonly defaults?: Readonly<Record<string, TestTensor>>;
}

/** An asset: the graph's tensor that is set to its path, and its contents (absent: no file is written). */
export interface TestAsset {
  readonly tensorName: string;
  readonly filename: string;
  readonly contents?: string | Uint8Array;
}

/** A SavedModel with one meta graph. Where a field is absent, the file has nothing of it. */
export interface TestSavedModel {
  readonly graph: readonly NodeJson[];
  readonly functions?: readonly FunctionJson[];
  /** OpDefs in JSON form (stripped_op_list). */
  readonly ops?: readonly Json[];
  /** `serve` where it is not given. */
  readonly tags?: readonly string[];
  readonly signatures: Readonly<Record<string, TestSignature>>;
  /** What the checkpoint has: variables.ts makes the nodes that restore it. */
  readonly variables?: ReadonlyMap<string, TestTensor>;
  readonly bundle?: BundleOptions;
  /** SaverDef: that of variables.ts. */
  readonly saver?: Json;
  readonly assets?: readonly TestAsset[];
  /** Whether assets are said in a collection, as before TensorFlow 1.15. */
  readonly assetsInCollection?: boolean;
  /** The op that initialises, and where the file says so. */
  readonly initOp?: {
    readonly name: string;
    readonly in: '__saved_model_init_op' | 'saved_model_main_op' | 'legacy_init_op';
  };
  readonly tensorflowVersion?: string;
}

/** Writes the model into `directory` (a version directory; made where it is not there). */
export function writeSavedModel(directory: string, model: TestSavedModel): void {
  mkdirSync(path.join(directory, 'variables'), { recursive: true });
  writeFileSync(path.join(directory, 'saved_model.pb'), savedModelBytes(model));
  if (model.variables !== undefined) {
    writeBundle(path.join(directory, 'variables', 'variables'), model.variables, model.bundle);
  }
  for (const { filename, contents } of model.assets ?? []) {
    if (contents !== undefined) {
      mkdirSync(path.join(directory, 'assets'), { recursive: true });
      writeFileSync(path.join(directory, 'assets', filename), contents);
    }
  }
}

/** The bytes of saved_model.pb. */
export function savedModelBytes(...metaGraphs: readonly TestSavedModel[]): Uint8Array {
  return encode('SavedModel', { saved_model_schema_version: 1, meta_graphs: metaGraphs.map(metaGraphJson) });
}

function metaGraphJson(model: TestSavedModel): Json {
  const signatures = Object.entries(model.signatures).map(([name, signature]) => [
    name,
    signatureJson(signature),
  ]);
  const initOp = model.initOp;
  if (initOp?.in === '__saved_model_init_op') {
    const info = { name: initOp.name, dtype: 0, tensor_shape: { unknown_rank: true } };
    signatures.push([initOp.in, { outputs: { [initOp.in]: info } }]);
  }
  const assets = (model.assets ?? []).map(({ tensorName, filename }) => ({
    tensor_info: { name: tensorName },
    filename,
  }));
  return {
    meta_info_def: {
      tags: model.tags ?? ['serve'],
      tensorflow_version: model.tensorflowVersion ?? '2.21.0',
      stripped_op_list: { op: model.ops ?? [] },
    },
    graph_def: { node: model.graph, library: { function: model.functions ?? [] } },
    ...(model.saver === undefined ? {} : { saver_def: { ...model.saver, version: 2 } }),
    signature_def: Object.fromEntries(signatures) as Json,
    collection_def: {
      ...(initOp === undefined || initOp.in === '__saved_model_init_op'
        ? {}
        : { [initOp.in]: { node_list: { value: [initOp.name] } } }),
      ...(model.assetsInCollection === true
        ? {
            saved_model_assets: {
              any_list: {
                value: assets.map((asset) => ({
                  type_url: 'type.googleapis.com/tensorflow.AssetFileDef',
                  value: encode('AssetFileDef', asset),
                })),
              },
            },
          }
        : {}),
    },
    asset_file_def: model.assetsInCollection === true ? [] : assets,
  };
}

function signatureJson({ inputs, outputs, methodName, defaults = {} }: TestSignature): Json {
  const infos = (of: Readonly<Record<string, TestTensorInfo>>): Json =>
    Object.fromEntries(Object.entries(of).map(([alias, info]) => [alias, infoJson(info)]));
  return {
    inputs: infos(inputs),
    outputs: infos(outputs),
    method_name: methodName ?? 'tensorflow/serving/predict',
    defaults: Object.fromEntries(
      Object.entries(defaults).map(([alias, value]) => [alias, tensorJson(value)]),
    ),
  };
}

function infoJson({ name, dtype, shape }: TestTensorInfo): Json {
  const encoding =
    typeof name === 'string'
      ? { name }
      : {
          coo_sparse: {
            values_tensor_name: name.values,
            indices_tensor_name: name.indices,
            dense_shape_tensor_name: name.denseShape,
          },
        };
  return { ...encoding, dtype: dataTypeOfValue(dtype), tensor_shape: shapeJson(shape) };
}

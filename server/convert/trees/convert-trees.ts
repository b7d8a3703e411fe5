// A version directory with an XGBoost or LightGBM model, made into a program of one ONNX file.
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Dtype } from '../../codec/tensor.ts';
import { PerchError } from '../../errors.ts';
import { WeightsFile, weightsFileName } from '../onnx/weights-file.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import { defaultSignatureName, programFormat, type Program } from '../program.ts';
import { conversionReport } from '../report.ts';
import { emptyHostProgram } from '../savedmodel/evaluate/host-program.ts';
import { readLightgbm } from './lightgbm.ts';
import { treeGraph, treeInput, treeOutput } from './tree-graph.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';
import { readXgboost } from './xgboost.ts';

/** The names under which the trainers' files are served. */
export const xgboostFileName = 'model.json';
export const lightgbmFileName = 'model.txt';

/** A text longer than this does not fit a string of JavaScript. */
const maximumTextBytes = 500 * 1024 * 1024;

const onnxFile = 'plan_0.onnx';

/**
 * Writes the ONNX file into the output directory, which must be empty. Rows are asked for as `inputs`, [rows, features],
 * float for XGBoost and double for LightGBM, and answered as `predictions`, what the trainer's own predict gives.
 *
 * Throws MODEL_FILE_INVALID, OPERATORS_UNSUPPORTED, and errors of the file system.
 */
export function convertTrees(directory: string, outputDirectory: string): Program {
  const started = performance.now();
  const ensemble = readEnsemble(directory);
  const graph = treeGraph(ensemble);
  const weights = new WeightsFile(path.join(outputDirectory, weightsFileName));
  try {
    writeOnnx(graph, path.join(outputDirectory, onnxFile), weights);
  } finally {
    weights.close();
  }
  const { dtype } = ensemble;
  const [output] = graph.outputs;
  const tensor = (
    alias: string,
    shape: readonly number[] | undefined,
  ): { alias: string; dtype: Dtype; shape: readonly number[] | undefined } => ({ alias, dtype, shape });
  const counts = { onnx: new Map([['trees', ensemble.trees.length]]), host: new Map<string, number>() };
  const report = conversionReport({
    producerVersion: ensemble.producer,
    emitted: [{ graph, counts }],
    weightBytes: weights.length,
    omitted: [],
  });
  return {
    format: programFormat,
    source: 'trees',
    signatures: [
      {
        name: defaultSignatureName,
        methodName: 'tensorflow/serving/predict',
        inputs: [tensor(treeInput, [-1, ensemble.features])],
        outputs: [tensor(treeOutput, output?.shape)],
        defaults: new Map(),
        plan: 0,
      },
    ],
    plans: [
      {
        onnxFile,
        direct: [{ alias: treeInput, name: treeInput }],
        hostToOnnx: [],
        onnxToHost: [],
        state: [],
        outputs: [{ alias: treeOutput, from: 'onnx', name: treeOutput }],
        host: emptyHostProgram,
        stateful: false,
        anyShape: true,
      },
    ],
    report: { ...report, durationMs: Math.round(performance.now() - started) },
  };
}

function readEnsemble(directory: string): TreeEnsemble {
  const isXgboost = existsSync(path.join(directory, xgboostFileName));
  const name = isXgboost ? xgboostFileName : lightgbmFileName;
  const file = path.join(directory, name);
  if (statSync(file).size > maximumTextBytes) {
    throw new PerchError('MODEL_FILE_INVALID', `${name} is larger than ${maximumTextBytes} bytes.`);
  }
  const text = readFileSync(file, 'utf8');
  return isXgboost ? readXgboost(text) : readLightgbm(text);
}

// An XGBoost or LightGBM model, made into a program of one ONNX file.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { PerchError } from '../../errors.ts';
import { WeightsFile, weightsFileName } from '../onnx/weights-file.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import { defaultSignatureName, programFormat, type Program, type ProgramTensor } from '../program.ts';
import { conversionReport } from '../report.ts';
import { emptyHostProgram } from '../savedmodel/evaluate/host-program.ts';
import { readLightgbm } from './lightgbm.ts';
import { treeGraph, treeInput, treeOutput } from './tree-graph.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';
import { readXgboost } from './xgboost.ts';

/** A text longer than this does not fit a string of JavaScript. */
const maximumTextBytes = 500 * 1024 * 1024;

const onnxFile = 'plan_0.onnx';

/**
 * Writes the ONNX file into the output directory, which must be empty. The file, absolute, is XGBoost's where its name ends
 * in `.json`, else LightGBM's. Rows are asked for as `inputs`, [rows, features],
 * float for XGBoost and double for LightGBM, and answered as `predictions`, what the trainer's own predict gives.
 *
 * Throws MODEL_FILE_INVALID, OPERATORS_UNSUPPORTED, and errors of the file system.
 */
export function convertTrees(file: string, outputDirectory: string): Program {
  const started = performance.now();
  const ensemble = readEnsemble(file);
  const graph = treeGraph(ensemble);
  const weights = new WeightsFile(path.join(outputDirectory, weightsFileName));
  try {
    writeOnnx(graph, path.join(outputDirectory, onnxFile), weights);
  } finally {
    weights.close();
  }
  const { dtype } = ensemble;
  const [output] = graph.outputs;
  const tensor = (alias: string, shape: readonly number[] | undefined): ProgramTensor => ({
    alias,
    name: alias,
    dtype,
    shape,
  });
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

function readEnsemble(file: string): TreeEnsemble {
  if (statSync(file).size > maximumTextBytes) {
    throw new PerchError(
      'MODEL_FILE_INVALID',
      `${path.basename(file)} is larger than ${maximumTextBytes} bytes.`,
    );
  }
  const text = readFileSync(file, 'utf8');
  return path.extname(file).toLowerCase() === '.json' ? readXgboost(text) : readLightgbm(text);
}

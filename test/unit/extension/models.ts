// Models and versions for the unit tests of the extension.
import type { Model, NamedSignature, Version } from '../../../extension/state/model.ts';
import type { Canary, TrafficShare } from '../../../extension/state/traffic.ts';

/** An available version, but for what `fields` say. */
export function version(number: string, fields: Partial<Version> = {}): Version {
  return {
    number,
    phase: 'available',
    error: '',
    errorCode: '',
    sinceMs: 0,
    path: `/models/m/${number}`,
    sizeBytes: 0,
    loadMs: 0,
    signature: undefined,
    convertedFrom: '',
    signatures: [],
    onDisk: true,
    labels: [],
    pendingLabels: [],
    retryAtMs: 0,
    progress: undefined,
    execution: undefined,
    ...fields,
  };
}

/** A signature of a converted model with an input `x` and an output `y`, but for what `fields` say. */
export function signature(name: string, fields: Partial<NamedSignature> = {}): NamedSignature {
  return {
    name,
    methodName: 'tensorflow/serving/predict',
    inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: ['-1', '1'] }],
    outputs: [{ name: 'y', dtype: 'DT_FLOAT', shape: [], isUnranked: true }],
    optionalInputs: [],
    isStateful: false,
    ...fields,
  };
}

/** A model with these versions, without split or canary. */
export function model(name: string, versions: readonly Version[], problem = ''): Model {
  return {
    name,
    basePath: `/models/${name}`,
    versions,
    problem,
    resourceVersion: '7',
    traffic: [],
    canary: undefined,
  };
}

/** A canary that is at 5 % with version 3, beside the stable version 2, but for what `fields` say. */
export function canary(fields: Partial<Canary> = {}): Canary {
  return {
    version: '3',
    stableVersion: '2',
    phase: 'progressing',
    steps: [1, 5, 25, 50, 100],
    step: 1,
    reason: '',
    phaseSinceMs: 0,
    nextEvaluationMs: 0,
    keepWarmMs: 600_000,
    ...fields,
  };
}

/** A share of a label that leads to an available version. */
export function labelShare(label: string, percent: number, version: string): TrafficShare {
  return { target: { kind: 'label', label }, percent, version, available: true };
}

/** `digits`: version 3 with the label canary, version 2 with the label stable, version 1 not loaded. */
export function canaryModel(fields: Partial<Model> = {}): Model {
  return {
    ...model('digits', [
      version('3', { labels: ['canary'] }),
      version('2', { labels: ['stable'] }),
      version('1', { phase: 'not-loaded' }),
    ]),
    ...fields,
  };
}

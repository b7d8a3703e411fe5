// Models and versions for the unit tests of the extension.
import type { Model, Version } from '../../../extension/state/model.ts';

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
    onDisk: true,
    labels: [],
    pendingLabels: [],
    retryAtMs: 0,
    progress: undefined,
    execution: undefined,
    ...fields,
  };
}

/** A model with these versions. */
export function model(name: string, versions: readonly Version[], problem = ''): Model {
  return { name, basePath: `/models/${name}`, versions, problem };
}

// A model of the lifecycle as the admin API's ModelState.
import type { MessageInput } from '../../../protos/messages.ts';
import { dataTypeNameOf } from '../../codec/dtype.ts';
import type { Signature, TensorSpec } from '../../codec/tensor.ts';
import type { PerchError } from '../../errors.ts';
import type { LoadStep, StepProgress } from '../../lifecycle/load-progress.ts';
import type { ModelView } from '../../lifecycle/model-manager.ts';
import type { VersionView } from '../../lifecycle/model-environment.ts';
import type { ExecutionFacts, VersionPhase, VersionState } from '../../lifecycle/version-state.ts';

const phaseNames = {
  'not-loaded': 'VERSION_PHASE_NOT_LOADED',
  copying: 'VERSION_PHASE_COPYING',
  start: 'VERSION_PHASE_START',
  loading: 'VERSION_PHASE_LOADING',
  available: 'VERSION_PHASE_AVAILABLE',
  unloading: 'VERSION_PHASE_UNLOADING',
  end: 'VERSION_PHASE_END',
} as const satisfies Record<VersionPhase, string>;

const stepNames = {
  queued: 'LOAD_STEP_QUEUED',
  checking: 'LOAD_STEP_CHECKING',
  'first-open': 'LOAD_STEP_FIRST_OPEN',
  loading: 'LOAD_STEP_LOADING',
  'warming-up': 'LOAD_STEP_WARMING_UP',
} as const satisfies Record<LoadStep, string>;

/** The full entry of a model. */
export function toModelState(model: ModelView): MessageInput<'perch.admin.v1.ModelState'> {
  const { name, basePath, problem } = model;
  const labels = [
    ...[...model.labels].map(([label, version]) => ({ label, version, pending: false })),
    ...model.pendingLabels.map((label) => ({ ...label, pending: true })),
  ].sort((a, b) => (a.label < b.label ? -1 : 1));
  return {
    name,
    basePath,
    problem,
    versions: model.versions.map(toVersionState),
    labels: labels.map(({ label, version, pending }) => ({ label, version: version.toString(), pending })),
  };
}

function toVersionState({
  number,
  state,
  disk,
  lastError,
}: VersionView): MessageInput<'perch.admin.v1.VersionState'> {
  const { error, code } = reasonOf(state, lastError);
  return {
    version: number.toString(),
    phase: phaseNames[state.phase],
    error,
    errorCode: code,
    sinceMs: Math.round(state.since),
    path: disk?.directory ?? '',
    sizeBytes: disk?.sizeBytes ?? 0,
    onDisk: disk !== undefined,
    retryAtMs: state.phase === 'end' && state.retryAt !== undefined ? Math.round(state.retryAt) : 0,
    ...(state.phase === 'loading' && state.progress !== undefined
      ? { progress: toLoadProgress(state.progress) }
      : {}),
    ...(state.phase === 'available'
      ? {
          loadMs: state.loadMs,
          signature: toSignatureMessage(state.loaded.signature),
          signatures: Array.from(state.loaded.signatures?.values() ?? [], toSignatureMessage),
          convertedFrom: state.loaded.conversion?.source ?? '',
          ...(state.loaded.execution === undefined
            ? {}
            : { execution: toExecutionInfo(state.loaded.execution) }),
        }
      : {}),
  };
}

function toLoadProgress({
  step,
  detail = '',
  bytesDone = 0,
  bytesTotal = 0,
  stepSince,
}: StepProgress): MessageInput<'perch.admin.v1.LoadProgress'> {
  return { step: stepNames[step], detail, bytesDone, bytesTotal, stepSinceMs: Math.round(stepSince) };
}

function toExecutionInfo({
  instances,
  fallbackReason,
  cpuFallbackOps,
}: ExecutionFacts): MessageInput<'perch.admin.v1.ExecutionInfo'> {
  return {
    instances: instances.map((instance) => ({ ...instance })),
    fallbackReason,
    cpuFallbackOps: [...cpuFallbackOps],
  };
}

function reasonOf(state: VersionState, lastError: PerchError | undefined): { error: string; code: string } {
  if (state.phase === 'copying') {
    return { error: state.detail, code: '' };
  }
  const again = state.phase === 'start' || state.phase === 'loading';
  const error = state.phase === 'end' ? state.error : again ? lastError : undefined;
  return { error: error?.message ?? '', code: error?.code ?? '' };
}

function toTensorSpec({
  name,
  dtype,
  shape,
  isUnranked = false,
}: TensorSpec): MessageInput<'perch.admin.v1.TensorSpec'> {
  return { name, dtype: dataTypeNameOf(dtype), shape: [...shape], unknownRank: isUnranked };
}

/** A signature. */
export function toSignatureMessage({
  inputs,
  outputs,
  named,
}: Signature): MessageInput<'perch.admin.v1.Signature'> {
  return {
    inputs: inputs.map(toTensorSpec),
    outputs: outputs.map(toTensorSpec),
    ...(named === undefined
      ? {}
      : {
          name: named.name,
          methodName: named.methodName,
          optionalInputs: [...named.optionalInputs],
          stateful: named.isStateful,
        }),
  };
}

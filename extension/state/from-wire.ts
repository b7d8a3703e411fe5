// The daemon's messages (protos/perch/admin/v1) turned into the editor's models.
import type { ExecutionInfo__Output } from '../../protos/gen/perch/admin/v1/ExecutionInfo.ts';
import type { LoadProgress__Output } from '../../protos/gen/perch/admin/v1/LoadProgress.ts';
import type { ModelState__Output } from '../../protos/gen/perch/admin/v1/ModelState.ts';
import type { Signature__Output } from '../../protos/gen/perch/admin/v1/Signature.ts';
import type { TensorSpec__Output } from '../../protos/gen/perch/admin/v1/TensorSpec.ts';
import type { VersionState__Output } from '../../protos/gen/perch/admin/v1/VersionState.ts';
import type { WatchStateResponse__Output } from '../../protos/gen/perch/admin/v1/WatchStateResponse.ts';
import { canaryFromWire, shareFromWire } from './traffic-from-wire.ts';
import type {
  Execution,
  LoadProgress,
  LoadStep,
  Model,
  NamedSignature,
  Signature,
  Tensor,
  Version,
  VersionPhase,
} from './model.ts';

/** One message of WatchState. */
export type StateEvent =
  | { readonly kind: 'snapshot'; readonly models: readonly Model[] }
  | { readonly kind: 'model'; readonly model: Model }
  | { readonly kind: 'removed'; readonly name: string }
  | { readonly kind: 'heartbeat' };

/** Reads one message of WatchState. An event of a newer daemon counts as a heartbeat. */
export function stateEventFromWire(message: WatchStateResponse__Output): StateEvent {
  switch (message.event) {
    case 'snapshot':
      return { kind: 'snapshot', models: (message.snapshot?.models ?? []).map(modelFromWire) };
    case 'model':
      return message.model ? { kind: 'model', model: modelFromWire(message.model) } : { kind: 'heartbeat' };
    case 'removedModel':
      return { kind: 'removed', name: message.removedModel ?? '' };
    default:
      return { kind: 'heartbeat' };
  }
}

/** Reads a model. A version that is neither on disk nor in use any more is left out. */
export function modelFromWire(state: ModelState__Output): Model {
  const labelsOf = (version: string, waiting: boolean): string[] =>
    state.labels
      .filter((label) => label.version === version && label.pending === waiting)
      .map(({ label }) => label);
  const versions = state.versions
    .filter((version) => version.onDisk || version.phase !== 'VERSION_PHASE_END')
    .map((version) => ({
      ...versionFromWire(version),
      labels: labelsOf(version.version, false),
      pendingLabels: labelsOf(version.version, true),
    }))
    .sort((a, b) => (BigInt(a.number) < BigInt(b.number) ? 1 : -1));
  return {
    name: state.name,
    basePath: state.basePath,
    versions,
    problem: state.problem,
    resourceVersion: state.resourceVersion,
    traffic: state.traffic.map(shareFromWire),
    canary: state.canary ? canaryFromWire(state.canary) : undefined,
  };
}

function versionFromWire(state: VersionState__Output): Omit<Version, 'labels' | 'pendingLabels'> {
  return {
    number: state.version,
    phase: phaseFromWire(state),
    error: state.error,
    errorCode: state.errorCode,
    sinceMs: Number(state.sinceMs),
    path: state.path,
    sizeBytes: Number(state.sizeBytes),
    loadMs: state.loadMs,
    signature: state.signature ? signatureFromWire(state.signature) : undefined,
    convertedFrom: state.convertedFrom,
    signatures: state.signatures.map(namedSignatureFromWire),
    onDisk: state.onDisk,
    retryAtMs: Number(state.retryAtMs),
    progress: state.progress ? progressFromWire(state.progress) : undefined,
    execution: state.execution ? executionFromWire(state.execution) : undefined,
  };
}

/** Undefined for a step that only a newer daemon knows. */
function progressFromWire(progress: LoadProgress__Output): LoadProgress | undefined {
  const step = stepFromWire(progress);
  return step === undefined
    ? undefined
    : {
        step,
        detail: progress.detail,
        bytesDone: Number(progress.bytesDone),
        bytesTotal: Number(progress.bytesTotal),
        stepSinceMs: Number(progress.stepSinceMs),
      };
}

function stepFromWire({ step }: LoadProgress__Output): LoadStep | undefined {
  switch (step) {
    case 'LOAD_STEP_QUEUED':
      return 'queued';
    case 'LOAD_STEP_CHECKING':
      return 'checking';
    case 'LOAD_STEP_FIRST_OPEN':
      return 'first-open';
    case 'LOAD_STEP_LOADING':
      return 'loading';
    case 'LOAD_STEP_WARMING_UP':
      return 'warming-up';
    default:
      return undefined;
  }
}

function executionFromWire({ instances, fallbackReason, cpuFallbackOps }: ExecutionInfo__Output): Execution {
  return {
    instances: instances.map(({ provider, deviceId }) => ({ provider, deviceId })),
    fallbackReason,
    cpuFallbackOps,
  };
}

function phaseFromWire({ phase, error }: VersionState__Output): VersionPhase {
  switch (phase) {
    case 'VERSION_PHASE_UNSPECIFIED':
    case 'VERSION_PHASE_NOT_LOADED':
      return 'not-loaded';
    case 'VERSION_PHASE_COPYING':
      return 'copying';
    case 'VERSION_PHASE_START':
    case 'VERSION_PHASE_LOADING':
      return 'loading';
    case 'VERSION_PHASE_AVAILABLE':
      return 'available';
    case 'VERSION_PHASE_UNLOADING':
      return 'unloading';
    case 'VERSION_PHASE_END':
      return error === '' ? 'unloaded' : 'failed';
  }
}

function signatureFromWire({ inputs, outputs }: Signature__Output): Signature {
  return { inputs: inputs.map(tensorFromWire), outputs: outputs.map(tensorFromWire) };
}

function namedSignatureFromWire(signature: Signature__Output): NamedSignature {
  const { name, methodName, optionalInputs, stateful } = signature;
  return { ...signatureFromWire(signature), name, methodName, optionalInputs, isStateful: stateful };
}

function tensorFromWire({ name, dtype, shape, unknownRank }: TensorSpec__Output): Tensor {
  return { name, dtype, shape, ...(unknownRank ? { isUnranked: true } : {}) };
}

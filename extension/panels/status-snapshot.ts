// From what the extension knows of the daemon to what the dashboard shows of it. No vscode in here.
import type { GetServerInfoResponse__Output } from '../../protos/gen/perch/admin/v1/GetServerInfoResponse.ts';
import type {
  IdleServer,
  ModelStatus,
  RunningServer,
  StatusCommand,
  StatusSnapshot,
} from '../../webview/protocol.ts';
import { describeFailure, describeMissing, type ServerState } from '../daemon/server-state.ts';
import { executionWords, progressWords } from '../explorer/version-words.ts';
import type { Model } from '../state/model.ts';
import type { Translate } from '../translate.ts';

/** What the extension knows. */
export interface StatusSource {
  readonly server: ServerState;
  /** The running daemon's newest answer to GetServerInfo; undefined before the first. */
  readonly info: GetServerInfoResponse__Output | undefined;
  readonly models: readonly Model[];
  /** Why the server cannot be started here, for the user (untrusted, no models directory); empty if it can. */
  readonly obstacle: string;
}

/** The snapshot of this moment. Models are shown of a running server only: of another they would be out of date. */
export function toStatusSnapshot(translate: Translate, source: StatusSource): StatusSnapshot {
  const running = source.server.kind === 'running' && source.info !== undefined;
  return {
    server: running ? runningServer(source.info) : idleServer(translate, source),
    commands: commandsIn(source),
    models: running ? source.models.map((model) => modelStatus(translate, model)) : [],
  };
}

function idleServer(translate: Translate, { server, obstacle }: StatusSource): IdleServer {
  switch (server.kind) {
    case 'stopped':
      return { kind: 'stopped', detail: obstacle };
    case 'stopping':
      return { kind: 'stopping', detail: translate('Requests that are running are being finished.') };
    case 'starting':
    case 'running':
      return { kind: 'starting', detail: '' };
    case 'backing-off':
      return {
        kind: 'starting',
        detail: translate(
          '{0} It is started again in {1} s.',
          describeFailure(translate, server.failure),
          Math.ceil(server.delayMs / 1000),
        ),
      };
    case 'failed':
      return { kind: 'failed', detail: describeFailure(translate, server.failure) };
    case 'unavailable':
      return { kind: 'failed', detail: describeMissing(translate, server) };
  }
}

function commandsIn({ server, obstacle }: StatusSource): readonly StatusCommand[] {
  switch (server.kind) {
    case 'stopped':
    case 'failed':
      return obstacle === '' ? ['start', 'showLog'] : ['showLog'];
    case 'starting':
    case 'backing-off':
      return ['stop', 'showLog'];
    case 'running':
      return ['restart', 'stop', 'showLog'];
    case 'stopping':
    case 'unavailable':
      return ['showLog'];
  }
}

function runningServer(info: GetServerInfoResponse__Output): RunningServer {
  return {
    kind: 'running',
    startedAtMs: Number(info.startedAtMs),
    perchVersion: info.version,
    onnxRuntimeVersion: info.onnxruntimeVersion,
    nodeVersion: info.nodeVersion,
    pid: info.pid,
    memoryBytes: Number(info.rssBytes),
    modelsSource: info.modelsSource,
    grpcAddress: info.grpcAddress,
    restAddress: info.restAddress,
    engineHosts: info.engineHosts.map(({ index, pid, restarts, loadedVersions, lastExit }) => ({
      index,
      pid,
      restarts,
      loadedVersions,
      lastExit,
    })),
  };
}

function modelStatus(translate: Translate, { name, problem, versions }: Model): ModelStatus {
  return {
    name,
    problem,
    versions: versions.map(({ number, phase, sinceMs, error, errorCode, labels, progress, execution }) => ({
      version: number,
      phase,
      sinceMs,
      reason: error,
      errorCode,
      labels,
      step: progress === undefined ? '' : progressWords(translate, progress),
      stepSinceMs: progress?.stepSinceMs ?? 0,
      runsOn: execution === undefined ? '' : translate('Runs on {0}', executionWords(translate, execution)),
      fallback: execution?.fallbackReason ?? '',
    })),
  };
}

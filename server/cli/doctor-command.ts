// `perch doctor`: whether the daemon can be reached, and what is wrong with what it serves.
import type { MessageOutput } from '../../protos/messages.ts';
import { admin, type AdminConnection } from './admin-connection.ts';
import { exitCode, RefusedError } from './cli-context.ts';
import { describePhase, enumText } from './describe-model.ts';
import type { CliCommand, Session } from './session.ts';
import { toned, type Tone } from './table.ts';

/** The versions of the API that this program knows (GetServerInfoResponse.api). */
const knownApi = 1;

/** A delay of the network thread that callers notice, microseconds. */
const noticeableDelayUs = 50_000;

/** What came of one look. */
interface Check {
  /** Stable: daemon, version, provider, engine_host, network_thread, model, config. */
  readonly check: string;
  readonly outcome: 'ok' | 'warning' | 'error';
  readonly detail: string;
  /** What helps; absent where nothing is known to. */
  readonly remedy?: string;
}

type ServerInfo = MessageOutput<'perch.admin.v1.GetServerInfoResponse'>;

const tones: Readonly<Record<Check['outcome'], Tone>> = { ok: 'good', warning: 'waiting', error: 'bad' };

export const doctorCommand: CliCommand = {
  name: 'doctor',
  operands: '',
  summary: 'what is wrong with the daemon, its models, its configuration; "doctor gpu" for GPUs',
  count: { least: 0, most: 0 },
  options: {},
  run: async (session) => {
    const found = await session.findDaemon();
    using connection = await session.open(found);
    const server = await connection.call(admin.GetServerInfo, {});
    const checks = [
      {
        check: 'daemon',
        outcome: 'ok',
        detail: `answers at ${found.address}: pid ${server.pid}, serves ${server.modelsSource}`,
      } as const,
      versionCheck(server),
      ...providerChecks(server),
      ...hostChecks(server),
      ...(await modelChecks(connection)),
      ...(await configChecks(connection)),
    ];
    show(session, checks);
    return checks.some(({ outcome }) => outcome === 'error') ? exitCode.failed : exitCode.ok;
  },
};

function show(session: Session, checks: readonly Check[]): void {
  if (session.isJson) {
    session.printJson({ checks });
    return;
  }
  for (const { outcome, check, detail, remedy } of checks) {
    const mark = toned(outcome.padEnd(7), tones[outcome], session.context.inColour);
    session.context.write(`${mark}  `);
    session.print(`${check.padEnd(14)}  ${detail}`);
    if (remedy !== undefined && remedy !== '') {
      session.print(`${' '.repeat(25)}what helps: ${remedy}`);
    }
  }
}

function versionCheck({ api, version, onnxruntimeVersion, nodeVersion }: ServerInfo): Check {
  const runtime = onnxruntimeVersion === '' ? '' : `, ONNX Runtime ${onnxruntimeVersion}`;
  const detail = `Perch ${version} (API ${api})${runtime}, Node ${nodeVersion}`;
  return api === knownApi
    ? { check: 'version', outcome: 'ok', detail }
    : {
        check: 'version',
        outcome: 'error',
        detail: `${detail}: this program knows API ${knownApi} only`,
        remedy: 'use the perch that the daemon came with',
      };
}

function providerChecks({ providers }: ServerInfo): Check[] {
  return providers
    .filter(({ state }) => state !== 'PROVIDER_AVAILABILITY_NOT_PROBED')
    .map(({ name, state, reason, remedy }) => {
      const works = state === 'PROVIDER_AVAILABILITY_WORKS';
      const why = reason === '' ? '' : `: ${reason}`;
      return {
        check: 'provider',
        // A machine without a GPU is no mistake.
        outcome: works ? 'ok' : name === 'cpu' ? 'error' : 'warning',
        detail: `${name} ${enumText('PROVIDER_AVAILABILITY_', state)}${why}`,
        ...(remedy === '' ? {} : { remedy }),
      };
    });
}

function hostChecks({ engineHosts, eventLoopDelay }: ServerInfo): Check[] {
  const checks = engineHosts
    .filter(({ restarts }) => restarts > 0)
    .map(({ index, restarts, lastExit }): Check => ({
      check: 'engine_host',
      outcome: 'warning',
      detail: `engine host ${index} was started again ${restarts} times: ${lastExit}`,
    }));
  if (eventLoopDelay !== null && eventLoopDelay.p99Us > noticeableDelayUs) {
    checks.push({
      check: 'network_thread',
      outcome: 'warning',
      detail: `the network thread is late by ${Math.round(eventLoopDelay.p99Us / 1000)} ms (99th percentile)`,
    });
  }
  return checks;
}

async function modelChecks(connection: AdminConnection): Promise<Check[]> {
  const { models } = await connection.call(admin.ListModels, {});
  if (models.length === 0) {
    return [{ check: 'model', outcome: 'warning', detail: 'no models are served' }];
  }
  return models.flatMap(({ name, problem, versions }): Check[] => {
    const failed = versions.filter(({ error }) => error !== '');
    const wrong = [
      ...(problem === '' ? [] : [problem]),
      ...failed.map((state) => `v${state.version} ${describePhase(state).text}: ${state.error}`),
    ];
    const isServed = versions.some(({ phase }) => phase === 'VERSION_PHASE_AVAILABLE');
    if (wrong.length === 0) {
      return [
        isServed
          ? { check: 'model', outcome: 'ok', detail: `${name} is served` }
          : { check: 'model', outcome: 'warning', detail: `${name} has no version that is available` },
      ];
    }
    return wrong.map((detail) => ({
      check: 'model',
      outcome: isServed ? 'warning' : 'error',
      detail: `${name}: ${detail}`,
    }));
  });
}

async function configChecks(connection: AdminConnection): Promise<Check[]> {
  let text: string;
  try {
    ({ text } = await connection.call(admin.GetConfig, {}));
  } catch (reason) {
    // A models directory has no configuration.
    if (reason instanceof RefusedError && reason.status === 'FAILED_PRECONDITION') {
      return [];
    }
    throw reason;
  }
  const { findings } = await connection.call(admin.ValidateConfig, { kind: 'model-server', text });
  if (findings.length === 0) {
    return [{ check: 'config', outcome: 'ok', detail: 'the configuration has no findings' }];
  }
  return findings.map(({ code, message, severity, start }) => ({
    check: 'config',
    outcome: severity === 'ERROR' ? 'error' : severity === 'WARNING' ? 'warning' : 'ok',
    detail: `line ${text.slice(0, start).split('\n').length}: ${message} [${code}]`,
  }));
}

// The probes of REST: Kubernetes' /livez and /readyz, and KServe's /v2/health/live and /v2/health/ready.
import type { Health, HealthReport } from '../../health/health.ts';

/** What a probe answers. */
export interface ProbeAnswer {
  /** 200, or 503 where it is not well. */
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Answers a GET; `query` is what follows the `?`. */
export type ProbeRoute = (query: string) => ProbeAnswer;

/** The routes, by path. */
export function healthRoutes(health: Health): ReadonlyMap<string, ProbeRoute> {
  return new Map<string, ProbeRoute>([
    ['/livez', (query) => textAnswer('livez', liveChecks(health.report()), query)],
    ['/readyz', (query) => textAnswer('readyz', readyChecks(health.report()), query)],
    ['/v2/health/live', () => jsonAnswer({ live: health.report().liveness.isAlive })],
    ['/v2/health/ready', () => jsonAnswer({ ready: health.readiness().isReady })],
  ]);
}

/** A line of a verbose answer. */
interface Check {
  readonly name: string;
  readonly isOk: boolean;
  /** Why not; or why it does not count. */
  readonly reason: string;
  /** Whether the whole depends on it. */
  readonly counts: boolean;
}

interface Checks {
  readonly isOk: boolean;
  readonly checks: readonly Check[];
}

function liveChecks({ liveness }: HealthReport): Checks {
  return {
    isOk: liveness.isAlive,
    checks: [
      { name: 'event-loop', isOk: true, reason: '', counts: true },
      { name: 'engine', isOk: liveness.isAlive, reason: liveness.reasons.join(' '), counts: true },
    ],
  };
}

function readyChecks({ readiness, models }: HealthReport): Checks {
  const ofModels = models.map(({ name, isReady, reason, isRequired }) => ({
    name,
    isOk: isReady,
    reason,
    counts: isRequired,
  }));
  // What is not said by a model is said by the server: it drains, it has not looked yet, a required model is not there.
  const ofServer = readiness.reasons.filter((reason) => !models.some((model) => model.reason === reason));
  return {
    isOk: readiness.isReady,
    checks: [
      { name: 'server', isOk: ofServer.length === 0, reason: ofServer.join(' '), counts: true },
      ...ofModels,
    ],
  };
}

/** As Kubernetes' API server answers: one word, or with `?verbose`, and wherever it failed, a line for each check. */
function textAnswer(probe: string, { isOk, checks }: Checks, query: string): ProbeAnswer {
  const lines = checks.map(({ name, isOk: passed, reason, counts }) =>
    passed
      ? `[+]${oneLine(name)} ok`
      : `[-]${oneLine(name)} ${counts ? 'failed' : 'failed, not counted'}: ${oneLine(reason)}`,
  );
  const isVerbose = new URLSearchParams(query).has('verbose') || !isOk;
  return {
    status: isOk ? 200 : 503,
    contentType: 'text/plain; charset=utf-8',
    body: isVerbose ? `${lines.join('\n')}\n${probe} check ${isOk ? 'passed' : 'failed'}\n` : 'ok',
  };
}

/** Names of models and texts of errors come from outside. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

function jsonAnswer(fields: Readonly<Record<'live', boolean> | Record<'ready', boolean>>): ProbeAnswer {
  return {
    status: Object.values(fields).every(Boolean) ? 200 : 503,
    contentType: 'application/json',
    body: JSON.stringify(fields),
  };
}

// The versions of a model side by side, with their figures. No vscode in here.
import type { HistoryPoint, VersionColumn } from '../../../../webview/dashboard/canary-snapshot.ts';
import type { VersionPhase } from '../../../../webview/protocol.ts';
import {
  canaryVersion,
  labelledVersion,
  percentOf,
  runningCanary,
  stableLabel,
} from '../../../state/canary-facts.ts';
import { availableVersions, type Model } from '../../../state/model.ts';
import type { Figures, WireHistory, WireVersionStatistics } from './live-data.ts';
import { observedPercents } from './split-of.ts';

/** More are not side by side any more. */
const mostColumns = 4;

/** The versions of a model that a canary is about; undefined where there is none. */
export interface Roles {
  readonly stable: string | undefined;
  readonly canary: string | undefined;
}

/** Which version is stable and which one is tried. */
export function rolesOf(model: Model): Roles {
  const canary = canaryVersion(model);
  const stable = labelledVersion(model, stableLabel) ?? runningCanary(model)?.stableVersion;
  return { stable: stable === canary ? undefined : stable, canary };
}

/** Stable, the canary, then whatever else gets requests; of a model without roles, its newest available versions. */
export function columnsOf(
  model: Model,
  { statistics, history, traffic }: Figures,
  phases: Readonly<Record<VersionPhase, string>>,
): readonly VersionColumn[] {
  const { stable, canary } = rolesOf(model);
  const observed = observedPercents(traffic);
  const sharing = model.traffic.map(({ version }) => version);
  const busy = availableVersions(model)
    .map(({ number }) => number)
    .filter((number, place) => place < 2 || (observed.get(number) ?? 0) > 0);
  const roles = [stable, canary].filter((number) => number !== undefined);
  const numbers = [...new Set([...roles, ...sharing, ...busy])]
    .filter((number) => number !== '0')
    .slice(0, mostColumns);
  const isObserved = observed.size > 0;
  return numbers.map((number) => {
    const version = model.versions.find((one) => one.number === number);
    const role = number === stable ? 'stable' : number === canary ? 'canary' : 'other';
    return {
      version: number,
      role,
      state: version === undefined ? '' : phases[version.phase],
      labels: version?.labels ?? [],
      wanted: percentOf(model, number) ?? null,
      observed: isObserved ? (observed.get(number) ?? 0) : null,
      ...figuresOf(statistics.find((one) => one.version === number)),
      history: historyOf(number, history),
    };
  });
}

function figuresOf(
  figures: WireVersionStatistics | undefined,
): Pick<VersionColumn, 'requests' | 'rate' | 'errors' | 'errorCodes' | 'p50' | 'p99'> {
  const requests = Number(figures?.requests ?? 0);
  const errorCodes = Object.entries(figures?.errors ?? {})
    .map(([code, count]) => ({ code, count: Number(count) }))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  const failed = errorCodes.reduce((sum, { count }) => sum + count, 0);
  return {
    requests,
    rate: figures?.rate ?? 0,
    errors: requests === 0 ? null : (failed / requests) * 100,
    errorCodes,
    p50: milliseconds(figures?.total?.p50),
    p99: milliseconds(figures?.total?.p99),
  };
}

/** The last point is going on: it is left out, since its rate would always seem to fall. */
function historyOf(version: string, history: WireHistory | undefined): readonly HistoryPoint[] {
  const points = history?.versions.find((one) => one.version === version)?.points ?? [];
  const seconds = (history?.spanMs ?? 0) / 1000;
  return points.slice(0, -1).map(({ requests, errors, p50Us, p99Us }) => ({
    rate: Number(requests) / seconds,
    errors: Number(requests) === 0 ? null : (Number(errors) / Number(requests)) * 100,
    p50: milliseconds(p50Us),
    p99: milliseconds(p99Us),
  }));
}

function milliseconds(microseconds: number | undefined): number | null {
  return microseconds === undefined || !Number.isFinite(microseconds) ? null : microseconds / 1000;
}

// From what the extension knows of models and traffic to what the tab "Canary" shows. No vscode in here.
import type {
  CanarySnapshot,
  EventRow,
  ListedModel,
  ModelDetail,
  ModelMark,
  ShadowState,
} from '../../../../webview/dashboard/canary-snapshot.ts';
import type { StatusSnapshot } from '../../../../webview/protocol.ts';
import { sharesWords } from '../../../commands/shares-text.ts';
import { canaryWords } from '../../../explorer/version-words.ts';
import { runningCanary } from '../../../state/canary-facts.ts';
import { availableVersions, isInError, type Model } from '../../../state/model.ts';
import type { Translate } from '../../../translate.ts';
import { statusText } from '../../status-text.ts';
import { actionsOf } from './actions-of.ts';
import { canaryOf } from './canary-of.ts';
import { columnsOf, rolesOf } from './columns-of.ts';
import { driftOf } from './drift-of.ts';
import type { Figures, WireEvent, WireTraffic } from './live-data.ts';
import { adviceOf, splitOf } from './split-of.ts';
import { eventWords } from './words.ts';

/** The last ones of a model that are shown. */
const shownEvents = 50;

/** The actor of what the daemon does by itself: perch.admin.v1.Event. */
const byItself = 'canary';

/** What the extension knows. */
export interface CanarySource {
  /** The server's status without its models: what to say while there is no server. */
  readonly status: StatusSnapshot;
  /** Undefined while there is none that could be believed. */
  readonly models: readonly Model[] | undefined;
  /** The model that is looked at; undefined where there is none. */
  readonly shown: string | undefined;
  /** Of that model. */
  readonly figures: Figures;
  readonly nowMs: number;
}

/** The snapshot of this moment. */
export function toCanarySnapshot(t: Translate, source: CanarySource): CanarySnapshot {
  const { status, models, shown } = source;
  if (models === undefined) {
    const { server, commands } = status;
    return server.kind === 'running'
      ? { kind: 'idle', server: 'starting', detail: '', commands }
      : { kind: 'idle', server: server.kind, detail: server.detail, commands };
  }
  const model = models.find(({ name }) => name === shown);
  return {
    kind: 'models',
    models: inListOrder(models).map((one) => listed(t, one)),
    detail: model === undefined ? null : detailOf(t, model, source),
  };
}

/** The model to show where none was chosen: the first of the list. */
export function firstToShow(models: readonly Model[]): string | undefined {
  return inListOrder(models)[0]?.name;
}

/** Canaries that run come first, those that wait before the others. */
function inListOrder(models: readonly Model[]): readonly Model[] {
  const rank = (model: Model): number => ['waiting', 'canary'].indexOf(markOf(model));
  const running = models.filter((model) => rank(model) !== -1).sort((a, b) => rank(a) - rank(b));
  return [...running, ...models.filter((model) => rank(model) === -1)];
}

function markOf(model: Model): ModelMark {
  const canary = runningCanary(model);
  if (canary !== undefined) {
    return canary.phase === 'waiting' || canary.phase === 'inconclusive' ? 'waiting' : 'canary';
  }
  if (model.problem !== '' || (availableVersions(model).length === 0 && isInError(model))) {
    return 'problem';
  }
  return model.traffic.filter(({ percent }) => percent > 0).length > 1 ? 'split' : 'plain';
}

function listed(t: Translate, model: Model): ListedModel {
  const mark = markOf(model);
  return { name: model.name, mark, state: stateWords(t, model, mark) };
}

function stateWords(t: Translate, model: Model, mark: ModelMark): string {
  const canary = runningCanary(model);
  if (canary !== undefined) {
    return t('canary {0}', canaryWords(t, canary));
  }
  if (mark === 'split') {
    return sharesWords(t, model.traffic);
  }
  const [first, ...others] = availableVersions(model);
  if (first === undefined) {
    return t('no version is available');
  }
  return others.length === 0
    ? t('version {0}', first.number)
    : t('{0} versions are available', others.length + 1);
}

function detailOf(t: Translate, model: Model, { figures, nowMs }: CanarySource): ModelDetail {
  const { stable, canary } = rolesOf(model);
  const statisticsOf = (version: string | undefined): Figures['statistics'][number] | undefined =>
    figures.statistics.find((one) => one.version === version);
  return {
    name: model.name,
    problem: model.problem,
    advice: adviceOf(t, model),
    split: splitOf(t, model, figures.traffic),
    versions: columnsOf(model, figures, statusText(t).phases),
    historyBeginMs: Number(figures.history?.beginMs ?? 0),
    historySpanMs: figures.history?.spanMs ?? 0,
    drift: driftOf(statisticsOf(canary), statisticsOf(stable)),
    shadow: shadowOf(figures.traffic),
    canary: canaryOf(t, model, figures.canary, nowMs),
    actions: actionsOf(t, model),
    events: figures.events
      .filter((event) => event.model === model.name)
      .slice(-shownEvents)
      .reverse()
      .map((event) => eventRow(t, event)),
  };
}

function shadowOf(traffic: WireTraffic | undefined): ShadowState | null {
  const shadow = traffic?.shadow;
  if (shadow == null) {
    return null;
  }
  const { agreement, maxAbsoluteDifference, maxRelativeDifference } = shadow;
  return {
    target: shadow.target?.label ?? shadow.target?.version ?? '',
    percent: shadow.percent,
    compared: Number(shadow.compared),
    dropped: Number(shadow.dropped),
    agreement: Number.isFinite(agreement) ? agreement * 100 : null,
    maxAbsolute: finite(maxAbsoluteDifference),
    maxRelative: finite(maxRelativeDifference),
    worst: shadow.worst.map(({ id, atMs, summary, inputsKept }) => ({
      id,
      atMs: Number(atMs),
      summary,
      kept: inputsKept,
    })),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function eventRow(t: Translate, { id, atMs, kind, actor, reason, before, after }: WireEvent): EventRow {
  return {
    id,
    atMs: Number(atMs),
    what: eventWords(t, kind),
    actor: actor === byItself ? '' : actor,
    reason,
    before,
    after,
  };
}

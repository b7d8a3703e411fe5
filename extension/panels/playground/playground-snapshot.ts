// From what the extension knows of the server to what the playground shows. No vscode in here.
import type {
  PastRequest,
  PlaygroundModel,
  PlaygroundSnapshot,
} from '../../../webview/playground/snapshot.ts';
import { sharesWords } from '../../commands/shares-text.ts';
import { availableVersions, type Model } from '../../state/model.ts';
import type { Translate } from '../../translate.ts';

/** What the extension knows. */
export interface PlaygroundSource {
  /** The value of the context key `perch.state`. */
  readonly word: string;
  /** Whether the models are current. */
  readonly isLive: boolean;
  readonly hasRest: boolean;
  readonly models: readonly Model[];
  readonly history: readonly PastRequest[];
}

/** The snapshot of this moment. */
export function playgroundSnapshot(t: Translate, source: PlaygroundSource): PlaygroundSnapshot {
  const { word, isLive, hasRest, models, history } = source;
  return {
    obstacle: obstacleOf(t, word, isLive),
    canStart: word === 'stopped' || word === 'failed',
    hasRest,
    models: models.flatMap((model) => {
      const shown = playgroundModel(t, model);
      return shown.versions.length === 0 ? [] : [shown];
    }),
    history,
  };
}

function obstacleOf(t: Translate, word: string, isLive: boolean): string {
  switch (word) {
    case 'running':
      return isLive ? '' : t('The Perch server does not answer.');
    case 'starting':
    case 'backingOff':
      return t('The Perch server is still starting.');
    default:
      return t('The Perch server is not running.');
  }
}

function playgroundModel(t: Translate, model: Model): PlaygroundModel {
  const available = availableVersions(model);
  return {
    name: model.name,
    versions: available.map(({ number }) => number),
    labels: available
      .flatMap(({ number, labels }) => labels.map((label) => ({ label, version: number })))
      .sort((one, other) => (one.label < other.label ? -1 : 1)),
    routing: sharesWords(t, model.traffic),
  };
}

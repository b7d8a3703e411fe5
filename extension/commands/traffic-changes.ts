// What setting the split and the labels does, in words and in calls. No vscode in here.
import { labelledVersion } from '../state/canary-facts.ts';
import type { Model } from '../state/model.ts';
import type { Translate } from '../translate.ts';
import type { Change, ChangeStep } from './change.ts';
import { sharesWords, type AskedShare } from './shares-text.ts';

/** How long a label waits for a version that is being loaded, milliseconds. */
const labelWaitMs = 5 * 60_000;

/** Splits the requests that name neither version nor label. */
export function setTrafficChange(t: Translate, model: Model, shares: readonly AskedShare[]): Change {
  return {
    question: {
      text: t('Change the traffic of {0}?', model.name),
      effect: t(
        'Requests that name no version, now: {0}. From then on: {1}.',
        sharesWords(t, model.traffic),
        sharesWords(t, shares),
      ),
      action: t('Set Traffic'),
    },
    ...setTraffic(t, model, shares),
    next: { title: t('Undo'), ...setTraffic(t, model, model.traffic) },
  };
}

/** Gives a label to a version. */
export function setLabelChange(t: Translate, model: Model, label: string, version: string): Change {
  const from = labelledVersion(model, label);
  const percent = model.traffic.find(
    ({ target }) => target.kind === 'label' && target.label === label,
  )?.percent;
  const effect = [
    from === undefined
      ? t('Version {0} gets the label {1}.', version, label)
      : t('{0} moves from version {1} to version {2}; requests that name it go there.', label, from, version),
    ...(percent === undefined ? [] : [t('So do {0} % of the requests that name no version.', percent)]),
  ];
  return {
    // A label that nobody had so far changes no request's way.
    question:
      from === undefined && percent === undefined
        ? undefined
        : {
            text: t('Give the label {0} of {1} to version {2}?', label, model.name, version),
            effect: effect.join(' '),
            action: t('Set Label'),
          },
    ...setLabel(t, model, label, version),
    next: {
      title: t('Undo'),
      ...(from === undefined ? deleteLabel(t, model, label) : setLabel(t, model, label, from)),
    },
  };
}

/** Takes a label away. */
export function deleteLabelChange(t: Translate, model: Model, label: string): Change {
  const from = labelledVersion(model, label);
  return {
    question: {
      text: t('Delete the label {0} of {1}?', label, model.name),
      effect: t('Requests that name it are refused from then on.'),
      action: t('Delete Label'),
    },
    ...deleteLabel(t, model, label),
    next: from === undefined ? undefined : { title: t('Undo'), ...setLabel(t, model, label, from) },
  };
}

/** What is wrong with a name for a label; undefined where nothing is. */
export function labelProblem(t: Translate, label: string): string | undefined {
  if (label === '') {
    return t('A label needs a name.');
  }
  if (label.length > 255) {
    return t('A label has at most 255 characters.');
  }
  return /\p{Cc}/u.test(label) ? t('A label has no control characters.') : undefined;
}

function setTraffic(t: Translate, model: Model, shares: readonly AskedShare[]): ChangeStep {
  return {
    run: (client, origin) => client.setTraffic(model.name, shares, origin),
    done: (after) => t('{0}: requests that name no version: {1}.', model.name, sharesWords(t, after.traffic)),
  };
}

function setLabel(t: Translate, model: Model, label: string, version: string): ChangeStep {
  const phase = model.versions.find(({ number }) => number === version)?.phase;
  const waitMs = phase === 'loading' ? labelWaitMs : 0;
  return {
    run: (client, origin) => client.setLabel(model.name, label, version, waitMs, origin),
    done: () => t('{0}: the label {1} is at version {2} now.', model.name, label, version),
  };
}

function deleteLabel(t: Translate, model: Model, label: string): ChangeStep {
  return {
    run: (client, origin) => client.deleteLabel(model.name, label, origin),
    done: () => t('{0}: the label {1} is gone.', model.name, label),
  };
}

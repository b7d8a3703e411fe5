// What promoting, rolling back, starting, pausing and resuming a canary do, in words and in calls. No vscode in here.
import { formatDuration } from '../explorer/units.ts';
import {
  canaryLabel,
  canaryVersion,
  labelledVersion,
  runningCanary,
  stableLabel,
  stableVersion,
} from '../state/canary-facts.ts';
import type { Model } from '../state/model.ts';
import type { Translate } from '../translate.ts';
import { gatesWords, planToWire, planWords, type ChosenPlan } from './canary-plan.ts';
import type { Change, ChangeStep } from './change.ts';
import { sharesWords } from './shares-text.ts';

/** How long the daemon keeps the old version loaded where the plan does not say: CanaryPlan.keep_warm_ms. */
const defaultKeepWarmMs = 600_000;

/** Makes the canary stable. `model` is one for which `canPromote` holds. */
export function promoteChange(t: Translate, model: Model): Change {
  const to = canaryVersion(model) ?? '';
  const from = stableVersion(model, to);
  const keepWarmMs = runningCanary(model)?.keepWarmMs ?? 0;
  const warm = formatDuration(keepWarmMs === 0 ? defaultKeepWarmMs : keepWarmMs);
  const moves =
    from === undefined || labelledVersion(model, stableLabel) === undefined
      ? t('Version {0} becomes stable.', to)
      : t('stable moves from version {0} to version {1}.', from, to);
  const effect = [
    moves,
    t('All requests that name no version go to it.'),
    ...(from === undefined || from === to ? [] : [t('Version {0} stays loaded for {1}.', from, warm)]),
  ];
  return {
    question: {
      text: t('Promote version {0} of {1}?', to, model.name),
      effect: effect.join(' '),
      action: t('Promote'),
    },
    run: (client, origin) => client.promoteCanary(model.name, origin),
    done: (after) =>
      t(
        '{0}: stable is version {1} now. All requests that name no version go to it.',
        model.name,
        stableVersion(after) ?? to,
      ),
    next: rollBackNext(t, model),
  };
}

/** Goes back to what was before the canary. `model` is one for which `canRollBack` holds. */
export function rollbackChange(t: Translate, model: Model): Change {
  const version = canaryVersion(model) ?? model.canary?.version ?? '';
  return {
    question: {
      text: t('Roll back version {0} of {1}?', version, model.name),
      effect: rollbackEffect(t, model, version),
      action: t('Roll Back'),
    },
    ...rollbackStep(t, model),
    next: undefined,
  };
}

/** Begins a canary with `version`. */
export function startChange(t: Translate, model: Model, version: string, plan: ChosenPlan): Change {
  const stable = stableVersion(model, version);
  const first = plan.steps[0] ?? 0;
  const effect = [
    t('Version {0} gets the label canary and {1} % of the requests that name no version.', version, first),
    ...(stable === undefined || stable === version ? [] : [t('Version {0} stays stable.', stable)]),
    t('The plan: {0}.', planWords(t, plan)),
    ...(plan.gates === undefined ? [] : [t('The gates: {0}.', gatesWords(t, plan.gates))]),
    ...(plan.manual === true
      ? [t('It waits for you before each further step, and before the promotion.')]
      : []),
    t('Where it does not keep to its gates it is rolled back by itself; after the last step it is promoted.'),
  ];
  return {
    question: {
      text: t('Start a canary with version {0} of {1}?', version, model.name),
      effect: effect.join('\n'),
      action: t('Start Canary'),
    },
    run: (client, origin) => client.startCanary(model.name, version, planToWire(plan), origin),
    done: (after) =>
      t('{0}: the canary, version {1}, runs. {2}', model.name, version, after.canary?.reason ?? ''),
    next: rollBackNext(t, model),
  };
}

/** Holds the canary at its step. No traffic changes, so that nothing is asked. */
export function pauseChange(t: Translate, model: Model): Change {
  return {
    question: undefined,
    run: (client, origin) => client.pauseCanary(model.name, origin),
    done: () => t('{0}: the canary is paused. Nothing is judged or changed until it is resumed.', model.name),
    next: { title: t('Resume'), ...resumeStep(t, model) },
  };
}

/** Lets the canary go on. What waits at a gate goes to its next step, and after the last one to its promotion. */
export function resumeChange(t: Translate, model: Model): Change {
  const running = runningCanary(model);
  const step = resumeStep(t, model);
  if (running?.phase !== 'waiting') {
    return { question: undefined, ...step, next: undefined };
  }
  const percent = running.steps[running.step + 1];
  return {
    question: {
      text: t('Resume the canary of {0}?', model.name),
      effect:
        percent === undefined
          ? t(
              'It was at its last step: version {0} becomes stable, and all requests that name no version go to it.',
              running.version,
            )
          : t('Version {0} gets {1} % of the requests that name no version.', running.version, percent),
      action: t('Resume'),
    },
    ...step,
    next: rollBackNext(t, model),
  };
}

function resumeStep(t: Translate, model: Model): ChangeStep {
  return {
    run: (client, origin) => client.resumeCanary(model.name, origin),
    done: (after) => t('{0}: the canary goes on. {1}', model.name, after.canary?.reason ?? ''),
  };
}

function rollBackNext(t: Translate, model: Model): Change['next'] {
  return { title: t('Roll Back'), ...rollbackStep(t, model) };
}

function rollbackStep(t: Translate, model: Model): ChangeStep {
  return {
    run: (client, origin) => client.rollbackCanary(model.name, origin),
    done: (after) => {
      const stable = stableVersion(after);
      const done =
        stable === undefined
          ? t('{0} was rolled back.', model.name)
          : t('{0} was rolled back: stable is version {1}.', model.name, stable);
      return `${done} ${t('Requests that name no version: {0}.', sharesWords(t, after.traffic))}`;
    },
  };
}

function rollbackEffect(t: Translate, model: Model, version: string): string {
  const running = runningCanary(model);
  if (running !== undefined) {
    return t(
      'Version {0} gets no more requests that name no version. Labels and traffic become what they were before the canary, with version {1} as stable; where there was no split, version {1} gets all of them.',
      version,
      running.stableVersion,
    );
  }
  if (labelledVersion(model, canaryLabel) !== undefined) {
    return t(
      'The label canary is taken from version {0}; stable gets all requests that name no version.',
      version,
    );
  }
  const before = model.canary?.stableVersion ?? '0';
  return before === '0'
    ? t('Labels and traffic become what they were before the canary.')
    : t(
        'stable moves back from version {0} to version {1}. Labels and traffic become what they were before the canary.',
        version,
        before,
      );
}

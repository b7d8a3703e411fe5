// What can be done with the canary of a model, with what it would do or why it cannot be done. No vscode in here.
import type { ActionState } from '../../../../webview/dashboard/canary-snapshot.ts';
import type { CanaryAction } from '../../../../webview/dashboard/canary-text.ts';
import { promoteChange, resumeChange, rollbackChange } from '../../../commands/canary-changes.ts';
import {
  canaryCandidates,
  canPause,
  canPromote,
  canResume,
  canRollBack,
} from '../../../state/canary-facts.ts';
import type { Model } from '../../../state/model.ts';
import type { Translate } from '../../../translate.ts';

/** The command behind each action. */
export const actionCommands: Readonly<Record<CanaryAction, string>> = {
  start: 'perch.canary.start',
  promote: 'perch.canary.promote',
  pause: 'perch.canary.pause',
  resume: 'perch.canary.resume',
  rollBack: 'perch.canary.rollback',
};

/** All actions, in their order; of Pause and Resume, the one that makes sense. */
export function actionsOf(t: Translate, model: Model): readonly ActionState[] {
  const { name } = model;
  return [
    canaryCandidates(model).length > 0
      ? can('start', t('You choose the version and the plan; it comes to all requests step by step.'))
      : cannot(
          'start',
          t('A canary of {0} needs an available version beside the stable one, and none that runs.', name),
        ),
    canPromote(model)
      ? can('promote', promoteChange(t, model).question?.effect ?? '')
      : cannot('promote', t('{0} has no canary that is available.', name)),
    canResume(model)
      ? can('resume', resumeChange(t, model).question?.effect ?? t('It is judged and goes on by its plan.'))
      : canPause(model)
        ? can('pause', t('Holds the canary at its step: nothing is judged or changed until it is resumed.'))
        : cannot('pause', t('No canary of {0} is under way.', name)),
    canRollBack(model)
      ? can('rollBack', rollbackChange(t, model).question?.effect ?? '')
      : cannot('rollBack', t('{0} has no canary to roll back.', name)),
  ];
}

function can(action: CanaryAction, effect: string): ActionState {
  return { action, possible: true, effect };
}

function cannot(action: CanaryAction, reason: string): ActionState {
  return { action, possible: false, effect: reason };
}

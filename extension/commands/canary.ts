// "Promote Canary", "Roll Back Canary", "Start Canary…", "Pause Canary" and "Resume Canary".
import * as vscode from 'vscode';
import { canaryCandidates, canPause, canPromote, canResume, canRollBack } from '../state/canary-facts.ts';
import type { Model } from '../state/model.ts';
import { changeModel } from './apply-change.ts';
import { pauseChange, promoteChange, resumeChange, rollbackChange, startChange } from './canary-changes.ts';
import { offeredPlans, parseSteps, type ChosenPlan } from './canary-plan.ts';
import { chooseCanary } from './choose-canary.ts';
import { givenOf } from './given.ts';
import type { Services } from './services.ts';

/** How long a plan of one's own waits between two evaluations, unless something else is typed. Milliseconds. */
const usualIntervalMs = 60_000;

/** Makes the canary of the clicked or picked model stable. Gives the model as it then is. */
export async function promoteCanary(services: Services, clicked?: unknown): Promise<Model | undefined> {
  return changeModel(services, givenOf(clicked), {
    title: vscode.l10n.t('Promote Canary'),
    allowed: canPromote,
    refused: ({ name }) => vscode.l10n.t('{0} has no canary that is available.', name),
    choose: (model) => promoteChange(vscode.l10n.t, model),
  });
}

/** Goes back to what was before the canary of the clicked or picked model. Gives the model as it then is. */
export async function rollBackCanary(services: Services, clicked?: unknown): Promise<Model | undefined> {
  return changeModel(services, givenOf(clicked), {
    title: vscode.l10n.t('Roll Back Canary'),
    allowed: canRollBack,
    refused: ({ name }) => vscode.l10n.t('{0} has no canary to roll back.', name),
    choose: (model) => rollbackChange(vscode.l10n.t, model),
  });
}

/** Holds the canary of the clicked or picked model. Gives the model as it then is. */
export async function pauseCanary(services: Services, clicked?: unknown): Promise<Model | undefined> {
  return changeModel(services, givenOf(clicked), {
    title: vscode.l10n.t('Pause Canary'),
    allowed: canPause,
    refused: ({ name }) => vscode.l10n.t('No canary of {0} is under way.', name),
    choose: (model) => pauseChange(vscode.l10n.t, model),
  });
}

/** Lets the canary of the clicked or picked model go on. Gives the model as it then is. */
export async function resumeCanary(services: Services, clicked?: unknown): Promise<Model | undefined> {
  return changeModel(services, givenOf(clicked), {
    title: vscode.l10n.t('Resume Canary'),
    allowed: canResume,
    refused: ({ name }) => vscode.l10n.t('No canary of {0} waits.', name),
    choose: (model) => resumeChange(vscode.l10n.t, model),
  });
}

/** Asks for a version and a plan, and starts a canary with them. Gives the model as it then is. */
export async function startCanary(services: Services, clicked?: unknown): Promise<Model | undefined> {
  const given = givenOf(clicked);
  const title = vscode.l10n.t('Start Canary');
  return changeModel(services, given, {
    title,
    allowed: (model) => canaryCandidates(model).length > 0,
    refused: ({ name }) =>
      vscode.l10n.t(
        'A canary of {0} needs an available version beside the stable one, and none that runs.',
        name,
      ),
    choose: async (model) => {
      const plan = given.plan === undefined ? undefined : namedPlan(given.plan);
      const chosen = await chooseCanary(title, model, { version: given.version, plan });
      return chosen && startChange(vscode.l10n.t, model, chosen.version, chosen.plan);
    },
  });
}

/** The plan with that name, or with these steps. Throws where the text makes no plan. */
function namedPlan(text: string): ChosenPlan {
  const named = offeredPlans(vscode.l10n.t).find(({ id }) => id === text)?.plan;
  if (named !== undefined) {
    return named;
  }
  const steps = parseSteps(vscode.l10n.t, text);
  if (steps.kind === 'problem') {
    throw new Error(steps.text);
  }
  return { steps: steps.value, intervalMs: usualIntervalMs };
}

// "Promote Canary", "Roll Back Canary", "Start Canary…", "Pause Canary" and "Resume Canary".
import * as vscode from 'vscode';
import { canaryCandidates, canPause, canPromote, canResume, canRollBack } from '../state/canary-facts.ts';
import { formatDuration } from '../explorer/units.ts';
import type { Model } from '../state/model.ts';
import { changeModel } from './apply-change.ts';
import { pauseChange, promoteChange, resumeChange, rollbackChange, startChange } from './canary-changes.ts';
import { offeredPlans, parseInterval, parseSteps, planWords, type ChosenPlan } from './canary-plan.ts';
import { givenOf } from './given.ts';
import { pickVersionOf, typed } from './pick.ts';
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
      const version = given.version ?? (await pickVersionOf(title, model, canaryCandidates(model)));
      const plan = version === undefined ? undefined : await choosePlan(title, given.plan);
      return version === undefined || plan === undefined
        ? undefined
        : startChange(vscode.l10n.t, model, version, plan);
    },
  });
}

/** The plan that `given` names, else one that is picked or typed. Throws where `given` makes no plan. */
async function choosePlan(title: string, given: string | undefined): Promise<ChosenPlan | undefined> {
  const offered = offeredPlans(vscode.l10n.t);
  if (given !== undefined) {
    return (
      offered.find(({ id }) => id === given)?.plan ?? { steps: stepsOf(given), intervalMs: usualIntervalMs }
    );
  }
  const items = offered.map(({ title: label, plan }) => ({
    label,
    detail: planWords(vscode.l10n.t, plan),
    plan,
  }));
  const custom = {
    label: vscode.l10n.t('Custom Steps…'),
    detail: vscode.l10n.t('Type the steps.'),
    plan: undefined,
  };
  const chosen = await vscode.window.showQuickPick([...items, custom], {
    title,
    placeHolder: vscode.l10n.t('How the canary comes to all requests'),
  });
  return chosen === custom ? typePlan(title) : chosen?.plan;
}

async function typePlan(title: string): Promise<ChosenPlan | undefined> {
  const steps = await typed(title, {
    prompt: vscode.l10n.t('Percent of the requests, step by step, like 1, 10, 50, 100'),
    value: '1, 5, 25, 50, 100',
    parse: (text) => parseSteps(vscode.l10n.t, text),
  });
  const intervalMs =
    steps &&
    (await typed(title, {
      prompt: vscode.l10n.t('How often it is judged, like 30 s or 5 min'),
      value: formatDuration(usualIntervalMs),
      parse: (text) => parseInterval(vscode.l10n.t, text),
    }));
  return steps === undefined || intervalMs === undefined ? undefined : { steps, intervalMs };
}

function stepsOf(text: string): readonly number[] {
  const parsed = parseSteps(vscode.l10n.t, text);
  if (parsed.kind === 'problem') {
    throw new Error(parsed.text);
  }
  return parsed.value;
}

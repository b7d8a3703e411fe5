// "Set Label…" and "Delete Label…".
import * as vscode from 'vscode';
import { canBeLabelled, canaryLabel, labelledVersion, labelsOf, stableLabel } from '../state/canary-facts.ts';
import type { Model } from '../state/model.ts';
import { changeModel } from './apply-change.ts';
import { givenOf } from './given.ts';
import { pickVersionOf, typed } from './pick.ts';
import type { Services } from './services.ts';
import { deleteLabelChange, labelProblem, setLabelChange } from './traffic-changes.ts';

/** Asks for a version and a label, and gives the one to the other. Gives the model as it then is. */
export async function setLabel(services: Services, clicked?: unknown): Promise<Model | undefined> {
  const given = givenOf(clicked);
  const title = vscode.l10n.t('Set Label');
  return changeModel(services, given, {
    title,
    allowed: (model) => model.versions.some(canBeLabelled),
    refused: ({ name }) => vscode.l10n.t('No version of {0} is available.', name),
    choose: async (model) => {
      const version =
        given.version ?? (await pickVersionOf(title, model, model.versions.filter(canBeLabelled)));
      const label =
        version === undefined ? undefined : (given.label ?? (await chooseLabel(title, model, version)));
      return version === undefined || label === undefined
        ? undefined
        : setLabelChange(vscode.l10n.t, model, label, version);
    },
  });
}

/** Asks for a label and takes it away. Gives the model as it then is. */
export async function deleteLabel(services: Services, clicked?: unknown): Promise<Model | undefined> {
  const given = givenOf(clicked);
  const title = vscode.l10n.t('Delete Label');
  return changeModel(services, given, {
    title,
    allowed: (model) => labelsOf(model).length > 0,
    refused: ({ name }) => vscode.l10n.t('{0} has no labels.', name),
    choose: async (model) => {
      const label = given.label ?? (await pickLabel(title, model, given.version));
      return label === undefined ? undefined : deleteLabelChange(vscode.l10n.t, model, label);
    },
  });
}

/** A label that the model has, `stable` or `canary`, or one that is typed. */
async function chooseLabel(title: string, model: Model, version: string): Promise<string | undefined> {
  const known = [...new Set([stableLabel, canaryLabel, ...labelsOf(model)])];
  const items = known
    .filter((label) => labelledVersion(model, label) !== version)
    .map((label) => ({ label, description: atVersion(model, label) }));
  const other = { label: vscode.l10n.t('New Label…'), description: '' };
  const chosen = await vscode.window.showQuickPick([...items, other], {
    title,
    placeHolder: vscode.l10n.t('The label for version {0}', version),
  });
  return chosen === other
    ? typed(title, {
        prompt: vscode.l10n.t('The label for version {0}', version),
        value: '',
        parse: (text) => {
          const problem = labelProblem(vscode.l10n.t, text);
          return problem === undefined ? { kind: 'value', value: text } : { kind: 'problem', text: problem };
        },
      })
    : chosen?.label;
}

async function pickLabel(
  title: string,
  model: Model,
  version: string | undefined,
): Promise<string | undefined> {
  const labels = labelsOf(model).filter(
    (label) => version === undefined || labelledVersion(model, label) === version,
  );
  const items = labels.map((label) => ({ label, description: atVersion(model, label) }));
  return (await vscode.window.showQuickPick(items, { title }))?.label;
}

function atVersion(model: Model, label: string): string {
  const version = labelledVersion(model, label);
  return version === undefined ? '' : vscode.l10n.t('now at version {0}', version);
}

// "Set Traffic…": how the requests that name neither version nor label are split.
import * as vscode from 'vscode';
import { canSplit, runningCanary } from '../state/canary-facts.ts';
import type { Model } from '../state/model.ts';
import { changeModel } from './apply-change.ts';
import { givenOf } from './given.ts';
import { typed } from './pick.ts';
import type { Services } from './services.ts';
import { parseShares, proposedShares, sharesText, type AskedShare } from './shares-text.ts';
import { setTrafficChange } from './traffic-changes.ts';

/** Asks for the shares and sets them. Gives the model as it then is. */
export async function setTraffic(services: Services, clicked?: unknown): Promise<Model | undefined> {
  const given = givenOf(clicked);
  return changeModel(services, given, {
    title: vscode.l10n.t('Set Traffic'),
    allowed: canSplit,
    refused: (model) =>
      runningCanary(model) === undefined
        ? vscode.l10n.t('No version of {0} is available.', model.name)
        : vscode.l10n.t('A canary of {0} runs: it sets the traffic itself.', model.name),
    choose: async (model) => {
      const shares = given.shares === undefined ? await typeShares(model) : sharesOf(model, given.shares);
      return shares && setTrafficChange(vscode.l10n.t, model, shares);
    },
  });
}

function typeShares(model: Model): Promise<readonly AskedShare[] | undefined> {
  return typed(vscode.l10n.t('Set Traffic of {0}', model.name), {
    prompt: vscode.l10n.t(
      'Labels or versions with their percent, 100 in all, like stable 95, canary 5. Nothing: no split.',
    ),
    value: sharesText(proposedShares(model)),
    parse: (text) => parseShares(vscode.l10n.t, model, text),
  });
}

function sharesOf(model: Model, text: string): readonly AskedShare[] {
  const parsed = parseShares(vscode.l10n.t, model, text);
  if (parsed.kind === 'problem') {
    throw new Error(parsed.text);
  }
  return parsed.value;
}

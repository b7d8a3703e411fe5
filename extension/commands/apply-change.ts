// Carries out a change of labels, traffic or canary: says its effect before, asks the daemon, and says what is true after.
import * as vscode from 'vscode';
import type { AdminClient } from '../daemon/admin-client.ts';
import { modelsViewId } from '../explorer/models-view-id.ts';
import { inform, warn } from '../notify.ts';
import type { Model } from '../state/model.ts';
import type { Change, ChangeQuestion, ChangeStep } from './change.ts';
import { requireClient, whenShown, withCurrentModels } from './connection.ts';
import type { Given } from './given.ts';
import { pickModel } from './pick.ts';
import { reportFailures } from './report-failures.ts';
import type { Services } from './services.ts';

/** The daemon keeps at most so much of a reason, in characters. */
const maxReasonLength = 1000;

/** A command that changes one model. */
export interface ModelChange {
  readonly title: string;
  readonly allowed: (model: Model) => boolean;
  /** What is said where it is not allowed for the model that was given. */
  readonly refused: (model: Model) => string;
  /** What is to be done; undefined where the user thought better of it. */
  readonly choose: (model: Model) => Change | undefined | Promise<Change | undefined>;
}

/** Finds the model, asks what is to be asked, and does it. Gives the model as it then is; undefined where nothing was done. */
export async function changeModel(
  services: Services,
  given: Given,
  asked: ModelChange,
): Promise<Model | undefined> {
  const client = requireClient(services);
  if (client === undefined) {
    return undefined;
  }
  const name = given.model ?? (await pickModel(services, asked.title, asked.allowed))?.model;
  if (name === undefined) {
    return undefined;
  }
  const model = await withCurrentModels(services, () => services.store.get(name));
  if (model === undefined) {
    warn(vscode.l10n.t('The Perch server has no model {0}.', name));
    return undefined;
  }
  if (!asked.allowed(model)) {
    warn(asked.refused(model));
    return undefined;
  }
  const change = await asked.choose(model);
  if (change === undefined) {
    return undefined;
  }
  const reason =
    change.question === undefined || given.confirmed ? (given.reason ?? '') : await confirm(change.question);
  return reason === undefined
    ? undefined
    : apply(services, client, { title: asked.title, change, seen: model, reason });
}

interface Applied {
  readonly title: string;
  readonly change: ChangeStep & Partial<Change>;
  /** The model that the change was decided on. */
  readonly seen: Model;
  readonly reason: string;
}

async function apply(
  services: Services,
  client: AdminClient,
  { title, change, seen, reason }: Applied,
): Promise<Model> {
  const after = await vscode.window.withProgress({ location: { viewId: modelsViewId } }, async () => {
    const changed = await change.run(client, { resourceVersion: seen.resourceVersion, reason });
    await whenShown(services, changed);
    return changed;
  });
  const { next } = change;
  const done = change.done(after).trim();
  if (next === undefined) {
    inform(done);
    return after;
  }
  inform(done, {
    title: next.title,
    run: () => {
      const { client: current } = services.controller;
      const later = { title: next.title, change: next, seen: after, reason: title };
      if (current !== undefined) {
        apply(services, current, later).catch((failure: unknown) => {
          reportFailures(services, next.title, [failure]);
        });
      }
    },
  });
  return after;
}

/** Asks in a dialog. Gives the reason, which may be empty; undefined where the answer is no. */
async function confirm({ text, effect, action }: ChangeQuestion): Promise<string | undefined> {
  const withReason = vscode.l10n.t('{0} with Reason…', action);
  const options = { modal: true, detail: effect };
  const chosen = await vscode.window.showWarningMessage(text, options, action, withReason);
  if (chosen === action) {
    return '';
  }
  return chosen === withReason
    ? vscode.window.showInputBox({
        title: text,
        prompt: vscode.l10n.t('Why? It is kept in the event log.'),
        validateInput: (reason) =>
          reason.length > maxReasonLength
            ? vscode.l10n.t('A reason has at most {0} characters.', maxReasonLength)
            : undefined,
      })
    : undefined;
}

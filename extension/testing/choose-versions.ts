// "Against Version…": which version of each model the golden requests are sent to.
import * as vscode from 'vscode';
import { withCurrentModels } from '../commands/connection.ts';
import { pickVersionOf } from '../commands/pick.ts';
import type { Session } from '../session.ts';
import type { Sessions } from '../sessions.ts';
import { availableVersions, type Model } from '../state/model.ts';
import { warn } from '../notify.ts';

/** By model. Undefined where the user left a question, or no version of one of `models` can be asked. */
export async function chooseVersions(
  sessions: Sessions,
  models: readonly string[],
): Promise<ReadonlyMap<string, string> | undefined> {
  const chosen = new Map<string, string>();
  for (const name of models) {
    const model = await findModel(sessions, name);
    const versions = model === undefined ? [] : availableVersions(model);
    if (model === undefined || versions.length === 0) {
      warn(vscode.l10n.t('No version of {0} is available.', name));
      return undefined;
    }
    const title = vscode.l10n.t('Run the Golden Requests of {0} against', name);
    const version = await pickVersionOf(title, model, versions);
    if (version === undefined) {
      return undefined;
    }
    chosen.set(name, version);
  }
  return chosen;
}

/** In the first server that has it. */
async function findModel(sessions: Sessions, name: string): Promise<Model | undefined> {
  for (const session of sessions.ready.filter(({ controller }) => controller.client !== undefined)) {
    const model = await currentModel(session, name);
    if (model !== undefined) {
      return model;
    }
  }
  return undefined;
}

function currentModel({ stream, store }: Session, name: string): Promise<Model | undefined> {
  return withCurrentModels({ stream }, () => store.get(name));
}

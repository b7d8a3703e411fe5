// "Compare Versions…": signature, model file, labels, the figures of the last minute and golden answers, side by side.
import * as vscode from 'vscode';
import type { AdminClient, ModelFile, VersionStatistics } from '../daemon/admin-client.ts';
import { AdminError } from '../daemon/admin-error.ts';
import { rowsOf, type Row, type VersionRow } from '../explorer/rows.ts';
import { warn } from '../notify.ts';
import { requestName } from '../requests/documents.ts';
import { canaryVersion, stableVersion } from '../state/canary-facts.ts';
import type { Model, Version } from '../state/model.ts';
import { findGolden, type FoundGolden } from '../testing/find-golden.ts';
import { goldenText, type NamedOutcome } from '../testing/golden-text.ts';
import { against, runGolden } from '../testing/golden-tests.ts';
import { requireClient, withCurrentModels } from './connection.ts';
import { pickModel, pickVersionOf } from './pick.ts';
import type { Services } from './services.ts';
import { versionText } from './version-text.ts';

/** Opens the two versions in a diff editor; the selected ones, else they are asked for. Gives their numbers. */
export async function compareVersions(
  services: Services,
  clicked?: unknown,
  selected?: unknown,
): Promise<readonly string[] | undefined> {
  const client = requireClient(services);
  if (client === undefined) {
    return undefined;
  }
  const title = vscode.l10n.t('Compare Versions');
  const rows = rowsOf(clicked, selected);
  const name =
    rows[0]?.model ?? (await pickModel(services, title, ({ versions }) => versions.length > 1))?.model;
  const model =
    name === undefined ? undefined : await withCurrentModels(services, () => services.store.get(name));
  if (model === undefined) {
    return undefined;
  }
  if (model.versions.length < 2) {
    warn(vscode.l10n.t('{0} has no two versions to compare.', model.name));
    return undefined;
  }
  const pair = await choosePair(title, model, rows);
  if (pair === undefined) {
    return undefined;
  }
  const statistics = await statisticsOf(client, model.name);
  const golden = await findGolden(model.name);
  const documents = pair.map(async (version) => {
    const own = statistics.find((one) => one.version === version.number);
    const facts = versionText(vscode.l10n.t, model, version, {
      statistics: own,
      file: await modelFileOf(client, model.name, version),
    });
    const answers = await goldenAnswers(client, version, golden);
    const title = vscode.l10n.t('{0} version {1}', model.name, version.number);
    return services.predictions.put(title, `${facts}${answers}`);
  });
  const [left, right] = await Promise.all(documents);
  await vscode.commands.executeCommand(
    'vscode.diff',
    left,
    right,
    vscode.l10n.t('{0}: version {1} and version {2}', model.name, pair[0].number, pair[1].number),
  );
  return pair.map(({ number }) => number);
}

/** A line per golden request of the workspace; empty where there are none, or the version cannot be asked. */
async function goldenAnswers(
  client: AdminClient,
  { number, phase }: Version,
  golden: readonly FoundGolden[],
): Promise<string> {
  if (golden.length === 0 || phase !== 'available') {
    return '';
  }
  const outcomes = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Perch: asking golden requests…') },
    () => runAll(client, number, golden),
  );
  return `\n${goldenText(vscode.l10n.t, outcomes)}`;
}

/** One after the other: a version under comparison is not to be under load. */
async function runAll(
  client: AdminClient,
  version: string,
  golden: readonly FoundGolden[],
): Promise<readonly NamedOutcome[]> {
  const outcomes: NamedOutcome[] = [];
  const never = new AbortController().signal;
  for (const { uri, test } of golden) {
    const outcome = await runGolden(client, against(test, version), never);
    outcomes.push({ name: requestName(uri, test), outcome });
  }
  return outcomes;
}

/** The older one comes first. */
async function choosePair(
  title: string,
  model: Model,
  rows: readonly Row[],
): Promise<readonly [Version, Version] | undefined> {
  const selected = rows
    .filter((row): row is VersionRow => row.kind === 'version' && row.model === model.name)
    .map(({ version }) => version);
  const usual = [canaryVersion(model), stableVersion(model, canaryVersion(model))];
  const byUse = [...model.versions].sort((a, b) => rank(usual, a) - rank(usual, b));
  const first = selected[0] ?? (await pickVersionOf(title, model, byUse));
  const others = byUse.filter(({ number }) => number !== first);
  const second =
    first === undefined
      ? undefined
      : (selected.find((number) => number !== first) ??
        (await pickVersionOf(vscode.l10n.t('Compare Version {0} with', first), model, others)));
  const pair = [second, first].map((number) => model.versions.find((version) => version.number === number));
  const [a, b] = pair;
  if (a === undefined || b === undefined) {
    return undefined;
  }
  return BigInt(a.number) < BigInt(b.number) ? [a, b] : [b, a];
}

/** The canary comes first in the list, then stable, then the others as they were. */
function rank(usual: readonly (string | undefined)[], { number }: Version): number {
  const index = usual.indexOf(number);
  return index === -1 ? usual.length : index;
}

/** Undefined where the file is gone, or cannot be read: the rest can be compared all the same. */
async function modelFileOf(
  client: AdminClient,
  model: string,
  { number }: Version,
): Promise<ModelFile | undefined> {
  try {
    return await client.getModelFile(model, number);
  } catch (reason) {
    if (AdminError.is(reason, 'NOT_FOUND') || AdminError.is(reason, 'FAILED_PRECONDITION')) {
      return undefined;
    }
    throw reason;
  }
}

/** Empty of a daemon that keeps none. */
async function statisticsOf(client: AdminClient, model: string): Promise<readonly VersionStatistics[]> {
  try {
    return await client.getStatistics(model);
  } catch (reason) {
    if (AdminError.is(reason, 'UNIMPLEMENTED')) {
      return [];
    }
    throw reason;
  }
}

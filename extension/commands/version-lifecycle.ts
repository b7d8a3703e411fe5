// "Load" and "Unload": of the clicked version, of all selected ones, or of those picked from a list.
import * as vscode from 'vscode';
import type { AdminClient } from '../daemon/admin-client.ts';
import { rowsOf, type VersionRow } from '../explorer/rows.ts';
import { modelsViewId } from '../explorer/models-view-id.ts';
import { canLoad, canUnload, type Version } from '../state/model.ts';
import { requireClient } from './connection.ts';
import { pickVersions } from './pick.ts';
import { reportFailures } from './report-failures.ts';
import type { Services } from './services.ts';

/** Asks the daemon to load versions. Gives those that are loaded when it is done. */
export async function loadVersions(
  services: Services,
  clicked?: unknown,
  selected?: unknown,
): Promise<readonly VersionRow[]> {
  return change(services, rowsOf(clicked, selected), {
    title: vscode.l10n.t('Load Versions'),
    allowed: canLoad,
    run: (client, { model, version }) => client.loadVersion(model, version),
  });
}

/** Asks the daemon to unload versions. Gives those that are unloaded when it is done. */
export async function unloadVersions(
  services: Services,
  clicked?: unknown,
  selected?: unknown,
): Promise<readonly VersionRow[]> {
  return change(services, rowsOf(clicked, selected), {
    title: vscode.l10n.t('Unload Versions'),
    allowed: canUnload,
    run: (client, { model, version }) => client.unloadVersion(model, version),
  });
}

interface Change {
  readonly title: string;
  readonly allowed: (version: Version) => boolean;
  readonly run: (client: AdminClient, row: VersionRow) => Promise<unknown>;
}

async function change(
  services: Services,
  rows: readonly { readonly kind: string }[],
  asked: Change,
): Promise<readonly VersionRow[]> {
  const client = requireClient(services);
  if (client === undefined) {
    return [];
  }
  const clicked = rows.filter((row): row is VersionRow => row.kind === 'version');
  const targets =
    clicked.length > 0
      ? clicked.filter((row) => clicked.length === 1 || mayBeAsked(services, row, asked.allowed))
      : await pickVersions(services, asked.title, asked.allowed);
  const results = await vscode.window.withProgress({ location: { viewId: modelsViewId } }, () =>
    Promise.allSettled(targets.map((row) => asked.run(client, row))),
  );
  const reasons = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (reasons.length > 0) {
    reportFailures(services, asked.title, reasons);
  }
  return targets.filter((_row, index) => results[index]?.status === 'fulfilled');
}

/** A selection of several may hold versions that need nothing. What the store does not know, the daemon will judge. */
function mayBeAsked(services: Services, row: VersionRow, allowed: (version: Version) => boolean): boolean {
  const version = services.store.get(row.model)?.versions.find(({ number }) => number === row.version);
  return version === undefined || allowed(version);
}

// "Show Conversion Report": what became of a model that was converted, as a document.
import * as vscode from 'vscode';
import { requireClient } from './connection.ts';
import { convertedTarget } from './converted-target.ts';
import type { Services } from './services.ts';

/** Shows the report of the clicked or chosen version, and gives where it is shown. */
export async function showConversionReport(
  services: Services,
  clicked?: unknown,
): Promise<vscode.Uri | undefined> {
  const client = requireClient(services);
  if (client === undefined) {
    return undefined;
  }
  const target = await convertedTarget(services, vscode.l10n.t('Show Conversion Report'), clicked);
  if (target === undefined) {
    return undefined;
  }
  const { model, version } = target;
  const { markdown } = await client.getConversionReport(model.name, version.number);
  const title = vscode.l10n.t('{0} version {1} conversion', model.name, version.number);
  return services.reports.show(title, markdown);
}

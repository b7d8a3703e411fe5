// "Copy curl Command": a command line that sends a sample request to the model.
import * as vscode from 'vscode';
import { curlSnippet } from '../snippets/curl.ts';
import { requireClient } from './connection.ts';
import { modelTarget } from './model-target.ts';
import type { Services } from './services.ts';

/** How long the status bar says that it was copied, milliseconds. */
const noteMs = 4_000;

/** Puts the command on the clipboard and gives it. */
export async function copyCurl(services: Services, clicked?: unknown): Promise<string | undefined> {
  const client = requireClient(services);
  if (client === undefined) {
    return undefined;
  }
  const target = await modelTarget(services, vscode.l10n.t('Copy curl Command'), clicked);
  if (target === undefined) {
    return undefined;
  }
  const { json } = await client.getSample(target.model, target.version);
  const { restAddress } = await client.getServerInfo();
  if (restAddress === '') {
    throw new Error(vscode.l10n.t('The server has no REST API that curl could reach.'));
  }
  const curl = curlSnippet({
    restAddress,
    model: target.model,
    target: target.version === undefined ? { kind: 'routed' } : { kind: 'version', version: target.version },
    body: json,
  });
  await vscode.env.clipboard.writeText(curl);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied the curl command for {0}', target.model), noteMs);
  return curl;
}

// The commands of a request file: send it, open it in the playground, compare its answer, keep its answer.
import * as vscode from 'vscode';
import { expectAnswer } from '../../server/config/golden/print-request-file.ts';
import { parseRequestFile, type RequestFile } from '../../server/config/golden/request-file.ts';
import { requireClient } from '../commands/connection.ts';
import { predictionText } from '../commands/prediction-text.ts';
import type { Services } from '../commands/services.ts';
import type { Prediction } from '../daemon/admin-client.ts';
import { AdminError } from '../daemon/admin-error.ts';
import { formatMilliseconds } from '../explorer/units.ts';
import { tell, warn } from '../notify.ts';
import { ask, judge, type Verdict } from './ask.ts';
import { requestDocument, requestName } from './documents.ts';

/** Sends the request, shows the answer beside, and gives it. */
export async function sendRequest(services: Services, argument?: unknown): Promise<Prediction | undefined> {
  const sent = await sendFile(services, argument);
  if (sent === undefined) {
    return undefined;
  }
  const { document, file, prediction } = sent;
  const name = requestName(document.uri, file);
  const heading = vscode.l10n.t(
    '{0}: {1} version {2} answered; {3} in the engine.',
    name,
    file.model,
    prediction.version,
    formatMilliseconds(prediction.engineMicroseconds / 1000),
  );
  const { model, request } = file;
  const text = predictionText(heading, { model, request, prediction });
  await services.predictions.show(vscode.l10n.t('{0} answer', name), text);
  return prediction;
}

/** Opens the playground with the request. */
export async function openRequest({ folder }: Services, argument?: unknown): Promise<void> {
  const read = await readFile(argument);
  if (read !== undefined) {
    const { model, version, label, request } = read.file;
    const opening = { model, version, label, request, folder };
    await vscode.commands.executeCommand('perch.playground.open', opening);
  }
}

/** Sends the request, and shows where its answer differs from the expected one. */
export async function compareRequest(services: Services, argument?: unknown): Promise<Verdict | undefined> {
  const sent = await sendFile(services, argument);
  if (sent === undefined) {
    return undefined;
  }
  const { document, file, prediction } = sent;
  const t = vscode.l10n.t;
  const name = requestName(document.uri, file);
  if (file.expect === undefined) {
    warn(t('{0} expects no answer yet. "Save Answer as Expected" keeps the one of now.', name));
    return undefined;
  }
  const verdict = judge(file.expect, prediction.json);
  if (verdict.kind === 'agrees') {
    tell(t('{0}: version {1} of {2} answers as expected.', name, prediction.version, file.model));
    return verdict;
  }
  const expected = services.predictions.put(t('{0} expected', name), verdict.expected);
  const actual = services.predictions.put(t('{0} version {1}', name, prediction.version), verdict.actual);
  const title = t('{0}: expected and version {1}', name, prediction.version);
  await vscode.commands.executeCommand('vscode.diff', expected, actual, title);
  return verdict;
}

/** Sends the request, and makes its answer the expected one; the file is edited, and saved by the user. */
export async function expectRequest(services: Services, argument?: unknown): Promise<boolean> {
  const sent = await sendFile(services, argument);
  if (sent === undefined) {
    return false;
  }
  const { document, prediction } = sent;
  // It may have been edited meanwhile.
  const read = parseRequestFile(document.getText());
  if (read.kind === 'problem') {
    return false;
  }
  const { start, end, text } = expectAnswer(document.getText(), read.value, prediction.json);
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
  edit.replace(document.uri, range, text);
  return vscode.workspace.applyEdit(edit);
}

interface ReadFile {
  readonly document: vscode.TextDocument;
  readonly file: RequestFile;
}

/** The file that is meant, read; where that is none, says so and gives undefined. */
async function readFile(argument: unknown): Promise<ReadFile | undefined> {
  const document = await requestDocument(argument);
  if (document === undefined) {
    warn(vscode.l10n.t('Open a request file (*.predict.json) first.'));
    return undefined;
  }
  const read = parseRequestFile(document.getText());
  if (read.kind === 'problem') {
    const line = document.positionAt(read.at).line + 1;
    warn(vscode.l10n.t('This is no request file. Line {0}: {1}', line, read.text));
    return undefined;
  }
  return { document, file: read.value };
}

/** Undefined where it could not be sent, or the server refused: that stands at the request then. */
async function sendFile(
  services: Services,
  argument: unknown,
): Promise<(ReadFile & { readonly prediction: Prediction }) | undefined> {
  const client = requireClient(services);
  const read = client && (await readFile(argument));
  if (client === undefined || read === undefined) {
    return undefined;
  }
  const { requests } = services;
  try {
    const prediction = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Perch: sending the request…') },
      () => ask(client, read.file),
    );
    requests.answered(read.document);
    return { ...read, prediction };
  } catch (reason) {
    if (!AdminError.is(reason)) {
      throw reason;
    }
    requests.refused(read.document, reason.message);
    warn(vscode.l10n.t('{0} was refused: {1}', requestName(read.document.uri, read.file), reason.message));
    return undefined;
  }
}

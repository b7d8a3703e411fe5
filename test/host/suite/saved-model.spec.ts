// A SavedModel in the editor: served as it lies there, explained by a report, exported as ONNX.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../../support/until.ts';
import { activated, copiedCurl, row, untilAvailable } from './serving.ts';

const model = 'doubling';
const exported = 'doubling_as_onnx';
const version = row.version(model, '1');

describe('a SavedModel', () => {
  let folder: vscode.Uri;
  let models: vscode.Uri;

  before(async () => {
    await activated();
    folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? assert.fail();
    models = vscode.Uri.joinPath(folder, 'models');
    await vscode.workspace.fs.copy(
      vscode.Uri.joinPath(folder, 'exports', 'half_plus_two'),
      vscode.Uri.joinPath(models, model, '1'),
    );
    await untilAvailable(model, '1');
  });

  after(async () => {
    for (const name of [model, exported]) {
      await vscode.workspace.fs.delete(vscode.Uri.joinPath(models, name), { recursive: true });
    }
  });

  it('answers a sample input, also that of the curl command', async () => {
    const prediction = await vscode.commands.executeCommand<{ json: string }>(
      'perch.model.predictSample',
      row.model(model),
    );
    assert.deepEqual(JSON.parse(prediction.json), { predictions: [2.25] });
    const command = await copiedCurl(model);
    const [, body = '', url = ''] = /^curl -d '(.*)' (\S+)$/.exec(command) ?? [];
    const answer = await fetch(url, { method: 'POST', body });
    assert.deepEqual(await answer.json(), { predictions: [2.25] });
  });

  it('shows what became of it as a preview of a document', async () => {
    const uri = await vscode.commands.executeCommand<vscode.Uri>(
      'perch.version.showConversionReport',
      version,
    );
    const report = (await vscode.workspace.openTextDocument(uri)).getText();
    assert.match(report, /^# Conversion of doubling, version 1$/m);
    assert.match(report, /AsString/);
    const tabs = (): vscode.Tab[] => vscode.window.tabGroups.all.flatMap(({ tabs: all }) => all);
    await until('the preview', () =>
      tabs().some(
        ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('markdown.preview'),
      ),
    );
  });

  it('is exported as an ONNX model that answers the same', async () => {
    const file = vscode.Uri.joinPath(models, exported, '1', 'model.onnx');
    await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(models, exported, '1'));
    const choice = { ...version, signature: 'serving_default', file: file.fsPath };
    assert.equal(await vscode.commands.executeCommand('perch.version.exportOnnx', choice), file.fsPath);
    await untilAvailable(exported, '1');
    const prediction = await vscode.commands.executeCommand<{ json: string }>(
      'perch.model.predictSample',
      row.model(exported),
    );
    assert.match(prediction.json, /2\.25/);
  });

  it('writes no file for a signature that ONNX alone cannot compute', async () => {
    const file = vscode.Uri.joinPath(folder, 'spoken.onnx');
    const choice = { ...version, signature: 'spoken', file: file.fsPath };
    assert.equal(await vscode.commands.executeCommand('perch.version.exportOnnx', choice), undefined);
    await assert.rejects(Promise.resolve(vscode.workspace.fs.stat(file)));
  });

  it('is told from a model that was ONNX all along', async () => {
    const digits = row.version('digits', '2');
    await untilAvailable('digits', '2');
    assert.equal(
      await vscode.commands.executeCommand('perch.version.showConversionReport', digits),
      undefined,
    );
  });
});

// The extension's commands, called as the tree calls them, against the daemon that the extension started.
import assert from 'node:assert/strict';
import { describe, it, before } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../../support/until.ts';
import { activated, copiedCurl, row, untilAvailable, versionState } from './serving.ts';

describe('the commands', () => {
  let extension: vscode.Extension<unknown>;

  before(async () => {
    extension = await activated();
  });

  it('are all registered', async () => {
    const manifest = extension.packageJSON as { contributes: { commands: { command: string }[] } };
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands
      .map(({ command }) => command)
      .filter((command) => !registered.has(command));
    assert.deepEqual(missing, []);
    assert.ok(manifest.contributes.commands.length > 0);
  });

  it('unload and load a version', async () => {
    await untilAvailable('digits', '2');
    const version = row.version('digits', '2');
    assert.deepEqual(await vscode.commands.executeCommand('perch.version.unload', version), [version]);
    assert.equal(await versionState('digits', '2'), 'END');
    assert.deepEqual(await vscode.commands.executeCommand('perch.version.load', version), [version]);
    assert.equal(await versionState('digits', '2'), 'AVAILABLE');
  });

  it('load a selection of several versions', async () => {
    await untilAvailable('iris', '1');
    const versions = [row.version('digits', '1'), row.version('iris', '1')];
    await vscode.commands.executeCommand('perch.version.unload', versions[1]);
    await vscode.commands.executeCommand('perch.version.load', versions[0], versions);
    assert.equal(await versionState('digits', '1'), 'AVAILABLE');
    assert.equal(await versionState('iris', '1'), 'AVAILABLE');
  });

  it('answer with nothing where a version cannot be loaded', async () => {
    const broken = row.version('iris', '2');
    assert.deepEqual(await vscode.commands.executeCommand('perch.version.load', broken), []);
    assert.equal(await versionState('iris', '2'), 'END');
  });

  it('predict with a sample input and show the answer', async () => {
    const prediction = await vscode.commands.executeCommand<{ version: string; json: string }>(
      'perch.model.predictSample',
      row.model('half_plus_two'),
    );
    assert.equal(prediction.version, '123');
    assert.deepEqual(JSON.parse(prediction.json), { predictions: [2.25] });
    const shown = await until('the editor with the prediction', () =>
      vscode.window.visibleTextEditors.find(({ document }) => document.uri.path.includes('half_plus_two')),
    );
    assert.equal(shown.document.languageId, 'jsonc');
    assert.match(shown.document.getText(), /2\.25/);
  });

  it('copy a curl command for the model', async () => {
    const command = await copiedCurl('iris');
    assert.match(command, /http:\/\/127\.0\.0\.1:\d+\/v1\/models\/iris:predict$/);
  });

  it('begin a configuration for a model without one, and replace no other file that is edited', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? assert.fail();
    const model = vscode.Uri.joinPath(folder, 'models', 'half_plus_two');
    const notes = vscode.Uri.joinPath(model, 'notes.txt');
    await vscode.workspace.fs.writeFile(notes, Buffer.from('keep this'));
    const { document } = await vscode.window.showTextDocument(notes);
    await vscode.commands.executeCommand('perch.config.generate');
    assert.equal(document.getText(), 'keep this');
    await vscode.workspace.fs.delete(notes);

    await vscode.commands.executeCommand('perch.config.generate', vscode.Uri.joinPath(model, 'config.pbtxt'));
    const begun = vscode.window.activeTextEditor?.document;
    assert.equal(begun?.isUntitled, true);
    assert.match(begun.getText(), /input/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('open the status panel, once', async () => {
    const statusTabs = (): vscode.Tab[] =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .filter(
          ({ input }) =>
            input instanceof vscode.TabInputWebview && input.viewType.endsWith('perch.dashboard'),
        );
    await vscode.commands.executeCommand('perch.server.showStatus');
    await until('the panel', () => statusTabs().length > 0);
    await vscode.commands.executeCommand('perch.server.showStatus');
    assert.equal(statusTabs().length, 1);
  });
});

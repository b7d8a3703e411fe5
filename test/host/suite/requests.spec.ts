// Request files: lenses, sending, comparing, keeping an answer, what the server says, and the Testing view.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../../support/until.ts';
import { AdminClient } from '../../../extension/daemon/admin-client.ts';
import { findDaemon } from '../../../server/discovery.ts';
import { activated, untilAvailable } from './serving.ts';

const request = '{"instances": [1.0, 2.0, 5.0]}';

function root(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  assert.ok(folder);
  return folder;
}

async function save(parts: object): Promise<vscode.Uri> {
  const uri = await vscode.commands.executeCommand<vscode.Uri | undefined>('perch.request.save', {
    model: 'half_plus_two',
    request,
    ...parts,
  });
  assert.ok(uri !== undefined, 'nothing was saved');
  return uri;
}

async function titlesOf(uri: vscode.Uri): Promise<string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    uri,
  );
  return lenses.map(({ command }) => command?.title ?? '');
}

/** How many requests iris got in the last minute: the daemon's own count, found as the command line finds it. */
async function requestsToIris(): Promise<number> {
  const { address, token = '' } = await findDaemon({ cwd: root().fsPath, env: process.env });
  const client = new AdminClient({ grpcAddress: address, token });
  try {
    const versions = await client.getStatistics('iris');
    return versions.reduce((sum, { requests }) => sum + Number(requests), 0);
  } finally {
    client.dispose();
  }
}

describe('request files', () => {
  let file: vscode.Uri;

  before(async () => {
    await activated();
    await untilAvailable('half_plus_two', '123');
    file = await save({ file: 'requests/three.predict.json' });
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(root(), 'requests'), { recursive: true });
  });

  it('are written for people and for version control', async () => {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    assert.equal(
      text,
      '{\n  "model": "half_plus_two",\n  "request": {\n    "instances": [1.0, 2.0, 5.0]\n  }\n}\n',
    );
  });

  it('have lenses above the request', async () => {
    assert.deepEqual(await titlesOf(file), ['$(play) Send', 'Open in Playground', 'Save Answer as Expected']);
  });

  it('are sent, and the answer shows beside', async () => {
    const answer = await vscode.commands.executeCommand<{ json: string; version: string }>(
      'perch.request.send',
      file,
    );
    assert.equal(answer.version, '123');
    assert.deepEqual(JSON.parse(answer.json), { predictions: [2.5, 3, 4.5] });
    await until('the editor with the answer', () =>
      vscode.window.visibleTextEditors.some(({ document }) => document.uri.path.includes('three answer')),
    );
  });

  it('keep the answer as the expected one, and compare with it', async () => {
    assert.equal(await vscode.commands.executeCommand('perch.request.expect', file), true);
    const document = await vscode.workspace.openTextDocument(file);
    const written = JSON.parse(document.getText()) as { expect: { answer: unknown } };
    assert.deepEqual(written.expect, { answer: { predictions: [2.5, 3, 4.5] } });
    await document.save();
    assert.ok((await titlesOf(file)).includes('Compare with Expected'));
    assert.deepEqual(await vscode.commands.executeCommand('perch.request.compare', file), { kind: 'agrees' });
  });

  it("show the server's words at the request it refused, until it is edited", async () => {
    const wrong = await save({ file: 'requests/wrong.predict.json', request: '{"instances": ["a"]}' });
    assert.equal(await vscode.commands.executeCommand('perch.request.send', wrong), undefined);
    const [problem] = vscode.languages.getDiagnostics(wrong).filter(({ source }) => source === 'perch');
    assert.match(problem?.message ?? '', /type|float|String/i);
    assert.equal(problem?.range.start.line, 2);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(wrong, new vscode.Position(0, 1), ' ');
    await vscode.workspace.applyEdit(edit);
    await until('the words to go', () =>
      vscode.languages.getDiagnostics(wrong).every(({ source }) => source !== 'perch'),
    );
    await (await vscode.workspace.openTextDocument(wrong)).save();
  });

  it('say that the server has no such version', async () => {
    const unknown = await save({ file: 'requests/unknown.predict.json', version: '7' });
    const problem = await until('the warning', () =>
      vscode.languages.getDiagnostics(unknown).find(({ source }) => source === 'perch'),
    );
    assert.match(problem.message, /half_plus_two has no version 7, but 123/);
    assert.equal((await vscode.workspace.openTextDocument(unknown)).getText(problem.range), '7');
  });

  it('run in the Testing view where they expect an answer', async () => {
    await untilAvailable('iris', '1');
    await save({
      model: 'iris',
      file: 'requests/iris.predict.json',
      request: '{"instances": [[4.9, 3.1, 1.5, 0.1]]}',
      answer:
        '{"predictions": [{"species": "setosa", "probabilities": [0.9555702, 0.044429276, 4.9456503e-7]}]}',
    });
    assert.equal(await requestsToIris(), 0);
    await vscode.commands.executeCommand('testing.runAll');
    await until('the golden request to be sent', async () => (await requestsToIris()) === 1);
  });

  it('are compared for two versions', async () => {
    await save({
      model: 'digits',
      file: 'requests/digits.predict.json',
      request: '{"instances": [[1]]}',
      answer: '{"predictions": [1]}',
    });
    await untilAvailable('digits', '2');
    const rows = ['2', '1'].map((version) => ({ kind: 'version', model: 'digits', version }));
    await vscode.commands.executeCommand('perch.version.load', rows[1]);
    await untilAvailable('digits', '1');
    await vscode.commands.executeCommand('perch.version.compare', rows[0], rows);
    await until('the golden answers of both', () => {
      const texts = vscode.window.visibleTextEditors.map(({ document }) => document.getText());
      return texts.filter((text) => text.includes('Golden requests: 0 of 1 as expected')).length === 2;
    });
    await vscode.commands.executeCommand('perch.version.unload', rows[1]);
  });
});

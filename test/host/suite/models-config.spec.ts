// "Create models.config": what is served now becomes a file, which is served from then on.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../../support/until.ts';
import { activated, restRoot, row, untilAvailable } from './serving.ts';

const digits = { ...row.model('digits'), confirmed: true };

function file(): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  return path.join(folder?.uri.fsPath ?? '', 'models', 'models.config');
}

function setting(): string | undefined {
  return vscode.workspace.getConfiguration('perch').get<string>('modelConfigFile');
}

/** The labels of digits as REST tells them. */
async function labels(): Promise<Readonly<Record<string, string>>> {
  const response = await fetch(`${await restRoot()}/v1/models`);
  const { models } = (await response.json()) as {
    models: { name: string; version_labels?: Record<string, string> }[];
  };
  return models.find(({ name }) => name === 'digits')?.version_labels ?? {};
}

describe('"Create models.config"', () => {
  before(async () => {
    await activated();
    await untilAvailable('digits', '2');
    await vscode.commands.executeCommand('perch.version.load', row.version('digits', '1'));
    await untilAvailable('digits', '1');
    for (const [label, version] of [
      ['stable', '1'],
      ['canary', '2'],
    ] as const) {
      const given = { ...row.version('digits', version), label, confirmed: true };
      await vscode.commands.executeCommand('perch.label.set', given);
    }
    await vscode.commands.executeCommand('perch.canary.promote', digits);
  });

  after(async () => {
    await vscode.commands.executeCommand('perch.server.stop');
    await vscode.workspace
      .getConfiguration('perch')
      .update('modelConfigFile', undefined, vscode.ConfigurationTarget.Workspace);
    rmSync(file(), { force: true });
    await vscode.commands.executeCommand('perch.server.start');
    await untilAvailable('digits', '2');
    await vscode.commands.executeCommand('perch.traffic.set', { ...digits, shares: '' });
    await vscode.commands.executeCommand('perch.label.delete', { ...digits, label: 'stable' });
  });

  it('writes down models, versions and labels, opens the file, and serves it', async () => {
    assert.equal(await vscode.commands.executeCommand('perch.models.createConfig'), file());
    assert.equal(setting(), 'models/models.config');
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, file());
    const text = readFileSync(file(), 'utf8');
    for (const name of ['digits', 'half_plus_two', 'iris']) {
      assert.ok(text.includes(`name: "${name}"`), text);
    }
    await untilAvailable('half_plus_two', '123');
    await untilAvailable('digits', '2');
    await until('the label', async () => (await labels()).stable === '2');
  });

  it('goes on with what was before: the promotion can be taken back, in the file', async () => {
    await untilAvailable('digits', '1');
    await vscode.commands.executeCommand('perch.canary.rollback', digits);
    await until('the labels from before', async () => {
      const now = await labels();
      return now.stable === '1' && now.canary === '2';
    });
    assert.match(readFileSync(file(), 'utf8'), /key: "stable"\s+value: 1\b/);
  });

  it('follows what is written into the file', async () => {
    assert.ok(existsSync(file()));
    const document = await vscode.workspace.openTextDocument(file());
    // The daemon has just written it.
    await until(
      'the editor to show what is on disk',
      () => document.getText() === readFileSync(file(), 'utf8'),
    );
    const at = document.getText().indexOf('key: "canary"') + 'key: "'.length;
    const edit = new vscode.WorkspaceEdit();
    const range = new vscode.Range(document.positionAt(at), document.positionAt(at + 'canary'.length));
    edit.replace(document.uri, range, 'tested');
    await vscode.workspace.applyEdit(edit);
    assert.ok(await document.save());
    await until('the new label', async () => (await labels()).tested === '2');
  });

  it('does nothing where a file is served already', async () => {
    assert.equal(await vscode.commands.executeCommand('perch.models.createConfig'), undefined);
  });
});

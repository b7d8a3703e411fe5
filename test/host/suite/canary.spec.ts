// The commands on labels, traffic and canaries, called as a key binding calls them, against the extension's daemon.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../../support/until.ts';
import { activated, restRoot, row, untilAvailable } from './serving.ts';

/** What the commands give back, as far as it is looked at here. */
interface Changed {
  readonly versions: readonly { readonly number: string; readonly labels: readonly string[] }[];
  readonly traffic: readonly { readonly percent: number; readonly version: string }[];
  readonly canary?: { readonly version: string; readonly phase: string; readonly steps: readonly number[] };
}

/** Calls a command that asks nothing, since all is given. */
async function change(command: string, given: object): Promise<Changed> {
  const changed = await vscode.commands.executeCommand<Changed | undefined>(command, {
    ...given,
    confirmed: true,
  });
  assert.ok(changed !== undefined, `${command} did nothing`);
  return changed;
}

function labelled(model: Changed, label: string): string | undefined {
  return model.versions.find(({ labels }) => labels.includes(label))?.number;
}

/** The version that a label of digits leads to, as REST tells it. */
async function versionOfLabel(label: string): Promise<string | undefined> {
  const response = await fetch(`${await restRoot()}/v1/models`);
  const body = (await response.json()) as {
    models: { name: string; version_labels?: Record<string, string> }[];
  };
  const labels = body.models.find(({ name }) => name === 'digits')?.version_labels ?? {};
  return Object.entries(labels).find(([name]) => name === label)?.[1];
}

describe('the commands on canaries', () => {
  const digits = row.model('digits');

  before(async () => {
    await activated();
    await untilAvailable('digits', '2');
    await vscode.commands.executeCommand('perch.version.load', row.version('digits', '1'));
    await untilAvailable('digits', '1');
  });

  after(async () => {
    for (const label of ['canary', 'stable']) {
      await vscode.commands.executeCommand('perch.label.delete', { ...digits, label, confirmed: true });
    }
    await vscode.commands.executeCommand('perch.version.unload', row.version('digits', '1'));
  });

  it('give a label to a version', async () => {
    const model = await change('perch.label.set', { ...row.version('digits', '1'), label: 'stable' });
    assert.equal(labelled(model, 'stable'), '1');
    assert.equal(await versionOfLabel('stable'), '1');
  });

  it('start, pause and resume a canary', async () => {
    const started = await change('perch.canary.start', { ...row.version('digits', '2'), plan: '5, 100' });
    assert.deepEqual([started.canary?.version, started.canary?.phase], ['2', 'progressing']);
    assert.equal(labelled(started, 'canary'), '2');
    assert.deepEqual(started.traffic.map(({ version, percent }) => [version, percent]).sort(), [
      ['1', 95],
      ['2', 5],
    ]);
    assert.equal((await change('perch.canary.pause', digits)).canary?.phase, 'paused');
    assert.equal((await change('perch.canary.resume', digits)).canary?.phase, 'progressing');
  });

  it('promote it, and go back to what was before', async () => {
    const promoted = await change('perch.canary.promote', digits);
    assert.equal(labelled(promoted, 'stable'), '2');
    assert.equal(labelled(promoted, 'canary'), undefined);
    assert.equal(await versionOfLabel('stable'), '2');
    const back = await change('perch.canary.rollback', digits);
    assert.equal(labelled(back, 'stable'), '1');
    // There was no split: the newest version, which was rolled back, must not answer instead.
    assert.deepEqual(
      back.traffic.map(({ version, percent }) => [version, percent]),
      [['1', 100]],
    );
    assert.equal(await versionOfLabel('stable'), '1');
  });

  it('promote and roll back by the labels alone', async () => {
    await change('perch.label.set', { ...row.version('digits', '2'), label: 'canary' });
    assert.equal(labelled(await change('perch.canary.promote', digits), 'stable'), '2');
    assert.equal(labelled(await change('perch.canary.rollback', digits), 'stable'), '1');
  });

  it('start the standard plan where Enter is all that is pressed', async () => {
    await change('perch.label.set', { ...row.version('digits', '1'), label: 'stable' });
    const asked = { ...row.version('digits', '2'), confirmed: true };
    let started: Changed | undefined;
    const ended = vscode.commands.executeCommand<Changed | undefined>('perch.canary.start', asked);
    void ended.then((model) => (started = model));
    await until('the canary to be started', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return started !== undefined;
    });
    assert.equal(started?.canary?.phase, 'progressing');
    assert.deepEqual(started.canary.steps, [1, 5, 25, 50, 100]);
    await change('perch.canary.rollback', digits);
  });

  it('start nothing where the questions are left', async () => {
    const asked = { ...row.version('digits', '2'), confirmed: true };
    let ended = false;
    const started = vscode.commands.executeCommand('perch.canary.start', asked);
    void started.then(() => (ended = true));
    await until('the questions to be left', async () => {
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      return ended;
    });
    assert.equal(await started, undefined);
  });

  it('split the traffic, and end the split', async () => {
    const split = await change('perch.traffic.set', { ...digits, shares: 'stable 60, 2 40' });
    assert.deepEqual(
      split.traffic.map(({ version, percent }) => [version, percent]),
      [
        ['1', 60],
        ['2', 40],
      ],
    );
    assert.deepEqual((await change('perch.traffic.set', { ...digits, shares: '' })).traffic, []);
  });

  it('do nothing where shares do not add up, or there is nothing to promote', async () => {
    const wrong = { ...digits, shares: 'stable 60, 2 30', confirmed: true };
    assert.equal(await vscode.commands.executeCommand('perch.traffic.set', wrong), undefined);
    const iris = { ...row.model('iris'), confirmed: true };
    assert.equal(await vscode.commands.executeCommand('perch.canary.promote', iris), undefined);
  });

  it('take a label away', async () => {
    await change('perch.label.set', { ...row.version('digits', '2'), label: 'tested' });
    const model = await change('perch.label.delete', { ...digits, label: 'tested' });
    assert.equal(labelled(model, 'tested'), undefined);
  });

  it('compare two versions in a diff editor', async () => {
    const rows = [row.version('digits', '2'), row.version('digits', '1')];
    const compared = await vscode.commands.executeCommand('perch.version.compare', rows[0], rows);
    assert.deepEqual(compared, ['1', '2']);
    const tab = await until('the diff editor', () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .find(({ input }) => input instanceof vscode.TabInputTextDiff),
    );
    assert.equal(tab.label, 'digits: version 1 and version 2');
    const { original, modified } = tab.input as vscode.TabInputTextDiff;
    for (const side of [original, modified]) {
      const text = (await vscode.workspace.openTextDocument(side)).getText();
      assert.match(text, /^Operator sets: ai\.onnx \d+/m);
      assert.match(text, /^Made by: \w/m);
    }
    await vscode.window.tabGroups.close(tab);
  });
});

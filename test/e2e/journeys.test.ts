// What a user does with the packaged extension in VS Code, from the first look at the tree to a server that was killed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { daemonPid, daemonPids, isRunning } from '../support/daemon-process.ts';
import { DashboardPage } from '../support/dashboard-page.ts';
import { copyIrisVersion, writeModels } from '../support/fixture-models.ts';
import { startHost, type Host } from '../support/host.ts';
import { output, packagedExtension, picture } from '../support/journey.ts';
import { until } from '../support/until.ts';
import { Workbench } from '../support/workbench.ts';

const tree = 'Models';

describe('a trusted workspace with models', () => {
  let browser: Browser;
  let host: Host;
  let workbench: Workbench;

  /** Waits until that version shows this state; labels may follow it. */
  async function untilState(model: string, version: string, state: string): Promise<void> {
    const row = { label: version, parent: model };
    await workbench.untilDescription(tree, row, `to be ${state}`, (shown) => shown.split(' · ')[0] === state);
  }

  before(async () => {
    host = await startHost({
      vsix: packagedExtension(),
      prepare: writeModels,
      logFile: path.join(output, 'e2e-server.log'),
    });
    browser = await launchBrowser();
    workbench = await Workbench.open(browser, host.folderUrl());
  });

  after(async () => {
    await browser.close();
    await host.stop();
  });

  it('shows the models, and the state of each version', async () => {
    await workbench.showContainer('Perch');
    await untilState('digits', '2', 'available');
    await untilState('digits', '1', 'not loaded');
    await untilState('iris', '2', 'failed');
    await untilState('half_plus_two', '123', 'available');
    await picture(workbench, 'tree');
    await (await workbench.row(tree, '2', 'iris')).hover();
    const tooltip = workbench.page.locator('.workbench-hover');
    await tooltip.filter({ hasText: 'MODEL_FILE_INVALID' }).waitFor();
    await picture(workbench, 'failed-version');
  });

  it('shows a version that is copied in, and serves it, without a refresh', async () => {
    assert.equal(await workbench.description(tree, '3', 'iris'), undefined);
    copyIrisVersion(host.workspace, '3');
    await untilState('iris', '3', 'available');
    await picture(workbench, 'new-version');
  });

  it('unloads and loads a version by its context menu', async () => {
    await workbench.contextMenu(await workbench.row(tree, '2', 'digits'), 'Unload');
    await untilState('digits', '2', 'unloaded');
    await picture(workbench, 'unloaded');
    await workbench.contextMenu(await workbench.row(tree, '2', 'digits'), 'Load');
    await untilState('digits', '2', 'available');
    await workbench.contextMenu(await workbench.row(tree, '1', 'digits'), 'Load');
    await untilState('digits', '1', 'available');
    assert.equal(await workbench.description(tree, 'digits'), '2 available');
  });

  it('opens the answer to a sample input beside', async () => {
    await workbench.contextMenu(await workbench.row(tree, 'digits'), 'Predict with Sample Input');
    const text = await until('the prediction', async () => {
      const shown = await workbench.editorText();
      return shown.includes('"answer"') && shown;
    });
    const shown = JSON.parse(text.replace(/^\/\/.*\n/, '')) as {
      version: number;
      answer: { predictions: { probabilities: number[] }[] };
    };
    assert.equal(shown.version, 2);
    assert.equal(shown.answer.predictions[0]?.probabilities.length, 10);
    await picture(workbench, 'prediction');
  });

  it('copies a curl command that works', async () => {
    await workbench.contextMenu(await workbench.row(tree, 'half_plus_two'), 'Copy curl Command');
    const command = await until('the command on the clipboard', async () => {
      const text = await workbench.clipboard();
      return text.startsWith('curl ') && text;
    });
    const answer = execFileSync('sh', ['-c', command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    assert.deepEqual(JSON.parse(answer), { predictions: [2.25] });
    await picture(workbench, 'copied-curl');
  });

  it('shows the server status', async () => {
    await workbench.commandForWebview('Perch: Show Server Status', 'Perch: Dashboard');
    const health = await new DashboardPage(workbench).untilTab('Health');
    await health.getByText('half_plus_two').first().waitFor();
    await picture(workbench, 'server-status');
  });

  it('brings a killed daemon back, and the tree with it', async () => {
    const killed = await daemonPid(host.pid);
    process.kill(killed, 'SIGKILL');
    const next = await daemonPid(host.pid, killed);
    assert.notEqual(next, killed);
    await untilState('digits', '2', 'available');
    // What was loaded by hand lasts as long as the daemon; what its policy says comes back.
    await untilState('digits', '1', 'not loaded');
    await untilState('iris', '3', 'available');
    await picture(workbench, 'recovered');
  });

  it('ends the daemon with the window', async () => {
    const pid = await daemonPid(host.pid);
    await workbench.close();
    await host.stop();
    await until('the daemon to be gone', () => !isRunning(pid));
  });
});

describe('a workspace that is not trusted', () => {
  it('starts nothing, and says why', async () => {
    const host = await startHost({
      vsix: packagedExtension(),
      prepare: writeModels,
      trusted: false,
      logFile: path.join(output, 'e2e-untrusted-server.log'),
    });
    const browser = await launchBrowser();
    try {
      const workbench = await Workbench.open(browser, host.folderUrl());
      await workbench.showContainer('Perch');
      await workbench.page.getByText('This workspace is not trusted, so nothing is started').waitFor();
      await picture(workbench, 'untrusted');
      assert.equal(await workbench.rows(tree).count(), 0);
      assert.deepEqual(daemonPids(host.pid), []);
    } finally {
      await browser.close();
      await host.stop();
    }
  });
});

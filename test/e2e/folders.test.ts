// Several folders in one window, and several windows on one folder: which daemons there are, and whose they are.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { daemonPid, daemonPids, isRunning } from '../support/daemon-process.ts';
import { writeModels } from '../support/fixture-models.ts';
import { repositoryRoot } from '../support/host-paths.ts';
import { startHost, type Host } from '../support/host.ts';
import { output, packagedExtension, picture } from '../support/journey.ts';
import { until } from '../support/until.ts';
import { descendants } from '../support/process-tree.ts';
import { Workbench } from '../support/workbench.ts';

const tree = 'Models';
const workspaceFile = 'both.code-workspace';

/** Two folders with models, and a workspace of both. */
function prepareFolders(workspace: string): void {
  const copy = (folder: string, model: string): void => {
    const from = path.join(repositoryRoot, 'examples', 'models', model);
    cpSync(from, path.join(workspace, folder, 'models', model), { recursive: true });
  };
  copy('shop', 'iris');
  copy('shop', 'half_plus_two');
  copy('post', 'digits');
  copy('post', 'half_plus_two');
  mkdirSync(path.join(workspace, 'notes'));
  writeFileSync(
    path.join(workspace, workspaceFile),
    JSON.stringify({ folders: [{ path: 'shop' }, { path: 'post' }, { path: 'notes' }] }),
  );
}

/** Waits until that version shows this state. */
async function untilState(workbench: Workbench, parent: string, label: string, state: string): Promise<void> {
  const isThere = (shown: string): boolean => shown.split(' · ')[0] === state;
  await workbench.untilDescription(tree, { label, parent }, `to be ${state}`, isThere);
}

describe('a workspace of several folders with models', () => {
  let browser: Browser;
  let host: Host;
  let workbench: Workbench;

  /** What is shown of a version of half_plus_two, which both folders have, by folder. */
  async function halves(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    let folder = '';
    for (const { label, description, level } of await workbench.rowTexts(tree)) {
      if (level === 1) {
        folder = label;
      } else if (label === '123') {
        found.set(folder, description);
      }
    }
    return found;
  }

  async function untilHalves(shop: string, post: string): Promise<void> {
    await until(`half_plus_two to be ${shop} in shop and ${post} in post`, async () => {
      const seen = await halves();
      if (seen.get('shop') !== shop || seen.get('post') !== post) {
        throw new Error(`it is ${JSON.stringify([...seen])}`);
      }
      return true;
    });
  }

  before(async () => {
    host = await startHost({
      vsix: packagedExtension(),
      prepare: prepareFolders,
      logFile: path.join(output, 'e2e-folders-server.log'),
    });
    browser = await launchBrowser();
    workbench = await Workbench.open(browser, host.workspaceUrl(path.join(host.workspace, workspaceFile)));
    await workbench.showContainer('Perch');
  });

  after(async () => {
    await browser.close();
    await host.stop();
  });

  it('serves each by a daemon of its own, and shows their models by folder', async () => {
    await untilHalves('available', 'available');
    await untilState(workbench, 'iris', '1', 'available');
    await untilState(workbench, 'digits', '2', 'available');
    const rows = await workbench.rowTexts(tree);
    const folders = rows.filter(({ level }) => level === 1).map(({ label }) => label);
    // What has no models is not there.
    assert.deepEqual(folders, ['shop', 'post']);
    assert.equal(new Set(daemonPids(host.pid)).size, 2);
    // Nothing under the mouse: no hover in the picture.
    await workbench.page.mouse.move(640, 600);
    await workbench.page.locator('.workbench-hover').first().waitFor({ state: 'hidden' });
    await picture(workbench, 'folders');
  });

  it('changes only the folder whose row was clicked', async () => {
    const pids = daemonPids(host.pid);
    // The first one in the tree.
    const row = workbench.rows(tree).filter({ hasText: '123' }).first();
    await workbench.contextMenu(row, 'Unload');
    await untilHalves('unloaded', 'available');
    await workbench.contextMenu(row, 'Load');
    await untilHalves('available', 'available');
    assert.deepEqual(daemonPids(host.pid), pids);
  });

  it('asks which folder is meant where no row says it', async () => {
    const { inputs, page } = workbench;
    await workbench.command('Perch: Stop Server');
    await inputs.item('post').click();
    await until('one daemon', () => daemonPids(host.pid).length === 1);
    await until('post to be stopped', async () => {
      return (await workbench.description(tree, 'post')) === 'stopped';
    });
    assert.equal((await halves()).get('shop'), 'available');
    await page.keyboard.press('Escape');
    await picture(workbench, 'folders-stopped');
  });
});

/** The process ids of the extension hosts below the server: one for each window. */
function extensionHosts(server: number): readonly number[] {
  return descendants(server)
    .filter(({ command }) => command.includes('--type=extensionHost'))
    .map(({ pid }) => pid);
}

describe('two windows on the same folder', () => {
  let browser: Browser;
  let host: Host;

  before(async () => {
    host = await startHost({
      vsix: packagedExtension(),
      prepare: writeModels,
      // code-server ends what belongs to a page so many seconds after the page has gone; three hours unless this is set.
      env: { CODE_SERVER_RECONNECTION_GRACE_TIME: '2' },
      logFile: path.join(output, 'e2e-windows-server.log'),
    });
    browser = await launchBrowser();
  });

  after(async () => {
    await browser.close();
    await host.stop();
  });

  it('share one daemon, which goes on when the first one is closed', async () => {
    const first = await Workbench.open(browser, host.folderUrl());
    await first.showContainer('Perch');
    await untilState(first, 'digits', '2', 'available');
    const pid = await daemonPid(host.pid);

    const second = await Workbench.open(browser, host.folderUrl());
    await second.showContainer('Perch');
    await untilState(second, 'digits', '2', 'available');
    assert.deepEqual(daemonPids(host.pid), [pid]);

    // What is done in one is seen in the other.
    await second.contextMenu(await second.row(tree, '1', 'digits'), 'Load');
    await untilState(first, 'digits', '1', 'available');

    const before = extensionHosts(host.pid);
    await first.close();
    await until('the extension host of the first window to end', () => {
      return extensionHosts(host.pid).length === before.length - 1;
    });
    await second.contextMenu(await second.row(tree, '1', 'digits'), 'Unload');
    await untilState(second, 'digits', '1', 'unloaded');
    await untilState(second, 'digits', '2', 'available');
    assert.ok(isRunning(pid));
    await picture(second, 'second-window');

    await second.close();
    await until('the daemon to end with the last window', () => !isRunning(pid));
  });
});

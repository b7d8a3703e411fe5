// What a user does with the dashboard in VS Code: opening it, a split that real requests follow, promotion and roll back from
// the panel, and what is well and what is not.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { DashboardPage, scrollToTop } from '../support/dashboard-page.ts';
import { writeModels } from '../support/fixture-models.ts';
import { repositoryRoot } from '../support/host-paths.ts';
import { startHost, type Host } from '../support/host.ts';
import { output, packagedExtension, picture } from '../support/journey.ts';
import { sendRequests } from '../support/rest-traffic.ts';
import { until } from '../support/until.ts';
import { Workbench } from '../support/workbench.ts';

const tree = 'Models';

/** So many requests hold every share to a percent or two: slots are dealt out by the hundred. */
const requestCount = 400;

/** A request that digits takes. */
function digitsRequest(): unknown {
  const file = path.join(repositoryRoot, 'examples', 'requests', 'digits.json');
  const [first] = JSON.parse(readFileSync(file, 'utf8')) as { request: unknown }[];
  return first?.request;
}

describe('the dashboard in the editor', () => {
  let browser: Browser;
  let host: Host;
  let workbench: Workbench;
  let dashboard: DashboardPage;
  let rest = '';

  /** Waits until a version of digits is available with exactly these labels and this share. A rate may follow. */
  async function untilShows(version: string, ...parts: string[]): Promise<void> {
    const expected = ['available', ...parts];
    const row = { label: version, parent: 'digits' };
    await workbench.untilDescription(tree, row, `to be ${expected.join(' · ')}`, (shown) => {
      const seen = shown.split(' · ').filter((part) => !/req\/s$|^p99 /.test(part));
      return seen.join() === expected.join();
    });
  }

  async function setLabel(version: string, label: string): Promise<void> {
    await workbench.contextMenu(await workbench.row(tree, version, 'digits'), 'Set Label…');
    await workbench.inputs.pick('Set Label', label);
    await untilShows(version, label);
  }

  /** What the row of a share says. */
  async function shareText(canary: Locator, name: string): Promise<string> {
    return canary.getByRole('group', { name, exact: true }).innerText();
  }

  /** The share that was observed, percent, once `wanted` holds for it. */
  async function untilObserved(name: string, wanted: (percent: number) => boolean): Promise<number> {
    return until(`the observed share of ${name}`, async () => {
      const canary = await dashboard.untilTab('Canary');
      const text = await shareText(canary, name);
      const percent = Number(/observed (\d+(?:\.\d+)?) %/.exec(text)?.[1] ?? NaN);
      if (!wanted(percent)) {
        throw new Error(`it is "${text}"`);
      }
      return percent;
    });
  }

  before(async () => {
    host = await startHost({
      vsix: packagedExtension(),
      prepare: writeModels,
      logFile: path.join(output, 'e2e-dashboard-server.log'),
    });
    browser = await launchBrowser();
    workbench = await Workbench.open(browser, host.folderUrl());
    dashboard = new DashboardPage(workbench);
    await workbench.showContainer('Perch');
    await untilShows('2');
    await workbench.contextMenu(await workbench.row(tree, '1', 'digits'), 'Load');
    await untilShows('1');
    await setLabel('1', 'stable');
    await setLabel('2', 'canary');
  });

  after(async () => {
    await browser.close();
    await host.stop();
  });

  it('opens from the title of the tree, from the palette and from the status bar', async () => {
    // The view is the only one of its container, so that its title is the container's.
    const title = workbench.page.locator('.part.sidebar .composite.title');
    await title.hover();
    await title.getByRole('button', { name: 'Show Dashboard' }).click();
    await dashboard.untilTab('Canary');
    await dashboard.close();

    await workbench.page
      .locator('.part.statusbar')
      .getByRole('button', { name: /^Perch: / })
      .click();
    await dashboard.untilTab('Health');
    await dashboard.close();

    await workbench.commandForWebview('Perch: Show Dashboard', 'Perch: Dashboard');
    await dashboard.goTo('Canary');
  });

  it('says how to reach the server', async () => {
    const health = await dashboard.goTo('Health');
    const copy = health.getByRole('button', { name: 'Copy REST address' });
    rest = `http://${(await dashboard.copied(copy, /127\.0\.0\.1:\d+/)).replace(/^http:\/\//, '')}`;
    await dashboard.goTo('Canary');
  });

  it('sets the split by the slider and the keyboard, and asks before', async () => {
    const canary = await dashboard.untilTab('Canary');
    await canary.getByRole('button', { name: 'digits' }).click();
    const slider = canary.getByRole('slider', { name: 'Share of canary' });
    await slider.focus();
    await slider.press('Home');
    await slider.press('PageUp');
    await slider.press('PageUp');
    for (let step = 0; step < 5; step++) {
      await slider.press('ArrowRight');
    }
    assert.equal(await slider.getAttribute('aria-valuetext'), '25 percent to canary, version 2');
    assert.equal(await canary.getByRole('spinbutton', { name: 'Percent for stable' }).inputValue(), '75');
    await canary.getByText('After Apply: stable 75 %, canary 25 %. Before, you are asked.').waitFor();

    await canary.getByRole('button', { name: 'Apply…' }).press('Enter');
    await workbench.inputs.dialog('From then on: stable 75 %, canary 25 %.');
    await picture(workbench, 'dashboard-confirm');
    await workbench.inputs.confirm('Change the traffic of digits?', 'Cancel');
    // Nothing was done, and what was set is still set.
    await canary.getByText('After Apply: stable 75 %, canary 25 %. Before, you are asked.').waitFor();
    await untilShows('2', 'canary');
    await canary.getByRole('button', { name: 'Revert' }).click();
  });

  it('sets the split by a number, and shows that the requests follow', async () => {
    const canary = await dashboard.untilTab('Canary');
    const number = canary.getByRole('spinbutton', { name: 'Percent for canary' });
    await number.fill('25');
    await number.press('Enter');
    await workbench.inputs.confirm('From then on: stable 75 %, canary 25 %.', 'Set Traffic');
    await untilShows('2', 'canary', '25 %');
    await untilShows('1', 'stable', '75 %');

    const url = `${rest}/v1/models/digits:predict`;
    const answers = await sendRequests(url, digitsRequest(), requestCount);
    const byCanary = ((answers.get('2') ?? 0) / requestCount) * 100;
    assert.ok(byCanary >= 22 && byCanary <= 28, `${byCanary} % of the answers came from version 2`);
    const shown = await untilObserved('canary', (percent) => percent >= 22 && percent <= 28);
    assert.ok(Math.abs(shown - byCanary) < 3, `${shown} % is shown, ${byCanary} % answered`);
    await untilObserved('stable', (percent) => percent >= 72 && percent <= 78);
    await canary.getByText(`in the last minute: ${requestCount}.`).waitFor();
    await workbench.clearNotifications();
    await picture(workbench, 'dashboard-canary');
    await canary.getByRole('heading', { name: 'Side by Side' }).evaluate(scrollToTop);
    await picture(workbench, 'dashboard-side-by-side');
    await canary.getByRole('heading', { name: 'digits' }).evaluate(scrollToTop);
  });

  it('can be read in high contrast', async () => {
    const settings = path.join(host.workspace, '.vscode', 'settings.json');
    mkdirSync(path.dirname(settings));
    writeFileSync(settings, JSON.stringify({ 'workbench.colorTheme': 'Default High Contrast' }));
    const frame = await dashboard.frame();
    await frame.locator('body.vscode-high-contrast').waitFor();
    await frame.getByText('canary', { exact: true }).first().waitFor();
    await picture(workbench, 'dashboard-high-contrast');
    rmSync(settings);
    await frame.locator('body:not(.vscode-high-contrast)').waitFor();
  });

  it('promotes, and the tree follows', async () => {
    const canary = await dashboard.untilTab('Canary');
    await canary.getByRole('button', { name: 'Promote…' }).click();
    await workbench.inputs.confirm('stable moves from version 1 to version 2.', 'Promote');
    await untilShows('2', 'stable', '100 %');
    await untilShows('1', '0 %');
    await canary.getByText('Promoted').first().waitFor();
  });

  it('rolls a canary back, and the tree follows', async () => {
    const canary = await dashboard.untilTab('Canary');
    await canary.getByRole('button', { name: 'Start Canary…' }).click();
    await workbench.inputs.pick('Start Canary (1/2)', 'digits version 1');
    await workbench.inputs.pick('Start Canary (2/2)', 'Quick');
    await workbench.inputs.confirm('Start a canary with version 1 of digits?', 'Start Canary');
    await untilShows('1', 'canary', '10 %');
    await canary.getByText('Judged next in').waitFor();
    await canary.getByRole('button', { name: 'Pause', exact: true }).click();
    await canary.getByRole('button', { name: 'Resume', exact: true }).waitFor();
    // Its own steps: the plan of the promotion before had others.
    const steps = await canary.getByRole('list', { name: 'Steps' }).locator('li').allInnerTexts();
    assert.deepEqual(
      steps.map((step) => step.replaceAll(/\s+/g, ' ')),
      ['10 % now', '50 % to come', '100 % to come'],
    );
    await workbench.clearNotifications();
    await picture(workbench, 'dashboard-plan');
    await canary.getByRole('button', { name: 'Roll Back…' }).click();
    await workbench.inputs.confirm('Roll back version 1 of digits?', 'Roll Back');
    await untilShows('1', '0 %');
    await untilShows('2', 'stable', '100 %');
    await canary.getByText('Rolled back').first().waitFor();
  });

  it('says what is well, and why something is not', async () => {
    const health = await dashboard.goTo('Health');
    await health.getByText('Alive', { exact: true }).waitFor();
    await health.getByText('Ready', { exact: true }).first().waitFor();
    const row = health.getByRole('row').filter({ hasText: /Failed/ });
    await row.filter({ hasText: /MODEL_FILE_INVALID|not a valid|no ONNX/ }).waitFor();
    await workbench.clearNotifications();
    await picture(workbench, 'dashboard-health');
  });

  it('comes back with its tab when the window is loaded again', async () => {
    await workbench.reload();
    const health = await dashboard.untilTab('Health');
    await health.getByText('Alive', { exact: true }).waitFor();
  });
});

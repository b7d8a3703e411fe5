// What a user does with canaries in VS Code: from the palette to the promotion, and from the tree back to what was before.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { writeModels } from '../support/fixture-models.ts';
import { repositoryRoot } from '../support/host-paths.ts';
import { startHost, type Host } from '../support/host.ts';
import { output, packagedExtension, picture } from '../support/journey.ts';
import { RestTraffic } from '../support/rest-traffic.ts';
import { until } from '../support/until.ts';
import { Workbench } from '../support/workbench.ts';

const tree = 'Models';

/** A request that digits takes. */
function digitsRequest(): unknown {
  const file = path.join(repositoryRoot, 'examples', 'requests', 'digits.json');
  const [first] = JSON.parse(readFileSync(file, 'utf8')) as { request: unknown }[];
  return first?.request;
}

function isRate(part: string): boolean {
  return part.endsWith('req/s');
}

describe('a canary in the editor', () => {
  let browser: Browser;
  let host: Host;
  let workbench: Workbench;
  let traffic: RestTraffic | undefined;

  /** The rows of the two versions of digits, as they are once `wanted` holds for the parts of their descriptions. */
  async function untilVersion(
    version: string,
    what: string,
    wanted: (parts: string[]) => boolean,
  ): Promise<void> {
    const row = { label: version, parent: 'digits' };
    await workbench.untilDescription(tree, row, what, (shown) => wanted(shown.split(' · ')));
  }

  /** Waits until a version is available with exactly these labels and this share. A rate may follow, with its p99. */
  async function untilShows(version: string, ...parts: string[]): Promise<void> {
    const expected = ['available', ...parts];
    await untilVersion(version, `to be ${expected.join(' · ')}`, (shown) => {
      const rate = shown.findIndex(isRate);
      const seen = rate === -1 ? shown : shown.slice(0, rate);
      return seen.join() === expected.join();
    });
  }

  /** The root of REST as the extension hands it out. */
  async function restRoot(): Promise<string> {
    await workbench.page.evaluate('navigator.clipboard.writeText("")');
    await workbench.contextMenu(await workbench.row(tree, 'digits'), 'Copy curl Command');
    return until('the address on the clipboard', async () => {
      return /http:\/\/127\.0\.0\.1:\d+/.exec(await workbench.clipboard())?.[0];
    });
  }

  before(async () => {
    host = await startHost({
      vsix: packagedExtension(),
      prepare: writeModels,
      logFile: path.join(output, 'e2e-canary-server.log'),
    });
    browser = await launchBrowser();
    workbench = await Workbench.open(browser, host.folderUrl());
    await workbench.showContainer('Perch');
    await untilShows('2');
  });

  after(async () => {
    await traffic?.stop();
    await browser.close();
    await host.stop();
  });

  it('needs a stable version beside: a label from the tree', async () => {
    await workbench.contextMenu(await workbench.row(tree, '1', 'digits'), 'Load');
    await untilShows('1');
    await workbench.contextMenu(await workbench.row(tree, '1', 'digits'), 'Set Label…');
    await workbench.inputs.pick('Set Label', 'stable');
    await untilShows('1', 'stable');
  });

  it('is started from the palette, by a plan of its own', async () => {
    const { inputs } = workbench;
    const root = await restRoot();
    const request = digitsRequest();
    const golden = await fetch(`${root}/v1/models/digits/versions/2:predict`, {
      method: 'POST',
      body: JSON.stringify(request),
    });
    const response: unknown = await golden.json();
    writeFileSync(
      path.join(host.workspace, 'golden.json'),
      JSON.stringify([{ name: 'a digit', request, response }]),
    );
    traffic = new RestTraffic(`${root}/v1/models/digits:predict`, request);

    await workbench.command('Perch: Start Canary…');
    await inputs.pick('Start Canary', 'digits');
    await inputs.pick('Start Canary (1/2)', 'digits version 2');
    await inputs.titled('Start Canary (2/2)');
    await picture(workbench, 'canary-plans');
    await inputs.pick('Start Canary (2/2)', 'Custom…');

    // What is wrong is said while it is typed, and is not taken.
    await inputs.titled('Start Canary (3/10)');
    await inputs.field.fill('10, 5');
    await inputs.message.filter({ hasText: 'The steps must ascend: 5 comes after 10.' }).waitFor();
    await picture(workbench, 'canary-steps-refused');
    await inputs.type('Start Canary (3/10)', '10, 50, 100');
    await inputs.type('Start Canary (4/10)', '30 s');
    await inputs.titled('Start Canary (5/10)');
    await inputs.back();
    await inputs.titled('Start Canary (4/10)');
    assert.equal(await inputs.field.inputValue(), '30 s');
    await inputs.type('Start Canary (4/10)');
    await inputs.type('Start Canary (5/10)', '5');
    await inputs.type('Start Canary (6/10)');
    // No gate on latency: this machine does other things beside.
    await inputs.type('Start Canary (7/10)', '');
    await inputs.type('Start Canary (8/10)');
    await inputs.titled('Start Canary (9/10)');
    await inputs.item('golden.json').filter({ hasText: '1 golden request' }).waitFor();
    await picture(workbench, 'canary-golden');
    await inputs.pick('Start Canary (9/10)', 'golden.json');
    await inputs.pick('Start Canary (10/10)', 'Waits for You');
    await inputs.dialog('The gates: success rate at least 99 %, 1 golden request.');
    await picture(workbench, 'canary-confirm');
    await inputs.confirm('Start a canary with version 2 of digits?', 'Start Canary');

    await workbench.untilStatus('digits canary at 10 %');
    await untilShows('2', 'canary', '10 %');
    await untilShows('1', 'stable', '90 %');
  });

  it('is paused and resumed from the palette', async () => {
    await workbench.command('Perch: Pause Canary');
    await workbench.inputs.pick('Pause Canary', 'digits');
    await workbench.untilStatus('digits canary paused at 10 %');
    await workbench.command('Perch: Resume Canary');
    await workbench.inputs.pick('Resume Canary', 'digits');
    await workbench.untilStatus('digits canary at 10 %');
  });

  it('moves on with the requests, and shows their rate', async () => {
    await workbench.clearNotifications();
    await untilVersion('1', 'to show a rate', (parts) => parts.some(isRate));
    await picture(workbench, 'canary-running');
    await workbench.untilStatus('digits canary waits for you at 10 %');
    await workbench.keptNotification('The canary of digits waits for you.');
    await picture(workbench, 'canary-waits');
    await workbench.clearNotifications();
    await workbench.command('Perch: Resume Canary');
    await workbench.inputs.pick('Resume Canary', 'digits');
    await workbench.inputs.confirm('Version 2 gets 50 % of the requests that name no version.', 'Resume');
    await workbench.untilStatus('digits canary at 50 %');
    await untilShows('2', 'canary', '50 %');
    await picture(workbench, 'canary-half');
  });

  it('is promoted from the palette, without a failed request', async () => {
    await workbench.clearNotifications();
    await workbench.command('Perch: Promote Canary');
    await workbench.inputs.pick('Promote Canary', 'digits');
    await workbench.inputs.confirm('stable moves from version 1 to version 2.', 'Promote');
    await untilShows('2', 'stable', '100 %');
    await untilShows('1', '0 %');
    assert.deepEqual(await traffic?.stop(), []);
    assert.deepEqual([...(traffic?.answers.keys() ?? [])].sort(), ['1', '2']);
  });

  it('offers to keep it in a models.config, and serves that', async () => {
    const offer = await workbench.keptNotification('Keep labels and versions in a models.config');
    await picture(workbench, 'canary-offer');
    await offer.getByRole('button', { name: 'Create models.config' }).click();
    await workbench.page.getByRole('tab', { name: 'models.config' }).waitFor();
    await untilShows('2', 'stable', '100 %');
    await untilShows('1', '0 %');
    const text = await until('the text of the file', async () => {
      const shown = await workbench.editorText();
      return shown.includes('version_labels') && shown;
    });
    assert.match(text, /key: "stable"\s+value: 2\b/);
    await picture(workbench, 'canary-models-config');
    await workbench.clearNotifications();
  });

  it('is rolled back from the tree, and everything is as before', async () => {
    const { inputs } = workbench;
    await workbench.contextMenu(await workbench.row(tree, '1', 'digits'), 'Start Canary…');
    await inputs.pick('Start Canary', 'Quick');
    await inputs.confirm('Start a canary with version 1 of digits?', 'Start Canary');
    await untilShows('1', 'canary', '10 %');
    await untilShows('2', 'stable', '90 %');
    await workbench.contextMenu(await workbench.row(tree, '1', 'digits'), 'Roll Back Canary');
    await picture(workbench, 'canary-rollback');
    await inputs.confirm('Roll back version 1 of digits?', 'Roll Back');
    await untilShows('1', '0 %');
    await untilShows('2', 'stable', '100 %');
    const file = path.join(host.workspace, 'models', 'models.config');
    assert.doesNotMatch(readFileSync(file, 'utf8'), /canary/);
    await workbench.clearNotifications();
  });

  it('leaves the split to Set Traffic…', async () => {
    const { inputs } = workbench;
    await workbench.contextMenu(await workbench.row(tree, 'digits'), 'Set Traffic…');
    await inputs.titled('Set Traffic of digits');
    await inputs.field.fill('stable 60');
    await inputs.message.filter({ hasText: 'The shares add up to 60 %; it must be 100 %.' }).waitFor();
    await inputs.type('Set Traffic of digits', 'stable 60, 1 40');
    await inputs.confirm('From then on: stable 60 %, version 1: 40 %.', 'Set Traffic');
    await untilShows('2', 'stable', '60 %');
    await untilShows('1', '40 %');
    traffic = new RestTraffic(`${await restRoot()}/v1/models/digits:predict`, digitsRequest());
    const { answers } = traffic;
    await until('answers of both versions', () => answers.has('1') && answers.has('2'));
    assert.deepEqual(await traffic.stop(), []);
    await picture(workbench, 'canary-traffic');
  });

  it('is compared with stable in a diff editor', async () => {
    const { inputs } = workbench;
    await workbench.contextMenu(await workbench.row(tree, 'digits'), 'Compare Versions…');
    await inputs.pick('Compare Versions', 'digits version 2');
    await inputs.pick('Compare Version 2 with', 'digits version 1');
    await workbench.page.getByRole('tab', { name: 'digits: version 1 and version 2' }).waitFor();
    await workbench.page.locator('.monaco-diff-editor .modified .view-lines').waitFor();
    await picture(workbench, 'canary-compare');
  });
});

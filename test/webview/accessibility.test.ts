// Every page in VS Code's four kinds of theme, as axe-core sees it: nothing that it calls serious or critical.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import { DashboardBrowser } from './support/dashboard-browser.ts';
import {
  englishCanary,
  freeDetail,
  runningSnapshot,
  show,
  withDetail,
} from './support/dashboard-canary-sample.ts';
import { HealthBrowser } from './support/health-browser.ts';
import { runningSnapshot as runningStatus, unwellHealth } from './support/health-sample.ts';
import { askedDoctor, englishNetwork, liveSnapshot, runningRecording } from './support/network-sample.ts';
import type { OpenPage } from './support/page-browser.ts';
import { irisSignature, PlaygroundBrowser } from './support/playground-browser.ts';
import { playgroundScenes } from './support/playground-scenes.ts';
import { themes, type Theme } from './support/themes.ts';

/** Its source is evaluated in the page: the pages' policy lets no script element of anybody else in. */
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What is wrong, one line each: the rule, what it asks for, and the first elements that do not keep to it. */
async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    // It has put itself there.
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document);
    return violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact,
      help,
      nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`),
    }));
  });
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 4).join(' | ')}`);
}

/** Opens a page and brings it to what is looked at. */
type Scene = (theme: Theme) => Promise<OpenPage>;

describe('axe-core finds nothing serious', () => {
  let dashboard: DashboardBrowser;
  let health: HealthBrowser;
  let playground: PlaygroundBrowser;
  before(async () => {
    dashboard = await DashboardBrowser.launch();
    health = await HealthBrowser.launch();
    playground = await PlaygroundBrowser.launch();
  });
  after(async () => {
    await dashboard.close();
    await health.close();
    await playground.close();
  });

  const scenes: Readonly<Record<string, Scene>> = {
    'a running canary': (theme) =>
      dashboard.open('canary', [englishCanary, show(runningSnapshot)], { theme, width: 1100 }),
    'a split that is set by hand': async (theme) => {
      const messages = [englishCanary, show(withDetail(freeDetail))];
      const opened = await dashboard.open('canary', messages, { theme, width: 1100 });
      await opened.page.getByRole('button', { name: '25 %', exact: true }).click();
      return opened;
    },
    'a server that is not well': async (theme) => {
      const opened = await health.open(runningStatus, { theme });
      await opened.showHealth(unwellHealth);
      return opened;
    },
    'a busy network': async (theme) => {
      const messages = [
        englishNetwork,
        { type: 'snapshot', snapshot: liveSnapshot },
        { type: 'doctor', doctor: askedDoctor },
        { type: 'recording', recording: runningRecording },
      ];
      const opened = await dashboard.open('network', messages, { theme });
      await opened.page.locator('.mark').first().waitFor();
      await opened.page.locator('.event summary').first().click();
      await opened.page.locator('.row-toggle').first().click();
      return opened;
    },
    ...Object.fromEntries(
      Object.entries(playgroundScenes).map(([name, scene]): [string, Scene] => [
        `the playground: ${name}`,
        (theme) => scene(playground, theme),
      ]),
    ),
  };

  it('would find what is wrong', async () => {
    const opened = await playground.open('iris', irisSignature);
    await opened.page.evaluate(() => document.body.append(document.createElement('button')));
    const found = await findings(opened.page);
    await opened.close();
    assert.deepEqual(
      found.map((line) => line.split(':')[0]),
      ['button-name'],
    );
  });

  for (const theme of themes) {
    for (const [name, open] of Object.entries(scenes)) {
      it(`in ${theme.name}: ${name}`, async () => {
        const opened = await open(theme);
        const found = await findings(opened.page);
        await opened.close();
        assert.deepEqual(found, []);
      });
    }
  }
});

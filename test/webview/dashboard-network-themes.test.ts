// The dashboard's tab "Network" in VS Code's four kinds of theme: readable, and no colour of its own.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { textContrasts } from './support/contrast.ts';
import { DashboardBrowser } from './support/dashboard-browser.ts';
import { askedDoctor, englishNetwork, liveSnapshot, runningRecording } from './support/network-sample.ts';
import { overflows, unexpected } from './support/page-browser.ts';
import { themes } from './support/themes.ts';

const sheet = path.join(import.meta.dirname, '../../webview/ui/dashboard/network/network.css');
const screenshots = path.join(import.meta.dirname, '..', 'output', 'screenshots');

/** WCAG 2.1, success criterion 1.4.3 (level AA), for text of normal size. */
const leastContrast = 4.5;

const messages = [
  englishNetwork,
  { type: 'snapshot', snapshot: liveSnapshot },
  { type: 'doctor', doctor: askedDoctor },
  { type: 'recording', recording: runningRecording },
];

describe('the tab "Network" in all themes', () => {
  let browser: DashboardBrowser;
  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    browser = await DashboardBrowser.launch();
  });
  after(() => browser.close());

  for (const theme of themes) {
    it(`can be read in ${theme.name}`, async () => {
      const opened = await browser.open('network', messages, { theme });
      const { page } = opened;
      await page.locator('.event summary').first().click();
      await page.locator('.row-toggle').first().click();
      const contrasts = await textContrasts(page);
      await page.screenshot({
        path: path.join(screenshots, `dashboard-network-${theme.name}.png`),
        fullPage: true,
      });
      const complaints = await opened.complaints();
      await opened.close();

      assert.deepEqual(unexpected(complaints), []);
      assert.ok(contrasts.length > 100, `only ${contrasts.length} texts were found`);
      assert.deepEqual(
        contrasts.filter(({ contrast }) => contrast < leastContrast),
        [],
      );
    });
  }

  it('takes every colour from the theme', () => {
    const css = readFileSync(sheet, 'utf8');
    assert.deepEqual(css.match(/#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/gi), null);
    const needed = [...css.matchAll(/var\(--vscode-([\w-]+)\)/g)].map(([, name]) => name ?? '');
    assert.ok(needed.length > 10);
    for (const theme of themes) {
      assert.deepEqual(
        needed.filter((name) => theme.variables[name] === undefined),
        [],
        theme.name,
      );
    }
  });

  it('fits a narrow editor, and one at 200 %', async () => {
    for (const width of [400, 500]) {
      const opened = await browser.open('network', messages, { width });
      await opened.page.locator('.event summary').first().click();
      await opened.page.screenshot({
        path: path.join(screenshots, `dashboard-network-${width}.png`),
        fullPage: true,
      });
      assert.equal(await overflows(opened.page), false, `${width} px`);
      await opened.close();
    }
  });
});

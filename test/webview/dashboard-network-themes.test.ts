// The dashboard's tab "Network" in VS Code's four kinds of theme: readable, and no colour of its own.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DashboardBrowser } from './support/dashboard-browser.ts';
import { askedDoctor, englishNetwork, liveSnapshot, runningRecording } from './support/network-sample.ts';
import { overflows, unexpected } from './support/page-browser.ts';
import { assertReadable, assertThemeColours, keepPicture } from './support/readable.ts';
import { themes } from './support/themes.ts';

const sheet = path.join(import.meta.dirname, '../../webview/ui/dashboard/network/network.css');
const messages = [
  englishNetwork,
  { type: 'snapshot', snapshot: liveSnapshot },
  { type: 'doctor', doctor: askedDoctor },
  { type: 'recording', recording: runningRecording },
];

describe('the tab "Network" in all themes', () => {
  let browser: DashboardBrowser;
  before(async () => {
    browser = await DashboardBrowser.launch();
  });
  after(() => browser.close());

  for (const theme of themes) {
    it(`can be read in ${theme.name}`, async () => {
      const opened = await browser.open('network', messages, { theme });
      const { page } = opened;
      await page.locator('.event summary').first().click();
      await page.locator('.row-toggle').first().click();
      await assertReadable(page, `dashboard-network-${theme.name}`, 100);
      const complaints = await opened.complaints();
      await opened.close();

      assert.deepEqual(unexpected(complaints), []);
    });
  }

  it('takes every colour from the theme', () => {
    assertThemeColours(readFileSync(sheet, 'utf8'), 10);
  });

  it('fits a narrow editor, and one at 200 %', async () => {
    for (const width of [400, 500]) {
      const opened = await browser.open('network', messages, { width });
      await opened.page.locator('.event summary').first().click();
      await keepPicture(opened.page, `dashboard-network-${width}`);
      assert.equal(await overflows(opened.page), false, `${width} px`);
      await opened.close();
    }
  });
});

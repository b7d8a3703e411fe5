// The dashboard's tab "Canary" in VS Code's four kinds of theme: readable, and no colour of its own.
import { after, before, describe, it } from 'node:test';
import { DashboardBrowser } from './support/dashboard-browser.ts';
import {
  englishCanary,
  freeDetail,
  runningSnapshot,
  show,
  withDetail,
} from './support/dashboard-canary-sample.ts';
import { readBuiltFile } from './support/page-browser.ts';
import { assertReadable, assertThemeColours } from './support/readable.ts';
import { themes } from './support/themes.ts';

describe('the tab "Canary" in all themes', () => {
  let browser: DashboardBrowser;
  before(async () => {
    browser = await DashboardBrowser.launch();
  });
  after(() => browser.close());

  for (const theme of themes) {
    it(`can be read in ${theme.name}`, async () => {
      for (const [name, snapshot] of [
        ['running', runningSnapshot],
        ['split', withDetail(freeDetail)],
      ] as const) {
        const opened = await browser.open('canary', [englishCanary, show(snapshot)], { theme, width: 1100 });
        if (name === 'split') {
          await opened.page.getByRole('button', { name: '25 %', exact: true }).click();
        }
        await assertReadable(opened.page, `dashboard-canary-${name}-${theme.name}`, 60);
        await opened.close();
      }
    });
  }

  it('takes every colour of the dashboard from the theme, and none that a theme lacks', () => {
    assertThemeColours(readBuiltFile('dashboard.css').toString('utf8'), 10);
  });
});

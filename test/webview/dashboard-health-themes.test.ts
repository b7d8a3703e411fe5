// The dashboard's tab "Health" in VS Code's four kinds of theme: readable. Its colours are checked with the dashboard's.
import { after, before, describe, it } from 'node:test';
import { runningSnapshot, unwellHealth } from './support/health-sample.ts';
import { HealthBrowser } from './support/health-browser.ts';
import { assertReadable } from './support/readable.ts';
import { themes } from './support/themes.ts';

describe('the tab Health in all themes', () => {
  let browser: HealthBrowser;
  before(async () => {
    browser = await HealthBrowser.launch();
  });
  after(() => browser.close());

  for (const theme of themes) {
    it(`can be read in ${theme.name}`, async () => {
      const opened = await browser.open(runningSnapshot, { theme });
      await opened.showHealth(unwellHealth);
      await assertReadable(opened.page, `dashboard-health-${theme.name}`, 40);
      await opened.close();
    });
  }
});

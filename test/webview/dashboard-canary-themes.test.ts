// The dashboard's tab "Canary" in VS Code's four kinds of theme: readable, and no colour of its own.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { textContrasts } from './support/contrast.ts';
import { DashboardBrowser } from './support/dashboard-browser.ts';
import {
  englishCanary,
  freeDetail,
  runningSnapshot,
  show,
  withDetail,
} from './support/dashboard-canary-sample.ts';
import { readBuiltFile } from './support/page-browser.ts';
import { themes } from './support/themes.ts';

const screenshots = path.join(import.meta.dirname, '..', 'output', 'screenshots');

/** WCAG 2.1, success criterion 1.4.3 (level AA), for text of normal size. */
const leastContrast = 4.5;

describe('the tab "Canary" in all themes', () => {
  let browser: DashboardBrowser;
  before(async () => {
    mkdirSync(screenshots, { recursive: true });
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
        const contrasts = await textContrasts(opened.page);
        await opened.page.screenshot({
          path: path.join(screenshots, `dashboard-canary-${name}-${theme.name}.png`),
          fullPage: true,
        });
        await opened.close();
        assert.ok(contrasts.length > 60, `only ${contrasts.length} texts were found`);
        assert.deepEqual(
          contrasts.filter(({ contrast }) => contrast < leastContrast),
          [],
        );
      }
    });
  }

  it('takes every colour of the dashboard from the theme, and none that a theme lacks', () => {
    const css = readBuiltFile('dashboard.css').toString('utf8');
    assert.deepEqual(css.match(/#[0-9a-f]{3,8}\b(?=[^{]*;)|rgba?\(|hsla?\(/gi), null);
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
});

// The page "Playground" in VS Code's four kinds of theme: readable, and no colour of its own.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { textContrasts } from './support/contrast.ts';
import { readBuiltFile } from './support/page-browser.ts';
import { PlaygroundBrowser } from './support/playground-browser.ts';
import { playgroundScenes } from './support/playground-scenes.ts';
import { themes } from './support/themes.ts';

const screenshots = path.join(import.meta.dirname, '..', 'output', 'screenshots');

/** WCAG 2.1, success criterion 1.4.3 (level AA), for text of normal size. */
const leastContrast = 4.5;

describe('the playground in all themes', () => {
  let browser: PlaygroundBrowser;
  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    browser = await PlaygroundBrowser.launch();
  });
  after(() => browser.close());

  for (const theme of themes) {
    for (const [name, show] of Object.entries(playgroundScenes)) {
      it(`can be read in ${theme.name}: ${name}`, async () => {
        const opened = await show(browser, theme);
        const contrasts = await textContrasts(opened.page);
        await opened.page.screenshot({
          path: path.join(screenshots, `playground-${name}-${theme.name}.png`),
          fullPage: true,
        });
        await opened.close();

        assert.ok(contrasts.length > 20, `only ${contrasts.length} texts were found`);
        assert.deepEqual(
          contrasts.filter(({ contrast }) => contrast < leastContrast),
          [],
        );
      });
    }
  }

  it('takes every colour from the theme, and none that a theme lacks', () => {
    const css = readBuiltFile('playground.css').toString('utf8');
    assert.deepEqual(css.match(/#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/gi), null);
    const needed = [...css.matchAll(/var\(--vscode-([\w-]+)\)/g)].map(([, name]) => name ?? '');
    assert.ok(needed.length > 20);
    for (const theme of themes) {
      assert.deepEqual(
        needed.filter((name) => theme.variables[name] === undefined),
        [],
        theme.name,
      );
    }
  });
});

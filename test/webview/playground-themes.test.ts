// The page "Playground" in VS Code's four kinds of theme: readable, and no colour of its own.
import { after, before, describe, it } from 'node:test';
import { readBuiltFile } from './support/page-browser.ts';
import { PlaygroundBrowser } from './support/playground-browser.ts';
import { playgroundScenes } from './support/playground-scenes.ts';
import { assertReadable, assertThemeColours } from './support/readable.ts';
import { themes } from './support/themes.ts';

describe('the playground in all themes', () => {
  let browser: PlaygroundBrowser;
  before(async () => {
    browser = await PlaygroundBrowser.launch();
  });
  after(() => browser.close());

  for (const theme of themes) {
    for (const [name, show] of Object.entries(playgroundScenes)) {
      it(`can be read in ${theme.name}: ${name}`, async () => {
        const opened = await show(browser, theme);
        await assertReadable(opened.page, `playground-${name}-${theme.name}`, 20);
        await opened.close();
      });
    }
  }

  it('takes every colour from the theme, and none that a theme lacks', () => {
    assertThemeColours(readBuiltFile('playground.css').toString('utf8'), 20);
  });
});

// What holds for every page in every theme: its texts can be read, and its colours are the theme's.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { textContrasts } from './contrast.ts';
import { themes } from './themes.ts';

const screenshots = path.join(import.meta.dirname, '..', '..', 'output', 'screenshots');

/** WCAG 2.1, success criterion 1.4.3 (level AA), for text of normal size. */
const leastContrast = 4.5;

/** Keeps a picture of the whole page under this name. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true });
}

/** Keeps a picture, and asserts that each text can be read; there must be more than `leastTexts`. */
export async function assertReadable(page: Page, picture: string, leastTexts: number): Promise<void> {
  const contrasts = await textContrasts(page);
  await keepPicture(page, picture);
  assert.ok(contrasts.length > leastTexts, `only ${contrasts.length} texts were found`);
  assert.deepEqual(
    contrasts.filter(({ contrast }) => contrast < leastContrast),
    [],
  );
}

/** Asserts that a style sheet has no colour of its own, more than `least` of the theme's, and none that a theme lacks. */
export function assertThemeColours(css: string, least: number): void {
  assert.deepEqual(css.match(/#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/gi), null);
  const needed = [...css.matchAll(/var\(--vscode-([\w-]+)\)/g)].map(([, name]) => name ?? '');
  assert.ok(needed.length > least);
  for (const theme of themes) {
    assert.deepEqual(
      needed.filter((name) => theme.variables[name] === undefined),
      [],
      theme.name,
    );
  }
}

// The frame of the dashboard: its tabs by keyboard and by message, what it keeps, and which tab it says is seen.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { DashboardBrowser, englishFrame } from './support/dashboard-browser.ts';
import { readBuiltFile, unexpected, type OpenOptions, type OpenPage } from './support/page-browser.ts';

describe('the frame of the dashboard', () => {
  let browser: DashboardBrowser;
  let opened: OpenPage;
  const open = async (options?: OpenOptions): Promise<Page> => {
    opened = await browser.openBare(options);
    await opened.deliver(englishFrame);
    return opened.page;
  };
  /** The tabs that the page said are seen, in order. */
  const shown = async (): Promise<unknown[]> =>
    (await opened.sent()).flatMap((message) =>
      typeof message === 'object' && message !== null && 'type' in message && message.type === 'shown'
        ? [Reflect.get(message, 'tab') as unknown]
        : [],
    );
  const front = async (page: Page): Promise<string[]> => [
    await page.getByRole('tab', { selected: true }).innerText(),
    (await page.getByRole('tabpanel').getAttribute('id')) ?? '',
  ];
  before(async () => {
    browser = await DashboardBrowser.launch();
  });
  after(() => browser.close());
  afterEach(async () => {
    const complaints = unexpected(await opened.complaints());
    await opened.close();
    assert.deepEqual(complaints, []);
  });

  it('says that it is ready, and shows nothing before it has its words', async () => {
    opened = await browser.openBare();
    assert.deepEqual(await opened.sent(), [{ type: 'ready' }]);
    assert.equal(await opened.page.locator('main').count(), 0);
  });

  it('has its tabs in a list of that name, and shows the first one', async () => {
    const page = await open();
    const list = page.getByRole('tablist', { name: 'Perch Dashboard' });
    assert.deepEqual(await list.getByRole('tab').allInnerTexts(), ['Canary', 'Health', 'Network']);
    assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Perch Dashboard');
    assert.deepEqual(await front(page), ['Canary', 'panel-canary']);
    assert.deepEqual(await shown(), ['canary']);
  });

  it('goes from tab to tab with the arrow keys, Home and End, round the ends', async () => {
    const page = await open();
    await page.getByRole('tab', { name: 'Canary' }).focus();
    const seen: string[] = [];
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'Home', 'End', 'a']) {
      await page.keyboard.press(key);
      const focused = await page.evaluate(() => document.activeElement?.textContent ?? '');
      const [selected = ''] = await front(page);
      assert.equal(focused, selected);
      seen.push(selected);
    }
    assert.deepEqual(seen, ['Health', 'Network', 'Canary', 'Network', 'Canary', 'Network', 'Network']);
  });

  it('has one tab among the stops of the Tab key, then what is in the panel', async () => {
    const page = await open();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'tab-canary');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'panel-canary');
  });

  it('tells the extension which tab is seen, and each change of it', async () => {
    const page = await open();
    await page.getByRole('tab', { name: 'Network' }).click();
    await opened.deliver({ type: 'show', tab: 'health' });
    assert.deepEqual(await shown(), ['canary', 'network', 'health']);
    assert.deepEqual(await front(page), ['Health', 'panel-health']);
    assert.equal(await page.locator('#panel-canary').isVisible(), false);
  });

  it('is again where it was after a reload, with what each tab kept', async () => {
    const page = await open({ state: { shown: 'health', tabs: { canary: { model: 'digits' } } } });
    assert.deepEqual(await front(page), ['Health', 'panel-health']);
    assert.deepEqual(await shown(), ['health']);
    await page.getByRole('tab', { name: 'Network' }).click();
    const kept = await opened.keptState();
    assert.equal(Reflect.get(Object(kept), 'shown'), 'network');
    const tabs: unknown = Reflect.get(Object(kept), 'tabs');
    assert.deepEqual(Reflect.get(Object(tabs), 'canary'), { model: 'digits' });
  });

  it('begins anew where what it kept makes no sense', async () => {
    const page = await open({ state: { shown: 'settings', tabs: 3 } });
    assert.deepEqual(await front(page), ['Canary', 'panel-canary']);
  });

  it('ignores what is no message of it', async () => {
    const page = await open();
    for (const message of [
      null,
      7,
      { type: 'show', tab: 'settings' },
      { type: 'tab', tab: 'canary' },
      { type: 'tab', tab: 'settings', message: {} },
      { type: 'shown', tab: 'health' },
      { ...englishFrame, tabs: {} },
    ]) {
      await opened.deliver(message);
    }
    assert.deepEqual(await front(page), ['Canary', 'panel-canary']);
  });
});

describe('the bundle of the dashboard', () => {
  it('stays below 400 kB, toolkit and all', () => {
    assert.ok(readBuiltFile('dashboard.js').byteLength < 400_000);
  });
});

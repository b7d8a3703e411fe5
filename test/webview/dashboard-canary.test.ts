// The dashboard's tab "Canary": what it shows and says, and that nothing is done before it is asked for.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { CanarySnapshot, ModelDetail } from '../../webview/dashboard/canary-snapshot.ts';
import { DashboardBrowser, type DashboardOptions, type OpenDashboard } from './support/dashboard-browser.ts';
import {
  englishCanary,
  freeDetail,
  freeTargets,
  runningDetail,
  runningSnapshot,
  show,
  withDetail,
} from './support/dashboard-canary-sample.ts';
import { overflows, unexpected } from './support/page-browser.ts';

describe('the tab "Canary"', () => {
  let browser: DashboardBrowser;
  let opened: OpenDashboard;
  const open = async (snapshot: CanarySnapshot, options?: DashboardOptions): Promise<Page> => {
    opened = await browser.open('canary', [englishCanary, show(snapshot)], options);
    return opened.page;
  };
  const openModel = (detail: ModelDetail, options?: DashboardOptions): Promise<Page> =>
    open(withDetail(detail), options);
  const slider = (page: Page, name: string): Locator =>
    page.getByRole('slider', { name: `Share of ${name}` });
  const number = (page: Page, name: string): Locator =>
    page.getByRole('spinbutton', { name: `Percent for ${name}` });
  const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
  const percents = async (page: Page): Promise<string[]> => [
    await number(page, 'stable').inputValue(),
    await number(page, 'canary').inputValue(),
  ];
  const announced = (page: Page): Promise<string> => page.locator('#panel-canary [role=status]').innerText();
  before(async () => {
    browser = await DashboardBrowser.launch();
  });
  after(() => browser.close());
  afterEach(async () => {
    const complaints = unexpected(await opened.complaints());
    await opened.close();
    assert.deepEqual(complaints, []);
  });

  describe('the split', () => {
    it('is linked: a slider moves the other, and both numbers', async () => {
      const page = await openModel(freeDetail);
      assert.deepEqual(await percents(page), ['90', '10']);
      await slider(page, 'canary').focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('PageUp');
      assert.deepEqual(await percents(page), ['79', '21']);
      assert.equal(await slider(page, 'stable').inputValue(), '79');
      assert.equal(
        await slider(page, 'canary').getAttribute('aria-valuetext'),
        '21 percent to canary, version 3',
      );
      await slider(page, 'stable').fill('30');
      assert.deepEqual(await percents(page), ['30', '70']);
      assert.deepEqual(await opened.said(), []);
    });

    it('takes exact numbers, and says what is none', async () => {
      const page = await openModel(freeDetail);
      const field = number(page, 'canary');
      await field.fill('37');
      assert.deepEqual(await percents(page), ['63', '37']);
      await field.fill('250');
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
      assert.equal(await page.getByText('A whole number from 0 to 100 is needed.').count(), 1);
      assert.equal(await number(page, 'stable').inputValue(), '63');
      await field.blur();
      assert.deepEqual(await percents(page), ['63', '37']);
      assert.equal(await field.getAttribute('aria-invalid'), 'false');
    });

    it('has presets for the canary, and is applied by Apply alone, once', async () => {
      const page = await openModel(freeDetail);
      await button(page, '25 %').click();
      assert.deepEqual(await percents(page), ['75', '25']);
      assert.match(await page.locator('.preview').innerText(), /^After Apply: stable 75 %, canary 25 %\./);
      assert.deepEqual(await opened.said(), []);
      await button(page, 'Apply…').click();
      await button(page, 'Apply…').click({ force: true });
      const shares = [
        { kind: 'label', name: 'stable', percent: 75 },
        { kind: 'label', name: 'canary', percent: 25 },
      ];
      assert.deepEqual(await opened.said(), [{ type: 'split', model: 'digits', shares }]);
      assert.equal(await page.locator('.preview').innerText(), 'You are being asked.');
      assert.equal(await slider(page, 'canary').isDisabled(), true);
    });

    it('keeps what was set where the user said no, and is what it is where it was done', async () => {
      const page = await openModel(freeDetail);
      await button(page, '50 %').click();
      await button(page, 'Apply…').click();
      await opened.tell({ type: 'splitDone', model: 'digits', applied: false });
      assert.deepEqual(await percents(page), ['50', '50']);
      await button(page, 'Apply…').click();
      const [stable, canary] = freeTargets;
      assert.ok(stable !== undefined && canary !== undefined && freeDetail.split !== null);
      const targets = [
        { ...stable, wanted: 50 },
        { ...canary, wanted: 50 },
      ];
      await opened.tell(show(withDetail({ ...freeDetail, split: { ...freeDetail.split, targets } })));
      await opened.tell({ type: 'splitDone', model: 'digits', applied: true });
      assert.deepEqual(await percents(page), ['50', '50']);
      assert.equal(await page.locator('.preview').innerText(), 'Nothing is changed.');
      assert.equal(await button(page, 'Apply…').getAttribute('aria-disabled'), 'true');
    });

    it('can be reverted, and cleared', async () => {
      const page = await openModel(freeDetail);
      await button(page, '100 %').click();
      await button(page, 'Revert').click();
      assert.deepEqual(await percents(page), ['90', '10']);
      await button(page, 'Clear Split…').click();
      assert.deepEqual((await opened.said()).at(-1), { type: 'split', model: 'digits', shares: [] });
    });

    it('applies by Enter in a number', async () => {
      const page = await openModel(freeDetail);
      await number(page, 'canary').fill('12');
      await number(page, 'canary').press('Enter');
      assert.equal(Reflect.get(Object((await opened.said()).at(-1)), 'type'), 'split');
    });

    it('shows what was observed beside what is wanted', async () => {
      const page = await openModel(freeDetail);
      const row = page.getByRole('group', { name: 'canary', exact: true });
      assert.match(await row.innerText(), /now 10 %\s*observed 11.5 %/);
      assert.equal(await row.locator('.scale-observed').getAttribute('width'), '11.50');
    });

    it('is locked with its reason while a canary runs', async () => {
      const page = await openModel(runningDetail);
      assert.equal(await page.getByText('it sets the traffic itself').isVisible(), true);
      assert.equal(await slider(page, 'canary').isDisabled(), true);
      assert.equal(await number(page, 'canary').isDisabled(), true);
      await button(page, 'Apply…').click({ force: true });
      assert.deepEqual(await opened.said(), []);
    });

    it('of no split says so, and can be applied as it is proposed', async () => {
      assert.ok(freeDetail.split !== null);
      const page = await openModel({ ...freeDetail, split: { ...freeDetail.split, set: false } });
      assert.equal(await page.getByText('There is no split:').isVisible(), true);
      assert.equal(await button(page, 'Apply…').getAttribute('aria-disabled'), 'false');
      assert.equal(await button(page, 'Clear Split…').getAttribute('aria-disabled'), 'true');
    });

    it('leaves what is being set alone while snapshots come', async () => {
      const page = await openModel(freeDetail);
      await number(page, 'canary').fill('33');
      await opened.tell(show(withDetail({ ...freeDetail, events: [] })));
      assert.deepEqual(await percents(page), ['67', '33']);
      assert.equal(await number(page, 'canary').evaluate((field) => field === document.activeElement), true);
      await number(page, 'canary').fill('');
      await opened.tell(show(withDetail(freeDetail)));
      assert.equal(await number(page, 'canary').inputValue(), '');
    });

    it('keeps what is half set over a reload, for the same targets only', async () => {
      const page = await openModel(freeDetail);
      await number(page, 'canary').fill('33');
      const tabState = await opened.keptByTab();
      await opened.close();
      const again = await openModel(freeDetail, { tabState });
      assert.deepEqual(await percents(again), ['67', '33']);
      assert.deepEqual(await opened.said(), [{ type: 'select', model: 'digits' }]);
      await opened.close();
      const broken = { model: 'digits', draft: { targets: ['label:stable'], percents: [100] } };
      const other = await openModel(freeDetail, { tabState: broken });
      assert.deepEqual(await percents(other), ['90', '10']);
      assert.ok(page.isClosed());
    });
  });

  describe('the actions', () => {
    it('are all there, with what they would do, or why they cannot be done', async () => {
      const page = await openModel(runningDetail);
      const names = await page.locator('.action button').allInnerTexts();
      assert.deepEqual(names, ['Start Canary…', 'Promote…', 'Pause', 'Roll Back…']);
      for (const { effect } of runningDetail.actions) {
        assert.equal(await page.getByText(effect, { exact: true }).isVisible(), true);
      }
      const described = await page.getByRole('button', { name: 'Promote…' }).getAttribute('aria-describedby');
      assert.match(await page.locator(`#${described ?? ''}`).innerText(), /stable moves from version 2/);
    });

    it('ask for what is possible, and for nothing else', async () => {
      const page = await openModel(runningDetail);
      await button(page, 'Start Canary…').click({ force: true });
      await button(page, 'Promote…').click();
      await button(page, 'Pause').press('Enter');
      await button(page, 'Roll Back…').press('Space');
      assert.deepEqual(await opened.said(), [
        { type: 'act', model: 'digits', action: 'promote' },
        { type: 'act', model: 'digits', action: 'pause' },
        { type: 'act', model: 'digits', action: 'rollBack' },
      ]);
    });

    it('keep the focus where Pause becomes Resume', async () => {
      const page = await openModel(runningDetail);
      await button(page, 'Pause').focus();
      const actions = runningDetail.actions.map((state) =>
        state.action === 'pause' ? { ...state, action: 'resume' as const, effect: 'It goes on.' } : state,
      );
      await opened.tell(show(withDetail({ ...runningDetail, actions })));
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Resume');
      await page.keyboard.press('Enter');
      assert.deepEqual(await opened.said(), [{ type: 'act', model: 'digits', action: 'resume' }]);
    });
  });

  it('shows stable and canary side by side, with lines that have a text', async () => {
    const page = await openModel(runningDetail);
    const table = page.getByRole('table', { name: /Figures of the last minute/ });
    const rows = await table.locator('tbody tr').all();
    const texts = await Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()));
    assert.deepEqual(
      texts.map((cells) => cells.map((text) => text.replace(/\s+/g, ' ').trim())),
      [
        ['Wanted share', '75 %', '25 %'],
        ['Observed share', '74.6 %', '25.4 %'],
        ['Requests', '90/s', '30/s'],
        ['Errors', '0.1 % 3 × DEADLINE_EXCEEDED', '0.6 % 9 × INFERENCE_FAILED, 2 × DEADLINE_EXCEEDED'],
        ['Latency p50', '2.4 ms', '2.9 ms 1.2 × stable'],
        ['Latency p99', '7.1 ms', '12 ms 1.7 × stable'],
      ],
    );
    const line = table.getByRole('img', { name: /^Latency p99 of version 3 over 10 min: .* to .*, at last/ });
    assert.equal(await line.count(), 1);
    assert.equal((await line.locator('path').nth(1).getAttribute('d'))?.split('L').length, 60);
  });

  it('leaves a gap in a line where nothing was measured, and draws nothing of nothing', async () => {
    const point = { rate: 0, errors: null, p50: null, p99: null };
    const [stable, canary] = runningDetail.versions;
    assert.ok(stable !== undefined && canary !== undefined);
    const history = [10, null, 20, 30].map((p50) => ({ ...point, p50 }));
    const page = await openModel({
      ...runningDetail,
      versions: [
        { ...stable, history },
        { ...canary, history: [] },
      ],
    });
    const line = page
      .getByRole('img', { name: /^Latency p50 of version 2/ })
      .locator('path')
      .nth(1);
    assert.equal((await line.getAttribute('d'))?.match(/M/g)?.length, 2);
    const none = page.getByRole('img', { name: 'Latency p99 of version 3: no figures yet' });
    assert.equal(await none.locator('path').nth(1).getAttribute('d'), '');
  });

  it('shows the plan: steps, gates with their outcome in words, and the time to the next step', async () => {
    const page = await openModel(runningDetail);
    assert.equal(
      await page
        .locator('[aria-current=step]')
        .innerText()
        .then((text) => text.replace(/\s+/g, ' ')),
      '25 % now',
    );
    assert.equal(await page.getByText('Judged next in 23 sec.').isVisible(), true);
    assert.equal(await page.getByText('Next step in 1 min 23 sec at the earliest.').isVisible(), true);
    const gates = page.getByRole('table', { name: 'Gates' });
    assert.deepEqual(await gates.locator('tbody td:nth-child(2)').allInnerTexts(), [
      'Passed',
      'Failed',
      'Too few requests',
    ]);
  });

  it('shows drift, the agreement of the shadow, and opens a case that is kept', async () => {
    const page = await openModel(runningDetail);
    assert.equal(await page.getByText('4.2 % differ (1.9 % by chance)').isVisible(), true);
    assert.equal(await page.getByText('64: too few').isVisible(), true);
    assert.equal(await page.getByText('98.7 %').isVisible(), true);
    const open = page.getByRole('button', { name: 'Open in Playground' });
    assert.equal(await open.count(), 1);
    await open.click();
    assert.deepEqual(await opened.said(), [{ type: 'openCase', model: 'digits', id: '41' }]);
  });

  it('shows what was done, the newest first, and by whom', async () => {
    const page = await openModel(runningDetail);
    const rows = page.getByRole('region', { name: 'History' }).locator('tbody tr');
    const [first = '', second = ''] = await rows.allInnerTexts();
    assert.match(first, /Canary: next step\s+by itself\s+stable 95%, canary 5% → stable 75%, canary 25%/);
    assert.match(second, /Canary started\s+vscode[^]*new weights/);
  });

  it('lists the models with their state in words, and asks for the one that is chosen', async () => {
    const page = await open(runningSnapshot);
    const list = page.getByRole('navigation', { name: 'Models' });
    assert.deepEqual(
      (await list.getByRole('button').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ')),
      [
        'fraud canary waits for you at 5 %',
        'digits canary at 25 %',
        'half_plus_two stable 90 %, canary 10 %',
        'iris version 1',
        'words no version is available',
      ],
    );
    assert.match(await list.locator('[aria-current=true]').innerText(), /^digits/);
    await list.getByRole('button', { name: /^iris/ }).click();
    assert.deepEqual(await opened.said(), [{ type: 'select', model: 'iris' }]);
    assert.deepEqual(await opened.keptByTab(), { model: 'iris' });
  });

  it('reads out where a canary comes further or waits, and not every figure', async () => {
    const page = await open(runningSnapshot);
    await opened.tell(show(withDetail({ ...runningDetail, historySpanMs: 5000 })));
    assert.equal(await announced(page), '');
    const models = runningSnapshot.models.map((model) =>
      model.name === 'digits'
        ? { ...model, mark: 'waiting' as const, state: 'canary waits for you at 25 %' }
        : model,
    );
    await opened.tell(show({ ...runningSnapshot, models }));
    assert.equal(await announced(page), 'digits: canary waits for you at 25 %.');
  });

  it('says what to do next where there is nothing to split', async () => {
    const advice = 'Only version 1 is available; a split and a canary need a second one.';
    const page = await openModel({ ...freeDetail, name: 'iris', advice, split: null, versions: [] });
    assert.equal(await page.getByText(advice).isVisible(), true);
    assert.equal(await page.getByRole('slider').count(), 0);
    assert.equal(await page.getByRole('heading', { name: 'Side by Side' }).count(), 0);
  });

  it('says where to put a model where there is none', async () => {
    const page = await open({ kind: 'models', models: [], detail: null });
    assert.match(await page.locator('#panel-canary').innerText(), /^There are no models yet\./);
  });

  it('offers to start a server that is stopped, and shows nothing out of date', async () => {
    const page = await open(runningSnapshot);
    const detail = 'There is no models directory.';
    await opened.tell(show({ kind: 'idle', server: 'stopped', detail, commands: ['start', 'showLog'] }));
    assert.equal(await page.getByText('The server is stopped.').isVisible(), true);
    assert.equal(await page.getByText(detail).isVisible(), true);
    assert.equal(await page.getByRole('heading', { name: 'digits' }).count(), 0);
    await button(page, 'Start Server').click();
    assert.deepEqual(await opened.said(), [{ type: 'run', command: 'start' }]);
    await opened.tell(show({ kind: 'idle', server: 'starting', detail: '', commands: ['stop', 'showLog'] }));
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Stop Server');
  });

  it('takes names from outside as text, however hostile, and keeps within the window', async () => {
    const markup = '<img src=x onerror="document.title=\'owned\'">';
    const long = 'm'.repeat(300);
    const [stable, canary] = freeTargets;
    assert.ok(stable !== undefined && canary !== undefined && freeDetail.split !== null);
    const targets = [
      { ...stable, name: markup },
      { ...canary, name: long },
    ];
    const page = await open({
      kind: 'models',
      models: [markup, long, '__proto__', '{0}'].map((name) => ({ name, mark: 'plain', state: name })),
      detail: {
        ...runningDetail,
        name: markup,
        problem: long,
        split: { ...freeDetail.split, targets },
        versions: runningDetail.versions.map((version) => ({ ...version, labels: [markup, long] })),
        events: runningDetail.events.map((event) => ({ ...event, what: markup, actor: long, reason: long })),
      },
    });
    assert.equal(await page.locator('main img').count(), 0);
    assert.equal(await page.title(), 'Perch: Dashboard');
    assert.equal(await overflows(page), false);
  });

  it('ignores what is not a message, or not a whole one', async () => {
    const page = await open(runningSnapshot);
    const before = await page.locator('main').innerHTML();
    const malformed: unknown[] = [
      null,
      { type: 'snapshot' },
      { type: 'snapshot', snapshot: { kind: 'models', models: [], detail: { name: 'digits' } } },
      show(withDetail({ ...runningDetail, historySpanMs: -1 })),
      { type: 'words', words: { page: {} } },
      { type: 'splitDone', model: 7, applied: true },
      { type: 'select', model: 'iris' },
    ];
    for (const message of malformed) {
      await opened.tell(message);
    }
    assert.equal(await page.locator('main').innerHTML(), before);
  });

  it('can be used with the keyboard alone, in an order that makes sense', async () => {
    const page = await openModel(freeDetail);
    await page.getByRole('tabpanel').focus();
    const order: string[] = [];
    for (let count = 0; count < 22; count += 1) {
      await page.keyboard.press('Tab');
      order.push(
        await page.evaluate(() => {
          const element = document.activeElement;
          return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
        }),
      );
    }
    assert.deepEqual(order.slice(5), [
      ...['Start Canary…', 'Promote…', 'Pause', 'Roll Back…'],
      ...['Share of stable', 'Percent for stable', 'Share of canary', 'Percent for canary'],
      ...['1 %', '5 %', '10 %', '25 %', '50 %', '100 %', 'Apply…', 'Revert', 'Clear Split…'],
    ]);
  });

  it('fits into half an editor at 200 % zoom', async () => {
    const page = await openModel(runningDetail, { width: 360, height: 500 });
    assert.equal(await overflows(page), false);
  });
});

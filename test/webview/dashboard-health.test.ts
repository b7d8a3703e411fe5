// The dashboard's tab "Health" in Chromium: what it shows, what it sends, and what it does not let in.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import type { StatusSnapshot } from '../../webview/protocol.ts';
import type { DashboardOptions } from './support/dashboard-browser.ts';
import {
  englishHealthWords,
  englishText,
  runningServer,
  runningSnapshot,
  unwellHealth,
  versionStatus,
} from './support/health-sample.ts';
import { HealthBrowser, type OpenHealth } from './support/health-browser.ts';
import { overflows, readBuiltFile, unexpected } from './support/page-browser.ts';

const stoppedSnapshot: StatusSnapshot = {
  server: { kind: 'stopped', detail: '' },
  commands: ['start', 'showLog'],
  models: [],
};

/** The texts of all rows of the table with this caption, cell by cell. */
async function rowsOf(page: Page, caption: string): Promise<string[][]> {
  const rows = await page.getByRole('table', { name: caption }).locator('tbody tr').all();
  const texts = await Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()));
  // Some versions of ICU put a narrow space before AM and PM.
  return texts.map((row) => row.map((text) => text.replaceAll('\u202f', ' ')));
}

describe('the tab Health', () => {
  let browser: HealthBrowser;
  let opened: OpenHealth;
  const open = async (snapshot: StatusSnapshot, options?: DashboardOptions): Promise<Page> => {
    opened = await browser.open(snapshot, options);
    return opened.page;
  };
  before(async () => {
    browser = await HealthBrowser.launch();
  });
  after(() => browser.close());
  afterEach(async () => {
    const complaints = unexpected(await opened.complaints());
    await opened.close();
    assert.deepEqual(complaints, []);
  });

  it('shows nothing before it has its words', async () => {
    opened = await browser.openBare([]);
    await opened.show(runningSnapshot);
    await opened.showHealth(unwellHealth);
    assert.deepEqual(await opened.said(), []);
    assert.equal(await opened.page.locator('.health > *').count(), 0);
  });

  it('says whether the server is alive and ready, and why not, and reads a change out', async () => {
    const page = await open(runningSnapshot);
    assert.equal(await page.locator('.verdicts').isVisible(), false);
    await opened.showHealth(unwellHealth);
    assert.deepEqual(await page.locator('.verdict').allInnerTexts(), [
      'Alive',
      'Not ready\niris: no version is available: The directory is gone.',
    ]);
    const since = 'May 17, 2024, 12:00:00 PM';
    assert.deepEqual(await rowsOf(page, 'Readiness'), [
      ['digits', 'Ready', 'yes', since],
      ['iris', 'Not ready\nno version is available: The directory is gone.', 'yes', since],
    ]);
    await opened.showHealth({ ...unwellHealth, ready: { holds: true, reasons: [] } });
    assert.equal(await page.locator('.verdicts [role=status]').innerText(), 'The server is ready.');
    await opened.showHealth(null);
    assert.equal(await page.locator('.verdicts').isVisible(), false);
  });

  it('shows the load as lines with words in their place, and what the models can run on', async () => {
    const page = await open(runningSnapshot);
    await opened.showHealth(unwellHealth);
    assert.deepEqual(await page.locator('.series li').allInnerTexts(), [
      'CPU of the server\n12 %',
      'Memory of the server\n85.3 MB',
    ]);
    const line = page.getByRole('img', { name: 'CPU of the server, last 10 min: now 12 %, at most 90 %' });
    assert.equal(await line.isVisible(), true);
    assert.deepEqual(await page.locator('.devices li').allInnerTexts(), [
      'cpu\nworks',
      'cuda\nlibcudart.so.12 is missing. Install GPU support.',
    ]);
  });

  it('shows a running server: state, addresses, versions of programs, process', async () => {
    const page = await open(runningSnapshot);
    assert.equal(await page.locator('.health header h2').innerText(), 'Server');
    assert.match(
      await page.locator('header .state').innerText(),
      /^Running\s+since May 17, 2024, 12:00:00\sPM$/,
    );
    const facts = await page.locator('dt, dd').allInnerTexts();
    assert.deepEqual(facts, [
      ...['gRPC', '127.0.0.1:8500'],
      ...['REST', '127.0.0.1:8501'],
      ...['Process ID', '4711'],
      ...['Memory', '85.3 MB'],
      ...['Models from', '/home/ada/shop/models'],
      ...['Perch', '0.1.0'],
      ...['ONNX Runtime', '1.30.0'],
      ...['Node.js', '20.18.0'],
    ]);
    assert.deepEqual(await rowsOf(page, 'Engine hosts'), [
      ['0', '4720', '3', '0', 'none'],
      ['1', '5102', '1', '2', 'ended by SIGKILL'],
    ]);
  });

  it('shows each version with its state in words, and why it failed', async () => {
    const page = await open(runningSnapshot);
    const since = 'May 17, 2024, 12:00:00 PM';
    assert.deepEqual(await rowsOf(page, 'Models'), [
      ['digits'],
      [
        '3',
        'Failed\ndigits/3/model.onnx: the file is not an ONNX model (it ends within its first field). MODEL_FILE_INVALID',
        since,
      ],
      ['2', 'Available\nstable\nRuns on cpu\ncuda was asked for: libcudart.so.12 is missing.', since],
      ['1', 'Unloaded', since],
      ['half_plus_two'],
      ['2', `Loading\nwarming up 3/10 since ${since}`, since],
      ['1', 'Available\ncanary\nstable', since],
      ['iris\nThe directory /home/ada/shop/models/iris is gone.'],
    ]);
  });

  it('shows a server that does not serve: why, and how to start it, and nothing out of date', async () => {
    const page = await open(runningSnapshot);
    await opened.show({
      server: { kind: 'failed', detail: 'Port 8500 is taken.' },
      commands: ['start', 'showLog'],
      models: [],
    });
    assert.equal(await page.locator('header .state').innerText(), 'Failed');
    assert.equal(await page.locator('.detail').innerText(), 'Port 8500 is taken.');
    assert.deepEqual(await page.locator('header vscode-button').allInnerTexts(), [
      'Start Server',
      'Show Log',
    ]);
    assert.equal(await page.getByRole('table').count(), 0);
    assert.equal(await page.getByText('127.0.0.1').filter({ visible: true }).count(), 0);
  });

  it('says that there is no REST, no ONNX Runtime yet, no models', async () => {
    const page = await open({
      ...runningSnapshot,
      server: { ...runningServer, restAddress: '', onnxRuntimeVersion: '', engineHosts: [] },
      models: [],
    });
    const facts = await page.locator('dd').allInnerTexts();
    assert.equal(facts[1], 'off');
    assert.equal(facts[6], 'not loaded yet');
    assert.equal(await page.getByRole('button', { name: 'Copy REST address' }).count(), 0);
    assert.equal(await page.getByText('There are no models yet.').isVisible(), true);
    assert.equal(await page.getByRole('table', { name: 'Engine hosts' }).count(), 0);
  });

  it('follows an update in place: focus and selection stay, changes are read out', async () => {
    const page = await open(runningSnapshot);
    const copy = page.getByRole('button', { name: 'Copy gRPC address' });
    await copy.focus();
    await page.getByText('ended by SIGKILL').selectText();
    await opened.show({
      ...runningSnapshot,
      server: { ...runningServer, memoryBytes: 1_250_000_000 },
      models: [
        { name: 'added', problem: '', versions: [] },
        {
          name: 'half_plus_two',
          problem: '',
          versions: [versionStatus({ version: '2' }), versionStatus({ version: '1', phase: 'unloading' })],
        },
      ],
    });
    assert.equal(await copy.evaluate((button) => button.matches(':focus-within')), true);
    assert.equal(await page.evaluate(() => getSelection()?.toString()), 'ended by SIGKILL');
    assert.equal(await page.getByText('1.3 GB').isVisible(), true);
    assert.deepEqual(
      (await rowsOf(page, 'Models')).map(([name, state]) => [name, state]),
      [
        ['added\nNo versions on disk.', undefined],
        ['half_plus_two', undefined],
        ['2', 'Available'],
        ['1', 'Unloading'],
      ],
    );
    assert.equal(
      await page.locator('.health [role=status]').last().innerText(),
      'half_plus_two, version 2: Available half_plus_two, version 1: Unloading',
    );
  });

  it('takes names from outside as text, however hostile, and keeps within the window', async () => {
    const markup = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
    const rightToLeft = 'נ\u202Eלדומ\u202C/../model';
    const long = 'm'.repeat(300);
    const prototypes = ['__proto__', 'constructor', '{0} {1}'];
    const page = await open({
      ...runningSnapshot,
      server: { ...runningServer, modelsSource: `/${long}`, engineHosts: [] },
      models: [markup, rightToLeft, long, ...prototypes].map((name) => ({
        name,
        problem: name,
        versions: [
          versionStatus({
            version: '9223372036854775807',
            phase: 'failed',
            reason: name,
            errorCode: 'LOAD_FAILED',
            labels: [name],
          }),
        ],
      })),
    });
    const texts = await page.locator('table bdi').allTextContents();
    for (const name of [markup, rightToLeft, long, ...prototypes]) {
      assert.equal(texts.filter((text) => text === name).length, 4, name);
    }
    assert.equal(await page.locator('main img:not([role]), main script').count(), 0);
    assert.equal(await page.title(), 'Perch: Dashboard');
    assert.equal(await overflows(page), false);
  });

  it("asks for a copy by the field's name, and says when it is done", async () => {
    const page = await open(runningSnapshot);
    await page.getByRole('button', { name: 'Copy REST address' }).click();
    await page.getByRole('button', { name: 'Copy gRPC address' }).press('Enter');
    assert.deepEqual(await opened.said(), [
      { type: 'copy', field: 'restAddress' },
      { type: 'copy', field: 'grpcAddress' },
    ]);
    assert.equal(await page.getByRole('button', { name: 'Copied' }).count(), 0);

    await page.clock.install();
    await opened.tell({ type: 'copied', field: 'restAddress' });
    await page.clock.runFor(100);
    assert.equal(await page.getByRole('button', { name: 'Copied' }).count(), 1);
    assert.equal(await page.locator('.health [role=status]').last().innerText(), 'Copied');
    await page.clock.runFor(2000);
    assert.equal(await page.getByRole('button', { name: 'Copied' }).count(), 0);
    assert.equal(await page.getByRole('button', { name: 'Copy REST address' }).count(), 1);
  });

  it('asks for the commands that are offered', async () => {
    const page = await open(runningSnapshot);
    await page.getByRole('button', { name: 'Restart Server' }).click();
    await page.getByRole('button', { name: 'Show Log' }).press('Space');
    assert.deepEqual(await opened.said(), [
      { type: 'run', command: 'restart' },
      { type: 'run', command: 'showLog' },
    ]);
  });

  it('can be used with the keyboard alone, also when the pressed button goes', async () => {
    const page = await open(runningSnapshot);
    const focused = (): Promise<string | undefined> =>
      page.evaluate(() => {
        const element = document.activeElement;
        return element?.getAttribute('aria-label') ?? element?.textContent;
      });
    const order: (string | undefined)[] = [];
    for (let count = 0; count < 7; count += 1) {
      await page.keyboard.press('Tab');
      order.push(await focused());
    }
    // The tab, and its panel, come first.
    assert.deepEqual(order.slice(2), [
      'Restart Server',
      'Stop Server',
      'Show Log',
      'Copy gRPC address',
      'Copy REST address',
    ]);
    await page.getByRole('button', { name: 'Stop Server' }).focus();
    await opened.show(stoppedSnapshot);
    assert.equal(await focused(), 'Start Server');
    assert.equal(await page.locator('.health [role=status]').last().innerText(), 'Server: Stopped');
  });

  it('ignores what is not a message, or not a whole one', async () => {
    const page = await open(runningSnapshot);
    const before = await page.locator('main').innerHTML();
    const { type, locale } = englishText;
    const malformed: unknown[] = [
      null,
      42,
      'snapshot',
      [],
      {},
      { type: 'snapshot' },
      { type: 'snapshot', snapshot: null },
      { type: 'snapshot', snapshot: { ...stoppedSnapshot, commands: ['rm'] } },
      { type: 'snapshot', snapshot: { ...stoppedSnapshot, server: { kind: 'running', detail: '' } } },
      { type: 'snapshot', snapshot: { ...runningSnapshot, models: [{ name: 'digits', problem: '' }] } },
      { type: 'snapshot', snapshot: { ...runningSnapshot, server: { ...runningServer, pid: -1 } } },
      { type: 'copied', field: 'token' },
      { type, locale, text: { page: {}, phases: {}, commands: {} } },
      { ...englishText, locale: 'not a language' },
      { type: 'health', health: { ...unwellHealth, ready: true } },
      { type: 'health', health: { ...unwellHealth, series: [{ name: 'CPU' }] } },
      { ...englishHealthWords, words: {} },
      { type: 'ready' },
    ];
    for (const message of malformed) {
      await opened.tell(message);
    }
    assert.equal(await page.locator('main').innerHTML(), before);
  });

  it('fits into half an editor at 200 % zoom', async () => {
    const page = await open(runningSnapshot, { width: 360, height: 500 });
    assert.equal(await overflows(page), false);
  });
});

describe('the bundle of the dashboard', () => {
  it('stays below 400 kB, toolkit and all', () => {
    assert.ok(readBuiltFile('dashboard.js').byteLength < 400_000);
  });
});

// What a user does in the playground, and with requests that are kept as files: from a sample to golden tests.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Frame, Locator } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { digitPicture } from '../support/digit-picture.ts';
import { writeModels } from '../support/fixture-models.ts';
import { repositoryRoot } from '../support/host-paths.ts';
import { startHost, type Host } from '../support/host.ts';
import { output, packagedExtension, picture } from '../support/journey.ts';
import { writeIdentityModel } from '../support/onnx-writer.ts';
import { until } from '../support/until.ts';
import { Workbench } from '../support/workbench.ts';

const tree = 'Models';

/** A digit that no model was trained on, and what it is. */
function heldOutDigit(index: number): { readonly ink: readonly number[]; readonly label: number } {
  const file = path.join(repositoryRoot, 'examples', 'requests', 'digits-heldout.json');
  const { instances, labels } = JSON.parse(readFileSync(file, 'utf8')) as {
    instances: readonly (readonly number[])[];
    labels: readonly number[];
  };
  const [ink, label] = [instances[index], labels[index]];
  assert.ok(ink && label !== undefined);
  return { ink, label };
}

const seven = heldOutDigit(1);

/** The sample models, one that gives back the texts it gets, and two requests with expected answers, one of them wrong. */
function prepare(workspace: string): void {
  writeModels(workspace);
  const echo = path.join(workspace, 'models', 'echo', '1');
  mkdirSync(echo, { recursive: true });
  writeFileSync(path.join(echo, 'model.onnx'), writeIdentityModel('string', ['batch']));
  const requests = path.join(workspace, 'requests');
  mkdirSync(requests);
  const golden = (name: string, expected: number): string =>
    `${JSON.stringify(
      {
        model: 'half_plus_two',
        name,
        request: { instances: [1] },
        expect: { answer: { predictions: [expected] } },
      },
      undefined,
      2,
    )}\n`;
  writeFileSync(path.join(requests, 'half.predict.json'), golden('half of one', 2.5));
  writeFileSync(path.join(requests, 'wrong.predict.json'), golden('a wrong expectation', 2.75));
}

describe('the playground', () => {
  let browser: Browser;
  let host: Host;
  let workbench: Workbench;
  let page: Frame;

  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });

  /** Waits until the headline of the answer is like this, and gives it. */
  async function headline(wanted: RegExp): Promise<string> {
    return until(`a headline like ${String(wanted)}`, async () => {
      const shown = await page.locator('.answer .headline').innerText();
      if (!wanted.test(shown)) {
        throw new Error(`it is "${shown}"`);
      }
      return shown;
    });
  }

  before(async () => {
    host = await startHost({
      vsix: packagedExtension(),
      prepare,
      logFile: path.join(output, 'e2e-playground-server.log'),
    });
    browser = await launchBrowser();
    workbench = await Workbench.open(browser, host.folderUrl());
    await workbench.showContainer('Perch');
    const available = (shown: string): boolean => shown.startsWith('available');
    const digits = { label: '2', parent: 'digits' };
    await workbench.untilDescription(tree, digits, 'to be available', available);
    await workbench.contextMenu(await workbench.row(tree, '1', 'digits'), 'Load');
    await workbench.untilDescription(tree, { ...digits, label: '1' }, 'to be available', available);
  });

  after(async () => {
    await browser.close();
    await host.stop();
  });

  it('opens from the tree, sends the sample, and shows who answered and where the time went', async () => {
    await workbench.contextMenu(await workbench.row(tree, '1', 'iris'), 'Open Playground');
    page = await workbench.webview('Perch: Playground');
    await until('the sample in the form', async () => {
      return (await page.getByLabel('measurements[0][0]').inputValue()) !== '';
    });
    assert.equal(await page.getByLabel('Model', { exact: true }).inputValue(), 'iris');
    assert.equal(await page.getByLabel('Target', { exact: true }).inputValue(), 'version:1');
    await button('Send').click();
    await headline(/^iris version 1 answered in .*[µμm]s$/);
    assert.deepEqual(await page.locator('.timing dt').allInnerTexts(), ['Queue', 'Run', 'Codec', 'Network']);
    for (const part of await page.locator('.timing dd').allInnerTexts()) {
      assert.match(part, /^[\d.,]+\s[µμm]?s$/);
    }
    await page.getByRole('region', { name: 'species' }).waitFor();
    await page.getByRole('region', { name: 'probabilities' }).waitFor();
    await picture(workbench, 'playground-answer');
  });

  it('keeps form and JSON in step', async () => {
    await page.getByLabel('measurements[0][2]').fill('6.25');
    await page.getByRole('radio', { name: 'JSON', exact: true }).check();
    const json = page.getByLabel('Request as JSON');
    assert.match(await json.inputValue(), /6\.25/);
    await picture(workbench, 'playground-json');
    await json.fill('{"instances": [[4.9, 3.1, 1.5, 0.1], [6.3, 3.3, 6.0, 2.5]]}');
    await page.getByRole('radio', { name: 'Form', exact: true }).check();
    assert.equal(await page.getByLabel('measurements[1][2]').inputValue(), '6.0');
    await button('Send').click();
    await page.getByLabel('Row of probabilities').selectOption('1');
    const species = page.getByRole('region', { name: 'species' });
    await species.getByText('virginica').waitFor();
    await species.getByText('setosa').waitFor();
  });

  it('reads a digit from a picture', async () => {
    const file = path.join(host.workspace, 'seven.png');
    writeFileSync(file, digitPicture(seven.ink));
    await page.getByLabel('Model', { exact: true }).selectOption('digits');
    const chooser = page.getByLabel('From file… images');
    await chooser.waitFor({ state: 'attached' });
    await chooser.setInputFiles(file);
    // It is a picture of ink on paper, and the model knows 0 (paper) to 16 (ink).
    await page.getByLabel('Invert').check();
    await page.getByLabel('Scale', { exact: true }).fill('16/255');
    assert.equal(await page.getByLabel('Layout').inputValue(), 'flat');
    assert.equal(await page.getByLabel('Width').inputValue(), '8');
    await page.locator('.data').filter({ hasText: 'seven.png' }).waitFor();
    await button('Send').click();
    await headline(/^digits version 2 answered in /);
    const scores = page.getByRole('region', { name: 'probabilities' });
    assert.match(
      (await scores.getByRole('listitem').first().innerText()).trim(),
      new RegExp(`^${seven.label}\\b`),
    );
    await picture(workbench, 'playground-digit');
  });

  it('compares two versions, and shows where their answers differ', async () => {
    await page.getByLabel('Target', { exact: true }).selectOption('version:1');
    await page.getByRole('radio', { name: 'Compare', exact: true }).check();
    await page.getByLabel('Compare with').selectOption('version:2');
    await page.locator('.compare').getByRole('button', { name: 'Compare' }).click();
    const scores = page.locator('.compare').getByRole('region', { name: 'probabilities', exact: true });
    await scores.locator('table.differences .removed').first().waitFor();
    assert.match(await scores.locator('.state').first().innerText(), /\d+ of 10 elements differ/);
    const sides = await page.locator('.compare-status').innerText();
    assert.match(sides, /version 1 in [^]*version 2 in /);
    await picture(workbench, 'playground-compare');
  });

  it('measures for three seconds', async () => {
    await page.getByRole('radio', { name: 'Measure', exact: true }).check();
    await page.getByLabel('Requests per second').fill('50');
    await page.getByLabel('At once').fill('2');
    await page.getByLabel('Seconds', { exact: true }).fill('3');
    await page.locator('.measure').getByRole('button', { name: 'Measure' }).click();
    const state = page.locator('.measure .state');
    await state.filter({ hasText: /^Measured: \d+ answers, 0 failures$/ }).waitFor();
    const figures = await page.locator('.measure dl.facts > div').allInnerTexts();
    for (const name of ['p50', 'p95', 'p99']) {
      const figure = figures.find((text) => text.startsWith(name)) ?? '';
      assert.match(figure, /^p\d\d\s+[\d.,]+\sms$/, figures.join(' | '));
    }
    await picture(workbench, 'playground-measure');
  });

  it('copies a curl command that works', async () => {
    await page.getByLabel('Model', { exact: true }).selectOption('half_plus_two');
    await until('the sample in the form', async () => {
      return (await page.getByLabel('x[0]', { exact: true }).inputValue()) !== '';
    });
    await page.getByLabel('x[0]', { exact: true }).fill('8');
    await page.getByLabel('Copy as').selectOption('curl');
    await workbench.page.evaluate('navigator.clipboard.writeText("")');
    await button('Copy').click();
    const command = await until('the command on the clipboard', async () => {
      const text = await workbench.clipboard();
      return text.startsWith('curl ') && text;
    });
    const answer = execFileSync('sh', ['-c', command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    assert.deepEqual(JSON.parse(answer), { predictions: [6] });
  });

  it('shows what the server refuses at the field, in its words', async () => {
    await page.getByRole('radio', { name: 'Answer', exact: true }).check();
    await page.getByLabel('Model', { exact: true }).selectOption('echo');
    await page.getByRole('radio', { name: 'JSON', exact: true }).check();
    await until('the request for echo', async () => {
      const json = await page.getByLabel('Request as JSON').inputValue();
      return !json.includes('8') && json.includes('instances');
    });
    await page.getByLabel('Request as JSON').fill('{"instances": [{"b64": "no base64!"}]}');
    await page.getByRole('radio', { name: 'Form', exact: true }).check();
    await button('Send').click();
    await headline(/^Refused: INVALID_ARGUMENT$/);
    const said = await page.locator('.answer .refusal').innerText();
    assert.equal(await page.locator('fieldset .problem').innerText(), said);
    await picture(workbench, 'playground-refused');
  });
});

describe('requests that are kept as files', () => {
  let browser: Browser;
  let host: Host;
  let workbench: Workbench;

  before(async () => {
    host = await startHost({
      vsix: packagedExtension(),
      prepare,
      logFile: path.join(output, 'e2e-requests-server.log'),
    });
    browser = await launchBrowser();
    workbench = await Workbench.open(browser, host.folderUrl());
    await workbench.showContainer('Perch');
    const row = { label: '123', parent: 'half_plus_two' };
    await workbench.untilDescription(tree, row, 'to be available', (shown) => shown.startsWith('available'));
  });

  after(async () => {
    await browser.close();
    await host.stop();
  });

  it('are sent by a lens, and the answer opens beside', async () => {
    const { page } = workbench;
    await page.keyboard.press('Control+P');
    await workbench.inputs.field.fill('half.predict.json');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'half.predict.json' }).click();
    await page.getByRole('tab', { name: 'half.predict.json' }).waitFor();
    const lens = page.locator('.codelens-decoration a').filter({ hasText: 'Send' });
    const answer = page.getByRole('tab', { name: 'half of one answer' });
    // VS Code draws lenses anew a while after a file was opened: a click whose press and release are on two drawings is none.
    await until('the answer', async () => {
      await lens.click({ timeout: 5000 });
      await answer.waitFor({ timeout: 5000 });
      return true;
    });
    await until('the text of the answer', async () => (await workbench.editorText()).includes('2.5'));
    await picture(workbench, 'request-file');
  });

  it('are tests in the Testing view: one passes, and the one that does not shows where', async () => {
    const { page } = workbench;
    await workbench.command('View: Close All Editors');
    await workbench.showContainer('Testing');
    await workbench.command('Test: Run All Tests');
    const rows = page.locator('.test-explorer .monaco-list-row');
    const spoken = async (): Promise<readonly string[]> =>
      rows.evaluateAll((all: readonly { getAttribute(name: string): string | null }[]) =>
        all.map((row) => row.getAttribute('aria-label') ?? ''),
      );
    await rows.filter({ hasText: 'half_plus_two' }).locator('.monaco-tl-twistie').click();
    await until('the results of the two tests', async () => {
      const labels = await spoken();
      const has = (words: RegExp): boolean => labels.some((label) => words.test(label));
      if (!has(/half of one.*Passed/i) || !has(/a wrong expectation.*Failed/i)) {
        throw new Error(`there is ${labels.join(' | ')}`);
      }
      return true;
    });
    await rows.filter({ hasText: 'a wrong expectation' }).dblclick();
    await page.getByRole('tab', { name: 'wrong.predict.json' }).waitFor();
    await page.getByText('half_plus_two version 123 answered differently:').first().waitFor();
    await picture(workbench, 'golden-tests');
  });
});

// The page "Playground" in Chromium: form and JSON in step, files, sending, answers, comparing, measuring, keyboard.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import type { MeasureView } from '../../webview/playground/measure.ts';
import type { PlaygroundPageMessage, SendMessage } from '../../webview/playground/protocol.ts';
import { overflows, readBuiltFile, unexpected } from './support/page-browser.ts';
import {
  digitsSignature,
  irisAnswer,
  irisSignature,
  PlaygroundBrowser,
  sampleSnapshot,
  type OpenPlayground,
} from './support/playground-browser.ts';

const twoRows = '{"instances": [[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5]]}';

describe('the playground', () => {
  let browser: PlaygroundBrowser;
  let opened: OpenPlayground;
  const open = async (...args: Parameters<PlaygroundBrowser['open']>): Promise<Page> => {
    opened = await browser.open(...args);
    return opened.page;
  };
  const last = async <Type extends PlaygroundPageMessage['type']>(
    type: Type,
  ): Promise<Extract<PlaygroundPageMessage, { type: Type }>> => {
    const found = (await opened.said()).findLast((message) => message.type === type);
    assert.ok(found !== undefined, `no ${type} was sent`);
    return found as Extract<PlaygroundPageMessage, { type: Type }>;
  };
  const send = (page: Page): Promise<void> => page.getByRole('button', { name: 'Send' }).click();
  const status = (page: Page): Promise<string> => page.getByRole('status').innerText();

  before(async () => {
    browser = await PlaygroundBrowser.launch();
  });
  after(() => browser.close());
  afterEach(async () => {
    const complaints = await opened.complaints();
    await opened.close();
    assert.deepEqual(unexpected(complaints), []);
  });

  it('asks for the signature of the model in front, and offers its targets', async () => {
    const page = await open('iris', irisSignature);
    assert.deepEqual(await last('describe'), {
      type: 'describe',
      model: 'iris',
      target: { kind: 'routed' },
      signature: '',
    });
    assert.deepEqual(await page.getByLabel('Target', { exact: true }).locator('option').allInnerTexts(), [
      'As routed',
      'canary (version 3)',
      'stable (version 2)',
      'Version 3',
      'Version 2',
    ]);
    assert.equal(await page.locator('.routing').innerText(), 'Routed: stable 95 %, canary 5 %');
    await page.getByLabel('Target', { exact: true }).selectOption('label:canary');
    assert.deepEqual((await last('describe')).target, { kind: 'label', label: 'canary' });
    assert.equal(await page.locator('.routing').isVisible(), false);
  });

  it('offers the signatures of a model that has several, and asks for the chosen one', async () => {
    const several = {
      ...irisSignature,
      inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: [-1, 2], takesAnyShape: true }],
      name: 'serving_default',
      choices: ['serving_default', 'doubled'],
      hasExampleSignatures: true,
      sample: '{"instances": [[1, 2]]}',
    };
    const page = await open('iris', several);
    const choice = page.getByLabel('Signature', { exact: true });
    assert.deepEqual(await choice.locator('option').allInnerTexts(), ['serving_default', 'doubled']);
    assert.equal(await choice.inputValue(), 'serving_default');
    assert.equal(await page.getByText('Signatures that take tf.Example records are not offered').count(), 1);
    await choice.selectOption('doubled');
    assert.equal((await last('describe')).signature, 'doubled');
    const text = { name: 'text', dtype: 'DT_STRING', shape: [], isUnranked: true, takesAnyShape: true };
    await opened.tell({
      type: 'described',
      model: 'iris',
      target: { kind: 'routed' },
      signature: 'doubled',
      description: { ...several, name: 'doubled', inputs: [text], sample: '' },
    });
    assert.equal(await page.locator('legend .type').innerText(), 'string […]');
    await page.getByLabel('text[0]').fill('hello');
    await page.getByRole('button', { name: 'Add row' }).click();
    await send(page);
    assert.equal((await last('send')).body, '{"signature_name": "doubled", "inputs": ["hello", "hello"]}');
    // An answer to an earlier question, which another signature has taken the place of.
    await opened.tell({
      type: 'described',
      model: 'iris',
      target: { kind: 'routed' },
      signature: '',
      description: several,
    });
    assert.equal(await choice.inputValue(), 'doubled');
  });

  it('opens a request for the signature that it names, and shows no choice where there is none', async () => {
    const page = await open('iris', irisSignature);
    assert.equal(await page.getByLabel('Signature', { exact: true }).isVisible(), false);
    const request = '{"signature_name": "doubled", "instances": [[1, 2, 3, 4]]}';
    await opened.tell({ type: 'open', model: 'iris', target: { kind: 'routed' }, request });
    assert.equal((await last('describe')).signature, 'doubled');
  });

  it('begins with the sample, and keeps form and JSON in step', async () => {
    const page = await open('iris', irisSignature);
    const cell = page.getByLabel('measurements[0][1]');
    assert.equal(await cell.inputValue(), '0.5');
    await cell.fill('7.25');
    await page.getByRole('button', { name: 'Add row' }).click();
    await page.getByLabel('measurements[1][3]').fill('9');
    await page.getByRole('radio', { name: 'JSON' }).check();
    const json = page.getByLabel('Request as JSON');
    assert.equal(
      await json.inputValue(),
      '{\n  "instances": [\n    [0.5, 7.25, 0.5, 0.5],\n    [0.5, 7.25, 0.5, 9]\n  ]\n}',
    );
    await json.fill('{"inputs": [[1, 2, 3, 4]]}');
    await page.getByRole('radio', { name: 'Form' }).check();
    assert.equal(await page.getByLabel('measurements[0][3]').inputValue(), '4');
    assert.equal(await page.getByLabel('measurements[1][0]').count(), 0);
    assert.equal(await page.getByLabel('Form of the JSON').inputValue(), 'columnar');
    await page.getByLabel('Form of the JSON').selectOption('row');
    await send(page);
    assert.equal((await last('send')).body, '{"instances": [[1, 2, 3, 4]]}');
  });

  it('shows what is wrong where it is, and sends nothing of it', async () => {
    const page = await open('iris', irisSignature);
    const cell = page.getByLabel('measurements[0][1]');
    await cell.fill('abc');
    assert.equal(
      await page.locator('fieldset .problem').innerText(),
      'measurements[0][1]: "abc" is no float32.',
    );
    await page.getByLabel('measurements[0][0]').focus();
    await send(page);
    assert.equal((await opened.said()).filter(({ type }) => type === 'send').length, 0);
    assert.equal(await cell.evaluate((box) => box === document.activeElement), true);
    assert.equal(await status(page), 'Not sent: the request is not what the model takes.');
    await page.getByRole('radio', { name: 'JSON' }).check();
    await page.getByLabel('Request as JSON').fill('{"instances": [[1, 2, 3,]]}');
    assert.equal(await page.locator('.request > .problem').innerText(), 'No JSON: no JSON value (line 1)');
    await page.getByLabel('Request as JSON').fill('{"instances": [[1, 2, 3]]}');
    await page.getByRole('radio', { name: 'Form' }).check();
    assert.equal(
      await page.locator('fieldset .problem').innerText(),
      'Dimension 1 is 3, and the model expects 4.',
    );
  });

  it('puts what the server refuses at the field, in its words', async () => {
    const page = await open('iris', irisSignature);
    await send(page);
    const message = 'Input "measurements": element 2 is not what it should be.';
    await opened.answer({ kind: 'refused', status: 'INVALID_ARGUMENT', message });
    assert.equal(await page.locator('fieldset .problem').innerText(), message);
    assert.equal(await page.locator('.headline').innerText(), 'Refused: INVALID_ARGUMENT');
    assert.equal(await status(page), `The server refused it: ${message}`);
    await page.getByLabel('measurements[0][1]').fill('1');
    assert.equal(await page.locator('fieldset .problem').isVisible(), false);
  });

  it('shows an answer: who, why, how long, and each output as suits it', async () => {
    const page = await open('iris', irisSignature, { request: twoRows });
    await send(page);
    assert.equal(await page.locator('.headline').innerText(), 'Waiting for the answer…');
    await opened.answer(irisAnswer);
    assert.equal(await page.locator('.headline').innerText(), 'iris version 3 answered in 1.89 ms');
    assert.equal(await status(page), 'iris version 3 answered in 1.89 ms');
    assert.match(await page.locator('.route').innerText(), /label canary gets 5 %/);
    assert.deepEqual(await page.locator('.timing dt, .timing dd').allInnerTexts(), [
      ...['Queue', '310 μs', 'Run', '95 μs', 'Codec', '64 μs', 'Network', '1.42 ms'],
    ]);
    const scores = page.getByRole('region', { name: 'probabilities' });
    const classes = (): Promise<string[]> => scores.getByRole('listitem').allInnerTexts();
    assert.deepEqual(
      (await classes()).map((text) => text.split('\n')),
      [
        ['setosa', '97%'],
        ['versicolor', '2%'],
        ['virginica', '1%'],
      ],
    );
    await page.getByLabel('Row of probabilities').selectOption('1');
    assert.match((await classes())[0] ?? '', /^virginica\s+80%$/);
    await scores.getByLabel('softmax').check();
    assert.match((await classes())[0] ?? '', /^virginica\s+50\.14%$/);
    for (const kind of ['table', 'histogram', 'line', 'heat', 'text']) {
      await page.getByLabel('Show probabilities as').selectOption(kind);
      const shown = scores.locator('table, svg[role=img], canvas, ol');
      assert.ok((await shown.first().getAttribute('aria-label')) !== '' && (await shown.count()) === 1, kind);
    }
    assert.deepEqual(
      await page.getByRole('region', { name: 'label' }).first().locator('td').allInnerTexts(),
      ['0', '2'],
    );
    await page.getByText('Raw JSON').click();
    assert.match(await page.locator('.raw').innerText(), /^\{"predictions"/);
  });

  it('keeps the way of showing an output over the next answer', async () => {
    const page = await open('iris', irisSignature, { request: twoRows });
    await send(page);
    await opened.answer(irisAnswer);
    await page.getByLabel('Show probabilities as').selectOption('table');
    await send(page);
    await opened.answer(irisAnswer);
    assert.equal(await page.getByLabel('Show probabilities as').inputValue(), 'table');
  });

  it('copies, saves, and takes up old requests', async () => {
    const page = await open('iris', irisSignature, { request: twoRows });
    await page.getByLabel('Copy as').selectOption('grpcurl');
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    const target = { kind: 'routed' } as const;
    assert.deepEqual(await last('copySnippet'), {
      type: 'copySnippet',
      snippet: 'grpcurl',
      model: 'iris',
      target,
      body: twoRows,
    });
    await opened.tell({ type: 'copied', what: 'snippet' });
    assert.equal(await page.getByRole('button', { name: 'Copied' }).isVisible(), true);
    await page.getByRole('button', { name: 'Save Request…' }).click();
    assert.deepEqual(await last('save'), {
      type: 'save',
      model: 'iris',
      target,
      request: twoRows,
      answer: '',
    });
    await send(page);
    await opened.answer(irisAnswer);
    await page.getByRole('button', { name: 'Save as Golden…' }).click();
    assert.match((await last('save')).answer, /^\{"predictions"/);
    await page.getByRole('button', { name: 'Copy Answer' }).click();
    assert.match((await last('copyText')).text, /^\{"predictions"/);
    await page.getByLabel('Recent').selectOption('h2');
    assert.deepEqual(await last('recall'), { type: 'recall', id: 'h2' });
    await page.getByRole('button', { name: 'Forget' }).click();
    assert.deepEqual(await last('act'), { type: 'act', act: 'forget' });
  });

  it('offers no REST code where REST is off', async () => {
    const page = await open('iris', irisSignature);
    await opened.tell({ type: 'snapshot', snapshot: { ...sampleSnapshot, hasRest: false } });
    assert.deepEqual(await page.getByLabel('Copy as').locator('option').allInnerTexts(), [
      'grpcurl',
      'Python: tensorflow-serving-api',
    ]);
  });

  it('makes an input of a picture, resized and scaled', async () => {
    const page = await open('digits', digitsSignature);
    const picture = await page.evaluate(() => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [64, 64];
      const drawing = canvas.getContext('2d');
      if (drawing !== null) {
        [drawing.fillStyle] = ['white'];
        drawing.fillRect(0, 0, 64, 64);
        [drawing.fillStyle] = ['black'];
        drawing.fillRect(0, 0, 32, 64);
      }
      return canvas.toDataURL('image/png').replace(/^.*,/, '');
    });
    const file = { name: 'half.png', mimeType: 'image/png', buffer: Buffer.from(picture, 'base64') };
    await page.getByLabel('From file… image').setInputFiles(file);
    await page.getByRole('img', { name: 'Preview of half.png' }).waitFor();
    assert.equal(await page.locator('.data').innerText(), 'half.png: [1, 1, 8, 8], 64 values from 0 to 1');
    const body = async (): Promise<number[][][][]> => {
      await send(page);
      await opened.answer({ kind: 'cancelled' });
      return (JSON.parse((await last('send')).body) as { inputs: number[][][][] }).inputs;
    };
    assert.deepEqual((await body())[0]?.[0]?.[3], [0, 0, 0, 0, 1, 1, 1, 1]);
    await page.getByLabel('Invert').check();
    await page.getByLabel('Scale').fill('1/17');
    assert.deepEqual((await body())[0]?.[0]?.[0], [15, 15, 15, 15, 0, 0, 0, 0]);
    await page.getByLabel('Width').fill('4');
    assert.equal(
      await page.locator('fieldset .problem').innerText(),
      'Dimension 3 is 4, and the model expects 8.',
    );
    await page.getByLabel('Width').fill('8');
    await page.getByRole('radio', { name: 'JSON' }).check();
    assert.match(await page.getByLabel('Request as JSON').inputValue(), /"<half\.png \[1, 1, 8, 8\]>"/);
  });

  it('reads .npy and CSV files, and says what is wrong with one', async () => {
    const page = await open('iris', irisSignature);
    const choose = (name: string, buffer: Buffer): Promise<void> =>
      page
        .getByLabel('From file… measurements')
        .setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    await choose('rows.csv', Buffer.from('a,b,c,d\n1,2,3,4\n5,6,7,8\n'));
    await page.getByLabel('measurements[1][3]').waitFor();
    assert.equal(await page.getByLabel('measurements[1][3]').inputValue(), '8');
    await choose('bad.csv', Buffer.from('1,2,3\n'));
    await page.getByText('Line 1 has 3 values, and 4 are expected.').waitFor();
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }\n";
    const npy = Buffer.concat([
      Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]),
      Buffer.from(header),
      Buffer.from(new Float32Array([1.5, 2, 3, 4]).buffer),
    ]);
    await choose('row.npy', npy);
    await page.waitForFunction(() => document.querySelectorAll('.cell').length === 4);
    assert.equal(await page.getByLabel('measurements[0][0]').inputValue(), '1.5');
    await choose('no.npy', Buffer.from('x'.repeat(50)));
    await page.getByText('This is no .npy file.').waitFor();
  });

  it('compares two versions, and marks what differs', async () => {
    const page = await open('iris', irisSignature, { request: twoRows });
    await page.getByRole('radio', { name: 'Compare' }).check();
    await page.getByLabel('Compare with').selectOption('version:2');
    await page.getByRole('button', { name: 'Compare' }).click();
    const [first, second] = (await opened.said()).filter(
      (message): message is SendMessage => message.type === 'send',
    );
    assert.deepEqual(
      [first?.target, second?.target],
      [{ kind: 'routed' }, { kind: 'version', version: '2' }],
    );
    assert.deepEqual([first?.remember, second?.remember], [false, false]);
    await opened.tell({ type: 'answered', id: first?.id ?? '', outcome: irisAnswer });
    await opened.tell({
      type: 'answered',
      id: second?.id ?? '',
      outcome: {
        ...irisAnswer,
        version: '2',
        json: '{"predictions": [{"label": 0, "probabilities": [0.97, 0.02, 0.01]}, {"label": 2, "probabilities": [0.05, 0.75, 0.2]}]}',
      },
    });
    assert.match(
      await page.getByRole('region', { name: 'label' }).innerText(),
      /The same within the tolerance: 2 of 2/,
    );
    const scores = page.locator('section[aria-label=probabilities]');
    assert.match(await scores.innerText(), /2 of 6 elements differ/);
    assert.match(await scores.innerText(), /Row 1: the top class moved from virginica to versicolor/);
    assert.deepEqual(await scores.locator('tbody tr').first().locator('th, td').allInnerTexts(), [
      '[1][2]',
      '0.8',
      '0.2',
      '0.6',
    ]);
    assert.equal(await status(page), '1 of 2 outputs are the same.');
  });

  it('measures: the form, figures while it runs, errors, export', async () => {
    const page = await open('iris', irisSignature, { request: twoRows });
    await page.getByRole('radio', { name: 'Measure' }).check();
    await page.getByLabel('At once').fill('8');
    await page.getByLabel('Seconds').fill('5000');
    assert.equal(await page.locator('.measure vscode-button[disabled]').count(), 1);
    await page.getByLabel('Seconds').fill('5');
    await page.getByRole('button', { name: 'Measure', exact: true }).click();
    const plan = { rate: 0, concurrency: 8, seconds: 5 };
    assert.deepEqual(await last('measure'), {
      type: 'measure',
      model: 'iris',
      target: { kind: 'routed' },
      body: twoRows,
      plan,
    });
    const point = { at: 1, rate: 900, p50: 1, p95: 2, p99: 3, cpuPercent: 50, memoryBytes: 1e8 };
    const view: MeasureView = {
      state: 'running',
      message: '',
      plan,
      points: [point, { ...point, at: 2, p99: null }],
      totals: null,
      notes: [],
    };
    await opened.tell({ type: 'measured', view });
    assert.equal(await page.locator('.measure .state').innerText(), 'Measuring: 2 of 5 s');
    assert.equal(await page.locator('.measure svg[role=img]').count(), 4);
    await page.getByRole('button', { name: 'Stop' }).click();
    assert.deepEqual(await last('act'), { type: 'act', act: 'stopMeasure' });
    const totals = {
      ...{ sent: 1_000, ok: 990, failed: 10, rate: 495.5, p50: 1, p95: 2.5, p99: 3.75, mean: 1.2, most: 9 },
      errors: [{ code: 'UNAVAILABLE', count: 10, message: 'It is gone.' }],
      versions: [{ version: '3', count: 990 }],
    };
    await opened.tell({ type: 'measured', view: { ...view, state: 'done', totals, notes: ['A note.'] } });
    assert.equal(await status(page), 'Measured: 990 answers, 10 failures');
    const facts = await page.locator('.measure .facts > div').allInnerTexts();
    assert.ok(
      facts.some((text) => /p99\s+3\.75 ms|3\.75 ms\s+p99/.test(text)),
      facts.join(' | '),
    );
    assert.deepEqual(
      await page.getByRole('table', { name: 'Errors by code' }).locator('tbody th, tbody td').allInnerTexts(),
      [...['UNAVAILABLE', '10', 'It is gone.']],
    );
    await page.getByRole('button', { name: 'Export JSON…' }).click();
    assert.deepEqual(await last('act'), { type: 'act', act: 'exportMeasure' });
  });

  it('can be used with the keyboard alone', async () => {
    const page = await open('iris', irisSignature);
    await page.getByLabel('measurements[0][0]').focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('2.5');
    await page.keyboard.press('Control+Enter');
    assert.equal((await last('send')).body, '{"instances": [[2.5,0.5,0.5,0.5]]}'.replaceAll(',', ', '));
    await page.getByRole('button', { name: 'Cancel' }).press('Enter');
    assert.equal((await last('cancel')).id, (await last('send')).id);
    await opened.answer({ kind: 'cancelled' });
    assert.equal(await page.locator('.headline').innerText(), 'Cancelled.');
    await page.getByRole('radio', { name: 'Answer' }).focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.getByLabel('Compare with').isVisible(), true);
    const unnamed = await page.evaluate(() =>
      [...document.querySelectorAll('input, select, textarea, canvas, svg[role]')]
        .filter(
          (one) => !(one.getAttribute('aria-label') ?? (one as HTMLInputElement).labels?.[0]?.textContent),
        )
        .map((one) => one.outerHTML),
    );
    assert.deepEqual(unnamed, []);
  });

  it('says why nothing can be asked, and starts the server', async () => {
    const page = await open('iris', irisSignature);
    const obstacle = 'The Perch server is not running.';
    await opened.tell({
      type: 'snapshot',
      snapshot: { ...sampleSnapshot, obstacle, canStart: true, models: [] },
    });
    assert.match(await page.locator('.obstacle').innerText(), /The Perch server is not running\./);
    assert.equal(await page.locator('header vscode-button[disabled]').innerText(), 'Send');
    await page.getByRole('button', { name: 'Start Server' }).click();
    assert.deepEqual(await last('act'), { type: 'act', act: 'start' });
    const before = (await opened.said()).length;
    await opened.tell({ type: 'snapshot', snapshot: sampleSnapshot });
    assert.deepEqual((await opened.said()).slice(before), [
      { type: 'describe', model: 'iris', target: { kind: 'routed' }, signature: '' },
    ]);
  });

  it('returns to what the user was doing, with the answer', async () => {
    const page = await open('iris', irisSignature);
    await page.getByLabel('measurements[0][0]').fill('4.75');
    await send(page);
    const { id } = await last('send');
    const state = await opened.keptState();
    await opened.close();

    const again = await open('iris', irisSignature, { state });
    await opened.tell({ type: 'answered', id, outcome: irisAnswer });
    assert.equal(await again.getByLabel('measurements[0][0]').inputValue(), '4.75');
    assert.equal(await again.locator('.headline').innerText(), 'iris version 3 answered in 1.89 ms');
  });

  it('ignores what is not a message, and takes names from outside as text', async () => {
    const page = await open('iris', irisSignature);
    const before = await page.locator('main').innerHTML();
    for (const message of [
      null,
      { type: 'snapshot' },
      {
        type: 'described',
        model: 'iris',
        target: { kind: 'routed' },
        signature: '',
        description: { kind: 'signature' },
      },
      { type: 'answered', id: 1, outcome: { kind: 'cancelled' } },
      { type: 'measured', view: { state: 'running' } },
    ]) {
      await opened.deliver(message);
    }
    assert.equal(await page.locator('main').innerHTML(), before);
    const markup = '<img src=x onerror="document.title=1">';
    const input = { name: markup, dtype: 'DT_STRING', shape: [-1] };
    const signature = { ...irisSignature, inputs: [input, { ...input, name: '__proto__' }], sample: '' };
    await opened.tell({
      type: 'described',
      model: 'iris',
      target: { kind: 'routed' },
      signature: '',
      description: signature,
    });
    assert.deepEqual(await page.locator('legend .name').allInnerTexts(), [markup, '__proto__']);
    assert.equal(await page.locator('main img').count(), 0);
    await send(page);
    assert.equal(
      (await last('send')).body,
      `{"inputs": {${JSON.stringify(markup)}: [""], "__proto__": [""]}}`,
    );
  });

  it('fits into half an editor at 200 % zoom', async () => {
    const page = await open('iris', irisSignature, { width: 360, height: 500, request: twoRows });
    await send(page);
    await opened.answer(irisAnswer);
    assert.equal(await overflows(page), false);
  });
});

describe('the bundle of the playground', () => {
  it('stays below 400 kB, toolkit and all', () => {
    assert.ok(readBuiltFile('playground.js').byteLength < 400_000);
  });
});

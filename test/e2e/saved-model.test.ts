// What a user does with a TensorFlow SavedModel: drops it in, looks at its signatures and its report, exports it as ONNX.
import assert from 'node:assert/strict';
import { cpSync, existsSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { writeModels } from '../support/fixture-models.ts';
import { startHost, type Host } from '../support/host.ts';
import { output, packagedExtension, picture } from '../support/journey.ts';
import { writeHalfPlusTwo } from '../support/saved-model-fixture.ts';
import { until } from '../support/until.ts';
import { Workbench } from '../support/workbench.ts';

const tree = 'Models';

describe('a SavedModel in the editor', () => {
  let browser: Browser;
  let host: Host;
  let workbench: Workbench;
  let models: string;

  async function untilState(version: string, state: string): Promise<void> {
    await workbench.untilDescription(tree, { label: version, parent: 'halved' }, `to be ${state}`, (shown) =>
      shown.startsWith(state),
    );
  }

  before(async () => {
    host = await startHost({
      vsix: packagedExtension(),
      prepare: (workspace) => {
        writeModels(workspace);
        writeHalfPlusTwo(path.join(workspace, 'exports', 'half_plus_two'));
      },
      logFile: path.join(output, 'e2e-saved-model-server.log'),
    });
    models = path.join(host.workspace, 'models');
    browser = await launchBrowser();
    workbench = await Workbench.open(browser, host.folderUrl());
    await workbench.showContainer('Perch');
  });

  after(async () => {
    await browser.close();
    await host.stop();
  });

  it('is served as it lies there, and shows its signatures', async () => {
    cpSync(path.join(host.workspace, 'exports', 'half_plus_two'), path.join(models, 'halved', '1'), {
      recursive: true,
    });
    await (await workbench.row(tree, 'halved')).waitFor();
    await untilState('1', 'available · SavedModel');
    await (await workbench.row(tree, '1', 'halved')).click();
    await workbench.untilDescription(
      tree,
      { label: 'spoken' },
      'to be a signature',
      (shown) => shown === 'predict',
    );
    assert.equal(await workbench.description(tree, 'x'), undefined);
    await (await workbench.row(tree, 'spoken')).click();
    await workbench.untilDescription(tree, { label: 'text', parent: 'spoken' }, 'to be an output', (shown) =>
      shown.startsWith('output · string …'),
    );
    assert.equal(await workbench.description(tree, 'x', 'spoken'), 'input · float ?');
    await picture(workbench, 'saved-model-tree');
  });

  it('says what became of it', async () => {
    await workbench.contextMenu(await workbench.row(tree, '1', 'halved'), 'Show Conversion Report');
    const report = await workbench.webview('Preview halved version 1 conversion.md');
    await report.getByRole('heading', { name: 'Conversion of halved, version 1' }).waitFor();
    await report.getByText('AsString').first().waitFor();
    await picture(workbench, 'saved-model-report');
  });

  it('is exported as an ONNX model, which is served as the next version', async () => {
    const { inputs, page } = workbench;
    await workbench.contextMenu(await workbench.row(tree, '1', 'halved'), 'Export as ONNX…');
    await inputs.pick('Export as ONNX', 'serving_default');
    const file = path.join(models, 'halved', 'model.onnx');
    await until('the proposed file', async () => (await inputs.field.inputValue()) === file);
    await page.keyboard.press('Enter');
    await workbench.keptNotification('Exported model.onnx.');
    await until('the file', () => existsSync(file));
    assert.ok(statSync(file).size > 0);
    cpSync(file, path.join(models, 'halved', '2', 'model.onnx'));
    rmSync(file);
    await untilState('2', 'available');
    await workbench.clearNotifications();
  });

  it('says why a signature cannot be exported, and what helps', async () => {
    const { inputs, page } = workbench;
    await untilState('1', 'unloaded');
    await workbench.contextMenu(await workbench.row(tree, '1', 'halved'), 'Load');
    await untilState('1', 'available');
    await workbench.contextMenu(await workbench.row(tree, '1', 'halved'), 'Export as ONNX…');
    await inputs.pick('Export as ONNX', 'spoken');
    const file = path.join(models, 'halved', 'model.onnx');
    await until('the proposed file', async () => (await inputs.field.inputValue()) === file);
    await page.keyboard.press('Enter');
    const problem = await workbench.keptNotification('It cannot be exported.');
    await problem.getByRole('button', { name: 'Copy tf2onnx Command' }).click();
    await until('the command', async () =>
      (await workbench.clipboard()).startsWith('python -m tf2onnx.convert'),
    );
    assert.equal(existsSync(file), false);
  });
});

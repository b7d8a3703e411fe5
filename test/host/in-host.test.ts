// Runs test/host/suite, a mocha suite, inside VS Code's extension host, on the extension as it lies in the checkout.
// Each mocha test becomes a test here.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { launchBrowser } from '../support/browser.ts';
import { writeModels } from '../support/fixture-models.ts';
import { repositoryRoot } from '../support/host-paths.ts';
import { startHost } from '../support/host.ts';
import { writeHalfPlusTwo } from '../support/saved-model-fixture.ts';
import type { HostTestResult } from './suite/index.ts';

const output = path.join(repositoryRoot, 'test', 'output');
const bundle = path.join(output, 'host-suite');
const resultsFile = path.join(output, 'host-results.json');

/** Ends a suite that hangs; its own tests end long before. */
const hungAfterMs = 10 * 60_000;

/** Bundles the suite: the extension host loads CommonJS. mocha stays outside, it must be the one that runs the files. */
async function bundleSuite(): Promise<void> {
  rmSync(bundle, { recursive: true, force: true });
  const suite = path.join(import.meta.dirname, 'suite');
  const files = readdirSync(suite).filter((file) => file === 'index.ts' || file.endsWith('.spec.ts'));
  await build({
    entryPoints: files.map((file) => path.join(suite, file)),
    outdir: bundle,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.18',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

test('the extension in the extension host', async (t) => {
  mkdirSync(output, { recursive: true });
  rmSync(resultsFile, { force: true });
  await bundleSuite();
  const host = await startHost({
    prepare: (workspace) => {
      writeModels(workspace);
      writeHalfPlusTwo(path.join(workspace, 'exports', 'half_plus_two'));
    },
    inHostTests: true,
    env: { PERCH_HOST_RESULTS: resultsFile },
    logFile: path.join(output, 'host-server.log'),
  });
  const logged: string[] = [];
  let code: unknown;
  try {
    const browser = await launchBrowser();
    try {
      const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
      const page = await context.newPage();
      // The workbench calls these two at the end and for every line of the log.
      await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
        logged.push(`${type} ${args.map(String).join(' ')}`);
      });
      const exited = new Promise<number>((resolve) => {
        void page.exposeFunction('codeAutomationExit', resolve);
      });
      await page.goto(
        host.folderUrl([
          ['extensionDevelopmentPath', host.remoteUri(repositoryRoot)],
          ['extensionTestsPath', host.remoteUri(path.join(bundle, 'index.cjs'))],
          ['skipWelcome', 'true'],
        ]),
      );
      code = await Promise.race([exited, sleep(hungAfterMs, 'nothing', { ref: false })]);
    } finally {
      await browser.close();
    }
  } finally {
    await host.stop();
  }
  const tail = logged.slice(-30).join('\n');
  assert.ok(existsSync(resultsFile), `the suite did not finish (it exited with ${String(code)}):\n${tail}`);
  const results = JSON.parse(readFileSync(resultsFile, 'utf8')) as HostTestResult[];
  assert.ok(results.length > 0, 'the suite has no test');
  for (const result of results) {
    await t.test(result.title, { skip: result.outcome === 'skipped' }, () => {
      assert.equal(result.outcome, 'passed', result.error);
    });
  }
});

// What the dashboard costs while it is watched: the built page in Chromium, its tab "Canary" in front, ten snapshots a second.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pageHtml } from '../extension/panels/webview-html.ts';
import type { ModelsSnapshot } from '../webview/dashboard/canary-snapshot.ts';
import type { DashboardHostMessage } from '../webview/dashboard/protocol.ts';
import { launchBrowser } from '../test/support/browser.ts';
import {
  englishCanary,
  runningDetail,
  runningSnapshot,
  show,
} from '../test/webview/support/dashboard-canary-sample.ts';
import { darkModern } from '../test/webview/support/themes.ts';
import { conditions, printTable } from './support/conditions.ts';
import { repository } from './support/daemon.ts';

const snapshotsPerSecond = 10;
const warmUpMs = 3_000;
const measuredMs = 20_000;
const origin = 'http://dashboard.test';

/** Snapshots in which every figure differs from the one before, as they do where all models get requests. */
function snapshots(count: number): readonly ModelsSnapshot[] {
  const others = Array.from({ length: 19 }, (_, index) => ({
    name: `model_${index}`,
    mark: 'plain' as const,
    state: 'version 1',
  }));
  return Array.from({ length: count }, (_, turn) => {
    const vary = (value: number): number => value * (1 + 0.1 * Math.sin(turn + value));
    return {
      ...runningSnapshot,
      models: [{ name: 'digits', mark: 'canary', state: 'canary at 25 %' }, ...others],
      detail: {
        ...runningDetail,
        split:
          runningDetail.split === null
            ? null
            : { ...runningDetail.split, requests: 7200 + turn, targets: runningDetail.split.targets },
        versions: runningDetail.versions.map((version) => ({
          ...version,
          rate: vary(version.rate),
          errors: vary(version.errors ?? 0),
          p50: vary(version.p50 ?? 0),
          p99: vary(version.p99 ?? 0),
          observed: vary(version.observed ?? 0),
          history: version.history.map((point) => ({
            ...point,
            p50: vary(point.p50 ?? 0),
            rate: vary(point.rate),
          })),
        })),
        canary:
          runningDetail.canary === null
            ? null
            : { ...runningDetail.canary, nextMs: 1000 * (60 - (turn % 60)) },
        events: Array.from({ length: 50 }, (__, index) => ({
          id: String(index),
          atMs: 1_715_947_200_000 - index * 1000,
          what: 'Traffic set',
          actor: 'vscode',
          reason: '',
          before: 'stable 95%, canary 5%',
          after: 'stable 75%, canary 25%',
        })),
      },
    };
  });
}

const file = (name: string): Buffer => readFileSync(path.join(repository, 'dist', 'webview', name));
const files = new Map<string, { readonly contentType: string; readonly body: Buffer | string }>([
  ['/dashboard.js', { contentType: 'text/javascript', body: file('dashboard.js') }],
  ['/dashboard.css', { contentType: 'text/css', body: file('dashboard.css') }],
  [
    '/',
    {
      contentType: 'text/html; charset=utf-8',
      body: pageHtml({
        title: 'Dashboard',
        language: 'en',
        cspSource: origin,
        nonce: 'YmVuY2g=',
        scriptUri: `${origin}/dashboard.js`,
        styleUri: `${origin}/dashboard.css`,
      }),
    },
  ],
]);

const ofTab = (message: object): DashboardHostMessage => ({ type: 'tab', tab: 'canary', message });
const frameText: DashboardHostMessage = {
  type: 'text',
  locale: 'en',
  heading: 'Perch Dashboard',
  tabs: { canary: 'Canary', health: 'Health', network: 'Network' },
};
const messages = snapshots(60).map((snapshot) => ofTab(show(snapshot)));

const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  await page.route('**/*', (route) => {
    const found = files.get(new URL(route.request().url()).pathname);
    return found === undefined ? route.fulfill({ status: 404 }) : route.fulfill(found);
  });
  const variables = Object.entries(darkModern.variables);
  // As text: this file knows no browser's types.
  await page.addInitScript(`
    globalThis.acquireVsCodeApi = () => ({ postMessage() {}, getState() {}, setState() {} });
    document.addEventListener('DOMContentLoaded', () => {
      for (const [name, value] of ${JSON.stringify(variables)}) {
        document.documentElement.style.setProperty('--vscode-' + name, value);
      }
      document.body.classList.add('vscode-dark');
    });
  `);
  await page.goto(`${origin}/`);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const read = async (): Promise<ReadonlyMap<string, number>> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return new Map(metrics.map(({ name, value }) => [name, value]));
  };
  const rows: string[][] = [['snapshots a second', 'of one core', 'script', 'style and layout', 'nodes']];
  await page.evaluate(`
    window.postMessage(${JSON.stringify(frameText)}, '*');
    window.postMessage(${JSON.stringify(ofTab(englishCanary))}, '*');
    globalThis.snapshots = ${JSON.stringify(messages)};
  `);
  for (const rate of [0, 1, snapshotsPerSecond]) {
    await page.evaluate(`
      clearInterval(globalThis.timer);
      globalThis.turn = 0;
      window.postMessage(snapshots[0], '*');
      if (${rate} > 0) {
        globalThis.timer = setInterval(() => window.postMessage(snapshots[++turn % snapshots.length], '*'), 1000 / ${rate});
      }
    `);
    await page.waitForTimeout(warmUpMs);
    const before = await read();
    const begun = performance.now();
    await page.waitForTimeout(measuredMs);
    const after = await read();
    const seconds = (performance.now() - begun) / 1000;
    const share = (...names: readonly string[]): string => {
      const spent = names.reduce((sum, name) => sum + (after.get(name) ?? 0) - (before.get(name) ?? 0), 0);
      return `${((spent / seconds) * 100).toFixed(1)} %`;
    };
    rows.push([
      String(rate),
      share('TaskDuration'),
      share('ScriptDuration'),
      share('LayoutDuration', 'RecalcStyleDuration'),
      String(after.get('Nodes') ?? 0),
    ]);
  }
  console.log(
    `\n# Dashboard, tab "Canary", 20 models, one canary with everything: ${conditions()}; ${measuredMs / 1000} s each`,
  );
  printTable(rows);
} finally {
  await browser.close();
}

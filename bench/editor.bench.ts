// The editor side: how long the extension takes to activate, and what one change costs a tree of 300 models x 3 versions.
import path from 'node:path';
import type { ModelsTree } from '../extension/explorer/models-tree.ts';
import type { Row } from '../extension/explorer/rows.ts';
import type { Model, Version, VersionPhase } from '../extension/state/model.ts';
import { ModelStore } from '../extension/state/model-store.ts';
import { RateFeed } from '../extension/state/rate-feed.ts';
import type { RequestRate } from '../extension/state/traffic-from-wire.ts';
import { launchBrowser } from '../test/support/browser.ts';
import { writeModels } from '../test/support/fixture-models.ts';
import { startHost } from '../test/support/host.ts';
import { Workbench } from '../test/support/workbench.ts';
import { conditions, median, percentile, printTable } from './support/conditions.ts';
import { repository } from './support/daemon.ts';
import { modelsTreeOutsideEditor } from './support/tree-outside-editor.ts';

const models = 300;
const versions = ['3', '2', '1'];
const changes = 100;
const activations = 3;

console.log(`\n# Editor: ${conditions()}`);
await measureTree();
await measureActivation();

/** What VS Code asks of the tree after a change, with every model expanded; gives the number of rows that it draws. */
async function redraw(tree: ModelsTree, rows: readonly Row[] | undefined): Promise<number> {
  let drawn = 0;
  const draw = async (row: Row): Promise<void> => {
    tree.getTreeItem(row);
    drawn++;
    if (row.kind === 'model') {
      await Promise.all((await tree.getChildren(row)).map(draw));
    }
  };
  await Promise.all((rows ?? (await tree.getChildren())).map(draw));
  return drawn;
}

async function measureTree(): Promise<void> {
  const Tree = await modelsTreeOutsideEditor();
  const store = new ModelStore();
  const feed = rateSource();
  const rates = new RateFeed();
  const tree = new Tree({
    store,
    rates,
    controller: {
      overview: { situation: { kind: 'no-folder' }, server: { kind: 'stopped' } },
    },
    folder: '/bench',
  });
  const fired = (): Promise<readonly Row[] | undefined> =>
    new Promise((resolve) => {
      const subscription = tree.onDidChangeTreeData((rows) => {
        subscription.dispose();
        resolve(rows ?? undefined);
      });
    });
  const all = Array.from({ length: models }, (_, index) => modelOf(`model_${index}`, 'available'));
  const table = [['change', 'rows fired', 'rows drawn', 'until drawn, ms', 'p99', 'CPU of it, ms']];
  const measure = async (name: string, change: (turn: number) => void): Promise<void> => {
    const [times, sizes, drawn]: [number[], string[], number[]] = [[], [], []];
    const before = process.cpuUsage();
    for (let turn = 0; turn < changes; turn++) {
      const next = fired();
      const at = performance.now();
      change(turn);
      const rows = await next;
      drawn.push(await redraw(tree, rows));
      times.push(performance.now() - at);
      sizes.push(rows === undefined ? 'all' : String(rows.length));
    }
    const { user, system } = process.cpuUsage(before);
    table.push([
      name,
      sizes[changes >> 1] ?? '',
      String(median(drawn)),
      median(times).toFixed(1),
      percentile(times, 0.99).toFixed(1),
      ((user + system) / 1000 / changes).toFixed(2),
    ]);
  };

  await measure('everything: the first snapshot of a stream', () => store.applySnapshot(all));
  await measure('a version makes progress while it is loaded', (turn) =>
    store.applyModel(modelOf('model_150', 'loading', turn)),
  );
  await measure('a version becomes available, or is unloaded', (turn) =>
    store.applyModel(modelOf('model_150', turn % 2 === 0 ? 'available' : 'unloaded')),
  );
  await measure('a load: three changes of one version in a row', (turn) => {
    store.applyModel(modelOf('model_150', 'unloaded'));
    store.applyModel(modelOf('model_150', 'loading', turn));
    store.applyModel(modelOf('model_150', 'available'));
  });
  store.applySnapshot(all);
  await redraw(tree, await fired());
  rates.setVisible(true);
  rates.setSource(feed.source);
  await measure('rates of all versions, which come once a second', (turn) => feed.give(turn + 1));
  tree.dispose();
  rates.dispose();
  console.log(
    `\nTree of ${models} models x ${versions.length} versions, all expanded; ${changes} of each change`,
  );
  printTable(table);
}

function modelOf(name: string, phase: VersionPhase, turn = 0): Model {
  return {
    name,
    basePath: `/models/${name}`,
    versions: versions.map((number, index) =>
      index === 0 ? versionOf(name, number, phase, turn) : versionOf(name, number, 'available', 0),
    ),
    problem: '',
    resourceVersion: String(turn),
    traffic: [],
    canary: undefined,
  };
}

function versionOf(model: string, number: string, phase: VersionPhase, turn: number): Version {
  return {
    number,
    phase,
    error: '',
    errorCode: '',
    sinceMs: turn,
    path: `/models/${model}/${number}`,
    sizeBytes: 4_000_000,
    loadMs: 20,
    signature: undefined,
    convertedFrom: '',
    signatures: [],
    onDisk: true,
    labels: number === '3' ? ['stable'] : [],
    pendingLabels: [],
    retryAtMs: 0,
    progress: undefined,
    execution: undefined,
  };
}

/** Rates that are given by hand, of all versions at once. */
function rateSource(): {
  readonly source: { watchRates(signal: AbortSignal): AsyncIterable<readonly RequestRate[]> };
  readonly give: (rate: number) => void;
} {
  const { readable, writable } = new TransformStream<readonly RequestRate[], readonly RequestRate[]>();
  const writer = writable.getWriter();
  return {
    source: { watchRates: () => readable },
    give: (rate) => {
      const rates = Array.from({ length: models }, (_, index) =>
        versions.map((version) => ({ model: `model_${index}`, version, rate, p99Us: rate * 1000 })),
      );
      void writer.write(rates.flat());
    },
  };
}

/** In the real editor, on the checkout: what VS Code itself tells of the time from the first line of code to the end of activate(). */
async function measureActivation(): Promise<void> {
  const times: number[] = [];
  for (let turn = 0; turn < activations; turn++) {
    times.push(await activationMs());
  }
  const shown = times.map((ms) => `${ms} ms`).join(', ');
  console.log(`\nActivation (code loaded and activate() called): median ${median(times)} ms of ${shown}`);
}

async function activationMs(): Promise<number> {
  const host = await startHost({
    prepare: writeModels,
    inHostTests: true,
    logFile: path.join(repository, 'test', 'output', 'bench-editor-server.log'),
  });
  const browser = await launchBrowser();
  try {
    const development = ['extensionDevelopmentPath', host.remoteUri(repository)] as const;
    const workbench = await Workbench.open(browser, host.folderUrl([development]));
    await workbench.showContainer('Perch');
    await workbench.row('Models', 'digits');
    await workbench.command('Developer: Show Running Extensions');
    const row = workbench.page
      .locator('.runtime-extensions-editor .monaco-list-row')
      .filter({ hasText: 'perch' });
    const text = await row.first().innerText();
    return Number(/Activation:\s*(\d+)\s*ms/.exec(text)?.[1] ?? NaN);
  } finally {
    await browser.close();
    await host.stop();
  }
}

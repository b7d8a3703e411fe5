// The source on real directories with real file events: what it tells, and what it logs, as they change.
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { ModelOnDisk } from '../../../../server/lifecycle/found.ts';
import { ModelSource, type SourceTarget } from '../../../../server/source/model-source.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';
import { memoryLog } from '../fakes.ts';
import { tinyModel } from '../tiny-model.ts';

/** A source that runs until the end of the block. */
class Watching implements AsyncDisposable {
  found: readonly ModelOnDisk[] = [];
  looks = 0;
  readonly lines: string[];
  readonly source: ModelSource;

  constructor(target: SourceTarget, pollIntervalMs: number) {
    const { log, lines } = memoryLog();
    this.lines = lines;
    this.source = new ModelSource({
      target,
      pollIntervalMs,
      log,
      found: (models) => {
        this.found = models;
        this.looks++;
      },
    });
  }

  static async of(directory: string, pollIntervalMs = 50): Promise<Watching> {
    const watching = new Watching({ kind: 'directory', directory }, pollIntervalMs);
    await watching.source.start();
    return watching;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.source.stop();
  }

  /** `name: 1 complete, 2 copying; …` */
  text(): string {
    const models = [...this.found].sort((a, b) => (a.name < b.name ? -1 : 1));
    return models
      .map(({ name, versions }) => {
        const all = versions.map(({ number, readiness }) => `${number} ${readiness.kind}`);
        return `${name}: ${all.join(', ')}`;
      })
      .join('; ');
  }

  async untilText(wanted: string): Promise<void> {
    await until(`"${wanted}"`, () => this.text() === wanted, 10_000).catch((reason: unknown) => {
      throw new Error(`It stayed "${this.text()}"`, { cause: reason });
    });
  }

  problem(): string | undefined {
    return this.found[0]?.problem;
  }
}

/** A version that has been there for long. */
function putOld(base: string, model: string, version: string): void {
  const directory = path.join(base, model, version);
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, 'model.onnx');
  writeFileSync(file, tinyModel());
  utimesSync(file, 1000, 1000);
  utimesSync(directory, 1000, 1000);
}

const eventsOnly = -1;

describe('a models directory', () => {
  it('that is missing is an error that says what to do', async () => {
    using base = tempDir();
    const directory = path.join(base.path, 'none');
    await assert.rejects(Watching.of(directory), {
      code: 'MODELS_DIRECTORY_MISSING',
      message: new RegExp(
        `^There is no directory .*none\\. Create it and put a model at <directory>/<name>/1/model\\.onnx`,
      ),
    });
    writeFileSync(directory, 'a file');
    await assert.rejects(Watching.of(directory), { code: 'MODELS_DIRECTORY_MISSING' });
  });

  it('that is empty gives no models, and the first one as it comes', async () => {
    using base = tempDir();
    await using watching = await Watching.of(base.path, eventsOnly);
    assert.deepEqual([watching.text(), watching.looks], ['', 1]);
    putOld(base.path, 'm', '1');
    await watching.untilText('m: 1 complete');
  });

  it('tells a new version by file events alone, first as a copy', async () => {
    using base = tempDir();
    putOld(base.path, 'm', '1');
    await using watching = await Watching.of(base.path, eventsOnly);
    assert.equal(watching.text(), 'm: 1 complete');
    const file = path.join(base.path, 'm', '2', 'model.onnx');
    mkdirSync(path.dirname(file));
    writeFileSync(file, tinyModel().subarray(0, 100));
    await watching.untilText('m: 1 complete, 2 copying');
    writeFileSync(file, tinyModel());
    await watching.untilText('m: 1 complete, 2 complete');
  });

  it('tells a new version by the poll', async () => {
    using base = tempDir();
    putOld(base.path, 'm', '1');
    await using watching = await Watching.of(base.path, 20);
    putOld(base.path, 'm', '2');
    await watching.untilText('m: 1 complete, 2 complete');
  });

  it('gives up a copy that stands still, and takes it up again', async () => {
    using base = tempDir();
    putOld(base.path, 'm', '1');
    const file = path.join(base.path, 'm', '1', 'model.onnx');
    truncateSync(file, 100);
    utimesSync(file, 1000, 1000);
    await using watching = await Watching.of(base.path, eventsOnly);
    await watching.untilText('m: 1 broken');
    writeFileSync(file, tinyModel());
    await watching.untilText('m: 1 complete');
  });

  it('lets go of a model whose directory is removed, and of one that is renamed', async () => {
    using base = tempDir();
    putOld(base.path, 'a', '1');
    putOld(base.path, 'b', '1');
    await using watching = await Watching.of(base.path, eventsOnly);
    assert.equal(watching.text(), 'a: 1 complete; b: 1 complete');
    rmSync(path.join(base.path, 'a'), { recursive: true });
    await watching.untilText('b: 1 complete');
    renameSync(path.join(base.path, 'b'), path.join(base.path, 'c'));
    await watching.untilText('c: 1 complete');
  });

  it('that vanishes keeps what was there, says so once, and recovers', async () => {
    using parent = tempDir();
    const base = path.join(parent.path, 'models');
    putOld(base, 'm', '1');
    await using watching = await Watching.of(base, 20);
    renameSync(base, `${base}.away`);
    await until('the problem', () => watching.problem()?.includes('path missing'));
    assert.equal(watching.text(), 'm: 1 complete');
    const looks = watching.looks;
    await until('more looks', () => watching.looks > looks + 3);
    assert.equal(watching.lines.filter((line) => line.includes('cannot be listed')).length, 1);
    renameSync(`${base}.away`, base);
    await until('the recovery', () => watching.problem() === undefined);
    putOld(base, 'm', '2');
    await watching.untilText('m: 1 complete, 2 complete');
  });

  it(
    'passes over files, hidden directories and names that no model can have',
    { skip: process.platform === 'win32' },
    async () => {
      using base = tempDir();
      for (const name of ['good', '__proto__', '.git', 'with space', 'ümlaut', '-dash', 'a'.repeat(255)]) {
        putOld(base.path, name, '1');
      }
      writeFileSync(path.join(base.path, 'README.md'), 'text');
      symlinkSync(path.join(base.path, 'README.md'), path.join(base.path, 'link-to-file'));
      symlinkSync(path.join(base.path, 'good'), path.join(base.path, 'link-to-good'));
      await using watching = await Watching.of(base.path, 20);
      const names = watching.found.map(({ name }) => name).sort();
      assert.deepEqual(names, ['__proto__', 'a'.repeat(255), 'good', 'link-to-good']);
      const looks = watching.looks;
      await until('more looks', () => watching.looks > looks + 2);
      const warnings = watching.lines.filter((line) => line.includes('cannot be a model name'));
      assert.deepEqual(warnings.length, 3);
    },
  );
});

describe('a model', () => {
  it('without versions, and with two of one number, has a problem that is logged once', async () => {
    using base = tempDir();
    mkdirSync(path.join(base.path, 'm', 'v1'), { recursive: true });
    await using watching = await Watching.of(base.path, 20);
    const none =
      "No versions of servable m found under its base path. Did you forget to name your leaf directory as a number (eg. '/1/')?";
    assert.equal(watching.problem(), none);
    const { looks } = watching;
    await until('more looks', () => watching.looks > looks + 2);
    assert.equal(watching.lines.length, 1);
    putOld(base.path, 'm', '1');
    await until('no problem', () => watching.problem() === undefined);
    putOld(base.path, 'm', '01');
    await until('the duplicate', () => watching.problem());
    assert.equal(
      watching.problem(),
      'Directories 1 and 01 of model m are the same version; 1 is used. Remove one.',
    );
    rmSync(path.join(base.path, 'm', '01'), { recursive: true });
    await until('no problem', () => watching.problem() === undefined);
  });

  it('that was configured keeps its policy and labels, and serves on when its base path vanishes', async () => {
    using base = tempDir();
    const basePath = path.join(base.path, 'm');
    const labels = new Map([['stable', 1n]]);
    const models = [{ name: 'x', basePath, rules: { policy: { kind: 'all' } } as const, labels }];
    await using watching = new Watching({ kind: 'models', models }, 20);
    await watching.source.start();
    assert.equal(watching.problem(), 'Could not find base path for servable x: path missing.');
    assert.deepEqual(watching.found, [{ ...models[0], versions: [], problem: watching.problem() }]);
    putOld(base.path, 'm', '1');
    await watching.untilText('x: 1 complete');
    assert.deepEqual(
      [watching.found[0]?.rules?.policy, watching.found[0]?.labels],
      [{ kind: 'all' }, labels],
    );
    // Renamed, not removed: a look in the middle of a removal would see a base path without versions.
    renameSync(basePath, path.join(base.path, 'gone'));
    await until('the problem', () => watching.problem()?.includes('path missing'));
    assert.equal(watching.text(), 'x: 1 complete');
    putOld(base.path, 'm', '2');
    await watching.untilText('x: 2 complete');
    assert.equal(watching.problem(), undefined);
  });
});

describe('the looks', () => {
  it('end with stop, and one that is under way tells nothing any more', async () => {
    using base = tempDir();
    putOld(base.path, 'm', '1');
    const watching = await Watching.of(base.path, 10);
    await until('looks', () => watching.looks > 2);
    const look = watching.source.look();
    const { looks } = watching;
    await Promise.all([watching.source.stop(), look]);
    assert.equal(watching.looks, looks);
    await watching.source.stop();
  });

  it('are one for any number of calls while one is under way', async () => {
    using base = tempDir();
    await using watching = await Watching.of(base.path, 0);
    assert.equal(watching.looks, 1);
    await Promise.all(Array.from({ length: 20 }, () => watching.source.look()));
    assert.equal(watching.looks, 3);
  });

  it('are one at the start where the poll is off, but for a copy in progress', async () => {
    using base = tempDir();
    const directory = path.join(base.path, 'm', '1');
    mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(directory, 'model.onnx'), tinyModel());
    await using watching = await Watching.of(base.path, 0);
    assert.equal(watching.text(), 'm: 1 copying');
    await watching.untilText('m: 1 complete');
  });
});

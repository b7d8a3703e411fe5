// `perch bench` against a server of this process: what arrives, and what it tells.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { BenchHello, BenchLine, BenchProgress, BenchSummary } from '../../server/bench/bench-lines.ts';
import { runCli, type CliRun } from '../support/run-cli.ts';
import { tempDir } from '../support/temp-dir.ts';
import { exampleModels, startServer, testToken, type RunningServer } from './support/running-server.ts';

let running: RunningServer;

before(async () => {
  running = await startServer([`--models_directory=${exampleModels}`]);
});
after(() => running.stop());

const request = { instances: [1.0, 2.0, 5.0] };

function bench(args: readonly string[], context: Parameters<typeof runCli>[1] = {}): Promise<CliRun> {
  return runCli(['bench', ...args, '--address', running.server.grpcAddress], {
    env: { PERCH_TOKEN: testToken },
    ...context,
  });
}

function linesOf(run: CliRun): BenchLine[] {
  return run.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as BenchLine);
}

describe('perch bench', () => {
  for (const transport of ['grpc', 'rest']) {
    it(`sends a request file over ${transport}, and tells as it goes`, async () => {
      using dir = tempDir();
      const file = path.join(dir.path, 'five.predict.json');
      await writeFile(file, JSON.stringify({ model: 'half_plus_two', version: 123, request }));
      const run = await bench([
        ...[file, '--count=40', '--concurrency=4', '--format=jsonl', `--transport=${transport}`],
        `--output=${path.join(dir.path, 'out.json')}`,
      ]);
      assert.equal(run.code, 0, run.stderr);
      const lines = linesOf(run);
      const hello = lines[0] as BenchHello;
      assert.deepEqual(
        [hello.kind, hello.name, hello.model, hello.version, hello.transport, hello.mode, hello.concurrency],
        ['hello', 'five', 'half_plus_two', '123', transport, 'concurrency', 4],
      );
      assert.equal(hello.resources, true);
      const summary = lines.at(-1) as BenchSummary;
      assert.deepEqual(
        [summary.kind, summary.ended, summary.sent, summary.ok, summary.failed, summary.unfinished],
        ['summary', 'count', 40, 40, 0, 0],
      );
      assert.deepEqual(summary.versions, transport === 'grpc' ? [{ version: '123', count: 40 }] : []);
      assert.equal(summary.latency?.count, 40);
      assert.equal(
        summary.histogram.reduce((sum, { count }) => sum + count, 0),
        40,
      );
      const progress = lines.slice(1, -1) as BenchProgress[];
      assert.ok(progress.length > 0);
      assert.deepEqual([...new Set(progress.map(({ kind }) => kind))], ['progress']);
      const kept = JSON.parse(await readFile(path.join(dir.path, 'out.json'), 'utf8')) as unknown;
      assert.deepEqual(kept, { hello, progress, summary });
    });
  }

  it('keeps a rate, and prints tables for people', async () => {
    const { code, stdout, stderr } = await bench(['half_plus_two', '--rate=200', '--count=20']);
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /half_plus_two: 200 requests a second, at most 256 at once, 20 in all, over gRPC to/,
    );
    assert.match(stdout, /^20 requests in .* a second, 20 answered, 0 failed, 0 given up\nby v123: 20\n/);
    assert.match(stdout, /MEAN +P50 +P95 +P99 +MAX\n/);
  });

  it('takes the body from stdin, for a label', async () => {
    const readStdin = (): Promise<Uint8Array> => Promise.resolve(Buffer.from(JSON.stringify(request)));
    const none = await bench(['half_plus_two', '--label=stable', '--request=-', '--count=1'], { readStdin });
    assert.equal(none.code, 1);
    assert.match(none.stderr, /No version of half_plus_two has the label "stable"/);
    const { code, stdout } = await bench(['half_plus_two', '--request=-', '--count=3', '--json'], {
      readStdin,
    });
    assert.equal(code, 0);
    assert.equal((JSON.parse(stdout) as BenchSummary).ok, 3);
  });

  it('counts failures by code, with the first message, and ends with 1 where nothing was answered', async () => {
    const run = await bench([
      ...['iris', '--request={"instances": [[1, 2, 3]]}', '--transport=rest'],
      ...['--count=5', '--format=jsonl'],
    ]);
    assert.equal(run.code, 1);
    const { failed, errors, latency } = linesOf(run).at(-1) as BenchSummary;
    assert.deepEqual([failed, latency, errors.length], [5, null, 1]);
    assert.deepEqual([errors[0]?.code, errors[0]?.count], ['INVALID_ARGUMENT', 5]);
    assert.match(errors[0]?.message ?? '', /dimension 1 is 3 instead of 4/);
  });

  it('is cancelled with the summary of what was', async () => {
    const cancel = new AbortController();
    const { code, stdout } = await bench(['half_plus_two', '--duration=10m', '--format=jsonl'], {
      signal: cancel.signal,
      write: (text) => text.includes('"progress"') && cancel.abort(),
    });
    assert.equal(code, 0);
    const summary = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as BenchSummary;
    assert.equal(summary.ended, 'cancelled');
    assert.ok(summary.ok > 0);
    assert.deepEqual(summary.errors, []);
  });

  it('says what is wrong before it sends anything, in a line too', async () => {
    using dir = tempDir();
    const file = path.join(dir.path, 'bad.predict.json');
    await writeFile(file, '{"model": "digits"}');
    for (const [code, pattern, ...args] of [
      [2, /"request" must be an object/, file],
      [2, /--rate takes a number/, 'iris', '--rate=0'],
      [2, /--transport takes grpc or rest/, 'iris', '--transport=http'],
      [2, /--format takes table or jsonl/, 'iris', '--format=csv'],
      [2, /A version or a label/, 'iris', '--version=1', '--label=a'],
      [2, /cannot be written: ENOENT/, 'iris', `--output=${path.join(dir.path, 'none', 'out.json')}`],
      [1, /Could not find|not found|no model/i, 'nobody'],
      [1, /instances|inputs/, 'iris', '--request={}'],
    ] as const) {
      const run = await bench(args);
      assert.equal(run.code, code, `${args.join(' ')}: ${run.stderr}`);
      assert.match(run.stderr, pattern);
    }
    const { stdout } = await bench(['nobody', '--format=jsonl']);
    assert.equal((JSON.parse(stdout) as BenchLine).kind, 'error');
  });
});

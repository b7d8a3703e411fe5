// Reading `gpu install` over small programs that stand for the daemon's.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  installGpu,
  readGpuPlan,
  type GpuOutcome,
  type GpuProgress,
} from '../../../extension/commands/gpu-install-process.ts';
import { tempDir, type TempDir } from '../../support/temp-dir.ts';

const forever = new AbortController().signal;

let directory: TempDir;
beforeEach(() => (directory = tempDir()));
afterEach(() => directory.remove());

function script(program: string): string {
  const file = path.join(directory.path, 'daemon.cjs');
  writeFileSync(file, program);
  return file;
}

const say = (event: object): string => `console.log(${JSON.stringify(JSON.stringify(event))});`;

async function install(program: string): Promise<{ outcome: GpuOutcome; progress: GpuProgress[] }> {
  const progress: GpuProgress[] = [];
  const outcome = await installGpu(script(program), forever, (step) => progress.push(step));
  return { outcome, progress };
}

describe('the plan', () => {
  it('is asked for without installing', async () => {
    const file = script(`console.log(JSON.stringify({ event: 'plan', kind: 'nothing',
      reason: process.argv.slice(2).join(' ') }));`);
    assert.deepEqual(await readGpuPlan(file, forever), {
      kind: 'nothing',
      reason: 'gpu install --json --dry_run',
    });
  });

  it('is read', async () => {
    const plan = {
      kind: 'ready',
      packages: ['A 1'],
      host: 'h',
      maxBytes: 7,
      directory: '/d',
      isWritable: true,
      isInstalled: false,
    };
    const file = script(say({ event: 'plan', ...plan, script: '/s', files: ['f'] }));
    assert.deepEqual(await readGpuPlan(file, forever), plan);
  });

  it('that does not come is an error that says how the program ended', async () => {
    const file = script(`console.log('no JSON'); console.error('It broke.'); process.exitCode = 1;`);
    await assert.rejects(readGpuPlan(file, forever), /exit code 1: It broke\./);
  });
});

describe('the installation', () => {
  it('tells of its steps and its end', async () => {
    const { outcome, progress } = await install(
      [
        { event: 'plan', kind: 'ready' },
        { event: 'progress', phase: 'starting' },
        { event: 'progress', phase: 'downloading', bytes: 9 },
        { event: 'progress', phase: 'unpacking', file: 'a.so' },
        { event: 'progress', phase: 'of a later version' },
        { event: 'progress', phase: 'checking' },
        { event: 'result', kind: 'works', ms: 5 },
      ]
        .map(say)
        .join(''),
    );
    assert.deepEqual(outcome, { kind: 'works' });
    assert.deepEqual(progress, [
      { phase: 'starting' },
      { phase: 'downloading', bytes: 9 },
      { phase: 'unpacking', file: 'a.so' },
      { phase: 'checking' },
    ]);
  });

  const ends: readonly (readonly [object, GpuOutcome])[] = [
    [
      { kind: 'does-not-work', reason: 'r', remedy: 'm' },
      { kind: 'does-not-work', reason: 'r', remedy: 'm' },
    ],
    [
      { kind: 'does-not-work', reason: 'r' },
      { kind: 'does-not-work', reason: 'r', remedy: '' },
    ],
    [
      { kind: 'not-writable', directory: '/d' },
      { kind: 'not-writable', directory: '/d' },
    ],
    [{ kind: 'cancelled' }, { kind: 'cancelled' }],
    [
      { kind: 'failed', reason: 'r' },
      { kind: 'failed', reason: 'r' },
    ],
  ];
  for (const [event, expected] of ends) {
    it(`ends as ${JSON.stringify(event)}`, async () => {
      assert.deepEqual((await install(say({ event: 'result', ...event }))).outcome, expected);
    });
  }

  it('whose program breaks failed, with its last words', async () => {
    const { outcome } = await install(`console.error('Out of disk.'); process.exitCode = 1;`);
    assert.deepEqual(outcome, { kind: 'failed', reason: 'exit code 1: Out of disk.' });
  });

  it('lets the program clean up when it is cancelled', { skip: process.platform === 'win32' }, async () => {
    const cancelled = new AbortController();
    const file = script(
      `process.on('SIGTERM', () => { ${say({ event: 'result', kind: 'cancelled' })} process.exit(1); });
       setInterval(() => undefined, 1000); ${say({ event: 'progress', phase: 'starting' })}`,
    );
    const outcome = await installGpu(file, cancelled.signal, () => cancelled.abort());
    assert.deepEqual(outcome, { kind: 'cancelled' });
  });
});

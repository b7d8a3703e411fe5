// What the daemon knows of its providers, over a program that stands for the probe and notes when it is run.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import type { ExecutionProvider, InstanceGroup } from '../../../../server/engine/engine-settings.ts';
import { KnownProviders } from '../../../../server/engine/providers/known-providers.ts';
import { tempDir, type TempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';
import { flush, memoryLog } from '../fakes.ts';

const auto: InstanceGroup = { kind: 'auto', count: 1, gpus: [] };

describe('the known providers', () => {
  let directory: TempDir;
  let known: KnownProviders;
  let lines: string[];
  const open = (anywhere: readonly ExecutionProvider[], answer = 'working'): KnownProviders => {
    const probeFile = path.join(directory.path, 'probe.cjs');
    writeFileSync(
      probeFile,
      `const fs = require('node:fs');
      const [provider, , where] = process.argv.slice(2);
      const note = (what) => fs.appendFileSync(__dirname + '/notes.txt', what + ' ' + provider + '\\n');
      const names = { cuda: 'CUDA', webgpu: 'WebGpu', tensorrt: 'Tensorrt' };
      note('begins');
      setTimeout(() => {
        const ran = names[provider] + 'ExecutionProvider';
        const event = { cat: 'Node', name: 'n', args: { provider: ran, op_name: 'Conv', node_index: '0' } };
        fs.writeFileSync(where + '/profile_1.json', '[\\n' + JSON.stringify(event) + '\\n]');
        note('ends');
        const facts = { ms: 1, onnxruntimeVersion: '9.9', backends: [] };
        const working = ${JSON.stringify(answer)} === 'working';
        const outcome = working ? { ok: true } : { ok: false, error: 'no such thing' };
        console.log(JSON.stringify({ ...outcome, ...facts }));
      }, ${answer === 'slow' ? 600_000 : 200});`,
    );
    const onGpu = anywhere.filter((provider) => provider !== 'cpu');
    const memory = memoryLog();
    lines = memory.lines;
    known = new KnownProviders({
      allowed: { anywhere, onGpu, selectable: onGpu },
      probeFile,
      log: memory.log,
    });
    return known;
  };
  const notes = (): string[] => {
    const file = path.join(directory.path, 'notes.txt');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  };

  beforeEach(() => (directory = tempDir()));
  afterEach(() => {
    known.stop();
    mock.timers.reset();
    directory.remove();
  });

  it('probes nothing for a model that stays on the CPU', async () => {
    open(['cuda', 'cpu']);
    const groups: InstanceGroup[] = [{ ...auto, kind: 'cpu' }];
    const { probes } = await known.knowledgeFor({ instanceGroups: groups, accelerators: ['tensorrt'] });
    assert.deepEqual([...probes], []);
    assert.deepEqual(notes(), []);
  });

  it('probes each once, whoever asks and how often', async () => {
    open(['cuda', 'cpu']);
    const ask = (): Promise<unknown> => known.knowledgeFor({ instanceGroups: [auto], accelerators: [] });
    await Promise.all([ask(), ask(), ask()]);
    await ask();
    assert.deepEqual(notes(), ['begins cuda', 'ends cuda']);
    const { probes, allowed } = await known.knowledgeFor({ instanceGroups: [auto], accelerators: [] });
    assert.deepEqual([...probes], [['cuda', { kind: 'works', ms: 1 }]]);
    assert.deepEqual(allowed.anywhere, ['cuda', 'cpu']);
  });

  it('remembers a failure too, and says it', async () => {
    open(['cuda', 'cpu'], 'broken');
    for (let round = 0; round < 2; round++) {
      const { probes } = await known.knowledgeFor({ instanceGroups: [auto], accelerators: [] });
      assert.equal(probes.get('cuda')?.kind, 'unavailable');
    }
    assert.equal(notes().length, 2);
    assert.equal(lines.filter((line) => line.includes('execution provider probed')).length, 1);
    const { providers } = await known.devices();
    const cuda = providers.find(({ name }) => name === 'cuda');
    // A platform without CUDA does not list it.
    assert.ok(cuda === undefined || (cuda.state === 'unavailable' && cuda.reason !== ''));
    assert.equal(providers.find(({ name }) => name === 'cpu')?.state, 'works');
  });

  it('probes one after the other for one model', async () => {
    open(['cuda', 'webgpu', 'cpu']);
    await known.knowledgeFor({ instanceGroups: [auto], accelerators: ['tensorrt'] });
    assert.deepEqual(
      notes().map((note) => note.split(' ')[0]),
      ['begins', 'ends', 'begins', 'ends', 'begins', 'ends'],
    );
    assert.equal(notes()[0], 'begins tensorrt');
  });

  it('probes one after the other for several models at once', async () => {
    open(['cuda', 'cpu']);
    await Promise.all([
      known.knowledgeFor({ instanceGroups: [auto], accelerators: [] }),
      known.knowledgeFor({ instanceGroups: [{ ...auto, kind: 'gpu' }], accelerators: ['webgpu'] }),
      known.knowledgeFor({ instanceGroups: [{ ...auto, kind: 'gpu' }], accelerators: ['tensorrt'] }),
    ]);
    assert.deepEqual(
      notes().map((note) => note.split(' ')[0]),
      ['begins', 'ends', 'begins', 'ends', 'begins', 'ends'],
    );
  });

  it('probes by itself what a model may be given to, when the start is over, but not TensorRT', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    open(['tensorrt', 'cuda', 'cpu']);
    mock.timers.tick(4_999);
    await flush();
    assert.deepEqual(notes(), []);
    mock.timers.tick(1);
    mock.timers.reset();
    await until('the probe to end', () => lines.some((line) => line.includes('execution provider probed')));
    assert.deepEqual(notes(), ['begins cuda', 'ends cuda']);
  });

  it('that are stopped end the probe, and begin none any more', async () => {
    open(['cuda', 'webgpu', 'cpu'], 'slow');
    const asked = known.knowledgeFor({ instanceGroups: [auto], accelerators: [] });
    await until('the probe to begin', () => notes().length === 1);
    known.stop();
    const { probes } = await asked;
    assert.deepEqual(
      [...probes].map(([name, { kind }]) => [name, kind]),
      [
        ['cuda', 'unavailable'],
        ['webgpu', 'unavailable'],
      ],
    );
    assert.deepEqual(notes(), ['begins cuda']);
  });
});

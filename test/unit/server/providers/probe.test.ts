// Probing over small programs that stand for the probe: every way in which a provider can behave.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ExecutionProvider } from '../../../../server/engine/engine-settings.ts';
import {
  describeProbe,
  probeProviders,
  type ProbeOptions,
  type ProbeResult,
} from '../../../../server/engine/providers/probe.ts';
import { tempDir, type TempDir } from '../../../support/temp-dir.ts';

const forever = new AbortController().signal;
const facts = `onnxruntimeVersion: '9.9', backends: [{ name: 'cpu', bundled: true }]`;
const works = `console.log(JSON.stringify({ ok: true, ms: 7, ${facts} }));`;
const fails = (error: string): string =>
  `console.log(JSON.stringify({ ok: false, ms: 1, error: ${JSON.stringify(error)}, ${facts} }));`;
const ran = (name: string): string => {
  const event = { cat: 'Node', name: 'n', args: { provider: name, op_name: 'Conv', node_index: '0' } };
  return `require('node:fs').writeFileSync(process.argv[4] + '/profile_1.json', ${JSON.stringify(
    `[\n${JSON.stringify(event)}\n]`,
  )});`;
};
const hangs = 'setInterval(() => undefined, 1000);';

describe('probing', () => {
  let directory: TempDir;
  beforeEach(() => (directory = tempDir()));
  afterEach(() => directory.remove());

  async function probe(
    program: string,
    wanted: readonly ExecutionProvider[] = ['cuda'],
    options: Partial<ProbeOptions> = {},
  ): Promise<ProbeResult[]> {
    const probeFile = path.join(directory.path, 'probe.cjs');
    writeFileSync(probeFile, program);
    const { results } = await probeProviders(wanted, { probeFile, signal: forever, ...options });
    assert.deepEqual([...results.keys()], wanted);
    return [...results.values()];
  }

  it('finds a provider that works, with the time that it took', async () => {
    assert.deepEqual(await probe(ran('CUDAExecutionProvider') + works), [{ kind: 'works', ms: 7 }]);
  });

  it('hands over the provider, the GPU and a directory of its own, which is gone afterwards', async () => {
    const file = path.join(directory.path, 'arguments.json');
    const notes = `require('node:fs').appendFileSync(${JSON.stringify(file)}, JSON.stringify(process.argv.slice(2)) + '\\n');`;
    await probe(notes + works, ['webgpu', 'cpu'], { deviceId: 3 });
    const [first, second] = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string[]);
    assert.deepEqual(first?.slice(0, 2), ['webgpu', '3']);
    assert.deepEqual(second?.slice(0, 2), ['cpu', '3']);
    assert.notEqual(first[2], second[2]);
    assert.equal(existsSync(first[2] ?? ''), false);
  });

  it('does not believe a provider that left the whole model to the CPU', async () => {
    assert.deepEqual(await probe(ran('CPUExecutionProvider') + works, ['coreml']), [
      { kind: 'unavailable', reason: 'CoreML took nothing of the model; it ran on cpu.' },
    ]);
  });

  it('does not believe a provider without a profile', async () => {
    const [result] = await probe(works);
    assert.equal(result?.kind, 'unavailable');
  });

  it('explains a refusal by what ONNX Runtime wrote to stderr', async () => {
    const log =
      'Failed to load library /opt/x/libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file: No such file or directory';
    const program = `process.stderr.write(${JSON.stringify(`${log}\n`)}, () => { ${fails('Failed to load shared library')} });`;
    assert.deepEqual(await probe(program), [
      {
        kind: 'unavailable',
        reason: 'The library libcudnn.so.9 is missing; the CUDA provider needs it.',
        remedy: "sudo apt-get install libcudnn9-cuda-12 (from NVIDIA's package repository)",
      },
    ]);
  });

  it('tells a crash by its signal, and goes on with the next provider', async () => {
    const program = `if (process.argv[2] === 'cuda') process.kill(process.pid, 'SIGSEGV'); else { ${ran('CPUExecutionProvider')} ${works} }`;
    assert.deepEqual(await probe(program, ['cuda', 'cpu']), [
      { kind: 'crashed', how: 'signal SIGSEGV' },
      { kind: 'works', ms: 7 },
    ]);
  });

  it('tells a crash by its exit code', async () => {
    assert.deepEqual(await probe('process.exit(3);'), [{ kind: 'crashed', how: 'exit code 3' }]);
  });

  for (const [what, output] of [
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['JSON of another kind', '[1, 2]'],
    ['null', 'null'],
    ['an answer without an outcome', `{"ok":true,"onnxruntimeVersion":"1","backends":[]}`],
  ] as const) {
    it(`takes a probe that ends and said ${what} for one that crashed`, async () => {
      assert.deepEqual(await probe(`console.log(${JSON.stringify(output)});`), [
        { kind: 'crashed', how: 'exit code 0' },
      ]);
    });
  }

  it('finds the answer among lines of libraries', async () => {
    const program = `console.log('[TRT] hello'); ${ran('CUDAExecutionProvider')} ${works}`;
    assert.deepEqual(await probe(program), [{ kind: 'works', ms: 7 }]);
  });

  it('does not wait for a provider that hangs or crashes on leaving', async () => {
    assert.deepEqual(await probe(ran('CUDAExecutionProvider') + works + hangs), [{ kind: 'works', ms: 7 }]);
  });

  it('kills a provider that hangs, also one that takes no signals', async () => {
    const program = `process.on('SIGTERM', () => undefined); ${hangs}`;
    assert.deepEqual(await probe(program, ['cuda'], { timeoutMs: 300 }), [{ kind: 'hung', afterMs: 300 }]);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const running = probe(hangs, ['cuda', 'webgpu'], { signal: controller.signal });
    controller.abort(new Error('enough'));
    await assert.rejects(running, /enough/);
  });

  it('says what ONNX Runtime says of itself, if a probe lived long enough', async () => {
    const probeFile = path.join(directory.path, 'probe.cjs');
    writeFileSync(
      probeFile,
      `if (process.argv[2] === 'cuda') process.abort(); ${ran('CPUExecutionProvider')} ${works}`,
    );
    const both = await probeProviders(['cuda', 'cpu'], { probeFile, signal: forever });
    assert.deepEqual(both.onnxruntime, { version: '9.9', backends: [{ name: 'cpu', bundled: true }] });
    const one = await probeProviders(['cuda'], { probeFile, signal: forever });
    assert.equal('onnxruntime' in one, false);
    assert.deepEqual(readdirSync(directory.path), ['probe.cjs']);
  });

  it('tells a program that is not there from an answer', async () => {
    const { results } = await probeProviders(['cpu'], { probeFile: '/nowhere.cjs', signal: forever });
    assert.deepEqual(results.get('cpu'), { kind: 'crashed', how: 'exit code 1' });
  });
});

describe('a result in words', () => {
  it('names the provider and what happened', () => {
    assert.equal(describeProbe('cuda', { kind: 'works', ms: 1 }).reason, 'CUDA works.');
    assert.equal(
      describeProbe('webgpu', { kind: 'crashed', how: 'signal SIGSEGV' }).reason,
      'A process that tried WebGPU crashed (signal SIGSEGV).',
    );
    assert.equal(
      describeProbe('dml', { kind: 'hung', afterMs: 60_000 }).reason,
      'A process that tried DirectML gave no answer within 60 s.',
    );
  });
});

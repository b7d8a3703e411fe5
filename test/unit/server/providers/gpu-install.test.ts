// `perch gpu install` with scripts that stand for ONNX Runtime's own: what it reports, and what it leaves behind.
import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { runGpuCommand } from '../../../../server/doctor/gpu-commands.ts';
import {
  installGpuSupport,
  type InstallOptions,
  type InstallOutcome,
  type InstallProgress,
} from '../../../../server/doctor/gpu-install.ts';
import { planInstall, type ReadyPlan } from '../../../../server/doctor/install-plan.ts';
import { findOnnxRuntime } from '../../../../server/engine/providers/onnxruntime-package.ts';
import { tempDir, type TempDir } from '../../../support/temp-dir.ts';

const repository = path.join(import.meta.dirname, '..', '..', '..', '..');
const linux = { platform: 'linux', arch: 'x64' };
const forever = new AbortController().signal;

let directory: TempDir;
beforeEach(() => (directory = tempDir()));
afterEach(() => directory.remove());

const inside = (...steps: string[]): string => path.join(directory.path, ...steps);

/** A package as `findOnnxRuntime` finds it, with this install script and with a list of two libraries. */
function fakePackage(script: string): string {
  const target = path.join(process.platform, process.arch);
  const libraries = inside('node_modules', 'onnxruntime-node', 'bin', 'napi-v6', target);
  const scripts = inside('node_modules', 'onnxruntime-node', 'script');
  mkdirSync(libraries, { recursive: true });
  mkdirSync(scripts, { recursive: true });
  writeFileSync(path.join(scripts, '..', 'package.json'), '{"version":"9.9.9"}');
  writeFileSync(path.join(scripts, 'install.js'), script);
  const manifest = { './a.so': { package: 'p' }, './b.so': { package: 'p' } };
  const metadata = {
    requirements: { [`${process.platform}/${process.arch}`]: ['cuda12'] },
    manifests: { [`${process.platform}/${process.arch}:cuda12`]: manifest },
    packages: { p: { name: 'Some.Package', versions: [{ feed: 'f', version: '9.9.9' }] } },
    feeds: { f: { type: 'nuget', index: 'https://packages.example/v3/index.json' } },
  };
  writeFileSync(path.join(scripts, 'install-metadata.js'), `module.exports = ${JSON.stringify(metadata)};`);
  return libraries;
}

function planOf(script: string): ReadyPlan {
  fakePackage(script);
  const plan = planInstall(findOnnxRuntime(inside('x.cjs')));
  assert.equal(plan.kind, 'ready');
  return plan;
}

interface Installed {
  readonly outcome: InstallOutcome;
  readonly progress: readonly InstallProgress[];
}

async function install(plan: ReadyPlan, options: Partial<InstallOptions> = {}): Promise<Installed> {
  const progress: InstallProgress[] = [];
  const outcome = await installGpuSupport({
    plan,
    probe: () => Promise.resolve({ kind: 'works', ms: 5 }),
    signal: forever,
    lookEveryMs: 10,
    ...options,
    onProgress: (step) => {
      progress.push(step);
      options.onProgress?.(step);
    },
  });
  return { outcome, progress };
}

const prelude = `const fs = require('node:fs'); const os = require('node:os'); const path = require('node:path');
  const bin = process.cwd(); const file = path.join(os.tmpdir(), 'package.nupkg');`;
const unpack = (name: string): string =>
  `console.log('Extracting runtimes/x/${name} to ' + bin); fs.writeFileSync(path.join(bin, '${name}'), 'whole');`;
const hang = 'setInterval(() => undefined, 1000);';
/** Downloads eight bytes and goes on when the test has seen them. */
const download = (then: string, go: string): string =>
  `console.log('Downloading https://packages.example/x'); fs.writeFileSync(file, '12345678');
   const waiting = setInterval(() => { if (fs.existsSync(${JSON.stringify(go)})) { clearInterval(waiting); ${then} } }, 5);`;

describe('the plan', { skip: process.platform === 'win32' || process.platform === 'darwin' }, () => {
  it('says what would be fetched from where, and whether it can be and need be', () => {
    const plan = planOf('');
    const { script, directory: libraries, ...rest } = plan;
    assert.deepEqual(rest, {
      kind: 'ready',
      isWritable: true,
      files: ['a.so', 'b.so'],
      isInstalled: false,
      packages: ['Some.Package 9.9.9'],
      host: 'packages.example',
      maxBytes: 250 * 2 ** 20,
    });
    assert.equal(path.basename(script), 'install.js');
    writeFileSync(path.join(libraries, 'a.so'), '');
    writeFileSync(path.join(libraries, 'b.so'), '');
    const again = planInstall(findOnnxRuntime(inside('x.cjs')));
    assert.equal(again.kind === 'ready' && again.isInstalled, true);
  });

  it("reads the list of ONNX Runtime's package", () => {
    const onnxruntime = findOnnxRuntime(path.join(repository, 'package.json'), linux);
    const plan = planInstall(onnxruntime, linux);
    assert.equal(plan.kind, 'ready');
    assert.deepEqual(plan.packages, [`Microsoft.ML.OnnxRuntime.Gpu.Linux ${onnxruntime?.version ?? ''}`]);
    assert.equal(plan.host, 'api.nuget.org');
    assert.ok(plan.files.includes('libonnxruntime_providers_cuda.so'));
    assert.ok(existsSync(plan.script));
    assert.equal(plan.directory.endsWith(path.join('bin', 'napi-v6', 'linux', 'x64')), true);
  });
});

describe('where there is nothing to install', () => {
  const onnxruntime = findOnnxRuntime(path.join(repository, 'package.json'));
  for (const [platform, arch, text] of [
    ['win32', 'x64', /DirectML/],
    ['darwin', 'arm64', /CoreML/],
    ['linux', 'arm64', /no GPU libraries for linux-arm64/],
  ] as const) {
    it(`the plan says so: ${platform}-${arch}`, () => {
      const plan = planInstall(onnxruntime, { platform, arch });
      assert.equal(plan.kind, 'nothing');
      assert.match(plan.reason, text);
    });
  }

  it('because the package has no script or no ONNX Runtime, too', () => {
    assert.match(JSON.stringify(planInstall(undefined)), /not in this package/);
    assert.equal(findOnnxRuntime(inside('x.cjs')), undefined);
    const without = { version: '1', libraries: directory.path, scripts: inside('script') };
    assert.match(JSON.stringify(planInstall(without, linux)), /install script is not in this package/);
  });
});

describe('the installation', { skip: process.platform === 'win32' || process.platform === 'darwin' }, () => {
  it('tells of each step, of the bytes fetched, and of CUDA afterwards', async () => {
    const go = inside('go');
    const plan = planOf(prelude + download(unpack('a.so') + unpack('b.so'), go));
    const { outcome, progress } = await install(plan, {
      onProgress: (step) => {
        if (step.phase === 'downloading' && step.bytes === 8) {
          writeFileSync(go, '');
        }
      },
    });
    assert.deepEqual(outcome, { kind: 'works', ms: 5 });
    assert.deepEqual(progress[0], { phase: 'starting' });
    assert.deepEqual(progress.slice(-3), [
      { phase: 'unpacking', file: 'a.so' },
      { phase: 'unpacking', file: 'b.so' },
      { phase: 'checking' },
    ]);
    assert.ok(progress.some((step) => step.phase === 'downloading' && step.bytes === 8));
  });

  it('gives the script its switch, a temporary directory of its own, the proxy, and no secret', async () => {
    const notes = inside('environment.json');
    const plan = planOf(
      `${prelude} fs.writeFileSync(${JSON.stringify(notes)}, JSON.stringify({ ...process.env, tmpdir: os.tmpdir() }));
       ${unpack('a.so')} ${unpack('b.so')}`,
    );
    const given = { HTTPS_PROXY: 'http://proxy.example:1', PERCH_TOKEN: 'secret' };
    const before = Object.keys(given).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, given);
    try {
      assert.equal((await install(plan)).outcome.kind, 'works');
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) {
          Reflect.deleteProperty(process.env, name);
        } else {
          process.env[name] = value;
        }
      }
    }
    const seen = JSON.parse(readFileSync(notes, 'utf8')) as Record<string, string | undefined>;
    assert.equal(seen.ONNXRUNTIME_NODE_INSTALL, 'true');
    assert.equal(seen.GLOBAL_AGENT_HTTPS_PROXY, 'http://proxy.example:1');
    assert.equal(seen.PERCH_TOKEN, undefined);
    assert.equal(path.dirname(seen.tmpdir ?? ''), tmpdir());
    assert.equal(existsSync(seen.tmpdir ?? ''), false);
  });

  it('says what is missing when CUDA does not work with the libraries', async () => {
    const plan = planOf(prelude + unpack('a.so') + unpack('b.so'));
    const probe: InstallOptions['probe'] = () =>
      Promise.resolve({ kind: 'unavailable', reason: 'No cuDNN.', remedy: 'apt' });
    assert.deepEqual((await install(plan, { probe })).outcome, {
      kind: 'does-not-work',
      reason: 'No cuDNN.',
      remedy: 'apt',
    });
    assert.deepEqual(readdirSync(plan.directory).sort(), ['a.so', 'b.so']);
  });

  it('that is cancelled leaves no half library, and those that were there before', async () => {
    const plan = planOf(`${prelude} ${unpack('a.so')} ${unpack('b.so')} ${hang}`);
    writeFileSync(path.join(plan.directory, 'b.so'), 'from before');
    const controller = new AbortController();
    const { outcome } = await install(plan, {
      signal: controller.signal,
      onProgress: (step) => {
        if (step.phase === 'unpacking' && step.file === 'b.so') {
          controller.abort();
        }
      },
    });
    assert.deepEqual(outcome, { kind: 'cancelled' });
    assert.deepEqual(readdirSync(plan.directory), ['b.so']);
    assert.equal(readFileSync(path.join(plan.directory, 'b.so'), 'utf8'), 'from before');
  });

  it('replaces older libraries by other files: a server may have them loaded', async () => {
    const plan = planOf(prelude + unpack('a.so') + unpack('b.so'));
    const library = path.join(plan.directory, 'a.so');
    writeFileSync(library, 'from before');
    const loaded = openSync(library, 'r');
    try {
      assert.equal((await install(plan)).outcome.kind, 'works');
      assert.equal(readFileSync(loaded, 'utf8'), 'from before');
    } finally {
      closeSync(loaded);
    }
    assert.equal(readFileSync(library, 'utf8'), 'whole');
    assert.deepEqual(readdirSync(plan.directory).sort(), ['a.so', 'b.so']);
  });

  it('that is cancelled before it begins does nothing', async () => {
    const plan = planOf(prelude + unpack('a.so') + hang);
    assert.deepEqual((await install(plan, { signal: AbortSignal.abort() })).outcome, { kind: 'cancelled' });
    assert.deepEqual(readdirSync(plan.directory), []);
  });

  it('that fails says why in the words of the script, and leaves nothing', async () => {
    const plan = planOf(
      `${prelude} ${unpack('a.so')} void (async () => { throw new Error('HTTP status code = 404'); })();`,
    );
    const { outcome } = await install(plan);
    assert.equal(outcome.kind, 'failed');
    assert.match(outcome.reason, /failed \(exit code 1\): Error: HTTP status code = 404$/);
    assert.deepEqual(readdirSync(plan.directory), []);
  });

  it('that ends well without its libraries failed', async () => {
    const { outcome } = await install(planOf(prelude + unpack('a.so')));
    assert.match(JSON.stringify(outcome), /ended without b\.so/);
  });

  it('is not tried where the directory is not writable', async () => {
    const plan = { ...planOf('process.exit(1)'), isWritable: false };
    assert.deepEqual((await install(plan)).outcome, { kind: 'not-writable', directory: plan.directory });
  });
});

describe('the commands', () => {
  async function run(
    args: readonly string[],
  ): Promise<{ code: number | undefined; out: string; err: string }> {
    const probeFile = inside('probe.cjs');
    writeFileSync(probeFile, 'process.exit(1);');
    let [out, err] = ['', ''];
    const code = await runGpuCommand(args, {
      probeFile,
      write: (text) => (out += text),
      writeError: (text) => (err += text),
      signal: forever,
    });
    return { code, out, err };
  }

  it('are only these', async () => {
    for (const args of [[], ['serve'], ['doctor'], ['gpu'], ['gpu', 'doctor'], ['doctor', 'net']]) {
      assert.equal((await run(args)).code, undefined, args.join(' '));
    }
  });

  it('refuse flags that they do not have', async () => {
    for (const args of [
      ['doctor', 'gpu', '--dry_run'],
      ['gpu', 'install', '--force'],
      ['gpu', 'install', 'now'],
    ]) {
      const { code, err } = await run(args);
      assert.equal(code, 2);
      assert.match(err, /perch doctor gpu \[--json\]/);
    }
  });

  it('install nothing where there is no ONNX Runtime', async () => {
    assert.deepEqual(await run(['gpu', 'install']), {
      code: 0,
      out: 'ONNX Runtime is not in this package of Perch.\n',
      err: '',
    });
  });

  it('tell the plan alone on --dry_run, as JSON too', { skip: process.platform !== 'linux' }, async () => {
    fakePackage('process.exit(1)');
    const text = await run(['gpu', 'install', '--dry_run']);
    assert.equal(text.code, 0);
    assert.match(text.out, /^Fetches Some\.Package 9\.9\.9 \(up to 250 MB\) from packages\.example\n/);
    const json = await run(['gpu', 'install', '--dry_run', '--json']);
    const plan = JSON.parse(json.out) as { event: string; kind: string };
    assert.deepEqual([plan.event, plan.kind], ['plan', 'ready']);
  });

  it('end with 1 where CUDA does not work after all', { skip: process.platform !== 'linux' }, async () => {
    fakePackage(prelude + unpack('a.so') + unpack('b.so'));
    const { code, out } = await run(['gpu', 'install', '--json']);
    assert.equal(code, 1);
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; kind?: string });
    assert.equal(events.at(-1)?.kind, 'does-not-work');
    assert.deepEqual([...new Set(events.map(({ event }) => event))], ['plan', 'progress', 'result']);
  });
});

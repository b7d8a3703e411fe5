// Which provider an instance gets, for what the daemon may use, what works, and what the model asks.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PerchError } from '../../../../server/errors.ts';
import type { ExecutionProvider, InstanceGroup } from '../../../../server/engine/engine-settings.ts';
import {
  allowedProviders,
  providersOf,
  type AllowedProviders,
} from '../../../../server/engine/providers/allowed-providers.ts';
import { placeInstances, type InstancePlacement } from '../../../../server/engine/providers/choose.ts';
import type { ProbeResult } from '../../../../server/engine/providers/probe.ts';

const linux = { platform: 'linux', arch: 'x64' };
const works: ProbeResult = { kind: 'works', ms: 1 };
const noCudnn: ProbeResult = {
  kind: 'unavailable',
  reason: 'The library libcudnn.so.9 is missing.',
  remedy: 'sudo apt-get install libcudnn9-cuda-12',
};

function group(kind: InstanceGroup['kind'], count = 1, gpus: readonly number[] = []): InstanceGroup {
  return { kind, count, gpus };
}

function place(
  allowed: AllowedProviders,
  probes: Partial<Record<ExecutionProvider, ProbeResult>>,
  groups: readonly InstanceGroup[],
  accelerators: readonly ExecutionProvider[] = [],
): readonly InstancePlacement[] {
  const known = new Map(Object.entries(probes) as [ExecutionProvider, ProbeResult][]);
  return placeInstances({ instanceGroups: groups, accelerators }, { allowed, probes: known });
}

const names = (placed: readonly InstancePlacement[]): string[] =>
  placed.map(({ provider, deviceId }) => `${provider}:${deviceId}`);

describe('--execution_providers', () => {
  it('left out means the CPU, and CUDA before it where it was installed', () => {
    assert.deepEqual(allowedProviders('', linux, false).anywhere, ['cpu']);
    assert.deepEqual(allowedProviders('', linux, true).anywhere, ['cuda', 'cpu']);
  });

  it('left out lets models that ask for a GPU have any of the platform, but for TensorRT unasked', () => {
    assert.deepEqual(allowedProviders('', linux, false).onGpu, ['cuda', 'webgpu']);
    assert.deepEqual(allowedProviders('', linux, false).selectable, ['cuda', 'tensorrt', 'webgpu']);
    assert.deepEqual(allowedProviders('', { platform: 'win32', arch: 'arm64' }, false).onGpu, [
      'dml',
      'webgpu',
    ]);
    assert.deepEqual(allowedProviders('', { platform: 'linux', arch: 'arm64' }, false).onGpu, []);
  });

  it('given is the whole choice, in its order', () => {
    const allowed = allowedProviders(' webgpu, cpu ', linux, true);
    assert.deepEqual(allowed, { anywhere: ['webgpu', 'cpu'], onGpu: ['webgpu'], selectable: ['webgpu'] });
  });

  for (const [flag, text] of [
    ['cude,cpu', /takes a list of cpu, cuda, .*not "cude"; did you mean "cuda"\?/],
    ['cpu,', /not ""/],
    ['cpu,cuda,cpu', /names one twice/],
  ] as const) {
    it(`refuses "${flag}"`, () => {
      assert.throws(
        () => allowedProviders(flag, linux, false),
        (reason) => PerchError.is(reason, 'OPTION_INVALID') && text.test(reason.message),
      );
    });
  }

  it('knows the providers of each platform', () => {
    assert.deepEqual(providersOf(linux), ['cpu', 'cuda', 'tensorrt', 'webgpu']);
    assert.deepEqual(providersOf({ platform: 'darwin', arch: 'arm64' }), ['cpu', 'coreml', 'webgpu']);
    assert.deepEqual(providersOf({ platform: 'freebsd', arch: 'x64' }), ['cpu']);
  });
});

describe('an instance', () => {
  const cudaThenCpu = allowedProviders('cuda,cpu', linux, true);
  const cpuOnly = allowedProviders('cpu', linux, true);
  const byDefault = allowedProviders('', linux, false);

  it('of kind cpu runs on the CPU whatever else works', () => {
    assert.deepEqual(place(cudaThenCpu, { cuda: works }, [group('cpu', 2)]), [
      { provider: 'cpu', deviceId: 0 },
      { provider: 'cpu', deviceId: 0 },
    ]);
  });

  it('of kind auto runs on the first provider that works, without a word', () => {
    assert.deepEqual(place(cudaThenCpu, { cuda: works }, [group('auto')]), [
      { provider: 'cuda', deviceId: 0 },
    ]);
    assert.deepEqual(place(cpuOnly, {}, [group('auto')]), [{ provider: 'cpu', deviceId: 0 }]);
  });

  it('of kind auto falls back to the CPU and says why and what helps', () => {
    assert.deepEqual(place(cudaThenCpu, { cuda: noCudnn }, [group('auto')]), [
      {
        provider: 'cpu',
        deviceId: 0,
        fallbackReason:
          'The library libcudnn.so.9 is missing. To have it: sudo apt-get install libcudnn9-cuda-12.',
      },
    ]);
  });

  it('falls back for a crash, for a hang, and for what was not probed', () => {
    const reason = (probes: Partial<Record<ExecutionProvider, ProbeResult>>): string =>
      place(cudaThenCpu, probes, [group('auto')])[0]?.fallbackReason ?? '';
    assert.match(reason({ cuda: { kind: 'crashed', how: 'signal SIGSEGV' } }), /crashed \(signal SIGSEGV\)/);
    assert.match(reason({ cuda: { kind: 'hung', afterMs: 60_000 } }), /no answer within 60 s/);
    assert.match(reason({}), /CUDA was not probed/);
  });

  it('counts per GPU where the provider knows GPUs by number', () => {
    const groups = [group('gpu', 2, [1, 3])];
    assert.deepEqual(names(place(cudaThenCpu, { cuda: works }, groups)), [
      'cuda:1',
      'cuda:1',
      'cuda:3',
      'cuda:3',
    ]);
    const webgpu = allowedProviders('webgpu,cpu', linux, false);
    assert.deepEqual(names(place(webgpu, { webgpu: works }, groups)), ['webgpu:0', 'webgpu:0']);
    assert.deepEqual(names(place(cudaThenCpu, {}, [group('auto', 2, [1, 3])])), ['cpu:0', 'cpu:0']);
  });

  it('of kind gpu takes any GPU provider of the platform where the flag is left out', () => {
    assert.deepEqual(names(place(byDefault, { cuda: noCudnn, webgpu: works }, [group('gpu')])), ['webgpu:0']);
  });

  it('of kind gpu without a GPU provider that works is refused with all reasons', () => {
    const refused = (
      allowed: AllowedProviders,
      accelerators: readonly ExecutionProvider[] = [],
    ): PerchError => {
      try {
        place(allowed, { cuda: noCudnn }, [group('cpu'), group('gpu')], accelerators);
      } catch (reason) {
        assert.ok(PerchError.is(reason, 'PROVIDER_UNAVAILABLE'));
        return reason;
      }
      return assert.fail('it was placed');
    };
    assert.match(refused(cudaThenCpu).message, /KIND_GPU.*libcudnn\.so\.9 is missing.*perch doctor gpu/);
    assert.match(refused(byDefault).message, /libcudnn.*WebGPU was not probed/);
    assert.match(refused(cpuOnly).message, /KIND_GPU/);
    assert.match(refused(cudaThenCpu, ['cpu']).message, /KIND_GPU/);
  });

  it('of kind auto is refused where the flag leaves the CPU out', () => {
    assert.throws(
      () => place(allowedProviders('cuda', linux, true), { cuda: noCudnn }, [group('auto')]),
      (reason) => PerchError.is(reason, 'PROVIDER_UNAVAILABLE') && reason.message.includes('no cpu in it'),
    );
  });

  it('prefers its accelerators among what the daemon may use', () => {
    const both = { cuda: works, tensorrt: works };
    assert.deepEqual(names(place(byDefault, both, [group('gpu')], ['tensorrt'])), ['tensorrt:0']);
    assert.deepEqual(names(place(byDefault, { cuda: works }, [group('gpu')])), ['cuda:0']);
    const [placed] = place(cudaThenCpu, both, [group('auto')], ['tensorrt']);
    assert.equal(placed?.provider, 'cuda');
    assert.match(placed.fallbackReason ?? '', /^TensorRT is not among the execution providers/);
  });

  it('keeps the order of the groups', () => {
    const groups = [group('cpu'), group('gpu'), group('auto')];
    assert.deepEqual(names(place(cudaThenCpu, { cuda: works }, groups)), ['cpu:0', 'cuda:0', 'cuda:0']);
  });
});

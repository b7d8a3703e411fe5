// What becomes of a version: which providers are tried, in which order, for each kind of instance.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  defaultEngineSettings,
  type ExecutionProvider,
  type InstanceGroup,
  type ModelEngineSettings,
} from '../../../server/engine/engine-settings.ts';
import type { ProviderKnowledge } from '../../../server/engine/providers/choose.ts';
import { planVersion } from '../../../server/plan-version.ts';

function knowing(
  anywhere: readonly ExecutionProvider[],
  working: readonly ExecutionProvider[],
): ProviderKnowledge {
  const onGpu = anywhere.filter((provider) => provider !== 'cpu');
  return {
    allowed: { anywhere, onGpu, selectable: onGpu },
    probes: new Map(
      onGpu.map((provider) => [
        provider,
        working.includes(provider)
          ? ({ kind: 'works', ms: 1 } as const)
          : ({ kind: 'unavailable', reason: `no ${provider}.` } as const),
      ]),
    ),
  };
}

function settingsOf(
  group: Partial<InstanceGroup>,
  more: Partial<ModelEngineSettings> = {},
): ModelEngineSettings {
  return {
    ...defaultEngineSettings,
    instanceGroups: [{ kind: 'auto', count: 1, gpus: [], ...group }],
    ...more,
  };
}

/** Per instance, the candidates as `cuda:1 cpu:0`. */
function candidatesOf(settings: ModelEngineSettings, knowledge: ProviderKnowledge): string[] {
  return planVersion(2, settings, knowledge).instances.map(({ candidates }) =>
    candidates.map(({ provider, deviceId }) => `${provider}:${deviceId}`).join(' '),
  );
}

describe('the plan for a version', () => {
  it('is one session on the CPU where nothing is said', () => {
    assert.deepEqual(planVersion(3), {
      instances: [
        {
          candidates: [
            {
              provider: 'cpu',
              deviceId: 0,
              intraOpThreads: 3,
              interOpThreads: 1,
              executionMode: 'sequential',
              graphOptimizationLevel: 'all',
              memoryArena: true,
              memoryPattern: true,
            },
          ],
          fallbackReason: '',
        },
      ],
    });
  });

  it("takes the model's own word for each setting of a session, on every candidate", () => {
    const session = {
      intraOpThreads: 7,
      interOpThreads: 2,
      executionMode: 'parallel',
      graphOptimizationLevel: 'basic',
      memoryArena: false,
      memoryPattern: false,
    } as const;
    const knowledge = knowing(['cuda', 'cpu'], ['cuda']);
    const { instances } = planVersion(3, settingsOf({}, { session }), knowledge);
    assert.deepEqual(instances[0]?.candidates, [
      { ...session, provider: 'cuda', deviceId: 0 },
      { ...session, provider: 'cpu', deviceId: 0 },
    ]);
  });

  const table: readonly {
    readonly name: string;
    readonly group: Partial<InstanceGroup>;
    readonly knowledge: ProviderKnowledge;
    readonly expected: readonly string[];
  }[] = [
    {
      name: 'auto, a GPU that works: the CPU where the model does not',
      group: {},
      knowledge: knowing(['cuda', 'cpu'], ['cuda']),
      expected: ['cuda:0 cpu:0'],
    },
    {
      name: 'auto, no GPU that works',
      group: {},
      knowledge: knowing(['cuda', 'cpu'], []),
      expected: ['cpu:0'],
    },
    {
      name: 'auto, the CPU first',
      group: {},
      knowledge: knowing(['cpu', 'cuda'], ['cuda']),
      expected: ['cpu:0'],
    },
    {
      name: 'auto, the CPU not allowed: no fallback',
      group: {},
      knowledge: knowing(['cuda'], ['cuda']),
      expected: ['cuda:0'],
    },
    {
      name: 'gpu: never the CPU',
      group: { kind: 'gpu' },
      knowledge: knowing(['cuda', 'cpu'], ['cuda']),
      expected: ['cuda:0'],
    },
    {
      name: 'gpu, the second of two works',
      group: { kind: 'gpu' },
      knowledge: knowing(['cuda', 'webgpu', 'cpu'], ['webgpu']),
      expected: ['webgpu:0'],
    },
    {
      name: 'cpu, whatever works',
      group: { kind: 'cpu', count: 2, gpus: [1] },
      knowledge: knowing(['cuda', 'cpu'], ['cuda']),
      expected: ['cpu:0', 'cpu:0'],
    },
    {
      name: 'count per GPU',
      group: { kind: 'gpu', count: 2, gpus: [1, 3] },
      knowledge: knowing(['cuda'], ['cuda']),
      expected: ['cuda:1', 'cuda:1', 'cuda:3', 'cuda:3'],
    },
    {
      name: 'auto on numbered GPUs: the CPU has number 0',
      group: { gpus: [2] },
      knowledge: knowing(['cuda', 'cpu'], ['cuda']),
      expected: ['cuda:2 cpu:0'],
    },
    {
      name: 'a provider that knows one GPU only',
      group: { kind: 'gpu', gpus: [2, 5], count: 2 },
      knowledge: knowing(['webgpu'], ['webgpu']),
      expected: ['webgpu:0', 'webgpu:0'],
    },
  ];
  for (const { name, group, knowledge, expected } of table) {
    it(`is for ${name}`, () => {
      assert.deepEqual(candidatesOf(settingsOf(group), knowledge), expected);
    });
  }

  it('says why it is not the first provider', () => {
    const { instances } = planVersion(1, settingsOf({}), knowing(['cuda', 'cpu'], []));
    assert.equal(instances[0]?.fallbackReason, 'no cuda.');
  });

  it('puts the groups one after the other', () => {
    const settings: ModelEngineSettings = {
      ...defaultEngineSettings,
      instanceGroups: [
        { kind: 'cpu', count: 1, gpus: [] },
        { kind: 'gpu', count: 1, gpus: [] },
        { kind: 'auto', count: 1, gpus: [] },
      ],
    };
    const knowledge = knowing(['cuda', 'cpu'], ['cuda']);
    assert.deepEqual(candidatesOf(settings, knowledge), ['cpu:0', 'cuda:0', 'cuda:0 cpu:0']);
  });

  it('tries the accelerators of the model first, on a GPU only', () => {
    const knowledge = knowing(['cuda', 'tensorrt', 'cpu'], ['cuda', 'tensorrt']);
    const accelerators: ExecutionProvider[] = ['tensorrt'];
    assert.deepEqual(candidatesOf(settingsOf({ kind: 'gpu' }, { accelerators }), knowledge), ['tensorrt:0']);
    assert.deepEqual(candidatesOf(settingsOf({ kind: 'cpu' }, { accelerators }), knowledge), ['cpu:0']);
  });

  for (const [name, group, knowledge] of [
    ['asks for a GPU and there is none', { kind: 'gpu' }, knowing(['cuda', 'cpu'], [])],
    ['may not run on the CPU and nothing else works', {}, knowing(['cuda'], [])],
  ] as const) {
    it(`is refused where it ${name}`, () => {
      assert.throws(() => planVersion(1, settingsOf(group), knowledge), { code: 'PROVIDER_UNAVAILABLE' });
    });
  }
});

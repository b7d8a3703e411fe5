// GetServerInfo: the facts of the process, with those of devices and of the network thread where somebody gives them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageCodec, type MessageOutput } from '../../../../protos/messages.ts';
import { adminService, type ServerFacts } from '../../../../server/apis/admin/admin-service.ts';
import type { ProviderAvailability } from '../../../../server/apis/admin/server-info.ts';
import { ModelManager } from '../../../../server/lifecycle/model-manager.ts';
import { memoryTraffic } from '../../../support/memory-traffic.ts';
import { FakeLoader, memoryLog } from '../fakes.ts';

async function infoWith(
  more: Partial<ServerFacts>,
): Promise<MessageOutput<'perch.admin.v1.GetServerInfoResponse'>> {
  const manager = new ModelManager(new FakeLoader(), memoryLog().log);
  const signal = new AbortController().signal;
  const methods = adminService({
    serving: { manager, observer: { finished: () => undefined } },
    config: undefined,
    facts: { info: () => ({ version: '1.2.3' }), restAddress: () => '', draining: signal, ...more },
    traffic: memoryTraffic(manager).traffic,
    shutDown: () => undefined,
  });
  const method = methods.find(({ path }) => path.endsWith('/GetServerInfo'));
  assert.ok(method?.kind === 'unary');
  const bytes = await method.handle(new Uint8Array(), {
    metadata: () => [],
    signal,
    deadlineMs: Infinity,
    peer: '',
  });
  return messageCodec('perch.admin.v1.GetServerInfoResponse').decode(bytes);
}

describe('GetServerInfo', () => {
  it('tells of the process alone where nobody knows more', async () => {
    const info = await infoWith({});
    assert.deepEqual([info.version, info.gpus, info.providers, info.eventLoopDelay], ['1.2.3', [], [], null]);
  });

  it('tells of GPUs and of each provider, and how late the network thread is', async () => {
    const gpu = {
      index: 0,
      name: 'H',
      driverVersion: '5',
      memoryTotalBytes: 2 ** 40,
      memoryUsedBytes: 7,
      utilizationPercent: -1,
    };
    const states: ProviderAvailability[] = ['not-probed', 'works', 'unavailable', 'crashed', 'hung'];
    const info = await infoWith({
      devices: () =>
        Promise.resolve({
          gpus: [gpu],
          providers: states.map((state) => ({ name: 'cuda', state, reason: 'r', remedy: 'm' })),
        }),
      loopDelay: () => ({ p50Us: 0.5, p99Us: 20, maxUs: 30, windowMs: 10_000 }),
    });
    assert.deepEqual(info.gpus, [{ ...gpu, memoryTotalBytes: '1099511627776', memoryUsedBytes: '7' }]);
    assert.deepEqual(
      info.providers.map(({ state }) => state),
      states.map((state) => `PROVIDER_AVAILABILITY_${state.replace('-', '_').toUpperCase()}`),
    );
    assert.deepEqual(info.providers[1], {
      name: 'cuda',
      state: 'PROVIDER_AVAILABILITY_WORKS',
      reason: 'r',
      remedy: 'm',
    });
    assert.deepEqual(info.eventLoopDelay, { p50Us: 0.5, p99Us: 20, maxUs: 30, windowMs: 10_000 });
  });
});

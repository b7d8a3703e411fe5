// The server's load beside a measurement: what is new, what is summed up, and servers that do not tell.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MessageOutput } from '../../../../protos/messages.ts';
import { ServerLoadLog } from '../../../../server/bench/server-load.ts';

type Resources = MessageOutput<'perch.admin.v1.GetResourcesResponse'>;

function sample(atMs: string, cpu: number, engineCpu?: number): Resources['samples'][number] {
  return {
    atMs,
    spanMs: 1000,
    processCpuPercent: cpu,
    ...(engineCpu === undefined ? {} : { engineCpuPercent: engineCpu }),
    hostCpuPercent: 50,
    rssBytes: '1000',
    memoryAvailableBytes: '5',
    loopDelayMaxMs: 1,
    loopBusyPercent: 2,
    gpus: [],
  };
}

function answer(...samples: Resources['samples']): Resources {
  return { samples, memoryTotalBytes: '10' };
}

describe('ServerLoadLog', () => {
  it('leaves out what was before, and asks for what is new', async () => {
    const asked: string[] = [];
    const answers = [answer(sample('5', 90)), answer(), answer(sample('6', 10, 1), sample('7', 30))];
    const log = new ServerLoadLog((since) => {
      asked.push(since);
      return Promise.resolve(answers.shift() ?? answer());
    });
    assert.equal(await log.start(), true);
    await log.poll();
    assert.deepEqual([log.takeNewest(), log.summary()], [null, null]);
    await log.poll();
    await log.poll();
    assert.deepEqual(asked, ['0', '5', '5', '7']);
    assert.equal(log.takeNewest()?.processCpuPercent, 30);
    assert.equal(log.takeNewest(), null);
    const summary = log.summary();
    assert.deepEqual(summary?.processCpuPercent, { mean: 20, max: 30 });
    // Of those that told.
    assert.deepEqual(summary.engineCpuPercent, { mean: 1, max: 1 });
    assert.equal(summary.engineRssBytes, null);
  });

  it('asks a server once that does not tell', async () => {
    let asked = 0;
    const log = new ServerLoadLog(() => {
      asked++;
      return Promise.reject(new Error('not for you'));
    });
    assert.equal(await log.start(), false);
    await log.poll();
    assert.deepEqual([asked, log.summary()], [1, null]);
  });

  it('goes on after a question that failed', async () => {
    const answers = [() => answer(), () => Promise.reject(new Error('busy')), () => answer(sample('1', 10))];
    const log = new ServerLoadLog(async () => answers.shift()?.() ?? answer());
    await log.start();
    await log.poll();
    await log.poll();
    assert.equal(log.summary()?.processCpuPercent?.max, 10);
  });
});

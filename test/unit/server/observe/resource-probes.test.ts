// The system's own figures: how they are read from /proc, and that this machine gives some.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseProcessUse, parseProcStat, systemProbes } from '../../../../server/observe/resource-probes.ts';

describe('/proc', () => {
  it('tells of all processors; waiting for a disk is idleness, what the hypervisor took is not', () => {
    const text = 'cpu  100 5 50 800 40 3 2 10 7 0\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 5\n';
    assert.deepEqual(parseProcStat(text), { busy: 170, total: 1010 });
    assert.deepEqual(parseProcStat('cpu 1 2 3 4\n'), { busy: 6, total: 10 });
  });

  it('tells of a process, whatever its name', () => {
    const status = 'Name:\tnode\nVmHWM:\t  900 kB\nVmRSS:\t  512 kB\n';
    const behind = 'S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 11 0 100 1000 200';
    for (const name of ['node', 'a) S (b', 'x y']) {
      assert.deepEqual(parseProcessUse(`42 (${name}) ${behind}\n`, status), {
        rssBytes: 512 * 1024,
        cpuMs: 3000,
      });
    }
    assert.equal(parseProcessUse('42 (gone) Z 1', 'Name:\tgone\n').rssBytes, 0);
  });
});

describe('the probes of this system', () => {
  it('give figures that can be', () => {
    const probes = systemProbes();
    try {
      const { busy, total } = probes.hostCpu();
      assert.ok(busy > 0 && busy <= total);
      assert.ok(probes.processCpuMs() > 0);
      assert.ok(probes.rssBytes() > 2 ** 20);
      assert.ok(probes.memoryAvailableBytes() > 0);
      assert.ok(probes.memoryTotalBytes() >= probes.rssBytes());
      assert.equal(probes.loopDelayMaxMs(), 0);
      assert.ok(probes.loopBusy() >= 0 && probes.loopBusy() <= 1);
      assert.equal(probes.processUse(0), undefined);
      const own = probes.processUse(process.pid);
      assert.equal(own === undefined, process.platform !== 'linux');
      assert.ok(own === undefined || own.rssBytes > 2 ** 20);
    } finally {
      probes.stop();
    }
  });

  it('find a stall of the thread, and tell it once', async () => {
    const probes = systemProbes();
    const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));
    try {
      await turn();
      await turn();
      probes.loopDelayMaxMs();
      await turn();
      const until = performance.now() + 300;
      while (performance.now() < until) {
        // Holds the thread up.
      }
      await turn();
      assert.ok(probes.loopDelayMaxMs() >= 250);
      assert.ok(probes.loopBusy() > 0.1);
    } finally {
      probes.stop();
    }
  });
});

// The load second by second: what is made of the system's figures, how far back it goes, what is left out.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ProcessUse, ResourceProbes } from '../../../../server/observe/resource-probes.ts';
import {
  ResourceWatch,
  type GpuLoad,
  type ResourceSample,
} from '../../../../server/observe/resource-watch.ts';
import { flush } from '../fakes.ts';

/** Figures that the test sets. */
class FakeProbes implements ResourceProbes {
  time = 1000;
  cpuMs = 50;
  host = { busy: 100, total: 400 };
  delayMs = 0;
  busy = 0;
  readonly processes = new Map<number, ProcessUse>();
  stopped = false;

  now = (): number => this.time;
  epochNow = (): number => 1_700_000_000_000 + this.time;
  processCpuMs = (): number => this.cpuMs;
  hostCpu = (): { busy: number; total: number } => ({ ...this.host });
  rssBytes = (): number => 111;
  memoryAvailableBytes = (): number => 222;
  memoryTotalBytes = (): number => 333;
  loopDelayMaxMs = (): number => this.delayMs;
  loopBusy = (): number => this.busy;
  processUse = (pid: number): ProcessUse | undefined => this.processes.get(pid);
  stop = (): void => {
    this.stopped = true;
  };
}

describe('the resource watch', () => {
  let probes: FakeProbes;
  let pids: number[];
  let gpus: (() => Promise<readonly GpuLoad[]>) | undefined;
  let watch: ResourceWatch;

  const open = (): void => {
    watch = new ResourceWatch({ enginePids: () => pids, probes, ...(gpus === undefined ? {} : { gpus }) });
  };
  const sampleAfter = (ms: number): ResourceSample => {
    probes.time += ms;
    watch.sample();
    const latest = watch.latest();
    assert.ok(latest);
    return latest;
  };

  beforeEach(() => {
    probes = new FakeProbes();
    pids = [];
    gpus = undefined;
    open();
  });
  afterEach(() => watch.stop());

  it('knows nothing before the first second', () => {
    assert.equal(watch.latest(), undefined);
    assert.deepEqual(watch.samples(), []);
    watch.sample();
    assert.equal(watch.latest(), undefined, 'no time has passed');
  });

  it('tells the load since the sample before', () => {
    probes.cpuMs += 1500;
    probes.host = { busy: 250, total: 600 };
    probes.delayMs = 40;
    probes.busy = 0.25;
    assert.deepEqual(sampleAfter(1000), {
      atMs: 1_700_000_002_000,
      spanMs: 1000,
      processCpuPercent: 150,
      hostCpuPercent: 75,
      rssBytes: 111,
      memoryAvailableBytes: 222,
      loopDelayMaxMs: 40,
      loopBusyPercent: 25,
      gpus: [],
    });
    assert.equal(watch.memoryTotalBytes, 333);
    probes.cpuMs += 100;
    const held = sampleAfter(5000);
    assert.deepEqual([held.spanMs, held.processCpuPercent, held.hostCpuPercent], [5000, 2, 0]);
  });

  it('adds up the engine hosts that there are, and counts a new one from its second sample on', () => {
    pids = [0, process.pid, 7];
    probes.processes.set(process.pid, { rssBytes: 1e9, cpuMs: 1e9 });
    probes.processes.set(7, { rssBytes: 1000, cpuMs: 5000 });
    let { engineRssBytes, engineCpuPercent } = sampleAfter(1000);
    assert.deepEqual([engineRssBytes, engineCpuPercent], [1000, 0]);
    pids = [7, 8, 9];
    probes.processes.set(7, { rssBytes: 2000, cpuMs: 5800 });
    probes.processes.set(8, { rssBytes: 500, cpuMs: 90_000 });
    ({ engineRssBytes, engineCpuPercent } = sampleAfter(1000));
    assert.deepEqual([engineRssBytes, engineCpuPercent], [2500, 80]);
    probes.processes.set(8, { rssBytes: 500, cpuMs: 90_400 });
    // The number was given to another process, which has just begun.
    probes.processes.set(7, { rssBytes: 10, cpuMs: 1 });
    ({ engineRssBytes, engineCpuPercent } = sampleAfter(1000));
    assert.deepEqual([engineRssBytes, engineCpuPercent], [510, 40]);
    pids = [];
    assert.equal('engineRssBytes' in sampleAfter(1000), false);
  });

  it('keeps ten minutes, and gives what is later than asked for', () => {
    for (let second = 1; second <= 700; second++) {
      probes.cpuMs += second;
      sampleAfter(1000);
    }
    const all = watch.samples();
    assert.equal(all.length, 600);
    assert.deepEqual(
      all.map(({ atMs }) => atMs),
      Array.from({ length: 600 }, (_, i) => 1_700_000_001_000 + (101 + i) * 1000),
    );
    assert.equal(watch.latest(), all.at(-1));
    assert.deepEqual(watch.samples(all.at(-4)?.atMs), all.slice(-3));
    assert.deepEqual(watch.samples(all.at(-1)?.atMs), []);
  });

  it('asks for the GPUs every ten seconds, one question at a time, and forgets what is no longer told', async () => {
    const questions: { answer: (loads: readonly GpuLoad[]) => void; fail: (reason: Error) => void }[] = [];
    gpus = () => new Promise((resolve, reject) => questions.push({ answer: resolve, fail: reject }));
    watch.stop();
    open();
    sampleAfter(1000);
    assert.equal(questions.length, 0, 'nobody looks');
    watch.samples();
    sampleAfter(1000);
    sampleAfter(30_000);
    assert.equal(questions.length, 1);
    const told = { index: 0, name: 'H200', utilizationPercent: 40, memoryUsedBytes: 5 };
    questions[0]!.answer([told, { index: 1 }]);
    await flush();
    const loads = [{ index: 0, utilizationPercent: 40, memoryUsedBytes: 5 }, { index: 1 }];
    assert.deepEqual(sampleAfter(1000).gpus, loads);
    assert.equal(questions.length, 2);
    assert.deepEqual(sampleAfter(9000).gpus, loads);
    questions[1]!.fail(new Error('nvidia-smi has gone'));
    await flush();
    assert.deepEqual(sampleAfter(500).gpus, []);
    assert.equal(questions.length, 2);
    sampleAfter(500);
    assert.equal(questions.length, 3);
    questions[2]!.answer([told]);
    await flush();
    assert.equal(sampleAfter(1000).gpus.length, 1);
    // Nobody has looked for more than a minute.
    assert.deepEqual(sampleAfter(60_000).gpus, []);
    assert.equal(questions.length, 3);
  });

  it('asks for GPUs no more where there was none', async () => {
    let questions = 0;
    gpus = () => {
      questions++;
      return Promise.resolve([]);
    };
    watch.stop();
    open();
    watch.samples();
    sampleAfter(1000);
    await flush();
    watch.samples();
    sampleAfter(20_000);
    assert.equal(questions, 1);
  });

  it('asks no more once it has stopped', () => {
    sampleAfter(1000);
    watch.stop();
    assert.equal(probes.stopped, true);
    assert.equal(watch.samples().length, 1);
  });
});

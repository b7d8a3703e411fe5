// Several sessions as one version: where runs go, when it is lost, and how it is freed.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Signature } from '../../../../server/codec/tensor.ts';
import { EngineHost } from '../../../../server/engine/engine-host.ts';
import type { HostSession } from '../../../../server/engine/host-session.ts';
import { joinInstances } from '../../../../server/engine/instances.ts';
import { PerchError } from '../../../../server/errors.ts';
import type {
  ConversionFacts,
  LoadedVersion,
  RunResult,
} from '../../../../server/lifecycle/version-state.ts';
import { planVersion } from '../../../../server/plan-version.ts';
import { flush, memoryLog, plainSignature } from '../fakes.ts';
import { FakeWorkers } from './fake-channel.ts';

const neverAborted = new AbortController().signal;
const crash = new PerchError('ENGINE_CRASHED', 'The engine host ended.');

class FakeSession implements HostSession {
  readonly host: EngineHost;
  readonly settings = planVersion(3).instances[0]!.candidates[0]!;
  readonly fallbackReason: string;
  signatures: readonly Signature[] = [plainSignature];
  conversion: ConversionFacts | undefined;
  readonly lost: Promise<PerchError>;
  lose: (reason: PerchError) => void = () => undefined;
  closes = 0;
  closing: Promise<void> = Promise.resolve();
  readonly ends: (() => void)[] = [];
  runs = 0;
  readonly asked: (string | undefined)[] = [];

  constructor(index: number, fallbackReason = '') {
    this.host = new EngineHost({
      index,
      kind: 'own',
      open: new FakeWorkers().open,
      log: memoryLog().log,
      queueLimit: 0,
      isThread: false,
    });
    this.fallbackReason = fallbackReason;
    this.lost = new Promise((resolve) => (this.lose = resolve));
  }

  get runsInFlight(): number {
    return this.ends.length;
  }

  run(...[, , , hints]: Parameters<HostSession['run']>): Promise<RunResult> {
    this.runs++;
    this.asked.push(hints?.signature);
    return new Promise((resolve) =>
      this.ends.push(() => resolve({ outputs: new Map(), engineUs: this.host.index })),
    );
  }

  close(): Promise<void> {
    this.closes++;
    return this.closing;
  }
}

function sessions(count: number): FakeSession[] {
  return Array.from({ length: count }, (_, i) => new FakeSession(i));
}

function start(version: LoadedVersion): void {
  void version.run(new Map(), [], neverAborted);
}

describe('the instances of a version', () => {
  it('must be at least one', () => {
    assert.throws(() => joinInstances([], []), { code: 'INTERNAL' });
  });

  it('say where they run, and each reason of a fallback once', () => {
    const all = [
      new FakeSession(4, 'no GPU'),
      new FakeSession(7),
      new FakeSession(9, 'no GPU'),
      new FakeSession(1, 'other'),
    ];
    const { execution, signature } = joinInstances(all, ['Loop']);
    assert.equal(signature, plainSignature);
    assert.deepEqual(execution, {
      instances: [4, 7, 9, 1].map((engineHostIndex) => ({
        provider: 'cpu',
        deviceId: 0,
        engineHostIndex,
        intraOpThreads: 3,
      })),
      fallbackReason: 'no GPU; other',
      cpuFallbackOps: ['Loop'],
    });
  });

  it('of a model that keeps state are one: all runs are on the first', () => {
    const all = sessions(2);
    const named = { name: 'count', methodName: '', optionalInputs: [], isStateful: true };
    all.forEach((session) => (session.signatures = [{ ...plainSignature, named }]));
    const version = joinInstances(all, []);
    for (let i = 0; i < 3; i++) {
      start(version);
    }
    assert.deepEqual(
      all.map(({ runs }) => runs),
      [3, 0],
    );
  });

  it('of a converted model have its signatures by name, and mean serving_default without one', () => {
    const [session = new FakeSession(0)] = sessions(1);
    const signed = (name: string): Signature => ({
      ...plainSignature,
      named: { name, methodName: '', optionalInputs: [], isStateful: false },
    });
    session.signatures = [signed('other'), signed('serving_default')];
    session.conversion = { source: 'saved_model' } as ConversionFacts;
    const { signature, signatures, conversion } = joinInstances([session], []);
    assert.equal(signature.named?.name, 'serving_default');
    assert.deepEqual([...(signatures?.keys() ?? [])], ['other', 'serving_default']);
    assert.equal(conversion, session.conversion);
    const version = joinInstances([session], []);
    start(version);
    void version.run(new Map(), [], neverAborted, { signature: 'other' });
    assert.deepEqual(session.asked, ['serving_default', 'other']);
  });

  it('share the runs: each goes to the one with the fewest', () => {
    const all = sessions(3);
    const version = joinInstances(all, []);
    for (let i = 0; i < 7; i++) {
      start(version);
    }
    assert.deepEqual(
      all.map(({ runs }) => runs),
      [3, 2, 2],
    );
    all[1]?.ends.splice(0).forEach((end) => end());
    start(version);
    start(version);
    assert.deepEqual(
      all.map(({ runs }) => runs),
      [3, 4, 2],
    );
  });

  it('are freed together, all of them although one fails, whose reason it is', async () => {
    const all = sessions(3);
    const [first, second] = all;
    assert.ok(first !== undefined && second !== undefined);
    first.closing = Promise.reject(crash);
    let closed: () => void = () => undefined;
    second.closing = new Promise((resolve) => (closed = resolve));
    const version = joinInstances(all, []);
    let outcome: unknown = 'pending';
    version.unload().catch((reason: unknown) => (outcome = reason));
    await flush();
    assert.equal(outcome, 'pending', 'one is still being freed');
    closed();
    await flush();
    assert.equal(outcome, crash);
    assert.deepEqual(
      all.map(({ closes }) => closes),
      [1, 1, 1],
    );
  });

  it('are lost together: what is left of them is freed', async () => {
    const all = sessions(3);
    const version = joinInstances(all, []);
    all[1]?.lose(crash);
    assert.equal(await version.lost, crash);
    assert.deepEqual(
      all.map(({ closes }) => closes),
      [1, 0, 1],
    );
  });

  it('are lost although freeing the others fails', async () => {
    const all = sessions(2);
    const [first, second] = all;
    assert.ok(first !== undefined && second !== undefined);
    second.closing = Promise.reject(new Error('gone too'));
    const version = joinInstances(all, []);
    first.lose(crash);
    assert.equal(await version.lost, crash);
    second.lose(new PerchError('ENGINE_RESTARTED', 'later'));
    assert.equal(await version.lost, crash);
  });

  it('are lost at once, also while another is in a run that takes long', async () => {
    const all = sessions(2);
    const [first, second] = all;
    assert.ok(first !== undefined && second !== undefined);
    // To free it waits behind its run.
    second.closing = new Promise(() => undefined);
    const version = joinInstances(all, []);
    let lost = false;
    void version.lost.then(() => (lost = true));
    first.lose(crash);
    await flush();
    assert.ok(lost, 'nobody was told: requests go on to an instance that is gone');
  });

  it('take no run on one that is lost, nor on one that is freed', async () => {
    const all = sessions(2);
    const [first, second] = all;
    assert.ok(first !== undefined && second !== undefined);
    second.closing = new Promise(() => undefined);
    const version = joinInstances(all, []);
    first.lose(crash);
    await flush();
    await Promise.race([version.run(new Map(), [], neverAborted).catch(() => undefined), flush()]);
    assert.equal(first.runs, 0, 'the run went to the instance that is gone');
    assert.ok(second.runs === 0 || second.closes === 0, 'the run went to an instance after it was freed');
  });
});

// An engine host over a fake worker: its states, who is blamed when it ends, and when it is started again.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { EngineHost, type HostKind } from '../../../../server/engine/engine-host.ts';
import { memoryExceededMark } from '../../../../server/engine/memory-mark.ts';
import { PerchError } from '../../../../server/errors.ts';
import { flush, memoryLog } from '../fakes.ts';
import { FakeWorkers } from './fake-channel.ts';

const neverAborted = new AbortController().signal;

/** The code of a rejection; `pending` while there is neither. */
function outcomeOf(promise: Promise<unknown>): { now: string } {
  const outcome = { now: 'pending' };
  promise.then(
    () => (outcome.now = 'resolved'),
    (reason: unknown) => (outcome.now = PerchError.from(reason).code),
  );
  return outcome;
}

describe('an engine host', () => {
  let workers: FakeWorkers;
  let host: EngineHost;
  const open = (kind: HostKind = 'shared', queueLimit = 0): EngineHost => {
    workers = new FakeWorkers();
    return new EngineHost({
      index: 3,
      kind,
      isThread: false,
      open: workers.open,
      log: memoryLog().log,
      queueLimit,
    });
  };
  const unload = (session: number): Promise<unknown> => host.call({ kind: 'unload', session });

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    host = open();
  });
  afterEach(() => mock.timers.reset());

  it('is up once its worker says hello, and says what it is', async () => {
    const up = outcomeOf(host.whenUp());
    await flush();
    assert.deepEqual([up.now, host.isUp(), host.facts().pid], ['pending', false, 1000]);
    workers.last.comeUp();
    await flush();
    assert.deepEqual([up.now, host.isUp()], ['resolved', true]);
    assert.deepEqual(host.facts(), {
      index: 3,
      kind: 'shared',
      isThread: false,
      pid: 1000,
      restarts: 0,
      lastExit: '',
      onnxruntimeVersion: '9.9',
      loadedVersions: 0,
      oldestCall: undefined,
    });
  });

  it('takes no call before it is up, and sends none', async () => {
    await assert.rejects(unload(1), { code: 'ENGINE_RESTARTED' });
    assert.deepEqual(workers.last.sent, []);
  });

  it('gives each answer to its own call, in whatever order they come, and passes over others', async () => {
    workers.last.comeUp();
    const calls = [unload(1), unload(2), unload(3)];
    const [one, two, three] = workers.last.sent.map(({ call }) => call);
    assert.equal(new Set([one, two, three]).size, 3);
    workers.last.say({ kind: 'unloaded', call: 4711 });
    workers.last.say({ kind: 'unloaded', call: three ?? 0 });
    workers.last.say({ kind: 'failed', call: one ?? 0, code: 'INFERENCE_FAILED', message: 'words' });
    workers.last.say({ kind: 'unloaded', call: two ?? 0 });
    workers.last.say({ kind: 'failed', call: two ?? 0, code: 'INTERNAL', message: 'again' });
    const [first, second, third] = await Promise.allSettled(calls);
    assert.ok(first?.status === 'rejected' && PerchError.is(first.reason, 'INFERENCE_FAILED'));
    assert.equal(first.reason.message, 'words');
    assert.deepEqual(second, { status: 'fulfilled', value: { kind: 'unloaded', call: two } });
    assert.deepEqual(third, { status: 'fulfilled', value: { kind: 'unloaded', call: three } });
  });

  it('blames the session whose call it ended on, and no other', async () => {
    workers.last.comeUp();
    const answered = unload(9);
    workers.last.say({ kind: 'unloaded', call: workers.last.sent[0]?.call ?? 0 });
    await answered;
    const lost = new Map<number, PerchError[]>([1, 2, 9].map((session) => [session, []]));
    for (const [session, reasons] of lost) {
      host.onLost(session, (reason) => reasons.push(reason));
    }
    const takenBack: PerchError[] = [];
    host.onLost(1, (reason) => takenBack.push(reason))();
    const calls = [unload(2), unload(1), unload(2)].map(outcomeOf);
    workers.last.end('signal SIGSEGV', 'free(): /home/someone invalid');
    await flush();
    assert.deepEqual(
      calls.map(({ now }) => now),
      ['ENGINE_CRASHED', 'ENGINE_RESTARTED', 'ENGINE_CRASHED'],
    );
    assert.deepEqual(
      [...lost].map(([session, reasons]) => [session, ...reasons.map(({ code }) => code)]),
      [
        [1, 'ENGINE_RESTARTED'],
        [2, 'ENGINE_CRASHED'],
        [9, 'ENGINE_RESTARTED'],
      ],
    );
    assert.deepEqual(takenBack, []);
    const texts = [...lost.values()].flat().map(({ message }) => message);
    assert.ok(texts.every((text) => text.includes('signal SIGSEGV') && !text.includes('/home')));
    assert.equal(host.facts().lastExit, 'signal SIGSEGV; free(): /home/someone invalid');
  });

  it('tells a loss once, and those of the next worker anew', () => {
    workers.last.comeUp();
    let losses = 0;
    host.onLost(1, () => losses++);
    workers.last.end();
    mock.timers.tick(60_000);
    workers.last.comeUp();
    workers.last.end();
    assert.equal(losses, 1);
  });

  it('says that it was for its memory, to the session that it was working on', async () => {
    workers.last.comeUp();
    const calls = [unload(1), unload(2)].map(outcomeOf);
    workers.last.end('signal SIGKILL', `${memoryExceededMark}: 100 MiB of 50 MiB`);
    await flush();
    assert.deepEqual(
      calls.map(({ now }) => now),
      ['MODEL_MEMORY_EXCEEDED', 'ENGINE_RESTARTED'],
    );
  });

  it('is started again, each time after twice as long, up to half a minute', () => {
    for (const delay of [50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]) {
      const before = workers.all.length;
      workers.last.comeUp();
      workers.last.end();
      assert.equal(host.facts().pid, 0);
      mock.timers.tick(delay - 1);
      assert.equal(workers.all.length, before, `not before ${delay} ms`);
      mock.timers.tick(1);
      assert.equal(workers.all.length, before + 1, `after ${delay} ms`);
    }
    assert.equal(host.facts().restarts, 12);
  });

  it('begins with the first delay again once it was up for long', () => {
    for (let round = 0; round < 3; round++) {
      workers.last.end();
      mock.timers.tick(30_000);
    }
    workers.last.comeUp();
    mock.timers.tick(60_001);
    workers.last.end();
    mock.timers.tick(50);
    assert.equal(workers.all.length, 5);
    workers.last.end();
    mock.timers.tick(99);
    assert.equal(workers.all.length, 5);
    mock.timers.tick(1);
    assert.equal(workers.all.length, 6);
  });

  it('is up again when the next worker is, for those who waited and for new ones', async () => {
    const fromTheStart = outcomeOf(host.whenUp());
    workers.last.end();
    mock.timers.tick(50);
    workers.last.comeUp();
    await flush();
    assert.equal(fromTheStart.now, 'resolved');
    workers.last.end();
    const meanwhile = outcomeOf(host.whenUp());
    mock.timers.tick(1000);
    await flush();
    assert.equal(meanwhile.now, 'pending');
    workers.last.comeUp();
    await flush();
    assert.deepEqual([meanwhile.now, outcomeOf(unload(1)).now], ['resolved', 'pending']);
  });

  it('takes calls again after a restart, and none of the old answers', async () => {
    workers.last.comeUp();
    const old = workers.last;
    const before = outcomeOf(unload(1));
    old.end();
    mock.timers.tick(50);
    workers.last.comeUp();
    const after = unload(1);
    const [sent] = workers.last.sent;
    assert.notEqual(sent?.call, old.sent[0]?.call);
    workers.last.say({ kind: 'unloaded', call: old.sent[0]?.call ?? 0 });
    await flush();
    assert.equal(before.now, 'ENGINE_CRASHED');
    workers.last.say({ kind: 'unloaded', call: sent?.call ?? 0 });
    assert.deepEqual(await after, { kind: 'unloaded', call: sent?.call });
  });

  it('outlives that a worker cannot be started when it is to be started again', () => {
    workers.last.comeUp();
    workers.last.end('signal SIGKILL');
    workers.refusals.push(Object.assign(new Error('spawn ENOMEM'), { code: 'ENOMEM' }));
    // What a timer throws ends the daemon.
    assert.doesNotThrow(() => mock.timers.tick(50));
    mock.timers.tick(60_000);
    assert.equal(workers.all.length, 2);
  });

  it('ends a worker that sends what is no frame', async () => {
    workers.last.comeUp();
    const call = outcomeOf(unload(1));
    workers.last.sayBytes(Buffer.alloc(16, 0xff));
    assert.equal(workers.last.kills, 1);
    workers.last.end('signal SIGKILL');
    await flush();
    assert.equal(call.now, 'ENGINE_CRASHED');
    mock.timers.tick(50);
    workers.last.comeUp();
    assert.ok(host.isUp());
  });

  it('refuses tensors that are too large, and keeps no place for them', async () => {
    workers.last.comeUp();
    // Never touched: the system gives no memory for it.
    const bytes = new Uint8Array(2 ** 31);
    const tensors = new Map([['x', { dtype: 'uint8', shape: [2 ** 31], bytes } as const]]);
    await assert.rejects(
      host.run({ kind: 'run', session: 1, signature: '', tensors, outputNames: [] }, neverAborted),
      {
        code: 'TENSORS_TOO_LARGE',
      },
    );
    const other = outcomeOf(unload(2));
    workers.last.end();
    await flush();
    // Were the refused run still there, it would be the oldest and take the blame.
    assert.equal(other.now, 'ENGINE_CRASHED');
  });

  it('sends few runs at once, in their order, and never one whose caller left', async () => {
    workers.last.comeUp();
    const abort = new AbortController();
    const run = (session: number, signal: AbortSignal): Promise<unknown> =>
      host.run({ kind: 'run', session, signature: '', tensors: new Map(), outputNames: [] }, signal);
    const runs = [1, 2, 3, 4, 5, 6].map((session) =>
      run(session, session === 5 ? abort.signal : neverAborted),
    );
    const outcomes = runs.map(outcomeOf);
    await flush();
    const sessions = (): number[] =>
      workers.last.sent.map((message) => ('session' in message ? message.session : 0));
    assert.deepEqual(sessions(), [1, 2, 3, 4]);
    abort.abort(new PerchError('CANCELLED', 'left'));
    workers.last.say({ kind: 'ran', call: workers.last.sent[0]?.call ?? 0, tensors: new Map(), engineUs: 1 });
    await flush();
    assert.deepEqual(sessions(), [1, 2, 3, 4, 6]);
    assert.equal(outcomes[4]?.now, 'CANCELLED');
    workers.last.end();
    await flush();
    assert.deepEqual(
      outcomes.map(({ now }) => now),
      ['resolved', 'ENGINE_CRASHED', 'ENGINE_RESTARTED', 'ENGINE_RESTARTED', 'CANCELLED', 'ENGINE_RESTARTED'],
    );
  });

  describe('that is stopped', () => {
    const states: readonly (readonly [string, () => void])[] = [
      ['while it starts', () => undefined],
      ['while it is up', () => workers.last.comeUp()],
      ['while it waits for its restart', () => workers.last.end()],
    ];
    for (const [when, reach] of states) {
      it(`${when} ends its worker and is never started again`, async () => {
        reach();
        const waits = host.isUp() ? { now: 'ENGINE_CRASHED' } : outcomeOf(host.whenUp());
        const call = outcomeOf(unload(1));
        const stopped = [host.stop(), host.stop()].map(outcomeOf);
        if (host.facts().pid !== 0 || workers.last.kills > 0) {
          await flush();
          assert.equal(stopped[0]?.now, 'pending', 'the worker is not gone yet');
          assert.ok(workers.last.kills > 0);
          workers.last.end('signal SIGKILL');
        }
        await flush();
        assert.deepEqual(
          stopped.map(({ now }) => now),
          ['resolved', 'resolved'],
        );
        await host.stop();
        mock.timers.tick(120_000);
        assert.equal(workers.all.length, 1);
        assert.notEqual(waits.now, 'pending');
        assert.notEqual(call.now, 'pending');
        assert.deepEqual([host.isUp(), host.facts().pid], [false, 0]);
        await assert.rejects(unload(1));
      });
    }

    it('tells nobody of a loss, and notes no exit', async () => {
      workers.last.comeUp();
      let losses = 0;
      host.onLost(1, () => losses++);
      const stopped = host.stop();
      workers.last.end('signal SIGKILL');
      await stopped;
      assert.deepEqual([losses, host.facts().lastExit], [0, '']);
    });

    it('and was up before does not say that it will be up again', async () => {
      workers.last.comeUp();
      const stopped = host.stop();
      workers.last.end('signal SIGKILL');
      await stopped;
      await assert.rejects(host.whenUp());
    });
  });

  for (const kind of ['own', 'trial'] as const) {
    describe(`of kind "${kind}"`, () => {
      beforeEach(() => (host = open(kind)));

      it('is not started again, and says so to those who wait for it', async () => {
        const up = outcomeOf(host.whenUp());
        workers.last.end('it could not be started', 'ENOENT');
        await flush();
        assert.equal(up.now, 'ENGINE_CRASHED');
        mock.timers.tick(120_000);
        assert.equal(workers.all.length, 1);
        await host.stop();
      });

      it('that was up and ended says that it will not be up again', async () => {
        workers.last.comeUp();
        workers.last.end();
        await flush();
        await assert.rejects(host.whenUp(), { code: 'ENGINE_CRASHED' });
      });
    });
  }
});

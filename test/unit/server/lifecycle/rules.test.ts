// Retries, resource-preserving transitions, emptied directories, and unloads that do not wait for ever.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PerchError } from '../../../../server/errors.ts';
import type { LifecycleSettings, Transition } from '../../../../server/lifecycle/model-environment.ts';
import { ServedModel } from '../../../../server/lifecycle/served-model.ts';
import type { ModelRules } from '../../../../server/lifecycle/version-policy.ts';
import { FakeLoader, flush, patientSettings, rulesOf, versionOnDisk } from '../fakes.ts';

const latest = rulesOf({ kind: 'latest', count: 1 });

/** A model whose clock the test turns: callbacks come when their time has come. */
class Desk {
  readonly loader = new FakeLoader();
  readonly transitions: Transition[] = [];
  readonly served: ServedModel;
  readonly #rules: ModelRules;
  #timers: { at: number; callback: () => void }[] = [];
  #now = 0;

  constructor(rules: ModelRules, settings: Partial<LifecycleSettings> = {}) {
    this.#rules = rules;
    this.served = new ServedModel('m', rules, {
      loader: this.loader,
      settings: { ...patientSettings, ...settings },
      now: () => this.#now,
      after: (ms, callback) => {
        const timer = { at: this.#now + ms, callback };
        this.#timers.push(timer);
        return () => {
          this.#timers = this.#timers.filter((other) => other !== timer);
        };
      },
      holds: () => false,
      changed: () => undefined,
      moved: (transition) => this.transitions.push(transition),
    });
  }

  disk(...numbers: bigint[]): void {
    this.served.update(
      numbers.map((number) => versionOnDisk(number)),
      this.#rules,
    );
  }

  async wait(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#now);
    this.#timers = this.#timers.filter(({ at }) => at > this.#now);
    due.forEach(({ callback }) => callback());
    await flush();
  }

  get timers(): number {
    return this.#timers.length;
  }

  seen(): string {
    return this.served
      .versions()
      .map(({ number, state }) => {
        const failed = state.phase === 'end' && state.error !== undefined;
        return `${number}:${failed ? 'failed' : state.phase}`;
      })
      .join(' ');
  }
}

describe('a failed load', () => {
  it('is tried again, each time after twice as long, and then given up', async () => {
    const desk = new Desk(latest, { maxLoadRetries: 2, retryIntervalMs: 1000 });
    desk.disk(1n);
    await desk.loader.loading(1n).fail();
    assert.equal(desk.seen(), '1:failed');
    const state = desk.served.versions()[0]!.state;
    assert.equal(state.phase === 'end' && state.retryAt, 1000);
    await desk.wait(999);
    assert.equal(desk.seen(), '1:failed');
    await desk.wait(1);
    assert.equal(desk.seen(), '1:loading');
    await desk.loader.loading(1n).fail();
    await desk.wait(1999);
    assert.equal(desk.seen(), '1:failed');
    await desk.wait(1);
    await desk.loader.loading(1n).fail();
    assert.equal(desk.timers, 0);
    assert.deepEqual(desk.loader.history, ['m/1', 'm/1', 'm/1']);
  });

  it('counts anew once it worked, when its files change, and when a person asks for it', async () => {
    const desk = new Desk(latest, { maxLoadRetries: 1, retryIntervalMs: 1000 });
    desk.disk(1n);
    await desk.loader.loading(1n).fail();
    desk.served.requestLoad(1n);
    assert.equal(desk.seen(), '1:loading');
    await desk.loader.loading(1n).fail();
    await desk.wait(1000);
    assert.equal(desk.seen(), '1:loading', 'the request began a new count');
  });

  it('is not tried again where a conversion judged the files, until they change', async () => {
    const settings = { maxLoadRetries: 2, retryIntervalMs: 1000 };
    for (const code of ['OPERATORS_UNSUPPORTED', 'SAVED_MODEL_INVALID', 'MODEL_FILE_INVALID'] as const) {
      const desk = new Desk(latest, settings);
      const update = (fingerprint: string): void =>
        desk.served.update([{ ...versionOnDisk(1n), isConverted: true, fingerprint }], latest);
      update('a');
      await desk.loader.loading(1n).fail(new PerchError(code, 'no'));
      assert.deepEqual([desk.seen(), desk.timers], ['1:failed', 0]);
      update('b');
      assert.equal(desk.seen(), '1:loading');
    }
    const [onnx, other] = [new Desk(latest, settings), new Desk(latest, settings)];
    onnx.disk(1n);
    await onnx.loader.loading(1n).fail(new PerchError('MODEL_FILE_INVALID', 'bad allocation'));
    other.served.update([{ ...versionOnDisk(1n), isConverted: true }], latest);
    await other.loader.loading(1n).fail(new PerchError('LOAD_CRASHED', 'no'));
    assert.deepEqual([onnx.timers, other.timers], [1, 1]);
  });

  it('does not keep the version that serves from serving, and comes back beside it', async () => {
    const desk = new Desk(latest, { maxLoadRetries: 1, retryIntervalMs: 1000 });
    desk.disk(1n);
    await desk.loader.loading(1n).succeed();
    desk.disk(1n, 2n);
    await desk.loader.loading(2n).fail();
    assert.equal(desk.seen(), '1:available 2:failed');
    await desk.wait(1000);
    assert.equal(desk.seen(), '1:available 2:loading');
    await desk.loader.loading(2n).succeed();
    assert.equal(desk.seen(), '1:end 2:available');
  });

  it('is forgotten with the model', async () => {
    const desk = new Desk(latest, { maxLoadRetries: 3, retryIntervalMs: 1000 });
    desk.disk(1n);
    await desk.loader.loading(1n).fail();
    await desk.served.dispose();
    assert.equal(desk.timers, 0);
  });
});

describe('a resource-preserving model', () => {
  const rules: ModelRules = { ...latest, transition: 'resource-preserving' };

  it('unloads the old version before it loads the new one', async () => {
    const desk = new Desk(rules);
    desk.disk(1n);
    await desk.loader.loading(1n).succeed();
    const lease = desk.served.acquire(1n)!;
    desk.disk(1n, 2n);
    assert.equal(desk.seen(), '1:unloading 2:not-loaded');
    lease.release();
    await flush();
    assert.equal(desk.seen(), '1:end 2:loading');
    await desk.loader.loading(2n).succeed();
    assert.equal(desk.seen(), '1:end 2:available');
  });

  it('goes back to the old version where the new one fails', async () => {
    const desk = new Desk(rules);
    desk.disk(1n);
    await desk.loader.loading(1n).succeed();
    desk.disk(1n, 2n);
    await flush();
    await desk.loader.loading(2n).fail();
    assert.equal(desk.seen(), '1:loading 2:failed');
  });
});

describe('a resource-preserving model whose new version keeps failing', () => {
  it('does not stop the one that works at every retry', async () => {
    const desk = new Desk(
      { ...latest, transition: 'resource-preserving' },
      { maxLoadRetries: 3, retryIntervalMs: 1000 },
    );
    desk.disk(1n, 2n);
    await desk.loader.loading(2n).fail();
    await desk.loader.loading(1n).succeed();
    await desk.wait(1000);
    assert.equal(desk.seen(), '1:available 2:failed');
  });
});

describe('a new policy', () => {
  it('ends what was asked for against the old one', async () => {
    const desk = new Desk(latest);
    desk.disk(1n);
    await desk.loader.loading(1n).succeed();
    desk.served.requestUnload(1n);
    await flush();
    desk.served.update([versionOnDisk(1n)], latest);
    assert.equal(desk.seen(), '1:end', 'the same policy changes nothing');
    desk.served.update([versionOnDisk(1n)], rulesOf({ kind: 'specific', versions: [1n] }));
    assert.equal(desk.seen(), '1:loading');
  });
});

describe('a version at another base path', () => {
  it('takes the place of the one of the same number', async () => {
    const desk = new Desk(latest);
    desk.disk(1n);
    await desk.loader.loading(1n).succeed();
    desk.served.update([{ ...versionOnDisk(1n), fingerprint: 'b', directory: '/elsewhere/1' }], latest);
    await flush();
    assert.equal(desk.seen(), '1:loading');
    assert.equal(desk.loader.loading(1n).disk.directory, '/elsewhere/1');
  });
});

describe('the last error', () => {
  it('stays visible while the load is tried again, and goes when it works', async () => {
    const desk = new Desk(latest, { maxLoadRetries: 1, retryIntervalMs: 1000 });
    desk.disk(1n);
    await desk.loader.loading(1n).fail();
    await desk.wait(1000);
    assert.equal(desk.seen(), '1:loading');
    assert.match(desk.served.versions()[0]!.lastError!.message, /no graph/);
    await desk.loader.loading(1n).succeed();
    assert.equal(desk.served.versions()[0]!.lastError, undefined);
  });
});

describe('an emptied directory', () => {
  it('keeps the last version, or unloads it where the rules say so', async () => {
    for (const [keepLast, expected] of [
      [true, '1:available'],
      [false, '1:end'],
    ] as const) {
      const desk = new Desk({ ...latest, keepLast });
      desk.disk(1n);
      await desk.loader.loading(1n).succeed();
      desk.disk();
      await flush();
      assert.equal(desk.seen(), expected);
    }
  });
});

describe('an unload', () => {
  it('waits for requests in flight, but not for ever', async () => {
    const desk = new Desk(latest, { unloadGraceMs: 5000 });
    desk.disk(1n);
    await desk.loader.loading(1n).succeed();
    const lease = desk.served.acquire(1n)!;
    desk.served.requestUnload(1n);
    await desk.wait(4999);
    assert.equal(desk.seen(), '1:unloading');
    await desk.wait(1);
    assert.equal(desk.seen(), '1:end');
    lease.release();
    assert.equal(desk.timers, 0);
  });

  it('takes its timer back when the last request ends in time', async () => {
    const desk = new Desk(latest, { unloadGraceMs: 5000 });
    desk.disk(1n);
    await desk.loader.loading(1n).succeed();
    const lease = desk.served.acquire(1n)!;
    desk.served.requestUnload(1n);
    lease.release();
    await flush();
    assert.equal(desk.seen(), '1:end');
    assert.equal(desk.timers, 0);
  });
});

describe('transitions', () => {
  it('each have where from, where to and why', async () => {
    const desk = new Desk(latest);
    desk.disk(1n);
    await desk.loader.loading(1n).succeed();
    desk.served.requestUnload(1n);
    await flush();
    assert.deepEqual(
      desk.transitions.map(({ from, to, cause }) => `${from.phase} > ${to.phase}: ${cause}`),
      [
        'not-loaded > loading: the version policy',
        'loading > available: it was loaded',
        'available > unloading: an unload was asked for',
        'unloading > end: an unload was asked for',
      ],
    );
  });
});

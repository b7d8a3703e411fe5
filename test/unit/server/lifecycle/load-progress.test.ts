// The progress of a load: what is kept, how often watchers are told, and that nothing of an ended load is.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { limitLoads } from '../../../../server/lifecycle/load-limit.ts';
import {
  LoadReport,
  type LoadProgress,
  type StepProgress,
} from '../../../../server/lifecycle/load-progress.ts';
import { ModelManager } from '../../../../server/lifecycle/model-manager.ts';
import { FakeLoader, flush, memoryLog, modelOnDisk } from '../fakes.ts';

/** A clock that goes when it is told to. */
class FakeClock {
  now = 10_000;
  #due: { readonly at: number; readonly callback: () => void }[] = [];

  readonly after = (ms: number, callback: () => void): (() => void) => {
    const timer = { at: this.now + ms, callback };
    this.#due.push(timer);
    return () => {
      this.#due = this.#due.filter((one) => one !== timer);
    };
  };

  /** Lets time pass, millisecond by millisecond. */
  pass(ms: number): void {
    for (const end = this.now + ms; ; this.now++) {
      const due = this.#due.filter(({ at }) => at <= this.now);
      this.#due = this.#due.filter(({ at }) => at > this.now);
      due.forEach(({ callback }) => callback());
      if (this.now === end) {
        return;
      }
    }
  }

  get waiting(): number {
    return this.#due.length;
  }
}

describe('LoadReport', () => {
  let clock: FakeClock;
  let kept: StepProgress[];
  /** What watchers saw, with the time since the test began. */
  let told: string[];
  let report: LoadReport;
  beforeEach(() => {
    clock = new FakeClock();
    kept = [];
    told = [];
    report = new LoadReport({
      now: () => clock.now,
      after: clock.after,
      keep: (progress) => kept.push(progress),
      tell: () => told.push(`${clock.now - 10_000} ${kept.at(-1)?.step} ${kept.at(-1)?.detail}`),
    });
  });

  it('keeps everything at once, with the time at which its step began', () => {
    const steps: LoadProgress[] = [
      { step: 'queued' },
      { step: 'loading', bytesDone: 1, bytesTotal: 9 },
      { step: 'loading', bytesDone: 9, bytesTotal: 9 },
      { step: 'warming-up', detail: '1/2' },
    ];
    for (const step of steps) {
      report.listener(step);
      clock.pass(10);
    }
    assert.deepEqual(
      kept,
      steps.map((step, i) => ({ ...step, stepSince: 10_000 + [0, 10, 10, 30][i]! })),
    );
  });

  it('tells nobody under the feet of the loader, and everybody as soon as it is out of the way', () => {
    report.listener({ step: 'queued', detail: 'a' });
    assert.deepEqual(told, []);
    clock.pass(0);
    assert.deepEqual(told, ['0 queued a']);
  });

  it('tells at most four times a second, and always the last', () => {
    for (let i = 1; i <= 1000; i++) {
      report.listener({ step: 'warming-up', detail: `${i}` });
      clock.pass(1);
    }
    clock.pass(1000);
    assert.deepEqual(told, [
      '0 warming-up 1',
      '250 warming-up 250',
      '500 warming-up 500',
      '750 warming-up 750',
      '1000 warming-up 1000',
    ]);
    assert.equal(clock.waiting, 0);
  });

  it('keeps and tells nothing once the load has ended', () => {
    report.listener({ step: 'loading', detail: 'a' });
    clock.pass(0);
    report.listener({ step: 'loading', detail: 'b' });
    report.end();
    report.listener({ step: 'loading', detail: 'c' });
    clock.pass(5000);
    assert.deepEqual(told, ['0 loading a']);
    assert.equal(kept.at(-1)?.detail, 'b');
    assert.equal(clock.waiting, 0);
  });
});

describe('the progress of a version', () => {
  let clock: FakeClock;
  let loader: FakeLoader;
  let manager: ModelManager;
  /** What watchers saw of version 1. */
  let seen: string[];
  const look = (): string => {
    const state = manager.view('m')?.versions[0]?.state;
    return state?.phase === 'loading'
      ? `loading ${state.progress?.step ?? '-'} ${state.progress?.stepSince ?? '-'}`
      : (state?.phase ?? 'none');
  };
  beforeEach(() => {
    clock = new FakeClock();
    loader = new FakeLoader();
    const { log } = memoryLog();
    manager = new ModelManager(limitLoads(loader, 1), log, { now: () => clock.now, after: clock.after });
    seen = [];
    manager.events.on('changed', (name) => {
      if (name === 'm') {
        seen.push(look());
      }
    });
  });

  it('is there from the first word of the loader to the end of the load', async () => {
    manager.apply([modelOnDisk('m', [1n])]);
    await flush();
    const { progress, succeed } = loader.loading(1n);
    clock.pass(5);
    progress?.({ step: 'checking' });
    assert.equal(look(), 'loading checking 10005');
    clock.pass(300);
    progress?.({ step: 'warming-up' });
    await succeed();
    progress?.({ step: 'warming-up' });
    clock.pass(5000);
    assert.deepEqual(seen, ['loading - -', 'loading checking 10005', 'available']);
  });

  it('says that a load waits for others', async () => {
    manager.apply([modelOnDisk('first', [7n])]);
    await flush();
    manager.apply([modelOnDisk('first', [7n]), modelOnDisk('m', [1n])]);
    await flush();
    assert.equal(look(), 'loading queued 10000');
    await loader.loading(7n).succeed();
    loader.loading(1n).progress?.({ step: 'loading' });
    assert.equal(look(), 'loading loading 10000');
  });

  it('is not kept over a failure: the next attempt begins without', async () => {
    manager.apply([modelOnDisk('m', [1n])]);
    await flush();
    loader.loading(1n).progress?.({ step: 'first-open' });
    await loader.loading(1n).fail();
    assert.equal(look(), 'end');
    clock.pass(60_000);
    await flush();
    assert.equal(look(), 'loading - -');
  });
});

// Any sequence of disk changes, requests, load outcomes and leases: what must hold all the time, and what in the end.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PerchError } from '../../../../server/errors.ts';
import type { VersionOnDisk } from '../../../../server/lifecycle/found.ts';
import { ServedModel } from '../../../../server/lifecycle/served-model.ts';
import { wantedVersions, type VersionPolicy } from '../../../../server/lifecycle/version-policy.ts';
import { FakeLoader, flush, neverAfter, patientSettings, rulesOf, versionOnDisk } from '../fakes.ts';

const number = fc.bigInt(1n, 4n);
const index = fc.nat(5);

const readiness = fc.constantFrom<VersionOnDisk['readiness']['kind']>(
  'complete',
  'complete',
  'complete',
  'copying',
  'broken',
);
const disk = fc.uniqueArray(fc.record({ number, kind: readiness, fingerprint: fc.constantFrom('a', 'b') }), {
  selector: (version) => version.number,
});

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('disk' as const), disk }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('load' as const, 'unload' as const), number }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'succeed' as const,
        'fail' as const,
        'lose' as const,
        'take' as const,
        'release' as const,
      ),
      index,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 90_000 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const policy = fc.constantFrom<VersionPolicy>(
  { kind: 'latest', count: 1 },
  { kind: 'latest', count: 2 },
  { kind: 'all' },
  { kind: 'specific', versions: [2n, 3n] },
);

function toDisk(versions: readonly { number: bigint; kind: string; fingerprint: string }[]): VersionOnDisk[] {
  return versions.map(({ number, kind, fingerprint }) => {
    switch (kind) {
      case 'copying':
        return versionOnDisk(number, { kind, detail: 'Waiting.' }, fingerprint);
      case 'broken':
        return versionOnDisk(
          number,
          { kind, error: new PerchError('MODEL_FILE_INVALID', 'Incomplete.') },
          fingerprint,
        );
      default:
        return versionOnDisk(number, { kind: 'complete' }, fingerprint);
    }
  });
}

/** Plays steps on a model, and knows what persons asked for. */
class Play {
  readonly loader = new FakeLoader();
  readonly served: ServedModel;
  readonly #policy: VersionPolicy;
  readonly #releases: (() => void)[] = [];
  readonly #pins = new Map<bigint, 'load' | 'unload'>();
  #now = 0;

  constructor(policy: VersionPolicy) {
    this.#policy = policy;
    this.served = new ServedModel('m', rulesOf(policy), {
      loader: this.loader,
      settings: patientSettings,
      after: neverAfter,
      now: () => this.#now,
      holds: () => false,
      changed: () => undefined,
      moved: () => undefined,
    });
  }

  async step(step: Step): Promise<void> {
    switch (step.do) {
      case 'disk':
        this.served.update(toDisk(step.disk), rulesOf(this.#policy));
        break;
      case 'load':
      case 'unload':
        this.#request(step.do, step.number);
        break;
      case 'wait':
        this.#now += step.ms;
        break;
      case 'succeed':
        await this.loader.pending[step.index % this.loader.pending.length]?.succeed();
        break;
      case 'fail': {
        const load = this.loader.pending[step.index % this.loader.pending.length];
        await load?.fail(load.signal.aborted ? (load.signal.reason as Error) : undefined);
        break;
      }
      case 'lose': {
        const held = this.loader.loaded.filter(({ gone }) => !gone);
        await held[step.index % held.length]?.lose();
        break;
      }
      case 'take':
        this.#take(step.index);
        break;
      case 'release':
        this.#releases.shift()?.();
        break;
    }
    await flush();
    const known = new Set(this.served.versions().map((version) => version.number));
    for (const pinned of this.#pins.keys()) {
      if (!known.has(pinned)) {
        this.#pins.delete(pinned);
      }
    }
    assert.deepEqual(this.loader.violations, []);
  }

  #request(which: 'load' | 'unload', version: bigint): void {
    try {
      if (which === 'load') {
        const wanted = this.#wantedByPolicy(version);
        this.served.requestLoad(version);
        this.#pins.delete(version);
        if (!wanted.has(version)) {
          this.#pins.set(version, 'load');
        }
      } else {
        this.served.requestUnload(version);
        this.#pins.set(version, 'unload');
      }
    } catch (reason) {
      assert.ok(PerchError.is(reason, 'VERSION_UNKNOWN') || PerchError.is(reason, 'MODEL_FILE_INVALID'));
    }
  }

  /**
   * What the policy asks for. A load by request makes a version that ended count by its files again: one that failed
   * counts, one over which another is being copied does not.
   */
  #wantedByPolicy(asked?: bigint): Set<bigint> {
    const candidates = this.served.versions().filter(({ number, state, disk }) => {
      const ended = state.phase === 'end';
      const failed = ended && state.error !== undefined && number !== asked;
      const copying =
        state.phase === 'copying' || (ended && number === asked && disk?.readiness.kind === 'copying');
      return disk !== undefined && !failed && !copying;
    });
    return wantedVersions(
      this.#policy,
      candidates.map(({ number }) => number),
    );
  }

  #take(which: number): void {
    const available = this.served.versions().filter(({ state }) => state.phase === 'available');
    const one = available[which % available.length];
    const state = one?.state;
    if (one === undefined || state?.phase !== 'available') {
      return;
    }
    const lease = this.served.acquire(one.number);
    const held = this.loader.loaded.find((loaded) => loaded === state.loaded);
    assert.ok(lease && held);
    held.leases++;
    this.#releases.push(() => {
      held.leases--;
      lease.release();
    });
  }

  /** Ends all requests, and lets every load end well. */
  async settle(): Promise<void> {
    this.#releases.splice(0).forEach((release) => release());
    await flush();
    for (let rounds = 0; this.loader.pending.length > 0; rounds++) {
      assert.ok(rounds < 50, 'loads go on for ever');
      const [load] = this.loader.pending;
      await (load?.signal.aborted === true ? load.fail(load.signal.reason as Error) : load?.succeed());
    }
  }

  checkSettled(): void {
    const versions = this.served.versions();
    // A lost version waits in START for the copy over it to end.
    const copying = versions.some(
      ({ state, disk }) =>
        state.phase === 'copying' || (state.phase === 'start' && disk?.readiness.kind === 'copying'),
    );
    assert.equal(this.served.isSettled(), !copying, 'something is under way and nothing moves it');
    const wanted = this.#wantedByPolicy();
    this.#pins.forEach((pin, number) => (pin === 'load' ? wanted.add(number) : wanted.delete(number)));
    const available = versions.filter(({ state }) => state.phase === 'available').map(({ number }) => number);
    for (const { number, state, disk } of versions) {
      if (!wanted.has(number) || disk?.readiness.kind !== 'complete') {
        continue;
      }
      const failed = state.phase === 'end' && state.error !== undefined;
      assert.ok(failed || state.phase === 'available', `version ${number} is wanted and ${state.phase}`);
    }
    const unwanted = available.filter((number) => !wanted.has(number));
    const served = available.some((number) => wanted.has(number));
    assert.ok(unwanted.length === 0 || !served, `${unwanted.join()} is served beside what is wanted`);
    assert.ok(
      unwanted.every((number) => this.#pins.get(number) !== 'unload'),
      'an unloaded version is served',
    );
  }
}

describe('the lifecycle of any model', () => {
  it('never loads a version twice at once, nor unloads one in use, and ends where policy and requests say', async () => {
    await fc.assert(
      fc.asyncProperty(policy, fc.array(step, { maxLength: 40, size: 'max' }), async (chosen, steps) => {
        const play = new Play(chosen);
        for (const one of steps) {
          await play.step(one);
        }
        await play.settle();
        play.checkSettled();
        const { served, loader } = play;
        await served.dispose();
        assert.deepEqual(loader.pending, []);
        assert.ok(
          loader.loaded.every(({ gone }) => gone),
          'something is loaded after dispose',
        );
        assert.deepEqual(loader.violations, []);
      }),
      { numRuns: 1000 },
    );
  });

  it('lets go of everything when it is disposed of at any moment', async () => {
    await fc.assert(
      fc.asyncProperty(policy, fc.array(step, { maxLength: 20, size: 'max' }), async (chosen, steps) => {
        const play = new Play(chosen);
        for (const one of steps) {
          await play.step(one);
        }
        const done = play.served.dispose();
        await play.settle();
        await done;
        assert.ok(play.loader.loaded.every(({ gone }) => gone));
        assert.deepEqual(play.loader.violations, []);
      }),
      { numRuns: 200 },
    );
  });
});

// Which shared host a version goes to, how many there are, and when one ends, over hosts that do nothing.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import fc from 'fast-check';
import { SharedHosts, type SharedHost, type SharedPlace } from '../../../../server/engine/shared-hosts.ts';

class Host implements SharedHost {
  up = true;
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }

  isUp(): boolean {
    return this.up;
  }
}

class SetUp {
  readonly made: Host[] = [];
  readonly ended: Host[] = [];
  readonly hosts: SharedHosts<Host>;

  constructor(usual: number) {
    this.hosts = new SharedHosts({
      usual,
      add: () => {
        const host = new Host(this.made.length);
        this.made.push(host);
        return host;
      },
      end: (host) => this.ended.push(host),
    });
  }

  enter(model: string, version: number, used: readonly Host[] = []): SharedPlace<Host> {
    const place = this.hosts.enter({ model, version: BigInt(version) }, used);
    assert.ok(place !== undefined);
    return place;
  }

  get alive(): number[] {
    return this.made.filter((host) => !this.ended.includes(host)).map(({ index }) => index);
  }
}

const seconds = 1000;

describe('shared hosts', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  it('are as many as usual while no model has more versions than there are hosts', () => {
    const all = new SetUp(2);
    const places = [
      all.enter('a', 1),
      all.enter('b', 1),
      all.enter('a', 2),
      all.enter('c', 1),
      all.enter('b', 2),
    ];
    assert.deepEqual(
      places.map(({ host }) => host.index),
      [0, 1, 1, 0, 0],
    );
    assert.deepEqual(all.alive, [0, 1]);
  });

  it('prefer one that is up, and still keep versions apart', () => {
    const all = new SetUp(2);
    all.made[0]!.up = false;
    assert.equal(all.enter('a', 1).host.index, 1);
    assert.equal(all.enter('b', 1).host.index, 1);
    assert.equal(all.enter('a', 2).host.index, 0);
  });

  it('are one more while a second version is there, and the empty one ends a while after', () => {
    const all = new SetUp(1);
    const first = all.enter('a', 1);
    const next = all.enter('a', 2);
    assert.deepEqual([first.host.index, next.host.index], [0, 1]);
    first.leave();
    first.leave();
    mock.timers.tick(10 * seconds - 1);
    assert.deepEqual(all.alive, [0, 1]);
    mock.timers.tick(1);
    assert.deepEqual(all.alive, [1], 'the one that is empty, not the one that came later');
    next.leave();
    mock.timers.tick(60 * seconds);
    assert.deepEqual(all.alive, [1]);
  });

  it('use the empty one again where a version comes in time', () => {
    const all = new SetUp(1);
    const first = all.enter('a', 1);
    all.enter('a', 2);
    first.leave();
    mock.timers.tick(9 * seconds);
    assert.equal(all.enter('a', 3).host.index, 0);
    mock.timers.tick(60 * seconds);
    assert.deepEqual(all.alive, [0, 1]);
  });

  it('take a version that comes back to where it was, beside itself', () => {
    const all = new SetUp(1);
    all.enter('a', 1);
    assert.equal(all.enter('a', 1).host.index, 0);
  });

  it('are at most twice as many, then versions share', () => {
    const all = new SetUp(1);
    for (let model = 0; model < 300; model++) {
      for (let version = 1; version <= 3; version++) {
        all.enter(`${model}`, version);
      }
    }
    assert.deepEqual(all.alive, [0, 1]);
  });

  it('leave to a host of its own an instance that has no other host', () => {
    const all = new SetUp(1);
    const { host } = all.enter('a', 1);
    assert.equal(all.hosts.enter({ model: 'a', version: 1n }, [host]), undefined);
    const other = all.enter('a', 2).host;
    assert.equal(all.hosts.enter({ model: 'a', version: 2n }, [other]), undefined);
    assert.deepEqual(all.alive, [0, 1]);
  });

  it('end no more once they are stopped', () => {
    const all = new SetUp(1);
    all.enter('a', 1).leave();
    all.enter('a', 1);
    all.enter('a', 2).leave();
    all.hosts.stop();
    mock.timers.tick(60 * seconds);
    assert.deepEqual(all.ended, []);
  });

  it('never end one that holds something, nor are fewer than usual or more than twice that', () => {
    const step = fc.record({
      enters: fc.boolean(),
      model: fc.nat(2),
      version: fc.nat(3),
      ms: fc.nat(15_000),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 60 }), (usual, steps) => {
        const all = new SetUp(usual);
        const held: (SharedPlace<Host> & { readonly model: number; readonly version: number })[] = [];
        for (const { enters, model, version, ms } of steps) {
          if (enters) {
            const couldBeApart =
              all.alive.length < 2 * usual ||
              all.alive.some((index) =>
                held.every(
                  (one) => one.host.index !== index || one.model !== model || one.version === version,
                ),
              );
            const place = all.enter(`${model}`, version);
            const beside = held.filter(({ host }) => host === place.host);
            assert.ok(!couldBeApart || beside.every((one) => one.model !== model || one.version === version));
            held.push({ ...place, model, version });
          } else {
            held.splice(version, 1).forEach(({ leave }) => leave());
          }
          mock.timers.tick(ms);
          assert.ok(held.every(({ host }) => !all.ended.includes(host)));
          assert.ok(all.alive.length >= usual && all.alive.length <= 2 * usual);
        }
        held.forEach(({ leave }) => leave());
        mock.timers.tick(10 * seconds);
        assert.equal(all.alive.length, usual);
      }),
      { numRuns: 100 },
    );
  });
});

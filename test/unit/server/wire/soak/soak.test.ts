// Thirty simulated minutes of clients of every kind: no close without a cause that its client's doings explain, and nothing
// left. scripts/soak-connections.mjs plays other seeds, and longer ones.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CloseCause } from '../../../../../server/wire/close-cause.ts';
import { actors } from './actors.ts';
import { Simulation } from './simulation.ts';

/** All but what needs TLS, and what would be our mistake. */
const causes: readonly CloseCause['kind'][] = [
  'drained',
  'flood',
  'forced',
  'headers-timeout',
  'keepalive-timeout',
  'limit',
  'max-age',
  'max-idle',
  'peer-closed',
  'peer-error',
  'peer-reset',
  'preface-timeout',
  'protocol-error',
  'settings-timeout',
  'socket-error',
  'too-many-pings',
  'write-timeout',
  'wrong-protocol',
];

describe('thirty simulated minutes', () => {
  it('close nothing without the cause that it has, and leave nothing behind', async () => {
    const { connections, calls, closes, byActor, problems } = await new Simulation(1).run(30);
    assert.deepEqual(problems, []);
    // Every connection has closed, once.
    assert.equal(
      [...closes.values()].reduce((sum, count) => sum + count, 0),
      connections,
    );
    assert.ok(connections > 1200 && calls > 2500, `${connections} connections, ${calls} calls`);
    // Or the simulation does not do what it says.
    assert.deepEqual([...closes.keys()].sort(), [...causes].sort());
    const came = new Set([...byActor.keys()].map((name) => name.split(':')[0]));
    assert.deepEqual(
      actors.filter(({ name }) => !came.has(name)).map(({ name }) => name),
      [],
    );
  });

  it('are the same for the same seed', async () => {
    const [one, same, other] = [
      await new Simulation(7).run(1),
      await new Simulation(7).run(1),
      await new Simulation(8).run(1),
    ];
    assert.deepEqual(one.history, same.history);
    assert.notDeepEqual(one.history, other.history);
    assert.deepEqual([...one.problems, ...other.problems], []);
  });
});

// Some twenty seconds of clients of every kind against a real daemon, whose times are a hundred times shorter than usual: it
// says of each close what its client did, leaves nothing open, and exports no close of unknown cause. Longer, and the pure
// simulation with other seeds: scripts/soak-connections.mjs.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { skip } from '../support/holdings.ts';
import { soak } from './soak.ts';

it(
  'connects, idles, kills, floods, slow and silent clients: every close is explained, and nothing is left',
  { skip },
  async () => {
    const { connections, closes, exported, problems, before, after } = await soak(8, 1);
    assert.deepEqual(problems, []);
    assert.ok(connections > 100, `${connections} connections`);
    // Or it does not do what it says.
    for (const cause of [
      'flood',
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
      'too-many-pings',
      'wrong-protocol',
    ]) {
      assert.ok((closes.get(cause) ?? 0) > 0, `no connection closed by ${cause}`);
      assert.ok((exported.get(cause) ?? 0) >= (closes.get(cause) ?? 0), `${cause} is not exported in full`);
    }
    assert.equal(exported.get('unknown'), 0);
    assert.ok(
      after.descriptors <= before.descriptors,
      `descriptors: ${before.descriptors} -> ${after.descriptors}`,
    );
    assert.ok(after.held <= before.held + 8, `held: ${before.held} -> ${after.held} MiB`);
  },
);

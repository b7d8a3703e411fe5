// Hostile and broken models: each ends as a failed version with a named reason, and nobody else notices.
import assert from 'node:assert/strict';
import { homedir, tmpdir } from 'node:os';
import { after, before, beforeEach, describe, it } from 'node:test';
import { status } from '@grpc/grpc-js';
import { repository } from '../../server/support/running-server.ts';
import { until } from '../../support/until.ts';
import { brokenModels, hugeInput, type HostileModel } from './broken-models.ts';
import { endlessModels, greedyModels } from './costly-models.ts';
import { externalModels, harmless } from './external-models.ts';
import { savedModels } from './saved-models.ts';
import { startHostileDaemon, type HostileDaemon, type InUse } from './hostile-daemon.ts';

/** What the daemon and its hosts may have grown by after all of it: what allocators and collectors keep. */
const slackMebibytes = 100;
const slackDescriptors = 4;

/** The tests of these models, one after the other, in a daemon with these flags. */
function attack(flags: readonly string[], models: readonly HostileModel[]): void {
  let daemon: HostileDaemon;
  let base: InUse;
  let rightBefore: number;

  before(async () => {
    daemon = await startHostileDaemon(flags);
    // The first file starts what is started once.
    await daemon.add(harmless);
    await daemon.remove(harmless);
    base = daemon.inUse();
  });
  after(() => daemon.stop());
  beforeEach(() => (rightBefore = daemon.answers.right));

  for (const model of models) {
    it(`${model.name}: ${model.outcome.join(' or ')}`, async () => {
      const { phase, error, errorCode } = await daemon.add(model);
      const outcome = phase === 'VERSION_PHASE_AVAILABLE' ? 'served' : errorCode;
      assert.ok((model.outcome as readonly string[]).includes(outcome), `${phase} ${errorCode}: ${error}`);
      assert.equal(error === '', outcome === 'served');
      for (const secret of [daemon.directory, tmpdir(), homedir(), repository, '/etc/', '/onnxruntime_src']) {
        assert.ok(!error.includes(secret), `names ${secret}: ${error}`);
      }
      if (outcome === 'served') {
        const metadata = await daemon.rest(`/v1/models/${model.name}/metadata`);
        assert.equal(metadata.status, 200, metadata.text);
      }
      await daemon.remove(model);
      await until('an answer of the good model', () => daemon.answers.right > rightBefore);
      assert.deepEqual(daemon.answers.wrong, []);
    });
  }

  it('leave the daemon and its engine hosts as they were', async () => {
    // The one that opened the first file may still be there, in its base, and has opened all the others since.
    const now = await until('the disposable processes to end', () => {
      const use = daemon.inUse();
      if (use.mebibytes > base.mebibytes + slackMebibytes) {
        throw new Error(`mebibytes ${base.mebibytes} -> ${use.mebibytes}`);
      }
      return use.pids.every((pid) => base.pids.includes(pid)) && use;
    });
    const grown = `descriptors ${base.descriptors} -> ${now.descriptors}`;
    assert.ok(now.descriptors <= base.descriptors + slackDescriptors, grown);
    assert.doesNotMatch(daemon.log(), /"engine host ended".*"kind":"shared"/);
    assert.deepEqual(daemon.answers.wrong, []);
  });
}

// They make FIFOs and read /proc; ONNX Runtime and the rules for paths are the same elsewhere.
const options = { skip: process.platform !== 'linux' };

describe('SavedModels and trees that are damaged or greedy', options, () =>
  attack(['--load_timeout=300', '--model_memory_limit_mb=600'], savedModels),
);

// With a limit that is far away: no name of an error depends on how quick the machine is.
describe('broken, hostile and greedy models', options, () =>
  attack(
    ['--load_timeout=300', '--model_memory_limit_mb=600'],
    [...brokenModels, ...externalModels, ...greedyModels],
  ),
);

describe('models that take for ever', options, () =>
  attack(['--load_timeout=4', '--model_memory_limit_mb=600'], endlessModels),
);

describe('a model with a huge input', options, () => {
  it('has no sample request that costs the daemon its memory', async () => {
    const daemon = await startHostileDaemon([]);
    try {
      await daemon.add(hugeInput);
      assert.notEqual(await daemon.sample(hugeInput.name), status.UNAVAILABLE);
      assert.equal(await daemon.sample('half_plus_two'), status.OK);
      assert.deepEqual(daemon.answers.wrong, []);
    } finally {
      await daemon.stop();
    }
  });
});

// Versions taken out of the policies in models.config: nothing else changes, and no policy becomes empty.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dropVersion, versionsNamed } from '../../../../server/canary/policy-edit.ts';
import { PerchError } from '../../../../server/errors.ts';

const config = (policy: string): string => `# ours
model_config_list {
  config { name: "other" base_path: "/other" model_version_policy { specific { versions: 1 versions: 2 } } }
  config {
    name: "digits" base_path: "/digits" # on the big disk
    model_version_policy { ${policy} }
  }
}
`;
const drop = (policy: string, version: bigint): string =>
  dropVersion(config(policy), 'digits', version, 'models.config');

describe('dropVersion', () => {
  it('takes out that version and nothing else', () => {
    assert.equal(
      drop('specific { versions: 1 versions: 2 versions: 3 }', 2n),
      config('specific { versions: 1 versions: 3 }'),
    );
    assert.equal(drop('specific { versions: [1, 2] }', 1n), config('specific { versions: [2] }'));
    assert.equal(
      drop('specific { versions: [0x1, 2], versions: 1 }', 2n),
      config('specific { versions: [0x1], versions: 1 }'),
    );
  });

  it('takes out all of a version that is named more than once', () => {
    assert.deepEqual(versionsNamed(drop('specific { versions: [1, 2] versions: 1 }', 1n), 'digits', 'f'), [
      2n,
    ]);
  });

  it('leaves other policies, a version that is not there, and the last one', () => {
    for (const policy of ['all {}', 'latest { num_versions: 2 }', 'specific { versions: 2 }', '']) {
      assert.equal(drop(policy, 1n), config(policy));
    }
    const last = 'specific { versions: 1 versions: 1 }';
    assert.equal(drop(last, 1n), config(last));
  });

  it('says which file does not have the model', () => {
    assert.throws(
      () => dropVersion(config(''), 'none', 1n, 'models.config'),
      (reason) => PerchError.is(reason, 'MODEL_UNKNOWN') && reason.message.includes('models.config'),
    );
  });
});

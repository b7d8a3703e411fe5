// What the playground is told of a model with several signatures.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AdminClient } from '../../../extension/daemon/admin-client.ts';
import { describeTarget } from '../../../extension/panels/playground/ask-target.ts';
import type { NamedSignature } from '../../../extension/state/model.ts';
import { isSignature, type TargetSignature } from '../../../webview/playground/exchange.ts';
import { startFakeAdmin } from '../../support/fake-admin.ts';
import { signature } from './models.ts';

const records = { inputs: [{ name: 'inputs', dtype: 'DT_STRING', shape: ['-1'] }] };
const all = [
  signature('serving_default'),
  signature('doubled', {
    inputs: [
      { name: 'x', dtype: 'DT_FLOAT', shape: [], isUnranked: true },
      { name: 'text', dtype: 'DT_STRING', shape: ['-1', '2'] },
    ],
  }),
  signature('score', { ...records, methodName: 'tensorflow/serving/regress' }),
];

/** What is told for a version whose signatures are these; the first is that of requests which name none. */
async function described(signatures: readonly NamedSignature[], wanted: string): Promise<TargetSignature> {
  const [first] = signatures;
  await using admin = await startFakeAdmin({
    GetSignature: ({ version }) => ({
      version,
      signature: {
        name: first?.name ?? '',
        inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: [-1, 1] }],
        outputs: [{ name: 'y', dtype: 'DT_FLOAT', unknownRank: true }],
      },
    }),
    GetSampleRequest: () => ({ json: '{"instances": [[0.5]]}' }),
  });
  const client = new AdminClient({ grpcAddress: admin.address, token: admin.token });
  try {
    const told = await describeTarget(client, 'm', '3', {
      wanted,
      signaturesOf: (version) => (version === '3' ? signatures : []),
    });
    assert.ok(isSignature(told));
    return told;
  } finally {
    client.dispose();
  }
}

describe('describeTarget', () => {
  it('tells the default signature, and which others there are', async () => {
    assert.deepEqual(await described(all, ''), {
      kind: 'signature',
      version: '3',
      name: 'serving_default',
      choices: ['serving_default', 'doubled'],
      hasExampleSignatures: true,
      inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: [-1, 1], takesAnyShape: true }],
      outputs: [{ name: 'y', dtype: 'DT_FLOAT', shape: [], isUnranked: true, takesAnyShape: true }],
      classLabels: [],
      sample: '{"instances": [[0.5]]}',
    });
  });

  it('tells the one that is asked for, with a sample of its own', async () => {
    const told = await described(all, 'doubled');
    assert.equal(told.name, 'doubled');
    assert.deepEqual(told.inputs, [
      { name: 'x', dtype: 'DT_FLOAT', shape: [], isUnranked: true, takesAnyShape: true },
      { name: 'text', dtype: 'DT_STRING', shape: [-1, 2], takesAnyShape: true },
    ]);
    assert.equal(
      told.sample,
      '{"signature_name": "doubled", "instances": [{"x": 1.0, "text": ["text", "text"]}]}',
    );
  });

  it('tells the default one in place of one that is not there, or not offered', async () => {
    assert.equal((await described(all, 'gone')).name, 'serving_default');
    assert.equal((await described(all, 'score')).name, 'serving_default');
  });

  it('offers no choice where there is none', async () => {
    const told = await described([], '');
    assert.deepEqual([told.name, told.choices, told.hasExampleSignatures], ['', [], false]);
    assert.deepEqual(told.inputs, [{ name: 'x', dtype: 'DT_FLOAT', shape: [-1, 1] }]);
    assert.deepEqual((await described(all.slice(0, 1), '')).choices, []);
    assert.deepEqual((await described(all.slice(2), '')).choices, []);
  });
});

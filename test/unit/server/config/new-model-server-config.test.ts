// The text of a new models.config.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkConfig } from '../../../../server/config/check-config.ts';
import { parseModelServerConfig } from '../../../../server/config/model-server-config.ts';
import { newModelServerConfig } from '../../../../server/config/new-model-server-config.ts';
import { PerchError } from '../../../../server/errors.ts';
import { parseDocument } from '../../../../server/textproto/document.ts';
import { formatDocument } from '../../../../server/textproto/printer.ts';

describe('newModelServerConfig', () => {
  it('is what both servers take, formatted', () => {
    const text = newModelServerConfig([
      {
        name: 'digits',
        basePath: '/models/di "gits"',
        labels: new Map([['stable', 2n]]),
        versions: [1n, 2n],
      },
      { name: 'other', basePath: '/models/other', labels: new Map(), versions: [] },
    ]);
    assert.deepEqual(parseModelServerConfig(text, 'models.config').models[0], {
      name: 'digits',
      basePath: '/models/di "gits"',
      labels: new Map([['stable', 2n]]),
      rules: { policy: { kind: 'specific', versions: [1n, 2n] } },
    });
    assert.deepEqual(checkConfig(text, 'model-server').findings, []);
    assert.equal(formatDocument(parseDocument(text)), text);
    assert.match(text, /model_platform: "tensorflow"/);
  });

  it('refuses a base path that is not absolute', () => {
    const model = { name: 'm', basePath: 'models/m', labels: new Map(), versions: [] };
    assert.throws(
      () => newModelServerConfig([model]),
      (reason) => PerchError.is(reason, 'CONFIG_INVALID'),
    );
  });
});

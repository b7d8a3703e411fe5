// What the status bar says of canaries.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canaryStatus } from '../../../extension/canary-status.ts';
import { canary, canaryModel } from './models.ts';
import { plain } from './plain.ts';

describe('canaryStatus', () => {
  it('is nothing where no canary runs', () => {
    assert.equal(canaryStatus(plain, [], '/work'), undefined);
    assert.equal(canaryStatus(plain, [canaryModel()], '/work'), undefined);
    assert.equal(
      canaryStatus(plain, [canaryModel({ canary: canary({ phase: 'succeeded' }) })], '/work'),
      undefined,
    );
  });

  it('says where a canary is, with what can be done about it', () => {
    const status = canaryStatus(
      plain,
      [canaryModel({ canary: canary({ reason: 'All gates *hold*.' }) })],
      '/work',
    );
    assert.equal(status?.text, '$(rocket) digits canary at 5 %');
    assert.equal(status.spoken, 'Canary of digits, version 3, at 5 %');
    assert.equal(status.needsAttention, false);
    assert.match(status.tooltip, /All gates \\\*hold\\\*\\\./);
    const links = [...status.tooltip.matchAll(/\]\(command:([\w.]+)\?([^)]*)\)/g)];
    assert.deepEqual(
      links.map(([, command]) => command),
      ['perch.canary.promote', 'perch.canary.pause', 'perch.canary.rollback'],
    );
    assert.deepEqual(JSON.parse(decodeURIComponent(links[0]?.[2] ?? '')), [
      { kind: 'model', model: 'digits', folder: '/work' },
    ]);
  });

  it('puts a canary that waits for somebody first', () => {
    const status = canaryStatus(
      plain,
      [
        canaryModel({ canary: canary() }),
        canaryModel({ name: 'iris', canary: canary({ phase: 'inconclusive' }) }),
      ],
      '/work',
    );
    assert.equal(status?.text, '$(question) iris canary inconclusive at 5 %: waits for you +1');
    assert.equal(status.needsAttention, true);
    assert.match(status.tooltip, /perch\.canary\.resume/);
  });

  it('shows no icon that a name would smuggle in', () => {
    const status = canaryStatus(plain, [canaryModel({ name: '$(bug)', canary: canary() })], '/work');
    assert.equal(status?.text.includes('$(bug)'), false);
  });

  it('keeps a name from ending a link', () => {
    const name = 'a) [x](command:evil';
    const { tooltip } = canaryStatus(plain, [canaryModel({ name, canary: canary() })], '/work') ?? {
      tooltip: '',
    };
    const links = [...tooltip.matchAll(/[^\\]\]\(command:([\w.]+)\?([^)]*)\)/g)];
    assert.equal(links.length, 3);
    for (const [, command, argument] of links) {
      assert.match(command ?? '', /^perch\.canary\./);
      assert.deepEqual(JSON.parse(decodeURIComponent(argument ?? '')), [
        { kind: 'model', model: name, folder: '/work' },
      ]);
    }
    assert.doesNotMatch(tooltip, /[^\\]\]\(command:evil/);
  });
});

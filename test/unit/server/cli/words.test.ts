// Shares and models as people write and read them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageCodec, type MessageInput } from '../../../../protos/messages.ts';
import type { ModelState } from '../../../../server/cli/admin-connection.ts';
import { MisuseError } from '../../../../server/cli/cli-context.ts';
import {
  bytesText,
  describeCanary,
  describeLabels,
  describeTraffic,
  durationText,
  versionsCell,
} from '../../../../server/cli/describe-model.ts';
import { readModelVersion, requireVersion } from '../../../../server/cli/session.ts';
import { readShare } from '../../../../server/cli/traffic-commands.ts';

function model(input: MessageInput<'perch.admin.v1.ModelState'>): ModelState {
  const { encode, decode } = messageCodec('perch.admin.v1.ModelState');
  return decode(encode({ name: 'digits', ...input }));
}

describe('shares', () => {
  it('are labels, or versions where they are digits', () => {
    assert.deepEqual(readShare('stable=95'), { target: { label: 'stable' }, percent: 95 });
    assert.deepEqual(readShare('3=5%'), { target: { version: '3' }, percent: 5 });
    assert.deepEqual(readShare('v3=5'), { target: { version: '3' }, percent: 5 });
    assert.deepEqual(readShare('label:3=5'), { target: { label: '3' }, percent: 5 });
    assert.deepEqual(readShare('a=b=0'), { target: { label: 'a=b' }, percent: 0 });
    assert.deepEqual(readShare('__proto__=1'), { target: { label: '__proto__' }, percent: 1 });
  });

  it('are refused where they are anything else', () => {
    for (const text of [
      'stable',
      '=5',
      'stable=',
      'stable=101',
      'stable=1.5',
      'stable=-1',
      'stable=5x',
      '',
    ]) {
      assert.throws(() => readShare(text), MisuseError, text);
    }
  });
});

describe('<model>/<version>', () => {
  it('has a version that counts, or none', () => {
    assert.deepEqual(readModelVersion('digits'), { name: 'digits' });
    assert.deepEqual(readModelVersion('digits/3'), { name: 'digits', version: '3' });
    assert.deepEqual(requireVersion('digits/v3'), { name: 'digits', version: '3' });
    assert.throws(() => requireVersion('digits'), /digits\/<version>/);
    for (const text of ['digits/', 'digits/x', '/3', 'digits/0', 'digits/3/4', 'digits/-1']) {
      assert.throws(() => readModelVersion(text), MisuseError, text);
    }
  });
});

describe('models in words', () => {
  const share = { percent: 5, version: '3', available: true };

  it('say where the traffic goes', () => {
    const split = model({
      traffic: [
        { target: { label: 'stable' }, percent: 95, version: '2', available: true },
        { target: { label: 'canary' }, ...share },
      ],
    });
    assert.equal(describeTraffic(split), 'traffic of digits: stable 95 % (v2), canary 5 % (v3)');
    assert.equal(
      describeTraffic(model({ traffic: [{ target: { version: '3' }, ...share, available: false }] })),
      'traffic of digits: v3 5 % (not available: stable answers)',
    );
    assert.equal(
      describeTraffic(model({ traffic: [{ target: { label: 'x' }, percent: 5 }] })),
      'traffic of digits: x 5 % (no version: stable answers)',
    );
    assert.equal(
      describeTraffic(
        model({ versions: [{ version: 2, phase: 'VERSION_PHASE_AVAILABLE' }, { version: 3 }] }),
      ),
      'traffic of digits: 100 % to the newest version (v2)',
    );
  });

  it('say their labels', () => {
    const labels = [
      { label: 'canary', version: '3', pending: true },
      { label: 'stable', version: '2' },
    ];
    assert.equal(describeLabels(model({ labels })), 'labels of digits: canary v3 (waits), stable v2');
    assert.equal(describeLabels(model({})), 'labels of digits: none');
  });

  it('say the state of what is wanted, in the tone of the worst', () => {
    const versions: MessageInput<'perch.admin.v1.VersionState'>[] = [
      { version: 1, phase: 'VERSION_PHASE_NOT_LOADED' },
      { version: 2, phase: 'VERSION_PHASE_AVAILABLE' },
      {
        version: 3,
        phase: 'VERSION_PHASE_LOADING',
        progress: { step: 'LOAD_STEP_WARMING_UP', detail: '3/10', bytesDone: 1, bytesTotal: 4 },
      },
    ];
    assert.deepEqual(versionsCell(model({ versions })), {
      text: 'v2 available, v3 loading (warming up 3/10 25 %)',
      tone: 'waiting',
    });
    const failed = { version: 4, phase: 'VERSION_PHASE_END', error: 'broken' } as const;
    assert.deepEqual(versionsCell(model({ versions: [failed] })), { text: 'v4 failed', tone: 'bad' });
    assert.deepEqual(versionsCell(model({})), { text: 'none is loaded', tone: 'faint' });
  });

  it('say where a canary is', () => {
    const { canary } = model({
      canary: {
        version: 3,
        phase: 'CANARY_PHASE_PROGRESSING',
        step: 1,
        plan: { steps: [1, 5] },
        reason: 'fine',
      },
    });
    assert.equal(
      describeCanary('digits', canary),
      'canary of digits: v3, progressing, step 2 of 2 (5 %): fine',
    );
    assert.equal(describeCanary('digits', null), 'canary of digits: none');
  });
});

describe('figures', () => {
  it('are short', () => {
    assert.deepEqual([0, 1023, 1536, 2 ** 20, 5.5 * 2 ** 40, 2 ** 60].map(bytesText), [
      '0 B',
      '1023 B',
      '1.5 kB',
      '1.0 MB',
      '5.5 TB',
      '1048576 TB',
    ]);
    assert.deepEqual([-1, 45_000, 720_000, 3 * 3_600_000, 72 * 3_600_000].map(durationText), [
      '0 s',
      '45 s',
      '12 min',
      '3 h',
      '3 d',
    ]);
  });
});

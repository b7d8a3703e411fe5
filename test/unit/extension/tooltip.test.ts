// The tooltips, in which nothing from outside is markup.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { escapeMarkdown, modelTooltip, versionTooltip } from '../../../extension/explorer/tooltip.ts';
import { formatBytes, formatElapsed, formatMilliseconds } from '../../../extension/explorer/units.ts';
import { model, signature, version } from './models.ts';
import { plain } from './plain.ts';

describe('versionTooltip', () => {
  it('shows signature, size and load time of an available version', () => {
    const row = version('2', {
      sizeBytes: 3_200_000,
      loadMs: 87,
      labels: ['stable'],
      signature: {
        inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: ['-1', '64'] }],
        outputs: [{ name: 'label', dtype: 'DT_INT64', shape: [] }],
      },
    });
    const text = versionTooltip(plain, model('digits', [row]), row, true);
    assert.match(text, /^\*\*digits version 2\*\* · available/);
    assert.match(text, /\| input \| x \| float \| \? × 64 \|/);
    assert.match(text, /\| output \| label \| int64 \| \\\(\\\) \|/);
    assert.match(text, /- Size: 3\.2 MB/);
    assert.match(text, /- Load time: 87 ms/);
    assert.match(text, /- Labels: stable/);
  });

  it('shows what a version was converted from, and its first signatures', () => {
    const signatures = ['a', 'b', 'c', 'd'].map((name) => signature(name));
    const row = version('2', { convertedFrom: 'trees', signature: signatures[0], signatures });
    const text = versionTooltip(plain, model('m', [row]), row, true);
    assert.match(text, /- Converted from: XGBoost\/LightGBM/);
    assert.match(text, /^a \\\(predict\\\)$/m);
    assert.match(text, /\| output \| y \| float \| … \|/);
    assert.match(text, /… and 1 more signatures/);
    assert.equal(text.match(/\| input \|/g)?.length, 3);
  });

  it('shows the error with its code', () => {
    const row = version('2', { phase: 'failed', error: 'bad file', errorCode: 'MODEL_FILE_INVALID' });
    assert.match(versionTooltip(plain, model('m', [row]), row, true), /bad file \(MODEL\\_FILE\\_INVALID\)/);
  });

  it('shows what a load is at, and since when', () => {
    const progress = { step: 'loading', detail: '', bytesDone: 0, bytesTotal: 0, stepSinceMs: 1 } as const;
    const row = version('2', { phase: 'loading', progress });
    const text = versionTooltip(plain, model('m', [row]), row, true);
    assert.match(text, /- Step: creating the session, since /);
  });

  it('shows what a version runs on, and why not on what was asked for', () => {
    const execution = {
      instances: [
        { provider: 'cuda', deviceId: 1 },
        { provider: 'cpu', deviceId: 0 },
        { provider: 'cuda', deviceId: 1 },
      ],
      fallbackReason: 'tensorrt: nvinfer is missing',
      cpuFallbackOps: ['NonMaxSuppression', 'TopK'],
    };
    const row = version('2', { execution });
    const text = versionTooltip(plain, model('m', [row]), row, true);
    assert.match(text, /- Runs on: 2 × cuda \\\(GPU 1\\\), cpu$/m);
    assert.match(text, /- Not as asked for: tensorrt\\: nvinfer is missing$/m);
    assert.match(text, /- Operators on the CPU: NonMaxSuppression, TopK$/m);
  });

  it('escapes what comes from the model', () => {
    const row = version('2', { error: '[click](command:evil) | <b>\n# head' });
    const text = versionTooltip(plain, model('m', [row]), row, true);
    assert.match(text, /\\\[click\\\]\\\(command\\:evil\\\) \\\| \\<b\\> \\# head/);
  });
});

describe('modelTooltip', () => {
  it('shows the problem, the labels and the directory', () => {
    const text = modelTooltip(plain, model('m', [version('2', { labels: ['canary'] })], 'path missing'));
    assert.match(text, /path missing/);
    assert.match(text, /Labels: canary → 2/);
    assert.match(text, /Directory: \/models\/m/);
  });
});

describe('formatting', () => {
  it('keeps two or three digits of a size', () => {
    assert.deepEqual([0, 999, 1_000, 99_940, 99_960, 999_600, 1_500_000_000].map(formatBytes), [
      '0 B',
      '999 B',
      '1.0 kB',
      '99.9 kB',
      '100 kB',
      '1.0 MB',
      '1.5 GB',
    ]);
  });

  it('keeps two or three digits of a time', () => {
    assert.deepEqual([0.212, 9.99, 87.4, 1_400].map(formatMilliseconds), [
      '0.21 ms',
      '9.99 ms',
      '87 ms',
      '1.4 s',
    ]);
  });

  it('counts whole seconds of what goes on', () => {
    assert.deepEqual([-5, 0, 4_999, 59_999, 60_000, 125_000].map(formatElapsed), [
      '0 s',
      '0 s',
      '4 s',
      '59 s',
      '1 min 0 s',
      '2 min 5 s',
    ]);
  });

  it('escapes every character of Markdown', () => {
    assert.equal(escapeMarkdown('a_b*c`d'), 'a\\_b\\*c\\`d');
  });
});

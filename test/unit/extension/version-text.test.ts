// A version as the diff editor shows it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { versionText } from '../../../extension/commands/version-text.ts';
import { messageCodec } from '../../../protos/messages.ts';
import { canaryModel, labelShare, version } from './models.ts';
import { plain } from './plain.ts';

const files = messageCodec('perch.admin.v1.GetModelFileResponse');
const codec = messageCodec('perch.admin.v1.VersionStatistics');

describe('versionText', () => {
  it('has one line for each fact, the same lines for every version', () => {
    const row = version('3', {
      labels: ['canary'],
      sizeBytes: 3_200_000,
      loadMs: 87,
      signature: {
        inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: ['-1', '64'] }],
        outputs: [{ name: 'label', dtype: 'DT_INT64', shape: [] }],
      },
    });
    const digits = canaryModel({ traffic: [labelShare('canary', 5, '3'), labelShare('stable', 95, '2')] });
    const statistics = codec.decode(
      codec.encode({
        requests: 1200,
        rate: 20,
        successRate: 0.99917,
        errors: { MODEL_RUN_FAILED: 1 },
        total: { p50: 900, p90: 1_500, p99: 12_345 },
      }),
    );
    const file = files.decode(
      files.encode({
        producer: 'pytorch',
        producerVersion: '2.4',
        opsets: [
          { domain: '', version: 17 },
          { domain: 'ai.onnx.ml', version: 3 },
        ],
        metadata: [{ key: 'trained_on', value: 'digits,\n  1350 rows' }],
        classLabels: ['zero', 'one'],
      }),
    );
    assert.equal(
      versionText(plain, digits, row, { statistics, file }),
      [
        'Version: 3',
        'State: available',
        'Labels: canary',
        'Traffic: 5 %',
        'Size: 3.2 MB',
        'Load time: 87 ms',
        'Runs on: –',
        'Made by: pytorch 2.4',
        'Operator sets: ai.onnx 17, ai.onnx.ml 3',
        '',
        'Inputs:',
        '  x: float (? × 64)',
        '',
        'Outputs:',
        '  label: int64 ()',
        '',
        'Classes:',
        '  0: zero',
        '  1: one',
        '',
        'Metadata:',
        '  trained_on: digits, 1350 rows',
        '',
        'In the last minute:',
        '  Requests: 1200',
        '  Rate: 20 req/s',
        '  Without error: 99.92 %',
        '  MODEL_RUN_FAILED: 1',
        '  p50: 0.90 ms',
        '  p90: 1.50 ms',
        '  p99: 12 ms',
        '',
      ].join('\n'),
    );
  });

  it('claims no latency where there were no requests', () => {
    const text = versionText(plain, canaryModel(), version('1'), { statistics: undefined, file: undefined });
    assert.match(text, /^ {2}Requests: 0\n$/m);
  });

  it('keeps a value of the metadata to one line that can be read', () => {
    const metadata = [{ key: 'config', value: `{\n${'x'.repeat(5_000)}\n}` }];
    const file = files.decode(files.encode({ metadata }));
    const text = versionText(plain, canaryModel(), version('1'), { statistics: undefined, file });
    assert.match(text, /^ {2}config: \{ x{298}…$/m);
  });
});

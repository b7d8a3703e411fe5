// Sizes, moments and gaps in texts, as the pages show them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fill, formatBytes, formatMoment } from '../../../webview/ui/format.ts';

describe('fill', () => {
  it('puts values in, once: a value with a gap in it stays as it is', () => {
    assert.equal(fill('{0}, version {1}', '{1}', '2'), '{1}, version 2');
    assert.equal(fill('{1} before {0}', 'a', 'b'), 'b before a');
    assert.equal(fill('{2}', 'a'), '{2}');
    assert.equal(fill('{0}', '$& $1'), '$& $1');
  });
});

describe('formatBytes', () => {
  it('takes the largest unit that leaves 1 or more', () => {
    const cases = [
      [0, '0 bytes'],
      [999, '999 bytes'],
      [1000, '1 kB'],
      [85_300_000, '85.3 MB'],
      [1_250_000_000, '1.3 GB'],
      [5e15, '5,000 TB'],
    ] as const;
    for (const [bytes, text] of cases) {
      assert.equal(formatBytes(bytes, 'en'), text);
    }
    assert.equal(formatBytes(85_300_000, 'de'), '85,3 MB');
  });
});

describe('formatMoment', () => {
  it('leaves out the date of today, and only that', () => {
    const morning = new Date(2024, 4, 17, 8, 0, 1).getTime();
    const evening = new Date(2024, 4, 17, 23, 59, 59).getTime();
    const nextDay = new Date(2024, 4, 18, 0, 0, 0).getTime();
    assert.equal(formatMoment(morning, evening, 'de'), '08:00:01');
    assert.equal(formatMoment(morning, nextDay, 'de'), '17.05.2024, 08:00:01');
  });
});

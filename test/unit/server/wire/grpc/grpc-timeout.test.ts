// The header field grpc-timeout, in all units and with what is wrong with it.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { parseTimeout } from '../../../../../server/wire/grpc/grpc-timeout.ts';

const units = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

it('a timeout is one to eight digits and a unit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 99_999_999 }),
      fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[])),
      fc.integer({ min: 0, max: 7 }),
      (amount, unit, zeros) => {
        const digits = amount.toString().padStart(Math.min(8, amount.toString().length + zeros), '0');
        assert.equal(parseTimeout(`${digits}${unit}`), amount * units[unit]);
      },
    ),
  );
});

it('anything else is malformed', () => {
  for (const value of [
    '',
    'S',
    '5',
    '-5S',
    '+5S',
    '5 S',
    ' 5S',
    '5s',
    '5x',
    '1.5S',
    '1e3S',
    '123456789S',
    '٣S',
  ]) {
    assert.equal(parseTimeout(value), undefined, value);
  }
});

it('reads what the pattern of the specification matches, and nothing else', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('0123456789HMSmunx -.')), maxLength: 11 }),
      (value) => {
        assert.equal(parseTimeout(value) !== undefined, /^[0-9]{1,8}[HMSmun]$/.test(value));
      },
    ),
    { numRuns: 500 },
  );
});

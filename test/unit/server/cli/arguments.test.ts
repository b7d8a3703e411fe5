// Operands and options: what is taken, and what is said of what is not.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readArguments, type Arguments } from '../../../../server/cli/arguments.ts';
import { MisuseError } from '../../../../server/cli/cli-context.ts';

const options = {
  min_requests: { type: 'string', help: '' },
  interval: { type: 'string', help: '' },
  manual: { type: 'boolean', help: '' },
} as const;

function read(...args: string[]): Arguments {
  return readArguments(args, options, { least: 0, most: 1 });
}

function misuse(pattern: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof MisuseError && pattern.test(error.message);
}

describe('readArguments', () => {
  it('reads operands, booleans and texts, in any order', () => {
    const args = read('--manual', 'digits', '--min_requests=5', '--address', '127.0.0.1:1');
    assert.deepEqual(args.operands, ['digits']);
    assert.equal(args.isSet('manual'), true);
    assert.equal(args.isSet('json'), false);
    assert.equal(args.integer('min_requests', 1, 10), 5);
    assert.equal(args.text('address'), '127.0.0.1:1');
  });

  it('takes - for _ in names of options, and leaves the rest alone', () => {
    const args = read('--min-requests=5', '--', '--a-b');
    assert.equal(args.integer('min_requests', 1, 10), 5);
    assert.deepEqual(args.operands, ['--a-b']);
  });

  it('names the option that was most likely meant', () => {
    assert.throws(() => read('--min_request=5'), misuse(/no option --min_request .*--min_requests\?/));
    assert.throws(() => read('--jsn'), misuse(/--json\?/));
  });

  it('counts operands, but not where help is asked for', () => {
    assert.throws(() => read('a', 'b'), misuse(/no use for "b"/));
    assert.throws(() => readArguments([], options, { least: 1, most: 1 }), misuse(/missing/));
    assert.equal(readArguments(['--help'], options, { least: 1, most: 1 }).isSet('help'), true);
  });

  it('reads times with units, seconds without', () => {
    const ms = (text: string): number | undefined =>
      read(`--interval=${text}`).milliseconds('interval', 1_000, 3_600_000);
    assert.equal(ms('30'), 30_000);
    assert.equal(ms('1500ms'), 1_500);
    assert.equal(ms('1.5m'), 90_000);
    assert.equal(ms('1h'), 3_600_000);
    assert.equal(read().milliseconds('interval', 1, 2), undefined);
    for (const text of ['', '1d', '-1s', '2h', '999ms', 's', '1e3']) {
      assert.throws(() => ms(text), misuse(/--interval takes a time from 1s to 3600s/), text);
    }
  });

  it('holds numbers to their bounds', () => {
    const number = (text: string): number | undefined =>
      read(`--min_requests=${text}`).integer('min_requests', 1, 10);
    for (const text of ['', ' ', '0', '11', 'x', 'NaN', '1.5', 'Infinity']) {
      assert.throws(() => number(text), misuse(/--min_requests takes/), text);
    }
  });
});

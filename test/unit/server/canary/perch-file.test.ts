// perch.pbtxt: what is written is read, and what is not changed stays as it was.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CanaryState } from '../../../../server/canary/canary.ts';
import { noTraffic, type ModelTraffic } from '../../../../server/canary/model-traffic.ts';
import {
  editPerchFile,
  isSameTraffic,
  parsePerchFile,
  printPerchEntry,
} from '../../../../server/canary/perch-file.ts';
import { checkConfig } from '../../../../server/config/check-config.ts';
import { configKindOf } from '../../../../server/config/config-kind.ts';
import { PerchError } from '../../../../server/errors.ts';
import { parseDocument } from '../../../../server/textproto/document.ts';
import { formatDocument } from '../../../../server/textproto/printer.ts';
import { mutate, seededRandom } from '../textproto/corpus.ts';
import { anyTraffic } from './any-traffic.ts';

const parse = (text: string): ReadonlyMap<string, ModelTraffic> => parsePerchFile(text, 'perch.pbtxt');

const split = (canaryPercent: number): ModelTraffic => ({
  shares: [
    { target: { kind: 'label', label: 'stable' }, percent: 100 - canaryPercent },
    { target: { kind: 'label', label: 'canary' }, percent: canaryPercent },
  ],
  slots: `0*${100 - canaryPercent} 1*${canaryPercent}`,
  labels: new Map(),
});

const canary: CanaryState = {
  version: 3n,
  stableVersion: 2n,
  phase: 'progressing',
  step: 0,
  passedChecks: 0,
  failedChecks: 0,
  inconclusiveChecks: 0,
  startedAtMs: 1_700_000_000_000,
  phaseSinceMs: 1_700_000_000_000,
  reason: '',
  plan: {
    steps: [5, 50, 100],
    intervalMs: 60_000,
    passesPerStep: 1,
    minRequests: 100,
    failedChecksLimit: 0,
    inconclusiveLimit: 3,
    gates: { minSuccessRate: 0.99, maxP99Ratio: 1.5, golden: [] },
    manual: false,
    keepWarmMs: 600_000,
    shadowPercent: 0,
  },
  before: { shares: [], stableLabel: 2n },
};

/** Written by a person, in ways that no program writes. */
const written = `# traffic of the two
model: < name: 'digits', # the busy one
  share: [{ label: "stable" percent: 0x5A }, { label: "canary" percent: 10 }] # ninety to ten
  slots: "0*90 " "1*10"
  canary {
    # the third try
    version: 3 stable_version: 2 phase: PROGRESSING
    plan { step_percent: 10 step_percent: [50, 100] interval_ms: 1000 passes_per_step: 1 min_requests: 9 # hasty
      inconclusive_limit: 1 max_p99_ratio: inf }
    started_at_ms: 5 passed_checks: 1 # of two
  }
>
# kept for later
model { name: "other" label { key: "b" value: 2 } # two
  label { key: 'a' value: 1 } }
`;

/** The text with a comment before and behind every `nth` line. */
function commented(text: string, nth: number): string {
  return text
    .split('\n')
    .map((line, i) => (i % nth === 0 && line !== '' ? `  # above ${i}\n${line} # behind ${i}` : line))
    .join('\n');
}

/** The entries as they are written, by name. */
function entryTexts(text: string): ReadonlyMap<string, string> {
  const { root } = parseDocument(text);
  const names = [...parse(text).keys()];
  return new Map(root.fields.map(({ start, end }, i) => [names[i] ?? '', text.slice(start, end)]));
}

function commentsOf(text: string): readonly string[] {
  return parseDocument(text).comments.map(({ start, end }) => text.slice(start, end));
}

describe('parsePerchFile', () => {
  it('reads what a person writes', () => {
    const digits = parse(written).get('digits');
    assert.deepEqual(digits?.shares, split(10).shares);
    assert.equal(digits.slots, '0*90 1*10');
    assert.deepEqual(digits.canary?.plan.steps, [10, 50, 100]);
    assert.deepEqual(
      parse(written).get('other')?.labels,
      new Map([
        ['a', 1n],
        ['b', 2n],
      ]),
    );
    assert.equal(parse('').size, 0);
    assert.equal(parse('# nothing\n').size, 0);
  });

  it('refuses what cannot be routed, with the place of each mistake', () => {
    const text =
      'model {\n  name: "m"\n  share { label: "stable" percent: 90 }\n  slot: ""\n}\nmodel { name: "m" }\n';
    assert.throws(
      () => parse(text.replace('  slot: ""\n', '')),
      (reason) =>
        PerchError.is(reason, 'CONFIG_INVALID') &&
        reason.message ===
          'perch.pbtxt: 3:3: The shares are 100 percent together, not 90.\n' +
            'perch.pbtxt: 5:15: The model m has an entry already.',
    );
    assert.throws(
      () => parse(text),
      (reason) => PerchError.is(reason, 'CONFIG_INVALID') && /4:3: .*slot/.test(reason.message),
    );
  });
});

describe('editPerchFile', () => {
  it('writes any traffic so that it is read again, and leaves the others as they are', () => {
    const names = fc.constantFrom('digits', 'other', 'new "one"\n', '__proto__');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(names, fc.option(anyTraffic, { nil: undefined })), { minLength: 1, maxLength: 5 }),
        fc.constantFrom('', written, written.replaceAll('\n', '\r\n')),
        fc.integer({ min: 1, max: 5 }),
        (edits, start, nth) => {
          let text = start;
          for (const [i, [model, traffic]] of edits.entries()) {
            const before = parse(text);
            const texts = entryTexts(text);
            const next = editPerchFile(text, model, traffic);
            const after = parse(next);
            assert.deepEqual(after.get(model), traffic);
            for (const [name, kept] of before) {
              if (name !== model) {
                assert.deepEqual(after.get(name), kept);
                assert.equal(entryTexts(next).get(name), texts.get(name));
              }
            }
            assert.deepEqual(
              [...after.keys()].filter((name) => name !== model),
              [...before.keys()].filter((name) => name !== model),
            );
            assert.equal(editPerchFile(next, model, traffic), next);
            text = i === 0 ? commented(next, nth) : next;
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('gives what is right or throws, whatever is in the file', () => {
    let edited = 0;
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('digits', 'other'), (seed, model) => {
        const text = mutate(written, seededRandom(seed));
        const { findings } = checkConfig(text, 'perch');
        assert.ok(findings.every(({ start, end }) => 0 <= start && start < end && end <= text.length));
        const traffic = { ...split(20), canary: { ...canary, step: 1 } };
        let next: string;
        try {
          next = editPerchFile(text, model, traffic);
        } catch (reason) {
          assert.ok(PerchError.is(reason, 'CONFIG_INVALID'), String(reason));
          assert.ok(findings.some(({ severity }) => severity === 'error'));
          return;
        }
        edited++;
        assert.deepEqual(parse(next), new Map([...parse(text), [model, traffic]]));
      }),
      { numRuns: 1000 },
    );
    assert.ok(edited > 100, String(edited));
  });

  it('changes nothing but the figures that change', () => {
    const before = parse(written).get('digits')!;
    const next: ModelTraffic = {
      ...before,
      shares: split(50).shares,
      slots: '0*50 1*50',
      canary: { ...before.canary!, step: 1, passedChecks: 0, phase: 'paused' },
    };
    assert.equal(
      editPerchFile(written, 'digits', next),
      written
        .replace('0x5A', '50')
        .replace('percent: 10', 'percent: 50')
        .replace('"0*90 " "1*10"', '"0*50 1*50"')
        .replace('PROGRESSING', 'PAUSED')
        .replace('passed_checks: 1 # of two', 'passed_checks: 0 # of two\n    step: 1'),
    );
  });

  it('keeps all comments while a canary goes through its steps', () => {
    const first = { ...split(5), canary };
    let text = commented(editPerchFile(written, 'new', first), 1);
    const comments = commentsOf(text);
    for (const [step, share] of [5, 50, 100].entries()) {
      const traffic: ModelTraffic = {
        ...split(share),
        canary: { ...canary, step, passedChecks: 7, reason: `step ${step}`, phaseSinceMs: step },
      };
      text = editPerchFile(text, 'new', traffic);
      assert.deepEqual(parse(text).get('new'), traffic);
      assert.deepEqual(
        commentsOf(text).filter((comment) => comments.includes(comment)),
        comments,
      );
    }
  });

  it('follows labels whatever their order', () => {
    const next = {
      ...noTraffic,
      labels: new Map([
        ['a', 5n],
        ['b', 2n],
        ['c', 3n],
      ]),
    };
    assert.equal(
      editPerchFile(written, 'other', next),
      written.replace(`key: 'a' value: 1 } }`, `key: 'a' value: 5 } label { key: "c" value: 3 } }`),
    );
    const twice = 'model {\n  name: "m"\n  label { key: "a" value: 1 }\n  label { key: "a" value: 2 }\n}\n';
    const moved = { ...noTraffic, labels: new Map([['a', 3n]]) };
    assert.deepEqual(parse(editPerchFile(twice, 'm', moved)).get('m'), moved);
  });

  it('begins an empty file with what it is', () => {
    const text = editPerchFile('', 'digits', split(10));
    assert.match(text, /^# proto-file: .*\n# proto-message: perch\.config\.v1\.PerchConfig\n/);
    assert.ok(text.endsWith(printPerchEntry('digits', split(10))));
    assert.equal(configKindOf('any.name', parseDocument(text).headers), 'perch');
    assert.equal(configKindOf('perch.pbtxt'), 'perch');
    assert.deepEqual(checkConfig(text, 'perch').findings, []);
    assert.equal(formatDocument(parseDocument(text)), text);
    assert.equal(editPerchFile('', 'digits', undefined), '');
  });

  it('never writes what could not be read', () => {
    const refused = (text: string, traffic: ModelTraffic): void =>
      assert.throws(
        () => editPerchFile(text, 'm', traffic),
        (reason) => PerchError.is(reason, 'CONFIG_INVALID'),
      );
    refused('', { ...noTraffic, shares: split(10).shares.slice(1) });
    refused('', { ...noTraffic, canary: { ...canary, step: 3 } });
    refused('model { name: "m" }', { ...noTraffic, canary: { ...canary, startedAtMs: 0.5 } });
    refused('model { name: "m" }', { ...noTraffic, labels: new Map([['', 1n]]) });
    refused('model { name: "other" slots }', split(10));
  });
});

describe('isSameTraffic', () => {
  it('does not look at the order of labels', () => {
    const one = {
      ...noTraffic,
      labels: new Map([
        ['a', 1n],
        ['b', 2n],
      ]),
    };
    assert.ok(isSameTraffic(one, { ...noTraffic, labels: new Map([...one.labels].reverse()) }));
    assert.ok(!isSameTraffic(one, noTraffic));
  });
});

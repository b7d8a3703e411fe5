// Request files in the editor: what is sent, how answers are judged, what is unknown to the server, where files go.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AdminClient } from '../../../extension/daemon/admin-client.ts';
import { ask, judge } from '../../../extension/requests/ask.ts';
import { targetProblem } from '../../../extension/requests/check-target.ts';
import { requestPath, toSave } from '../../../extension/requests/request-path.ts';
import { goldenText } from '../../../extension/testing/golden-text.ts';
import {
  against,
  goldenTestIn,
  runGolden,
  type GoldenTest,
} from '../../../extension/testing/golden-tests.ts';
import { parseRequestFile, type RequestFile } from '../../../server/config/golden/request-file.ts';
import { refusal, startFakeAdmin, type FakeAdmin } from '../../support/fake-admin.ts';
import { model, version } from './models.ts';
import { plain } from './plain.ts';

function file(text: string): RequestFile {
  const read = parseRequestFile(text);
  assert.ok(read.kind === 'value');
  return read.value;
}

function golden(text: string): GoldenTest {
  const test = goldenTestIn(text);
  assert.ok(test);
  return test;
}

const seven =
  '{\n  "model": "digits",\n  "label": "stable",\n  "request": {"instances": [9007199254740993]},\n  "expect": {"answer": {"predictions": [7, 0.5]}}\n}';

describe('asking', () => {
  let fake: FakeAdmin;
  let client: AdminClient;
  let answer: () => { json: Buffer; version: string; engineUs: number };
  const signal = new AbortController().signal;

  before(async () => {
    fake = await startFakeAdmin({ PredictJson: () => answer() });
    client = new AdminClient({ grpcAddress: fake.address, token: fake.token });
  });
  after(async () => {
    client.dispose();
    await fake[Symbol.asyncDispose]();
  });

  const says = (json: string): void => {
    answer = () => ({ json: Buffer.from(json), version: '3', engineUs: 5 });
  };

  it('sends the bytes of the file, for its label', async () => {
    says('{"predictions": [7, 0.5]}');
    assert.deepEqual(await ask(client, file(seven)), {
      json: '{"predictions": [7, 0.5]}',
      version: '3',
      engineMicroseconds: 5,
    });
    const { model: name, version: asked, label, json } = fake.last('PredictJson');
    assert.deepEqual(
      [name, asked, label, String(json as Buffer)],
      ['digits', '0', 'stable', '{"instances": [9007199254740993]}'],
    );
  });

  it('sends a golden request to another version instead of its own', async () => {
    says('{"predictions": [7, 0.50001]}');
    const outcome = await runGolden(client, against(golden(seven), '2'), signal);
    assert.deepEqual(outcome, { kind: 'passed', version: '3' });
    const { version: asked, label } = fake.last('PredictJson');
    assert.deepEqual([asked, label], ['2', '']);
    assert.equal(against(golden(seven), undefined).label, 'stable');
  });

  it('tells what differs, beside what was expected', async () => {
    says('{"predictions": [8, 0.50001]}');
    const outcome = await runGolden(client, golden(seven), signal);
    assert.ok(outcome.kind === 'failed');
    assert.deepEqual(outcome.verdict.differences, ['predictions[0]: 8 instead of 7']);
    // What is near enough looks the same.
    assert.equal(outcome.verdict.expected, '{\n  "predictions": [\n    7,\n    0.5\n  ]\n}');
    assert.equal(outcome.verdict.actual, '{\n  "predictions": [\n    8,\n    0.5\n  ]\n}');
  });

  it("gives a refusal in the server's words", async () => {
    answer = () => {
      throw refusal('INVALID_ARGUMENT', 'Input "x" is too short.');
    };
    assert.deepEqual(await runGolden(client, golden(seven), signal), {
      kind: 'refused',
      message: 'Input "x" is too short.',
    });
  });

  it('is cancelled', async () => {
    says('{}');
    assert.deepEqual(await runGolden(client, golden(seven), AbortSignal.abort()), { kind: 'cancelled' });
  });
});

describe('judge', () => {
  it('keeps to the tolerance of the file', () => {
    const answer = '{"predictions": [1.0]}';
    assert.equal(judge({ answer, tolerance: 0.5 }, '{"predictions": [1.4]}').kind, 'agrees');
    assert.equal(judge({ answer, tolerance: undefined }, '{"predictions": [1.4]}').kind, 'differs');
  });

  it('stops after the first twenty differences', () => {
    const list = (count: number, value: number): string =>
      JSON.stringify({ predictions: Array.from({ length: count }, () => value) });
    const [few, many] = [20, 21].map((count) =>
      judge({ answer: list(count, 1), tolerance: 0 }, list(count, 2)),
    );
    assert.ok(few?.kind === 'differs' && many?.kind === 'differs');
    assert.deepEqual([few.differences.length, few.hasMore], [20, false]);
    assert.deepEqual([many.differences.length, many.hasMore], [20, true]);
  });
});

describe('goldenTestIn', () => {
  it('gives what expects an answer, and the line where it stands', () => {
    assert.equal(golden(seven).line, 4);
    assert.equal(goldenTestIn('{"model": "m", "request": {}}'), undefined);
    assert.equal(goldenTestIn('{'), undefined);
  });
});

describe('goldenText', () => {
  it('has a line per request', () => {
    const verdict = { kind: 'differs', hasMore: false, expected: '', actual: '' } as const;
    const text = goldenText(plain, [
      { name: 'a', outcome: { kind: 'passed', version: '1' } },
      {
        name: 'b',
        outcome: {
          kind: 'failed',
          version: '1',
          verdict: { ...verdict, differences: ['x: 1 instead of 2'] },
        },
      },
      {
        name: 'c',
        outcome: { kind: 'failed', version: '1', verdict: { ...verdict, differences: ['x', 'y'] } },
      },
      { name: 'd', outcome: { kind: 'refused', message: 'too short' } },
    ]);
    assert.equal(
      text,
      'Golden requests: 1 of 4 as expected\n  a: as expected\n  b: x: 1 instead of 2\n  c: x …\n  d: too short\n',
    );
  });
});

describe('targetProblem', () => {
  const digits = model('digits', [version('1', { labels: [] }), version('2', { labels: ['stable'] })]);
  for (const [text, part, words] of [
    ['{"model": "digits", "request": {}}', undefined, ''],
    ['{"model": "digits", "version": 2, "request": {}}', undefined, ''],
    ['{"model": "digits", "label": "stable", "request": {}}', undefined, ''],
    ['{"model": "digit", "request": {}}', 'model', 'The server has no model digit.'],
    ['{"model": "digits", "version": 3, "request": {}}', 'version', 'digits has no version 3, but 1, 2.'],
    [
      '{"model": "digits", "label": "canary", "request": {}}',
      'label',
      'No version of digits has the label canary; there are stable.',
    ],
  ] as const) {
    it(text, () => {
      const problem = targetProblem(plain, file(text), [digits]);
      assert.deepEqual(problem, part === undefined ? undefined : { part, text: words });
    });
  }
});

describe('perch.request.save', () => {
  it('understands what it is called with, and leaves out what makes no sense', () => {
    const parts = { model: 'm', request: '{}', version: '3', label: 'stable', answer: '{}' };
    assert.deepEqual(toSave(parts), { ...parts, label: undefined, name: undefined, file: undefined });
    assert.equal(toSave({ model: 'm', request: '{}', version: 'x' })?.version, undefined);
    for (const wrong of [undefined, 7, {}, { model: 'm' }, { request: '{}' }, { model: '', request: '{}' }]) {
      assert.equal(toSave(wrong), undefined);
    }
  });

  it('writes within the folder only', () => {
    assert.equal(requestPath(' requests\\a.predict.json '), 'requests/a.predict.json');
    assert.equal(requestPath('./a.predict.json'), 'a.predict.json');
    for (const wrong of [
      'a.json',
      '.predict.json',
      '/a.predict.json',
      'C:\\a.predict.json',
      '../a.predict.json',
      'b/../../a.predict.json',
      '',
    ]) {
      assert.equal(requestPath(wrong), undefined, wrong);
    }
  });
});

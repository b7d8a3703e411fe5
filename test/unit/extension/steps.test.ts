// Questions in a row: forward, back, and left.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { back, inSteps, type Place, type Step } from '../../../extension/commands/steps.ts';

type Answers = Readonly<Record<string, string>>;

/** Asks for `name`; each time the next of `given` is the answer. Writes down where it was asked and what it found. */
function question(
  name: string,
  given: (string | typeof back | undefined)[],
  asked: unknown[],
): Step<Answers> {
  return (answers, { step, total }: Place) => {
    asked.push([name, step, total, answers[name]]);
    const answer = given.shift();
    return Promise.resolve(typeof answer === 'string' ? { ...answers, [name]: answer } : answer);
  };
}

describe('inSteps', () => {
  it('asks what follows from the answers', async () => {
    const asked: unknown[] = [];
    const kind = question('kind', ['long'], asked);
    const detail = question('detail', ['x'], asked);
    const answers = await inSteps<Answers>({}, (soFar) => (soFar.kind === 'long' ? [kind, detail] : [kind]));
    assert.deepEqual(answers, { kind: 'long', detail: 'x' });
    assert.deepEqual(asked, [
      ['kind', 1, 1, undefined],
      ['detail', 2, 2, undefined],
    ]);
  });

  it('goes back to answers as they were, and not before the first', async () => {
    const asked: unknown[] = [];
    const a = question('a', [back, '1', '2'], asked);
    const b = question('b', ['3', '5'], asked);
    const c = question('c', [back, '6'], asked);
    assert.deepEqual(await inSteps<Answers>({}, () => [a, b, c]), { a: '1', b: '5', c: '6' });
    assert.deepEqual(
      asked.map((one) => (one as unknown[]).filter((_part, index) => index !== 2)),
      [
        ['a', 1, undefined],
        ['a', 1, undefined],
        ['b', 2, undefined],
        ['c', 3, undefined],
        ['b', 2, '3'],
        ['c', 3, undefined],
      ],
    );
  });

  it('gives nothing where a question is left, and asks nothing where all is given', async () => {
    const asked: unknown[] = [];
    const a = question('a', ['1'], asked);
    const b = question('b', [undefined], asked);
    assert.equal(await inSteps<Answers>({}, () => [a, b]), undefined);
    assert.deepEqual(await inSteps<Answers>({ z: '0' }, () => []), { z: '0' });
  });
});

// What the editor tells of canaries that the daemon moved by itself.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newsOf } from '../../../extension/canary-news.ts';
import { plain } from './plain.ts';

const event = { model: 'digits', actor: 'canary', reason: 'p99 is 3.1 times stable’s; 1.5 is allowed.' };

describe('newsOf', () => {
  it('tells of what needs somebody, with the reason and the ways out', () => {
    const commandsOf = (kind: string): unknown =>
      newsOf(plain, { ...event, kind }, '/work')?.buttons.map(({ command }) => command);
    assert.deepEqual(newsOf(plain, { ...event, kind: 'rolled_back' }, '/work'), {
      warning: true,
      text: `The canary of digits was rolled back. ${event.reason}`,
      buttons: [],
    });
    assert.deepEqual(commandsOf('canary_inconclusive'), ['perch.canary.resume', 'perch.canary.rollback']);
    assert.deepEqual(commandsOf('canary_paused'), ['perch.canary.resume', 'perch.canary.rollback']);
    assert.deepEqual(commandsOf('promoted'), ['perch.canary.rollback']);
    assert.deepEqual(newsOf(plain, { ...event, kind: 'promoted' }, '/work')?.buttons[0]?.argument, {
      kind: 'model',
      model: 'digits',
      folder: '/work',
    });
  });

  it('is quiet about steps, and about what people did', () => {
    assert.equal(newsOf(plain, { ...event, kind: 'canary_step' }, '/work'), undefined);
    for (const kind of ['rolled_back', 'promoted', 'canary_paused']) {
      assert.equal(newsOf(plain, { ...event, kind, actor: 'vscode' }, '/work'), undefined);
    }
  });
});

// What a page can make the extension do, and what it cannot.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerPage } from '../../../extension/panels/page-answers.ts';
import { statusCommands, type StatusSnapshot } from '../../../webview/protocol.ts';
import { runningServer, runningSnapshot } from '../../webview/support/health-sample.ts';

/** Answers a message and lists what was done, in order. */
async function done(message: unknown, snapshot: StatusSnapshot): Promise<unknown[]> {
  const actions: unknown[] = [];
  const note = (...action: unknown[]): Promise<void> => {
    actions.push(action);
    return Promise.resolve();
  };
  await answerPage(message, {
    snapshot: () => snapshot,
    post: (answer) => void note('post', answer),
    copy: (text) => note('copy', text),
    run: (command) => note('run', command),
  });
  return actions;
}

describe('answerPage', () => {
  it('copies its own text of a field, whatever the page says that it is, and then says so', async () => {
    assert.deepEqual(await done({ type: 'copy', field: 'grpcAddress', text: 'rm -rf /' }, runningSnapshot), [
      ['copy', '127.0.0.1:8500'],
      ['post', { type: 'copied', field: 'grpcAddress' }],
    ]);
  });

  it('copies nothing where there is no address', async () => {
    const withoutRest = { ...runningSnapshot, server: { ...runningServer, restAddress: '' } };
    assert.deepEqual(await done({ type: 'copy', field: 'restAddress' }, withoutRest), []);
    const stopped = { server: { kind: 'stopped', detail: '' }, commands: [], models: [] } as const;
    assert.deepEqual(await done({ type: 'copy', field: 'grpcAddress' }, stopped), []);
  });

  it('runs what the snapshot offers, and nothing else', async () => {
    for (const command of statusCommands) {
      const offered = runningSnapshot.commands.includes(command);
      assert.deepEqual(
        await done({ type: 'run', command }, runningSnapshot),
        offered ? [['run', command]] : [],
        command,
      );
    }
  });

  it('does nothing for what is not a message', async () => {
    for (const message of [null, 'ready', { type: 'run', command: 'rm' }, { type: 'copy', field: 'pid' }]) {
      assert.deepEqual(await done(message, runningSnapshot), []);
    }
  });

  it('hands on the failure of a command', async () => {
    const failing = answerPage(
      { type: 'run', command: 'stop' },
      {
        snapshot: () => runningSnapshot,
        post: () => undefined,
        copy: () => Promise.resolve(),
        run: () => Promise.reject(new Error('It does not stop.')),
      },
    );
    await assert.rejects(failing, /does not stop/);
  });
});

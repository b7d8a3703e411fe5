// The state stream: snapshot, changes, heartbeats, and its end.
import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import type { MessageInput } from '../../../../protos/messages.ts';
import { toModelState } from '../../../../server/apis/admin/model-state.ts';
import { watchState } from '../../../../server/apis/admin/watch-state.ts';
import { ModelManager } from '../../../../server/lifecycle/model-manager.ts';
import { FakeLoader, flush, memoryLog, modelOnDisk } from '../fakes.ts';

type Message = MessageInput<'perch.admin.v1.WatchStateResponse'>;

class Setup {
  readonly loader = new FakeLoader();
  readonly manager = new ModelManager(this.loader, memoryLog().log, { now: () => 1000 });
  readonly caller = new AbortController();
  readonly stream = watchState(this.manager, toModelState, this.caller.signal);

  /** The next message. */
  async next(): Promise<Message> {
    const result = await this.stream.next();
    assert.ok(result.done !== true);
    return result.value;
  }
}

/** `snapshot a,b`, `model a`, `removed a` or `heartbeat`. */
function describeMessage({ snapshot, model, removedModel, heartbeat }: Message): string {
  if (snapshot) {
    return `snapshot ${(snapshot.models ?? []).map(({ name }) => name).join()}`;
  }
  return model ? `model ${model.name}` : heartbeat ? 'heartbeat' : `removed ${removedModel}`;
}

describe('watchState', () => {
  it('begins with a snapshot, then gives each model that changed, whole', async () => {
    const setup = new Setup();
    setup.manager.apply([modelOnDisk('b', [1n]), modelOnDisk('a', [])]);
    assert.equal(describeMessage(await setup.next()), 'snapshot a,b');
    const next = setup.next();
    await setup.loader.loading(1n).succeed();
    const message = await next;
    assert.equal(describeMessage(message), 'model b');
    assert.equal(message.model?.versions?.[0]?.phase, 'VERSION_PHASE_AVAILABLE');
    setup.caller.abort();
  });

  it('sends a model that changed often while the reader was slow once, as it then is', async () => {
    const setup = new Setup();
    await setup.next();
    setup.manager.apply([modelOnDisk('a', [1n])]);
    await setup.loader.loading(1n).succeed();
    setup.manager.apply([modelOnDisk('a', [1n, 2n])]);
    const message = await setup.next();
    assert.deepEqual(
      message.model?.versions?.map(({ phase }) => phase),
      ['VERSION_PHASE_AVAILABLE', 'VERSION_PHASE_LOADING'],
    );
    const rest = setup.next();
    await setup.loader.loading(2n).fail();
    assert.equal(describeMessage(await rest), 'model a');
    setup.caller.abort();
  });

  it('tells models that are gone, and not those that came back meanwhile', async () => {
    const setup = new Setup();
    setup.manager.apply([modelOnDisk('a', []), modelOnDisk('b', [])]);
    await setup.next();
    setup.manager.apply([]);
    setup.manager.apply([modelOnDisk('b', [])]);
    const messages = [describeMessage(await setup.next()), describeMessage(await setup.next())];
    assert.deepEqual(messages, ['removed a', 'model b']);
    setup.caller.abort();
  });

  it('has revisions that strictly increase, also where several models changed at once', async () => {
    const setup = new Setup();
    const first = await setup.next();
    setup.manager.apply([modelOnDisk('a', []), modelOnDisk('b', []), modelOnDisk('c', [])]);
    const messages = [first, await setup.next(), await setup.next(), await setup.next()];
    const revisions = messages.map(({ revision }) => BigInt(String(revision)));
    revisions.slice(1).forEach((revision, i) => assert.ok(revision > revisions[i]!, revisions.join()));
    setup.caller.abort();
  });

  it('sends a heartbeat with the last revision after five seconds without a change', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const setup = new Setup();
      setup.manager.apply([modelOnDisk('a', [])]);
      const { revision } = await setup.next();
      const next = setup.next();
      await flush();
      mock.timers.tick(4999);
      const early = await Promise.race([next.then(() => 'sent'), flush().then(() => 'nothing')]);
      assert.equal(early, 'nothing');
      mock.timers.tick(1);
      const message = await next;
      assert.deepEqual([describeMessage(message), message.revision], ['heartbeat', revision]);
      setup.caller.abort();
    } finally {
      mock.timers.reset();
    }
  });

  it('ends when the caller leaves, at whatever moment, and leaves no listener', async () => {
    const waiting = new Setup();
    await waiting.next();
    const next = waiting.stream.next();
    await flush();
    waiting.caller.abort();
    assert.equal((await next).done, true);

    const between = new Setup();
    await between.next();
    between.caller.abort();
    assert.equal((await between.stream.next()).done, true);

    const returned = new Setup();
    await returned.next();
    await returned.stream.return(undefined);
    for (const { manager } of [waiting, between, returned]) {
      assert.equal(manager.events.listenerCount('changed') + manager.events.listenerCount('removed'), 0);
    }
  });
});

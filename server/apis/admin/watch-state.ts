// The state stream of the admin API: a snapshot, then each model that changed, whole, and heartbeats between.
import type { MessageInput } from '../../../protos/messages.ts';
import type { ModelManager } from '../../lifecycle/model-manager.ts';
import { Waker } from '../waker.ts';
import type { StateOfModel } from './describe-model.ts';

type StateMessage = MessageInput<'perch.admin.v1.WatchStateResponse'>;

/** Without a change for so long, a heartbeat is sent: milliseconds. */
const heartbeatMs = 5000;

/**
 * Follows all models until `signal` fires. A slow reader does not make a queue of old states: a model that changed
 * several times since the last message is sent once, as it then is.
 */
export async function* watchState(
  manager: ModelManager,
  stateOf: StateOfModel,
  signal: AbortSignal,
): AsyncGenerator<StateMessage> {
  /** Models that changed, with the revision of the last change, in the order of those. */
  const pending = new Map<string, bigint>();
  const waker = new Waker();
  const note = (name: string, revision: bigint): void => {
    pending.delete(name);
    pending.set(name, revision);
    waker.wake();
  };
  manager.events.on('changed', note).on('removed', note);
  signal.addEventListener('abort', waker.close);
  try {
    const models = manager.names().flatMap((name) => manager.view(name) ?? []);
    yield { revision: manager.revision.toString(), snapshot: { models: models.map(stateOf) } };
    for (;;) {
      const [next] = pending;
      if (next !== undefined) {
        const [name] = next;
        pending.delete(name);
        const view = manager.view(name);
        const revision = next[1].toString();
        yield view === undefined ? { revision, removedModel: name } : { revision, model: stateOf(view) };
        continue;
      }
      const waking = signal.aborted ? 'closed' : await waker.wait(heartbeatMs);
      if (waking === 'closed') {
        return;
      }
      if (waking === 'idle') {
        yield { revision: manager.revision.toString(), heartbeat: {} };
      }
    }
  } finally {
    manager.events.off('changed', note).off('removed', note);
    signal.removeEventListener('abort', waker.close);
  }
}

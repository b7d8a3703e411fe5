// Loads and unloads that somebody asks for: they begin in turn with other changes of the model, and take as long as they take.
import type { MessageOutput } from '../../../protos/messages.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { toMutation } from './mutation.ts';

/** Such a change. */
export interface SlowChange {
  readonly model: string;
  readonly mutation: MessageOutput<'perch.admin.v1.Mutation'> | null;
  /** Of the event: what it is, and what it makes. */
  readonly kind: string;
  readonly after: string;
  /** Begins it at once, and resolves at its end. */
  readonly begin: () => Promise<unknown>;
}

/**
 * Resolves at the end of the change, and rejects as `begin` does, or with RESOURCE_CHANGED. It counts, and is in the event
 * log, from its beginning on: other changes of the model do not wait for its end, and it goes on where the caller leaves.
 */
export function makeSlowChange(
  { parts: { mutations, events } }: Traffic,
  { model, mutation: message, kind, after, begin }: SlowChange,
): Promise<void> {
  const mutation = toMutation(message);
  return mutations.whole(model, mutation, async (turn) => {
    const { end } = await turn.take(async () => {
      const underWay = begin();
      // What could not even begin has rejected by now: then nothing has changed.
      await Promise.race([underWay, Promise.resolve()]);
      const { actor, reason } = mutation;
      events.record({ model, kind, actor, reason, before: '', after });
      return { end: underWay };
    });
    await end;
  });
}

// Says how far loads are while a command waits for them.
import { admin, type AdminConnection, type ModelState } from './admin-connection.ts';
import { describePhase } from './describe-model.ts';
import type { Session } from './session.ts';

/**
 * Waits for `work`, and meanwhile tells each change of the versions of a model (of one, where one is named). What goes wrong
 * with the telling does not count.
 */
export async function tellingProgress<T>(
  session: Session,
  connection: AdminConnection,
  wanted: { readonly name: string; readonly version?: string },
  work: Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const telling = session.isJson ? Promise.resolve() : tell(session, connection, wanted, done.signal);
  try {
    return await work;
  } finally {
    done.abort();
    await telling;
  }
}

async function tell(
  session: Session,
  connection: AdminConnection,
  { name, version }: { readonly name: string; readonly version?: string },
  until: AbortSignal,
): Promise<void> {
  const last = new Map<string, string>();
  const look = (model: ModelState | undefined, isFirst: boolean): void => {
    for (const state of model?.versions ?? []) {
      const { text } = describePhase(state);
      const isNew = last.get(state.version) !== text;
      last.set(state.version, text);
      if (isNew && !isFirst && (version === undefined || version === state.version)) {
        session.tell(`${name}/${state.version}: ${text}`);
      }
    }
  };
  try {
    for await (const { event, snapshot, model } of connection.stream(admin.WatchState, {}, until)) {
      if (event === 'snapshot') {
        look(
          snapshot?.models.find((one) => one.name === name),
          true,
        );
      } else if (model?.name === name) {
        look(model, false);
      }
    }
  } catch {
    // The call that is waited for says what is wrong.
  }
}

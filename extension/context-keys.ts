// The context keys `perch.*`, which the `when` clauses of package.json look at.
import * as vscode from 'vscode';
import type { StateWord } from './server-controller.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { Disposable } from './signal.ts';

/** Sets them now and at each change; that ends with `subscriptions`. */
export function keepContextKeys(sessions: Sessions, subscriptions: Disposable[]): void {
  const known = new Map<string, string | boolean>();
  const set = (key: string, value: string | boolean): void => {
    if (known.get(key) !== value) {
      known.set(key, value);
      void vscode.commands.executeCommand('setContext', key, value);
    }
  };
  const update = (): void => {
    const { ready } = sessions;
    set('perch.state', stateOf(ready[0] ?? sessions.active, ready));
    set('perch.folders', ready.length > 1 ? 'several' : 'one');
    set(
      'perch.hasModels',
      ready.some(({ store }) => store.models.length > 0),
    );
    set(
      'perch.live',
      ready.some(({ store }) => store.live),
    );
    set(
      'perch.servesDirectory',
      ready.some(
        ({ controller: { overview } }) =>
          overview.situation.kind === 'ready' && overview.situation.configFile === undefined,
      ),
    );
  };
  subscriptions.push(sessions.onDidChange(update), sessions.onDidChangeModels(update));
  update();
}

/** `running` where any server runs: commands that need one then make sense. */
function stateOf(first: Session, ready: readonly Session[]): StateWord {
  return ready.some(({ controller }) => controller.word === 'running') ? 'running' : first.controller.word;
}

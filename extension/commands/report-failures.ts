// How a command says that it failed: in the log, and in one notification with the daemon's words.
import * as vscode from 'vscode';
import { AdminError } from '../daemon/admin-error.ts';
import { reportError } from '../notify.ts';
import type { Services } from './services.ts';

/** Reports what `command` (its id or title) threw, once per cause. */
export function reportFailures(
  { logs }: Pick<Services, 'logs'>,
  command: string,
  reasons: readonly unknown[],
): void {
  const messages = new Set<string>();
  for (const reason of reasons) {
    const message = reason instanceof Error ? reason.message : String(reason);
    messages.add(message);
    // What the daemon refused is no mistake of this program: its stack says nothing.
    const detail = reason instanceof Error && !AdminError.is(reason) ? (reason.stack ?? message) : message;
    logs.extension.error(`${command}: ${detail}`);
  }
  reportError([...messages].join(' '), {
    title: vscode.l10n.t('Show Log'),
    command: 'perch.server.showLog',
  });
}

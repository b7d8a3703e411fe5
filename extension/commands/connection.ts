// What commands that need the daemon begin with: a connection, and a store that is current.
import * as vscode from 'vscode';
import type { AdminClient } from '../daemon/admin-client.ts';
import { warn } from '../notify.ts';
import type { Model } from '../state/model.ts';
import type { Services } from './services.ts';

/** How long a command waits for the state of the models when the view is not open. Milliseconds. */
const currentTimeoutMs = 5_000;

/** The connection; where there is none, says so with the way out and gives undefined. */
export function requireClient(services: Services): AdminClient | undefined {
  const { client, word } = services.controller;
  if (client !== undefined) {
    return client;
  }
  if (word === 'starting' || word === 'backingOff') {
    warn(vscode.l10n.t('The Perch server is still starting.'));
  } else {
    warn(vscode.l10n.t('The Perch server is not running.'), {
      title: vscode.l10n.t('Start Server'),
      command: 'perch.server.start',
      argument: { folder: services.folder },
    });
  }
  return undefined;
}

/** Runs `action` while the store is kept current, also where the view is not open. */
export async function withCurrentModels<T>(
  { stream }: Pick<Services, 'stream'>,
  action: () => T | Promise<T>,
): Promise<T> {
  const held = stream.hold();
  try {
    if (!(await stream.whenCurrent(currentTimeoutMs))) {
      throw new Error(vscode.l10n.t('The Perch server does not answer.'));
    }
    return await action();
  } finally {
    held.dispose();
  }
}

/**
 * Waits until the store shows `model`, which the daemon gave as the answer to a change, or something newer: the stream may
 * come after the answer, and the next change is made from what is shown. Gives up after a while.
 */
export async function whenShown({ store }: Services, model: Model): Promise<void> {
  const isShown = (): boolean =>
    BigInt(store.get(model.name)?.resourceVersion ?? 0) >= BigInt(model.resourceVersion);
  if (isShown()) {
    return;
  }
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      subscription.dispose();
      resolve();
    };
    const timer = setTimeout(end, currentTimeoutMs);
    const subscription = store.onDidChange(() => {
      if (isShown()) {
        end();
      }
    });
  });
}

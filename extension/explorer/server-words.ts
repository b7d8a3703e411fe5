// A server's state as an icon and in words: for the status bar and the rows of folders.
import * as vscode from 'vscode';
import type { ServerState } from '../daemon/server-state.ts';

/** Its icon. */
export function serverIcon(server: ServerState): string {
  switch (server.kind) {
    case 'running':
      return 'server-process';
    case 'starting':
    case 'backing-off':
    case 'stopping':
      return 'loading~spin';
    case 'failed':
    case 'unavailable':
      return 'error';
    case 'stopped':
      return 'circle-slash';
  }
}

/** Its state in a word or two. */
export function serverWords(server: ServerState): string {
  switch (server.kind) {
    case 'running':
      return vscode.l10n.t('serving');
    case 'starting':
      return vscode.l10n.t('starting');
    case 'backing-off':
      return vscode.l10n.t('starting again');
    case 'stopping':
      return vscode.l10n.t('stopping');
    case 'stopped':
      return vscode.l10n.t('stopped');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'unavailable':
      return vscode.l10n.t('not available on this platform');
  }
}

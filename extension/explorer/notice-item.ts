// How the rows that say what is wrong are drawn.
import * as vscode from 'vscode';
import { describeFailure, type ServerState } from '../daemon/server-state.ts';
import type { NoticeRow } from './rows.ts';

/** The tree item of a notice. `problem`: what is wrong with its model, empty where it is about the server. */
export function drawNotice(row: NoticeRow, server: ServerState, problem: string): vscode.TreeItem {
  switch (row.notice) {
    case 'model-problem':
      return noticeItem(
        problem,
        new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground')),
        {
          command: 'perch.model.openDirectory',
          arguments: [{ kind: 'model', model: row.model, folder: row.folder }],
        },
      );
    case 'server-failed':
      return noticeItem(
        server.kind === 'failed' ? describeFailure(vscode.l10n.t, server.failure) : '',
        new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground')),
        { command: 'perch.server.showLog' },
      );
    case 'restart-server':
      return noticeItem(vscode.l10n.t('Restart Server'), new vscode.ThemeIcon('debug-restart'), {
        command: 'perch.server.restart',
        arguments: [{ folder: row.folder }],
      });
    case 'show-log':
      return noticeItem(vscode.l10n.t('Show Log'), new vscode.ThemeIcon('output'), {
        command: 'perch.server.showLog',
      });
  }
}

function noticeItem(
  text: string,
  icon: vscode.ThemeIcon,
  next: { readonly command: string; readonly arguments?: unknown[] },
): vscode.TreeItem {
  const item = new vscode.TreeItem(text);
  item.iconPath = icon;
  item.tooltip = text;
  item.contextValue = 'notice';
  item.accessibilityInformation = { label: text };
  item.command = { title: text, ...next };
  return item;
}

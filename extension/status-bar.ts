// The one item in the status bar: whether the server runs; its tooltip is a small control panel.
import * as vscode from 'vscode';
import { describeFailure, describeMissing, type ServerState } from './daemon/server-state.ts';
import { escapeMarkdown } from './explorer/tooltip.ts';
import type { ServerController } from './server-controller.ts';
import type { Disposable } from './signal.ts';

const commandsInTooltip = [
  'perch.server.showStatus',
  'perch.server.start',
  'perch.server.stop',
  'perch.server.restart',
  'perch.server.showLog',
] as const;
type TooltipCommand = (typeof commandsInTooltip)[number];

/** Shows the item while the workspace has a models directory; it ends with `subscriptions`. */
export function createStatusBar(
  controller: ServerController,
  extensionVersion: string,
  subscriptions: Disposable[],
): void {
  const item = vscode.window.createStatusBarItem('perch.server', vscode.StatusBarAlignment.Left);
  item.name = 'Perch';
  item.command = 'perch.server.showStatus';
  const update = (): void => {
    const { situation, server } = controller.overview;
    if (situation.kind !== 'ready') {
      item.hide();
      return;
    }
    item.text = `$(${iconFor(server)}) Perch`;
    item.backgroundColor =
      server.kind === 'failed' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    item.accessibilityInformation = { label: vscode.l10n.t('Perch: {0}', stateWords(server)) };
    item.tooltip = tooltipFor(server, situation.configFile ?? situation.directory, extensionVersion);
    item.show();
  };
  subscriptions.push(item, controller.onDidChange(update));
  update();
}

function iconFor(server: ServerState): string {
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

function stateWords(server: ServerState): string {
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

function tooltipFor(server: ServerState, models: string, extensionVersion: string): vscode.MarkdownString {
  const lines = [`**Perch** · ${escapeMarkdown(stateWords(server))}`];
  if (server.kind === 'running') {
    const { info } = server;
    lines.push(
      [
        `- ${vscode.l10n.t('gRPC: {0}', code(info.grpcAddress))}`,
        `- ${vscode.l10n.t('REST: {0}', code(info.restAddress === '' ? vscode.l10n.t('off') : `http://${info.restAddress}`))}`,
        `- ${vscode.l10n.t('Models from {0}', escapeMarkdown(models))}`,
        `- ${vscode.l10n.t('Since {0}, process {1}', new Date(server.since).toLocaleString(), info.pid)}`,
        `- ${vscode.l10n.t('Server {0}, extension {1}', escapeMarkdown(info.version), escapeMarkdown(extensionVersion))}`,
      ].join('\n'),
    );
  } else if (server.kind === 'failed' || server.kind === 'backing-off') {
    lines.push(escapeMarkdown(describeFailure(vscode.l10n.t, server.failure)));
  } else if (server.kind === 'unavailable') {
    lines.push(escapeMarkdown(describeMissing(vscode.l10n.t, server)));
  }
  lines.push(links(server).join(' · '));
  const tooltip = new vscode.MarkdownString(lines.join('\n\n'));
  tooltip.isTrusted = { enabledCommands: commandsInTooltip };
  return tooltip;
}

function links(server: ServerState): readonly string[] {
  const link = (title: string, command: TooltipCommand): string => `[${title}](command:${command})`;
  const active = server.kind !== 'stopped' && server.kind !== 'failed' && server.kind !== 'unavailable';
  return [
    link(vscode.l10n.t('Status'), 'perch.server.showStatus'),
    ...(active
      ? [
          link(vscode.l10n.t('Stop'), 'perch.server.stop'),
          link(vscode.l10n.t('Restart'), 'perch.server.restart'),
        ]
      : [link(vscode.l10n.t('Start'), 'perch.server.start')]),
    link(vscode.l10n.t('Log'), 'perch.server.showLog'),
  ];
}

function code(text: string): string {
  return `\`${text.replace(/`/g, '')}\``;
}

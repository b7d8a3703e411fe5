// The one item in the status bar: whether the servers run; its tooltip is a small control panel.
import * as vscode from 'vscode';
import { describeFailure, describeMissing, type ServerState } from './daemon/server-state.ts';
import { serverIcon, serverWords } from './explorer/server-words.ts';
import { escapeMarkdown, linkArgument } from './explorer/tooltip.ts';
import { ServerFactsCache, type ServerFacts } from './server-facts.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { Disposable } from './signal.ts';
import { availableVersions, type Model } from './state/model.ts';

const commandsInTooltip = [
  'perch.server.showStatus',
  'perch.server.start',
  'perch.server.stop',
  'perch.server.restart',
  'perch.server.showLog',
] as const;
type TooltipCommand = (typeof commandsInTooltip)[number];

/** Shows the item while the workspace has models to serve; it ends with `subscriptions`. */
export function createStatusBar(
  sessions: Sessions,
  extensionVersion: string,
  subscriptions: Disposable[],
): void {
  const item = vscode.window.createStatusBarItem('perch.server', vscode.StatusBarAlignment.Left);
  item.name = 'Perch';
  item.command = 'perch.server.showStatus';
  const facts = new ServerFactsCache();
  const update = (): void => {
    const shown = sessions.ready;
    const worst = worstOf(shown);
    if (worst === undefined) {
      item.hide();
      return;
    }
    item.text = `$(${serverIcon(worst)}) Perch`;
    item.backgroundColor =
      worst.kind === 'failed' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    item.accessibilityInformation = { label: vscode.l10n.t('Perch: {0}', serverWords(worst)) };
    item.tooltip = tooltipFor(shown, facts, extensionVersion);
    item.show();
  };
  subscriptions.push(
    item,
    facts,
    sessions.onDidChange(update),
    sessions.onDidChangeModels(update),
    facts.onDidChange(update),
  );
  update();
}

/** The states that need attention come first, then those that pass. */
const severity: readonly ServerState['kind'][] = [
  'failed',
  'unavailable',
  'backing-off',
  'starting',
  'stopping',
  'stopped',
  'running',
];

function worstOf(sessions: readonly Session[]): ServerState | undefined {
  return sessions
    .map(({ controller }) => controller.overview.server)
    .sort((a, b) => severity.indexOf(a.kind) - severity.indexOf(b.kind))[0];
}

function tooltipFor(
  sessions: readonly Session[],
  facts: ServerFactsCache,
  extensionVersion: string,
): vscode.MarkdownString {
  const parts = sessions.map((session) =>
    sectionFor(session, facts.of(session), { named: sessions.length > 1, extensionVersion }),
  );
  const tooltip = new vscode.MarkdownString(parts.join('\n\n---\n\n'));
  tooltip.isTrusted = { enabledCommands: commandsInTooltip };
  return tooltip;
}

function sectionFor(
  { name, folder, controller, store }: Session,
  facts: ServerFacts | undefined,
  { named, extensionVersion }: { readonly named: boolean; readonly extensionVersion: string },
): string {
  const { situation, server } = controller.overview;
  const title = named ? `Perch · ${name}` : 'Perch';
  const lines = [`**${escapeMarkdown(title)}** · ${escapeMarkdown(serverWords(server))}`];
  if (server.kind === 'running') {
    const { info } = server;
    const models = situation.kind === 'ready' ? (situation.configFile ?? situation.directory) : '';
    lines.push(
      [
        `- ${vscode.l10n.t('gRPC: {0}', code(info.grpcAddress))}`,
        `- ${vscode.l10n.t('REST: {0}', code(info.restAddress === '' ? vscode.l10n.t('off') : `http://${info.restAddress}`))}`,
        `- ${vscode.l10n.t('Models from {0}', escapeMarkdown(models))}`,
        `- ${vscode.l10n.t('Since {0}, process {1}', new Date(server.since).toLocaleString(), info.pid)}`,
        ...(store.live ? [`- ${availableWords(store.models)}`] : []),
        ...(facts === undefined ? [] : factLines(facts)),
        ...(server.shared ? [`- ${vscode.l10n.t('Shared: another window or program started it')}`] : []),
        `- ${vscode.l10n.t('Server {0}, extension {1}', escapeMarkdown(info.version), escapeMarkdown(extensionVersion))}`,
      ].join('\n'),
    );
  } else if (server.kind === 'failed' || server.kind === 'backing-off') {
    lines.push(escapeMarkdown(describeFailure(vscode.l10n.t, server.failure)));
  } else if (server.kind === 'unavailable') {
    lines.push(escapeMarkdown(describeMissing(vscode.l10n.t, server)));
  }
  lines.push(links(server, folder).join(' · '));
  return lines.join('\n\n');
}

function availableWords(models: readonly Model[]): string {
  const versions = models.flatMap((model) => model.versions);
  const available = models.flatMap(availableVersions).length;
  return vscode.l10n.t('{0} of {1} versions available', available, versions.length);
}

function factLines({ info, forwardedRest }: ServerFacts): readonly string[] {
  const providers = info.providers
    .filter(({ state }) => state === 'PROVIDER_AVAILABILITY_WORKS')
    .map(({ name }) => name.toUpperCase());
  const runsOn = [...new Set(['CPU', ...providers]), ...info.gpus.map(({ name }) => name)].join(', ');
  return [
    ...(forwardedRest === ''
      ? []
      : [`- ${vscode.l10n.t('REST from this window: {0}', code(forwardedRest))}`]),
    `- ${vscode.l10n.t('ONNX Runtime {0} on {1}', escapeMarkdown(info.onnxruntimeVersion), escapeMarkdown(runsOn))}`,
  ];
}

function links(server: ServerState, folder: string): readonly string[] {
  const argument = linkArgument({ folder });
  const link = (title: string, command: TooltipCommand): string =>
    `[${title}](command:${command}?${argument})`;
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

// What the status bar says of the canaries that run. No vscode in here.
import { escapeMarkdown, linkArgument } from './explorer/tooltip.ts';
import { canaryWords } from './explorer/version-words.ts';
import { canPause, canPromote, runningCanary } from './state/canary-facts.ts';
import type { Model } from './state/model.ts';
import type { Canary } from './state/traffic.ts';
import type { Translate } from './translate.ts';

/** The commands that the tooltip links to. */
export const canaryCommands = [
  'perch.canary.pause',
  'perch.canary.promote',
  'perch.canary.resume',
  'perch.canary.rollback',
] as const;

/** The item. */
export interface CanaryStatus {
  /** With the codes of VS Code's icons. */
  readonly text: string;
  /** What a screen reader says. */
  readonly spoken: string;
  /** Markdown with links to `canaryCommands`. */
  readonly tooltip: string;
  /** Whether one of them waits for a person who has not paused it. */
  readonly needsAttention: boolean;
}

/** Undefined where no canary runs. A canary that waits for somebody comes first. `folder`: whose models these are. */
export function canaryStatus(
  t: Translate,
  models: readonly Model[],
  folder: string,
): CanaryStatus | undefined {
  const running = models.flatMap((model) => {
    const canary = runningCanary(model);
    return canary === undefined ? [] : [{ model, canary }];
  });
  const first = running.find(({ canary }) => isWaiting(canary)) ?? running[0];
  if (first === undefined) {
    return undefined;
  }
  const words = t('{0} canary {1}', first.model.name, canaryWords(t, first.canary));
  const more = running.length === 1 ? '' : ` +${running.length - 1}`;
  return {
    text: `$(${iconOf(first.canary)}) ${words.replace(/\$\(/g, '$ (')}${more}`,
    spoken: running
      .map(({ model, canary }) =>
        t('Canary of {0}, version {1}, {2}', model.name, canary.version, canaryWords(t, canary)),
      )
      .join('; '),
    tooltip: running.map(({ model, canary }) => tooltipOf(t, model, canary, folder)).join('\n\n---\n\n'),
    needsAttention: isWaiting(first.canary),
  };
}

function isWaiting({ phase }: Canary): boolean {
  return phase === 'waiting' || phase === 'inconclusive';
}

function iconOf({ phase }: Canary): string {
  return phase === 'paused' ? 'debug-pause' : phase === 'progressing' ? 'rocket' : 'question';
}

function tooltipOf(t: Translate, model: Model, canary: Canary, folder: string): string {
  const title = `**${escapeMarkdown(t('{0} version {1}', model.name, canary.version))}** · ${escapeMarkdown(canaryWords(t, canary))}`;
  const plan = t('Steps: {0} %. Stable is version {1}.', canary.steps.join(', '), canary.stableVersion);
  const argument = linkArgument({ kind: 'model', model: model.name, folder });
  const link = (words: string, command: (typeof canaryCommands)[number]): string =>
    `[${words}](command:${command}?${argument})`;
  const links = [
    ...(canPromote(model) ? [link(t('Promote'), 'perch.canary.promote')] : []),
    canPause(model) ? link(t('Pause'), 'perch.canary.pause') : link(t('Resume'), 'perch.canary.resume'),
    link(t('Roll Back'), 'perch.canary.rollback'),
  ];
  return [title, escapeMarkdown(canary.reason), escapeMarkdown(plan), links.join(' · ')]
    .filter((part) => part !== '')
    .join('\n\n');
}

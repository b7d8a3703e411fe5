// What the daemon did with a canary by itself, as a notification. No vscode in here.
import type { NotificationButton } from './notify.ts';
import type { Translate } from './translate.ts';

/** The actor of what the daemon does by itself: perch.admin.v1.Event. */
const byItself = 'canary';

/** Something that was done, as far as it is looked at. */
export interface NewsEvent {
  readonly model: string;
  /** As perch.admin.v1.Event lists them. */
  readonly kind: string;
  readonly actor: string;
  /** A sentence. */
  readonly reason: string;
}

/** A notification. */
export interface News {
  /** Whether somebody should look. */
  readonly warning: boolean;
  readonly text: string;
  readonly buttons: readonly NotificationButton[];
}

/**
 * Undefined for what needs nobody: what people asked for, and the steps of a canary that does well. `folder`: the workspace
 * folder whose server did it.
 */
export function newsOf(
  t: Translate,
  { model, kind, actor, reason }: NewsEvent,
  folder: string,
): News | undefined {
  if (actor !== byItself) {
    return undefined;
  }
  const argument = { kind: 'model', model, folder };
  const rollBack = { title: t('Roll Back'), command: 'perch.canary.rollback', argument };
  const resume = { title: t('Resume'), command: 'perch.canary.resume', argument };
  switch (kind) {
    case 'rolled_back':
      return { warning: true, text: t('The canary of {0} was rolled back. {1}', model, reason), buttons: [] };
    case 'canary_inconclusive':
      return {
        warning: true,
        text: t('The canary of {0} waits for you. {1}', model, reason),
        buttons: [resume, rollBack],
      };
    case 'canary_paused':
      return {
        warning: false,
        text: t('The canary of {0} waits for you. {1}', model, reason),
        buttons: [resume, rollBack],
      };
    case 'promoted':
      return {
        warning: false,
        text: t(
          'The canary of {0} was promoted: all requests that name no version go to it. {1}',
          model,
          reason,
        ),
        buttons: [rollBack],
      };
    default:
      return undefined;
  }
}

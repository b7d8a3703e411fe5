// What the extension does when the tab "Canary" asks for something. No vscode in here.
import {
  isCanaryPageMessage,
  type CanaryHostMessage,
} from '../../../../webview/dashboard/canary-protocol.ts';
import type { CanarySnapshot } from '../../../../webview/dashboard/canary-snapshot.ts';
import type { Model } from '../../../state/model.ts';
import { actionCommands } from './actions-of.ts';
import { askedText } from './split-of.ts';

/** A request that was kept, to be sent again. */
export interface KeptRequest {
  /** The version whose answer differed. */
  readonly version: string;
  /** A JSON body for `:predict`. */
  readonly request: string;
}

/** What the answers are made of. */
export interface CanaryAnswers {
  /** All that there is to show now. */
  snapshot(): CanarySnapshot;
  model(name: string): Model | undefined;
  /** Another model is to be looked at. */
  select(model: string): void;
  /** Runs a command of the editor; gives what it gives. */
  run(command: string, argument?: object): Thenable<unknown>;
  /** Fetches a case of the shadow. */
  keptRequest(model: string, id: string): Promise<KeptRequest>;
  post(message: CanaryHostMessage): void;
}

/**
 * Answers a message. The page is trusted with nothing: what is not a message of the protocol is dropped, and done is only
 * what the snapshot of this moment offers; the commands ask the user, and refuse what has become impossible. Rejects as
 * `run` and `keptRequest` do.
 */
export async function answerCanaryPage(message: unknown, answers: CanaryAnswers): Promise<void> {
  if (!isCanaryPageMessage(message)) {
    return;
  }
  const snapshot = answers.snapshot();
  if (message.type === 'run') {
    if (snapshot.kind === 'idle' && snapshot.commands.includes(message.command)) {
      await answers.run(`perch.server.${message.command}`);
    }
    return;
  }
  if (message.type === 'select') {
    answers.select(message.model);
    return;
  }
  const detail = snapshot.kind === 'models' ? snapshot.detail : null;
  const model = answers.model(message.model);
  if (detail?.name !== message.model || model === undefined) {
    return;
  }
  switch (message.type) {
    case 'act':
      if (detail.actions.some(({ action, possible }) => action === message.action && possible)) {
        await answers.run(actionCommands[message.action], { model: model.name });
      }
      break;
    case 'split': {
      const shares = detail.split?.locked === '' ? askedText(model, message.shares) : undefined;
      let after: unknown;
      try {
        after =
          shares === undefined
            ? undefined
            : await answers.run('perch.traffic.set', { model: model.name, shares });
      } finally {
        answers.post({ type: 'splitDone', model: model.name, applied: after !== undefined });
      }
      break;
    }
    case 'openCase':
      if (detail.shadow?.worst.some(({ id, kept }) => id === message.id && kept) === true) {
        const kept = await answers.keptRequest(model.name, message.id);
        await answers.run('perch.playground.open', { model: model.name, ...kept });
      }
      break;
  }
}

// What the extension does when the tab "Health" asks for something of the server. No vscode in here.
import {
  isPageMessage,
  type HostMessage,
  type StatusCommand,
  type StatusSnapshot,
} from '../../webview/protocol.ts';

/** What the answers are made of. */
export interface PageActions {
  /** All that there is to show now. */
  snapshot(): StatusSnapshot;
  post(message: HostMessage): void;
  copy(text: string): Thenable<void>;
  run(command: StatusCommand): Thenable<void>;
}

/**
 * Answers a message. The page is trusted with nothing: what is not a message of the protocol is dropped, copied is only
 * the text of an address that the snapshot of this moment has, and run is only what that snapshot offers. Rejects as
 * `copy` and `run` do.
 */
export async function answerPage(message: unknown, actions: PageActions): Promise<void> {
  if (!isPageMessage(message)) {
    return;
  }
  switch (message.type) {
    case 'copy': {
      const { server } = actions.snapshot();
      if (server.kind === 'running' && server[message.field] !== '') {
        await actions.copy(server[message.field]);
        actions.post({ type: 'copied', field: message.field });
      }
      break;
    }
    case 'run':
      if (actions.snapshot().commands.includes(message.command)) {
        await actions.run(message.command);
      }
      break;
  }
}

// The server's state in words, why, and the commands that make sense now.
import type { StatusCommand, StatusSnapshot, TextMessage } from '../../protocol.ts';
import { element, keyedList, setText, type View } from '../dom.ts';
import { fill, formatMoment } from '../format.ts';
import { makeIcon, setIcon, type IconName } from '../icons.ts';
import { makeButton } from '../toolkit.ts';

const stateIcons: Readonly<Record<StatusSnapshot['server']['kind'], IconName>> = {
  stopped: 'idle',
  starting: 'busy',
  stopping: 'busy',
  failed: 'bad',
  running: 'good',
};

/** A new header; `run` is called with the command whose button was pressed. */
export function makeServerHeader(
  { text, locale }: TextMessage,
  run: (command: StatusCommand) => void,
): View<StatusSnapshot> {
  const icon = makeIcon('idle');
  const state = element('span');
  const since = element('span', { class: 'secondary' });
  const detail = element('bdi');
  const detailLine = element('p', { class: 'detail' }, detail);
  const toolbar = element('div', { class: 'toolbar' });
  const showCommands = keyedList<StatusCommand>(
    toolbar,
    (command) => command,
    (command) => {
      const button = makeButton(command === 'start' ? 'primary' : 'secondary', () => run(command));
      button.append(text.commands[command]);
      return { root: button, update: () => undefined };
    },
  );

  return {
    root: element(
      'header',
      {},
      element('h2', {}, text.page.heading),
      element('p', { class: 'state' }, icon, state, since),
      detailLine,
      toolbar,
    ),
    update: ({ server, commands }) => {
      setIcon(icon, stateIcons[server.kind]);
      setText(state, text.page[server.kind]);
      setText(
        since,
        server.kind === 'running'
          ? fill(text.page.since, formatMoment(server.startedAtMs, Date.now(), locale))
          : '',
      );
      const reason = server.kind === 'running' ? '' : server.detail;
      setText(detail, reason);
      detailLine.hidden = reason === '';

      const hadFocus = toolbar.contains(document.activeElement);
      showCommands(commands);
      if (hadFocus && !toolbar.contains(document.activeElement)) {
        // The pressed button is gone (Stop gives way to Start): the keyboard goes on from its successor.
        toolbar.querySelector<HTMLElement>('vscode-button')?.focus();
      }
    },
  };
}

// Entry of the page "Playground": takes the extension's messages, and keeps what the user was doing.
import { connectHost } from '../../host.ts';
import {
  isPlaygroundHostMessage,
  type PlaygroundHostMessage,
  type PlaygroundPageMessage,
} from '../../playground/protocol.ts';
import { pageStateOf } from '../playground/page-state.ts';
import { makePlaygroundPage, type PlaygroundPage } from '../playground/playground-page.ts';
import { defineElements } from '../toolkit.ts';

const host = connectHost<PlaygroundHostMessage, PlaygroundPageMessage>(window, isPlaygroundHostMessage);
let page: PlaygroundPage | undefined;

host.onMessage((message) => {
  if (message.type === 'words') {
    page = makePlaygroundPage(message, {
      state: pageStateOf(host.readState()),
      send: (toHost) => host.send(toHost),
      keep: (state) => host.writeState(state),
    });
    document.body.replaceChildren(page.root);
  } else {
    page?.receive(message);
  }
});

defineElements();
host.send({ type: 'ready' });

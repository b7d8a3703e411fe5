// Who can reach the server: each listener with its risk in words, and its addresses.
import type { AddressFacts, ListenerFacts, Risk } from '../../../dashboard/network-snapshot.ts';
import { element, keyedList, setText, type View } from '../../dom.ts';
import { makeIcon, setIcon, type IconName } from '../../icons.ts';
import type { NetworkWords } from './network-format.ts';

const riskIcons: Readonly<Record<Risk, IconName>> = {
  none: 'good',
  guarded: 'good',
  partial: 'warning',
  open: 'bad',
};

/** A new section. */
export function makeListenersSection({ text }: NetworkWords): View<readonly ListenerFacts[]> {
  const list = element('ul', { class: 'listeners' });
  const risks: Readonly<Record<Risk, string>> = {
    none: text.riskNone,
    guarded: text.riskGuarded,
    partial: text.riskPartial,
    open: text.riskOpen,
  };
  const showListeners = keyedList<ListenerFacts>(
    list,
    ({ name }) => name,
    ({ name }) => {
      const icon = makeIcon('good');
      const risk = element('span');
      const words = element('bdi');
      const addresses = element('ul', { class: 'addresses', 'aria-label': text.addresses });
      const showAddresses = keyedList<AddressFacts>(
        addresses,
        ({ address }) => address,
        ({ address }) => {
          const whose = element('span', { class: 'secondary' });
          return {
            root: element('li', {}, element('bdi', { class: 'code-text' }, address), ' ', whose),
            update: ({ interfaceName, audience }) =>
              setText(whose, interfaceName === '' ? audience : `${audience} (${interfaceName})`),
          };
        },
      );
      return {
        root: element(
          'li',
          { class: 'listener' },
          element('h3', {}, name),
          element('p', { class: 'state' }, icon, risk),
          element('p', { class: 'secondary' }, words),
          addresses,
        ),
        update: (listener) => {
          setIcon(icon, riskIcons[listener.risk]);
          setText(risk, risks[listener.risk]);
          setText(words, listener.text);
          showAddresses(listener.addresses);
        },
      };
    },
  );
  return {
    root: element('section', {}, element('h2', {}, text.listeners), list),
    update: showListeners,
  };
}

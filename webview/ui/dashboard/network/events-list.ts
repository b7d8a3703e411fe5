// Opens and closes of connections as a list, the newest first: the time line as text. Each close has its cause and advice.
import type {
  ClosedConnection,
  CloseSeverity,
  ConnectionFacts,
  LiveNetwork,
} from '../../../dashboard/network-snapshot.ts';
import { element, keyedList, setText, type View } from '../../dom.ts';
import { fill, formatMoment } from '../../format.ts';
import { makeIcon, setIcon, type IconName } from '../../icons.ts';
import { makeButton } from '../../toolkit.ts';
import { makeFramesList } from './frames-list.ts';
import { bytesText, callsText, formatDuration, type NetworkWords } from './network-format.ts';

/** What the list shows. */
export interface EventsItems {
  readonly network: LiveNetwork;
  readonly onlyNotable: boolean;
}

/** The list. */
export interface EventsList extends View<EventsItems> {
  /** Opens the entry of a connection, and brings it into sight. */
  open(connectionKey: string): void;
}

/** More are said to be there, and not shown. */
const mostEntries = 60;

const severityIcons: Readonly<Record<CloseSeverity, IconName>> = {
  usual: 'idle',
  info: 'busy',
  warning: 'warning',
  error: 'bad',
};

type Entry =
  | { readonly kind: 'opened'; readonly atMs: number; readonly connection: ConnectionFacts }
  | { readonly kind: 'closed'; readonly atMs: number; readonly connection: ClosedConnection };

/** A new list. */
export function makeEventsList(
  words: NetworkWords,
  askDoctor: (connection: ClosedConnection) => void,
): EventsList {
  const { text } = words;
  const list = element('ul', { class: 'events', 'aria-label': text.eventsList });
  const nothing = element('p', { class: 'secondary' }, text.noEvents);
  const more = element('p', { class: 'secondary' });
  const show = keyedList<Entry>(list, keyOf, (entry) =>
    entry.kind === 'closed' ? makeClose(entry.connection, words, askDoctor) : makeOpen(words),
  );
  return {
    root: element('div', {}, list, nothing, more),
    update: ({ network, onlyNotable }) => {
      const entries = entriesOf(network, onlyNotable);
      show(entries.slice(0, mostEntries));
      nothing.hidden = entries.length > 0;
      more.hidden = entries.length <= mostEntries;
      setText(more, fill(text.moreEvents, String(entries.length - mostEntries)));
    },
    open: (key) => {
      const root =
        list.querySelector(`[data-key="${CSS.escape(`close ${key}`)}"]`) ??
        list.querySelector(`[data-key="${CSS.escape(`open ${key}`)}"]`);
      const details = root?.querySelector('details');
      if (details != null) {
        details.open = true;
        details.querySelector('summary')?.focus();
      }
      root?.scrollIntoView({ block: 'nearest' });
    },
  };
}

function keyOf({ kind, connection }: Entry): string {
  return `${kind === 'closed' ? 'close' : 'open'} ${connection.key}`;
}

function entriesOf({ open, closed }: LiveNetwork, onlyNotable: boolean): Entry[] {
  const closes = closed
    .filter(({ severity }) => !onlyNotable || severity !== 'usual')
    .map((connection): Entry => ({ kind: 'closed', atMs: connection.closedAtMs, connection }));
  const opens = onlyNotable
    ? []
    : [...open, ...closed].map((connection): Entry => ({
        kind: 'opened',
        atMs: connection.openedAtMs,
        connection,
      }));
  return [...closes, ...opens].sort((a, b) => b.atMs - a.atMs);
}

function makeOpen({ text, locale }: NetworkWords): View<Entry> {
  const moment = element('time', { class: 'moment' });
  const what = element('bdi');
  const root = element(
    'li',
    { class: 'event' },
    element('div', { class: 'event-line' }, makeIcon('idle'), moment, what),
  );
  return {
    root,
    update: (entry) => {
      root.dataset.key = keyOf(entry);
      setText(moment, formatMoment(entry.atMs, Date.now(), locale));
      setText(what, fill(text.openedEntry, entry.connection.peer));
    },
  };
}

function makeClose(
  closed: ClosedConnection,
  words: NetworkWords,
  askDoctor: (connection: ClosedConnection) => void,
): View<Entry> {
  const { text, locale } = words;
  const severities: Readonly<Record<CloseSeverity, string>> = {
    usual: text.severityUsual,
    info: text.severityInfo,
    warning: text.severityWarning,
    error: text.severityError,
  };
  const icon = makeIcon('idle');
  setIcon(icon, severityIcons[closed.severity]);
  const moment = element('time', { class: 'moment' });
  const frames = makeFramesList(words);
  frames.update(closed.frames);
  const seen = [
    fill(text.stayedFor, formatDuration(closed.ageMs, locale)),
    callsText(closed.calls, locale),
    fill(text.receivedSent, ...bytesText(closed.bytesReceived, closed.bytesSent, locale)),
    closed.pingText === '' ? '' : `${text.pings}: ${closed.pingText}`,
  ].filter((part) => part !== '');
  const details = element(
    'details',
    {},
    element(
      'summary',
      { class: 'event-line' },
      icon,
      moment,
      element('bdi', { class: 'event-peer' }, closed.peer),
      element('bdi', { class: 'event-cause' }, closed.text),
    ),
    element(
      'dl',
      { class: 'close-facts' },
      fact(text.cause, element('code', {}, closed.cause), ` ${severities[closed.severity]}`),
      fact(text.evidence, element('bdi', {}, seen.join('; '))),
      ...(closed.advice === '' ? [] : [fact(text.advice, element('bdi', {}, closed.advice))]),
    ),
    ...(closed.cause === 'too-many-pings' ? [doctorButton(text.askDoctor, () => askDoctor(closed))] : []),
    frames.root,
  );
  const root = element('li', { class: 'event' }, details);
  return {
    root,
    update: (entry) => {
      root.dataset.key = keyOf(entry);
      setText(moment, formatMoment(entry.atMs, Date.now(), locale));
    },
  };
}

function fact(name: string, ...value: readonly (Node | string)[]): HTMLElement {
  return element('div', {}, element('dt', {}, name), element('dd', {}, ...value));
}

function doctorButton(label: string, onClick: () => void): HTMLElement {
  const button = makeButton('secondary', onClick);
  button.append(label);
  return button;
}

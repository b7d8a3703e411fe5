// The open connections, those with problems first, and the rules that they go by. Each opens to its last control frames.
import type {
  LiveNetwork,
  OpenConnection,
  PingVerdict,
  RuleFact,
} from '../../../dashboard/network-snapshot.ts';
import { element, keyedList, setAttribute, setText, type View } from '../../dom.ts';
import { fill } from '../../format.ts';
import { makeIcon, setIcon, type IconName } from '../../icons.ts';
import { makeTable } from '../../status/table.ts';
import { makeFramesList } from './frames-list.ts';
import { bytesText, callsText, formatDuration, type NetworkWords } from './network-format.ts';

const verdictIcons: Readonly<Record<PingVerdict, IconName>> = {
  none: 'idle',
  allowed: 'good',
  warned: 'warning',
  closed: 'bad',
};

type Shown = Pick<LiveNetwork, 'open' | 'openBeyond' | 'rules' | 'note'>;

/** A new section. */
export function makeConnectionsSection(words: NetworkWords): View<Shown> {
  const { text } = words;
  const table = makeTable(text.connections, [
    text.client,
    text.age,
    text.streams,
    text.calls,
    text.traffic,
    text.pings,
  ]);
  table.classList.add('connections');
  const showConnections = keyedList<OpenConnection>(
    table,
    ({ key }) => key,
    (connection) => makeConnectionRows(connection, words),
  );
  const note = element('p', { class: 'secondary' });
  const nothing = element('p', { class: 'secondary' }, text.noConnections);
  const more = element('p', { class: 'secondary' });
  const rules = element('dl', { class: 'rules' });
  const showRules = keyedList<RuleFact>(
    rules,
    ({ name }) => name,
    ({ name }) => {
      const value = element('dd');
      return {
        root: element('div', {}, element('dt', {}, name), value),
        update: (rule) => setText(value, rule.value),
      };
    },
  );
  return {
    root: element(
      'section',
      {},
      element('div', { class: 'scroll-x' }, table),
      nothing,
      more,
      note,
      element('details', { class: 'part' }, element('summary', {}, text.connectionRules), rules),
    ),
    update: ({ open, openBeyond, rules: facts, note: said }) => {
      showConnections(open);
      setText(more, fill(text.moreConnections, String(openBeyond)));
      more.hidden = openBeyond === 0;
      setText(note, said);
      note.hidden = said === '';
      nothing.hidden = open.length > 0 || said !== '';
      showRules(facts);
    },
  };
}

function makeConnectionRows(
  { key, peer, transport, tls }: OpenConnection,
  words: NetworkWords,
): View<OpenConnection> {
  const { text, locale } = words;
  const age = element('td', { class: 'tabular' });
  const streams = element('td', { class: 'tabular' });
  const calls = element('td');
  const traffic = element('td');
  const verdictIcon = makeIcon('idle');
  const verdict = element('span');
  const pings = element('div', { class: 'secondary' });
  const problem = element('span');
  const problemLine = element('div', { class: 'problem state' }, makeIcon('warning'), problem);
  const frames = makeFramesList(words);
  const detailId = `connection-${key.replaceAll(/\W/g, '-')}`;
  const toggle = element(
    'button',
    { type: 'button', class: 'row-toggle', 'aria-expanded': 'false', 'aria-controls': detailId },
    element('bdi', {}, peer),
  );
  const detail = element(
    'tr',
    { id: detailId, class: 'detail-row' },
    element('td', { colspan: '6' }, frames.root),
  );
  detail.hidden = true;
  toggle.addEventListener('click', () => {
    detail.hidden = !detail.hidden;
    setAttribute(toggle, 'aria-expanded', String(!detail.hidden));
  });
  const verdicts: Readonly<Record<PingVerdict, string>> = {
    none: text.noPings,
    allowed: text.verdictAllowed,
    warned: text.verdictWarned,
    closed: text.verdictClosed,
  };
  return {
    root: element(
      'tbody',
      {},
      element(
        'tr',
        {},
        element(
          'th',
          { scope: 'row' },
          toggle,
          element('div', { class: 'secondary' }, `${transport}, ${tls === '' ? text.inClear : tls}`),
          problemLine,
        ),
        age,
        streams,
        calls,
        traffic,
        element('td', {}, element('div', { class: 'state' }, verdictIcon, verdict), pings),
      ),
      detail,
    ),
    update: (connection) => {
      setText(age, formatDuration(connection.ageMs, locale));
      setText(streams, String(connection.openStreams));
      setText(calls, callsText(connection.calls, locale));
      setText(
        traffic,
        fill(text.receivedSent, ...bytesText(connection.bytesReceived, connection.bytesSent, locale)),
      );
      setIcon(verdictIcon, verdictIcons[connection.verdict]);
      setText(verdict, verdicts[connection.verdict]);
      setText(pings, connection.pingText);
      setText(problem, connection.problem);
      problemLine.hidden = connection.problem === '';
      frames.update(connection.frames);
    },
  };
}

// The dashboard's tab "Network": who can reach the server, its connections and why they closed, the doctor and the recorder.
import { isDoctorQuestion, type DoctorQuestion } from '../../../dashboard/network-doctor.ts';
import {
  isNetworkHostMessage,
  type NetworkHostMessage,
  type NetworkPageMessage,
} from '../../../dashboard/network-protocol.ts';
import type { ClosedConnection, NetworkSnapshot } from '../../../dashboard/network-snapshot.ts';
import type { NetworkText } from '../../../dashboard/network-text.ts';
import { isObject, isOneOf, isString, isWhole } from '../../../guards.ts';
import { element } from '../../dom.ts';
import { fill } from '../../format.ts';
import type { MakeTab, TabContext } from '../tab-view.ts';
import { makeConnectionsSection } from './connections-section.ts';
import { makeCountersSection } from './counters-section.ts';
import { makeDoctorAnswer } from './doctor-answer.ts';
import { makeDoctorForm } from './doctor-form.ts';
import { firstQuestion } from './first-question.ts';
import { makeListenersSection } from './listeners-section.ts';
import { exampleCode } from './presets.ts';
import { makeRecordSection } from './record-section.ts';
import { makeTimeSection, windows } from './time-section.ts';

/** What outlives a hidden panel. */
interface KeptState {
  readonly minutes: number;
  readonly list: 'all' | 'notable';
  readonly question: DoctorQuestion;
  readonly recordTo: string;
}

const isKept = isObject<KeptState>({
  minutes: isWhole,
  list: isOneOf(['all', 'notable']),
  question: isDoctorQuestion,
  recordTo: isString,
});

const firstState: KeptState = { minutes: 10, list: 'all', question: firstQuestion, recordTo: '' };

/** Makes the tab. It is empty until its words have come. */
export const makeNetworkTab: MakeTab = (context) => {
  const root = element('div', { class: 'network' });
  let content: Content | undefined;
  return {
    root,
    receive: (message) => {
      if (!isNetworkHostMessage(message)) {
        return;
      }
      if (message.type === 'words') {
        content = makeContent(message.words, context);
        root.replaceChildren(content.root);
      } else {
        content?.receive(message);
      }
    },
    // The extension knows what is seen, and sends nothing to what is not.
    setShown: () => undefined,
  };
};

interface Content {
  readonly root: HTMLElement;
  receive(message: Exclude<NetworkHostMessage, { readonly type: 'words' }>): void;
}

function makeContent(text: NetworkText, context: TabContext): Content {
  const { locale } = context;
  const words = { text, locale };
  const say = (message: NetworkPageMessage): void => context.send(message);
  const kept = context.readState();
  let state = isKept(kept) && windows.includes(kept.minutes) ? kept : firstState;
  const keep = (changes: Partial<KeptState>): void => {
    state = { ...state, ...changes };
    context.writeState(state);
  };

  const idle = element('p', { class: 'empty' });
  const listeners = makeListenersSection(words);
  const connections = makeConnectionsSection(words);
  const time = makeTimeSection(words, {
    minutes: state.minutes,
    onlyNotable: state.list === 'notable',
    keep: (minutes, onlyNotable) => keep({ minutes, list: onlyNotable ? 'notable' : 'all' }),
    askDoctor: (connection) => {
      const question = questionAbout(connection, state.question);
      keep({ question });
      form.set(question);
      say({ type: 'diagnose', question, probe: 'no' });
      doctor.scrollIntoView();
    },
  });
  const form = makeDoctorForm(words, {
    question: state.question,
    changed: (question) => keep({ question }),
    ask: (question, withProbe) => say({ type: 'diagnose', question, probe: withProbe ? 'yes' : 'no' }),
  });
  const answer = makeDoctorAnswer(words, (what, fix) => say({ type: 'copy', what, fix }));
  const doctor = element(
    'section',
    {},
    element('h2', {}, text.doctor),
    element('p', { class: 'secondary' }, text.doctorHelp),
    form.root,
    answer.root,
  );
  const record = makeRecordSection(words, {
    to: state.recordTo,
    keep: (recordTo) => keep({ recordTo }),
    start: (to) => say({ type: 'record', to }),
    stop: () => say({ type: 'recording', act: 'stop' }),
    save: () => say({ type: 'recording', act: 'save' }),
    copyAddress: () => say({ type: 'copy', what: 'recordAddress', fix: 0 }),
  });
  const counters = makeCountersSection(words);
  const announcer = element('div', { class: 'spoken', role: 'status', 'aria-live': 'polite' });
  const live = element(
    'div',
    {},
    listeners.root,
    connections.root,
    time.root,
    doctor,
    record.root,
    counters.root,
  );
  idle.hidden = true;
  live.hidden = true;

  let known: ReadonlySet<string> | undefined;
  /** The worst news only, and none of every day's: a busy server must not be a chatterbox. */
  const announce = (closed: readonly ClosedConnection[]): void => {
    const news = closed.find(
      ({ key, severity }) => known?.has(key) === false && (severity === 'warning' || severity === 'error'),
    );
    if (news !== undefined) {
      announcer.textContent = fill(text.announceClose, news.peer, news.text);
    }
    known = new Set(closed.map(({ key }) => key));
  };
  const show = (snapshot: NetworkSnapshot): void => {
    idle.hidden = snapshot.kind !== 'idle';
    live.hidden = snapshot.kind !== 'live';
    if (snapshot.kind === 'idle') {
      idle.textContent = snapshot.text;
      known = undefined;
      return;
    }
    listeners.update(snapshot.listeners);
    connections.update(snapshot);
    time.update(snapshot);
    counters.update(snapshot);
    record.setOwnAddress(snapshot.grpcAddress);
    announce(snapshot.closed);
  };
  return {
    root: element('div', {}, idle, live, announcer),
    receive: (message) => {
      switch (message.type) {
        case 'snapshot':
          show(message.snapshot);
          break;
        case 'doctor':
          form.setBusy(message.doctor.busy !== 'no');
          answer.update(message.doctor);
          break;
        case 'recording':
          record.update(message.recording);
          break;
        case 'copied':
          if (message.what === 'recordAddress') {
            record.confirmCopy();
          } else {
            answer.confirmCopy(message.what, message.fix);
          }
          announcer.textContent = text.copied;
          break;
      }
    },
  };
}

/** The question that a close for pings raises: the client's language as it was chosen, its interval as it was seen. */
function questionAbout({ pingIntervalMs }: ClosedConnection, before: DoctorQuestion): DoctorQuestion {
  const keepaliveMs = Math.max(1000, Math.round(pingIntervalMs / 1000) * 1000);
  return {
    ...before,
    clientOptions: exampleCode(before.client, keepaliveMs),
    server: 'this',
    serverOptions: '',
    path: 'direct',
    traffic: 'idle',
  };
}

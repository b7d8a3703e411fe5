// What the keepalive doctor says: the prediction, what came of trying it beside it, findings, and fixes to be copied.
import type {
  DoctorAnswer,
  DoctorFinding,
  DoctorFix,
  DoctorState,
} from '../../../dashboard/network-doctor.ts';
import type { CopyWhat } from '../../../dashboard/network-protocol.ts';
import { element, keyedList, setText, type View } from '../../dom.ts';
import { makeIcon, setIcon, type IconName } from '../../icons.ts';
import { makeCopyButton, type CopyButton } from '../../status/copy-button.ts';
import type { NetworkWords } from './network-format.ts';

/** What is shown of the doctor's answer. */
export interface DoctorAnswerView extends View<DoctorState> {
  /** The code of a fix is on the clipboard. */
  confirmCopy(what: CopyWhat, fix: number): void;
}

const outcomeIcons: Readonly<Record<DoctorAnswer['outcome'], IconName>> = {
  stays: 'good',
  warned: 'warning',
  normal: 'good',
  closes: 'bad',
};

const findingIcons: Readonly<Record<DoctorFinding['severity'], IconName>> = {
  error: 'bad',
  warning: 'warning',
  info: 'idle',
};

/** A new view; without an answer it is hidden. */
export function makeDoctorAnswer(
  words: NetworkWords,
  copy: (what: CopyWhat, fix: number) => void,
): DoctorAnswerView {
  const { text } = words;
  const error = element('bdi');
  const errorLine = element('p', { class: 'state' }, makeIcon('bad'), error);
  const outcomeIcon = makeIcon('good');
  const outcome = element('span');
  const summary = element('bdi');
  const after = element('p', { class: 'secondary' });
  const probeIcon = makeIcon('idle');
  const probeOutcome = element('span');
  const probe = element('bdi');
  const findings = element('ul', { class: 'findings', 'aria-label': text.findings });
  const noFindings = element('p', { class: 'secondary' }, text.noFindings);
  const fixes = element('ol', { class: 'fixes', 'aria-label': text.fixes });
  const noFix = element('p', { class: 'secondary' }, text.noFix);
  const answer = element(
    'div',
    { class: 'answer' },
    element(
      'div',
      { class: 'answer-pair' },
      element(
        'div',
        { class: 'card' },
        element('h3', {}, text.prediction),
        element('p', { class: 'state strong' }, outcomeIcon, outcome),
        element('p', {}, summary),
        after,
      ),
      element(
        'div',
        { class: 'card' },
        element('h3', {}, text.probe),
        element('p', { class: 'state strong' }, probeIcon, probeOutcome),
        element('p', {}, probe),
      ),
    ),
    element('h3', {}, text.fixes),
    noFix,
    fixes,
    element('h3', {}, text.findings),
    noFindings,
    findings,
  );
  const outcomes: Readonly<Record<DoctorAnswer['outcome'], string>> = {
    stays: text.outcomeStays,
    warned: text.outcomeWarned,
    normal: text.outcomeNormal,
    closes: text.outcomeCloses,
  };
  const showFindings = keyedList<DoctorFinding & { readonly index: number }>(
    findings,
    ({ index }) => String(index),
    () => makeFinding(words),
  );
  const fixViews = new Map<number, FixView>();
  const showFixes = keyedList<DoctorFix & { readonly index: number }>(
    fixes,
    ({ index }) => String(index),
    ({ index }) => {
      const view = makeFix(words, index, (what) => copy(what, index));
      fixViews.set(index, view);
      return view;
    },
  );
  const showProbe = ({ busy, probe: tried }: DoctorState): void => {
    const isBusy = busy === 'probing';
    setIcon(
      probeIcon,
      tried === null ? (isBusy ? 'busy' : 'idle') : tried.agreement === 'differs' ? 'warning' : 'good',
    );
    const agreements = { agrees: text.agrees, differs: text.differs, 'not-reached': text.notReached };
    setText(
      probeOutcome,
      tried === null ? (isBusy ? text.trying : text.notTried) : agreements[tried.agreement],
    );
    setText(probe, tried?.text ?? '');
  };
  return {
    root: element('div', { class: 'doctor-answer', 'aria-live': 'polite' }, errorLine, answer),
    update: (state) => {
      setText(error, state.error);
      errorLine.hidden = state.error === '';
      answer.hidden = state.answer === null;
      if (state.answer === null) {
        return;
      }
      setIcon(outcomeIcon, outcomeIcons[state.answer.outcome]);
      setText(outcome, outcomes[state.answer.outcome]);
      setText(summary, state.answer.summary);
      setText(after, state.answer.after);
      showProbe(state);
      showFindings(state.answer.findings.map((finding, index) => ({ ...finding, index })));
      noFindings.hidden = state.answer.findings.length > 0;
      showFixes(state.answer.fixes.map((fix, index) => ({ ...fix, index })));
      noFix.hidden = state.answer.fixes.length > 0;
    },
    confirmCopy: (what, fix) => fixViews.get(fix)?.confirm(what),
  };
}

function makeFinding({ text }: NetworkWords): View<DoctorFinding> {
  const icon = makeIcon('idle');
  const severity = element('span', { class: 'strong' });
  const words = element('bdi');
  const rule = element('span', { class: 'secondary' });
  const severities = { error: text.findingError, warning: text.findingWarning, info: text.findingInfo };
  return {
    root: element('li', { class: 'finding' }, icon, element('div', {}, severity, ': ', words, ' ', rule)),
    update: (finding) => {
      setIcon(icon, findingIcons[finding.severity]);
      setText(severity, severities[finding.severity]);
      setText(words, finding.text);
      setText(rule, finding.rule);
    },
  };
}

interface FixView extends View<DoctorFix> {
  confirm(what: CopyWhat): void;
}

function makeFix({ text }: NetworkWords, index: number, copy: (what: CopyWhat) => void): FixView {
  const side = (
    what: 'clientCode' | 'serverCode',
    name: string,
  ): { root: HTMLElement; code: HTMLElement; button: CopyButton } => {
    const button = makeCopyButton(`${text.copyCode} (${name})`, text.copied, () => copy(what));
    const code = element('code', {});
    const root = element(
      'div',
      { class: 'fix-side' },
      element('span', { class: 'secondary' }, name),
      element('div', { class: 'code-block' }, element('pre', { tabindex: '0' }, code), button.root),
    );
    return { root, code, button };
  };
  const client = side('clientCode', text.onClient);
  const server = side('serverCode', text.onServer);
  const name = index === 0 ? text.fixSmallest : text.fixOther;
  return {
    root: element('li', { class: 'fix' }, element('p', { class: 'strong' }, name), client.root, server.root),
    update: ({ clientCode, serverCode }) => {
      setText(client.code, clientCode);
      client.root.hidden = clientCode === '';
      setText(server.code, serverCode);
      server.root.hidden = serverCode === '';
    },
    confirm: (what) => {
      if (what === 'clientCode') {
        client.button.confirm();
      } else {
        server.button.confirm();
      }
    },
  };
}

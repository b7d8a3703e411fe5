// The canary that runs, or the last one: its steps, when it is judged next, and how it did at its gates.
import type { CanaryState, GateRow } from '../../../dashboard/canary-snapshot.ts';
import { element, keyedList, setAttribute, setText, type View } from '../../dom.ts';
import { fill } from '../../format.ts';
import { makeIcon, setIcon, type IconName } from '../../icons.ts';
import type { CanaryWords } from './canary-words.ts';

const gateIcons: Readonly<Record<GateRow['outcome'], IconName>> = {
  passed: 'good',
  failed: 'bad',
  tooFew: 'busy',
  notYet: 'idle',
};

interface StepItem {
  readonly index: number;
  readonly percent: number;
  readonly place: 'done' | 'now' | 'toCome';
}

/** A new section. Without a canary it says so. */
export function makePlanSection(words: CanaryWords): View<CanaryState | null> {
  const { page } = words;
  const nothing = element('p', { class: 'secondary' }, page.noCanary);
  const icon = makeIcon('idle');
  const state = element('span', { class: 'canary-state' });
  const since = element('span', { class: 'secondary' });
  const reason = element('bdi');
  const reasonLine = element('p', {}, reason);
  const outlook = element('p');
  const nextJudged = element('span');
  const nextStep = element('span');
  const passes = element('span');
  const failures = element('span');
  const facts = element('p', { class: 'facts' }, nextJudged, nextStep, passes, failures);
  const steps = element('ol', { class: 'steps', 'aria-label': page.steps });
  const showSteps = keyedList<StepItem>(
    steps,
    ({ index }) => String(index),
    () => makeStep(words),
  );
  const gates = makeGates(words);
  const body = element(
    'div',
    {},
    element('p', { class: 'state' }, icon, state, since),
    reasonLine,
    steps,
    outlook,
    facts,
    gates.root,
  );
  return {
    root: element(
      'section',
      { 'aria-labelledby': 'canary-plan' },
      element('h3', { id: 'canary-plan' }, page.plan),
      nothing,
      body,
    ),
    update: (canary) => {
      nothing.hidden = canary !== null;
      body.hidden = canary === null;
      if (canary === null) {
        return;
      }
      const { running, waiting, nextMs, nextStepMs } = canary;
      setIcon(icon, waiting ? 'warning' : running ? 'busy' : 'idle');
      setText(state, canary.state);
      setText(since, fill(page.since, words.moment(canary.sinceMs)));
      setText(reason, canary.reason);
      reasonLine.hidden = canary.reason === '';
      setText(outlook, canary.outlook);
      outlook.hidden = canary.outlook === '';
      showSteps(
        canary.steps.map((percent, index) => ({
          index,
          percent,
          place: index < canary.step ? 'done' : index === canary.step && running ? 'now' : 'toCome',
        })),
      );
      steps.hidden = !running;
      setTime(nextJudged, page.nextJudged, nextMs, words);
      setTime(nextStep, page.nextStep, nextStepMs, words);
      setText(passes, fill(page.passes, words.count(canary.passed), words.count(canary.passesPerStep)));
      setText(failures, fill(page.failures, words.count(canary.failed), words.count(canary.failedLimit)));
      facts.hidden = !running;
      gates.update(canary.gates);
    },
  };
}

function setTime(node: HTMLElement, text: string, ms: number | null, words: CanaryWords): void {
  setText(node, ms === null ? '' : fill(text, words.remaining(ms)));
  node.hidden = ms === null;
}

function makeStep(words: CanaryWords): View<StepItem> {
  const { page } = words;
  const icon = makeIcon('idle');
  const percent = element('span');
  const place = element('span', { class: 'secondary' });
  const root = element('li', {}, icon, percent, place);
  return {
    root,
    update: (item) => {
      setIcon(icon, item.place === 'done' ? 'good' : item.place === 'now' ? 'busy' : 'idle');
      // The next canary has a step of this number too, and another plan.
      setText(percent, fill(page.percent, words.count(item.percent)));
      setText(
        place,
        item.place === 'done' ? page.stepDone : item.place === 'now' ? page.stepNow : page.stepToCome,
      );
      setAttribute(root, 'class', `step step-${item.place}`);
      if (item.place === 'now') {
        setAttribute(root, 'aria-current', 'step');
      } else {
        root.removeAttribute('aria-current');
      }
    },
  };
}

function makeGates({ page }: CanaryWords): View<readonly GateRow[]> {
  const body = element('tbody');
  const showGates = keyedList<GateRow>(
    body,
    ({ name }) => name,
    ({ name }) => {
      const icon = makeIcon('idle');
      const outcome = element('span');
      const detail = element('bdi');
      return {
        root: element(
          'tr',
          {},
          element('th', { scope: 'row' }, name),
          element('td', {}, element('span', { class: 'state' }, icon, outcome)),
          element('td', { class: 'wide' }, detail),
        ),
        update: (gate) => {
          setIcon(icon, gateIcons[gate.outcome]);
          setText(outcome, page[gate.outcome]);
          setText(detail, gate.detail);
        },
      };
    },
  );
  const heads = [page.gate, page.outcome, page.detail].map((head) => element('th', { scope: 'col' }, head));
  const root = element(
    'table',
    { class: 'gates' },
    element('caption', {}, page.gates),
    element('thead', {}, element('tr', {}, ...heads)),
    body,
  );
  return {
    root,
    update: (gates) => {
      showGates(gates);
      root.hidden = gates.length === 0;
    },
  };
}

// The form of the keepalive doctor: both sides' settings, what lies between, and the traffic.
import {
  doctorClients,
  doctorPaths,
  doctorServers,
  isDoctorQuestion,
  longestSeconds,
  type DoctorClient,
  type DoctorPath,
  type DoctorQuestion,
  type DoctorServer,
} from '../../../dashboard/network-doctor.ts';
import { element } from '../../dom.ts';
import { makeButton } from '../../toolkit.ts';
import { makeCodeArea, makeNumber, makeSelect, type Field } from './form-fields.ts';
import type { NetworkWords } from './network-format.ts';
import { clientLabels, exampleCode, pathLabels, serverLabels } from './presets.ts';

/** What the form tells. */
export interface DoctorFormParts {
  readonly question: DoctorQuestion;
  /** Something was typed or chosen. */
  changed(question: DoctorQuestion): void;
  ask(question: DoctorQuestion, withProbe: boolean): void;
}

/** The form. */
export interface DoctorForm {
  readonly root: HTMLElement;
  /** Fills it in. */
  set(question: DoctorQuestion): void;
  setBusy(busy: boolean): void;
}

/** A new form. */
export function makeDoctorForm({ text }: NetworkWords, parts: DoctorFormParts): DoctorForm {
  const client = makeSelect(
    text.clientLanguage,
    doctorClients.map((name) => [name, clientLabels[name]]),
  );
  const clientOptions = makeCodeArea(text.clientOptions, text.clientOptionsHelp, 7);
  const server = makeSelect(
    text.server,
    doctorServers.map((name) => [name, name === 'this' ? text.serverThis : serverLabels[name]]),
  );
  const serverOptions = makeCodeArea(text.serverOptions, text.serverOptionsHelp, 7);
  const path = makeSelect(
    text.path,
    doctorPaths.map((name) => [
      name,
      name === 'direct' ? text.pathDirect : name === 'other' ? text.pathOther : pathLabels[name],
    ]),
  );
  const forgets = makeNumber(text.forgetsAfter, longestSeconds);
  const roundTrip = makeNumber(text.roundTrip, longestSeconds);
  const traffic = makeSelect(text.trafficKind, [
    ['idle', text.trafficIdle],
    ['calls', text.trafficCalls],
    ['stream', text.trafficStream],
  ]);
  const callsEvery = makeNumber(text.callsEvery, longestSeconds);
  const dataEvery = makeNumber(text.dataEvery, longestSeconds);
  const example = makeButton('secondary', () => {
    clientOptions.control.value = exampleCode(clientOf());
    changed();
  });
  example.append(text.template);

  const clientOf = (): DoctorClient =>
    doctorClients.find((name) => name === client.control.value) ?? 'python';
  const serverOf = (): DoctorServer => doctorServers.find((name) => name === server.control.value) ?? 'this';
  const pathOf = (): DoctorPath => doctorPaths.find((name) => name === path.control.value) ?? 'direct';
  const trafficOf = (): DoctorQuestion['traffic'] =>
    (['calls', 'stream'] as const).find((name) => name === traffic.control.value) ?? 'idle';
  const read = (): DoctorQuestion => ({
    client: clientOf(),
    clientOptions: clientOptions.control.value,
    server: serverOf(),
    serverOptions: serverOptions.control.value,
    path: pathOf(),
    forgetsAfterS: numberOf(forgets),
    roundTripMs: numberOf(roundTrip),
    traffic: trafficOf(),
    everyS: trafficOf() === 'stream' ? numberOf(dataEvery) : numberOf(callsEvery),
  });
  const showNeeded = (): void => {
    forgets.root.hidden = pathOf() !== 'other';
    callsEvery.root.hidden = trafficOf() !== 'calls';
    dataEvery.root.hidden = trafficOf() !== 'stream';
  };
  const changed = (): void => {
    showNeeded();
    parts.changed(read());
  };
  const set = (question: DoctorQuestion): void => {
    client.control.value = question.client;
    clientOptions.control.value = question.clientOptions;
    server.control.value = question.server;
    serverOptions.control.value = question.serverOptions;
    path.control.value = question.path;
    forgets.control.value = String(question.forgetsAfterS);
    roundTrip.control.value = String(question.roundTripMs);
    traffic.control.value = question.traffic;
    callsEvery.control.value = String(question.everyS);
    dataEvery.control.value = String(question.everyS);
    shownClient = question.client;
    showNeeded();
  };
  let shownClient = parts.question.client;
  client.control.addEventListener('change', () => {
    // What the user typed stays; an example gives way to the one of the other language.
    if (
      clientOptions.control.value === exampleCode(shownClient) ||
      clientOptions.control.value.trim() === ''
    ) {
      clientOptions.control.value = exampleCode(clientOf());
    }
    shownClient = clientOf();
  });
  const ask = (withProbe: boolean): void => {
    const question = read();
    if (isDoctorQuestion(question)) {
      parts.ask(question, withProbe);
    }
  };
  const diagnose = makeButton('primary', () => ask(false));
  diagnose.append(text.diagnose);
  const tryIt = makeButton('secondary', () => ask(true));
  tryIt.append(text.diagnoseAndTry);
  const root = element(
    'form',
    { class: 'doctor-form' },
    element('div', { class: 'form-column' }, client.root, clientOptions.root, element('div', {}, example)),
    element('div', { class: 'form-column' }, server.root, serverOptions.root),
    element(
      'div',
      { class: 'form-row' },
      path.root,
      forgets.root,
      roundTrip.root,
      traffic.root,
      callsEvery.root,
      dataEvery.root,
    ),
    element('div', { class: 'toolbar' }, diagnose, tryIt),
  );
  root.addEventListener('submit', (event) => event.preventDefault());
  root.addEventListener('change', changed);
  root.addEventListener('input', changed);
  set(parts.question);
  return {
    root,
    set,
    setBusy: (busy) => {
      for (const button of [diagnose, tryIt]) {
        button.toggleAttribute('disabled', busy);
      }
    },
  };
}

/** What is typed; what is no number, or out of range, counts as 0. */
function numberOf({ control }: Field<HTMLInputElement>): number {
  const value = control.valueAsNumber;
  return Number.isFinite(value) && value >= 0 ? Math.min(value, longestSeconds) : 0;
}

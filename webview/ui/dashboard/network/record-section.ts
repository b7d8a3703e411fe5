// "Record a connection": where from, where to, what goes by, and why it closed.
import type { RecordedLine, RecordingState } from '../../../dashboard/network-doctor.ts';
import { element, keyedList, setText, type View } from '../../dom.ts';
import { fill } from '../../format.ts';
import { makeCopyButton } from '../../status/copy-button.ts';
import { makeButton } from '../../toolkit.ts';
import { makeText } from './form-fields.ts';
import { formatOffset, type NetworkWords } from './network-format.ts';

/** What the section needs of the tab. */
export interface RecordParts {
  /** What was typed before; empty: this server. */
  readonly to: string;
  keep(to: string): void;
  start(to: string): void;
  stop(): void;
  save(): void;
  copyAddress(): void;
}

/** The section. */
export interface RecordSection extends View<RecordingState> {
  /** host:port of this server, which is recorded where nothing is typed. */
  setOwnAddress(address: string): void;
  confirmCopy(): void;
}

/** A list that is so near to its end is kept there; pixels. */
const nearEnd = 24;

/** A new section. */
export function makeRecordSection(words: NetworkWords, parts: RecordParts): RecordSection {
  const { text } = words;
  const target = makeText(text.recordTarget);
  target.control.value = parts.to;
  target.control.addEventListener('input', () => parts.keep(target.control.value));
  const button = (look: 'primary' | 'secondary', label: string, act: () => void): HTMLElement => {
    const made = makeButton(look, act);
    made.append(label);
    return made;
  };
  const start = button('primary', text.recordStart, () => parts.start(target.control.value.trim()));
  const stop = button('primary', text.recordStop, () => parts.stop());
  const save = button('secondary', text.recordSave, () => parts.save());
  const copy = makeCopyButton(text.recordCopy, text.copied, () => parts.copyAddress());
  const status = element('bdi');
  const statusLine = element('p', { class: 'state record-status', role: 'status' }, status, copy.root);
  const count = element('p', { class: 'secondary' });
  const list = element('ol', { class: 'recording', tabindex: '0', 'aria-label': text.record });
  const show = keyedList<RecordedLine>(
    list,
    ({ id }) => String(id),
    (line) => makeLine(line, words),
  );
  return {
    root: element(
      'section',
      {},
      element('h2', {}, text.record),
      element('p', { class: 'secondary' }, text.recordHelp),
      element('div', { class: 'record-controls' }, target.root, start, stop, save),
      statusLine,
      list,
      count,
    ),
    update: (recording) => {
      const isRunning = recording.state === 'on' || recording.state === 'starting';
      start.hidden = isRunning;
      stop.hidden = !isRunning;
      save.hidden = recording.total === 0;
      target.control.disabled = isRunning;
      setText(status, statusText(recording, words));
      statusLine.hidden = recording.state === 'off';
      copy.root.hidden = recording.state !== 'on';
      const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < nearEnd;
      show(recording.lines);
      list.hidden = recording.lines.length === 0;
      if (wasAtEnd) {
        list.scrollTop = list.scrollHeight;
      }
      setText(count, fill(text.recordShown, String(recording.lines.length), String(recording.total)));
      count.hidden = recording.total === 0;
    },
    setOwnAddress: (address) => target.control.setAttribute('placeholder', address),
    confirmCopy: () => copy.confirm(),
  };
}

function statusText({ state, address, error, total }: RecordingState, { text }: NetworkWords): string {
  switch (state) {
    case 'off':
      return '';
    case 'starting':
      return text.recordStarting;
    case 'on':
      return `${fill(text.recordConnect, address)}.${total === 0 ? ` ${text.recordNothing}` : ''}`;
    case 'over':
      return error === '' ? text.recordOver : error;
  }
}

function makeLine(line: RecordedLine, { text, locale }: NetworkWords): View<RecordedLine> {
  const names = {
    client: text.fromClient,
    server: text.fromServer,
    recorder: text.fromRecorder,
    verdict: text.closed,
  };
  const { connection, atMs, from, what, detail, more } = line;
  return {
    root: element(
      'li',
      { class: `recorded recorded-${from}` },
      element('span', { class: 'secondary tabular' }, `#${connection}`),
      element('span', { class: 'secondary tabular' }, formatOffset(atMs, locale)),
      element('span', {}, names[from]),
      element('span', { class: 'strong' }, what),
      element(
        'div',
        {},
        element('bdi', {}, detail),
        ...more.map((part) => element('p', { class: 'secondary' }, part)),
      ),
    ),
    update: () => undefined,
  };
}

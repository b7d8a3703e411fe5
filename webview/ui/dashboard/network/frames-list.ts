// The last control frames of a connection, as a table of their own.
import type { FrameFacts } from '../../../dashboard/network-snapshot.ts';
import { element, keyedList, setText, type View } from '../../dom.ts';
import { formatOffset, type NetworkWords } from './network-format.ts';

interface NumberedFrame extends FrameFacts {
  readonly index: number;
}

/** A new list; without frames it says so. */
export function makeFramesList({ text, locale }: NetworkWords): View<readonly FrameFacts[]> {
  const body = element('tbody');
  const nothing = element('p', { class: 'secondary' }, text.noFrames);
  const table = element('table', { class: 'frames', 'aria-label': text.lastFrames }, body);
  const showFrames = keyedList<NumberedFrame>(
    body,
    ({ index }) => String(index),
    () => {
      const at = element('td', { class: 'tabular' });
      const from = element('td');
      const type = element('td');
      const detail = element('bdi');
      return {
        root: element('tr', {}, at, from, type, element('td', { class: 'wide' }, detail)),
        update: (frame) => {
          setText(at, formatOffset(frame.atMs, locale));
          setText(from, frame.sent ? text.fromServer : text.fromClient);
          setText(type, frame.count > 1 ? `${frame.type} × ${frame.count}` : frame.type);
          setText(detail, frame.detail);
        },
      };
    },
  );
  return {
    root: element(
      'div',
      { class: 'frames-list' },
      element('p', { class: 'part-name' }, text.lastFrames),
      table,
      nothing,
    ),
    update: (frames) => {
      showFrames(frames.map((frame, index) => ({ ...frame, index })));
      table.hidden = frames.length === 0;
      nothing.hidden = frames.length > 0;
    },
  };
}

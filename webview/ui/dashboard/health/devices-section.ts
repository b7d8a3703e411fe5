// The execution providers and GPUs: which work, and what keeps the others from it.
import type { DeviceLine, HealthText } from '../../../dashboard/health-protocol.ts';
import { element, keyedList, setText, type View } from '../../dom.ts';
import { makeIcon, setIcon } from '../../icons.ts';

/** The list; hidden while nothing is known. */
export function makeDevicesSection(words: HealthText): View<readonly DeviceLine[]> {
  const list = element('ul', { class: 'devices' });
  const show = keyedList<DeviceLine>(list, ({ name }) => name, makeDevice);
  const root = element('section', {}, element('h2', {}, words.devices), list);
  return {
    root,
    update: (devices) => {
      show(devices);
      root.hidden = devices.length === 0;
    },
  };
}

function makeDevice({ name }: DeviceLine): View<DeviceLine> {
  const icon = makeIcon('idle');
  const text = element('bdi');
  return {
    root: element('li', { class: 'state' }, icon, element('strong', {}, element('bdi', {}, name)), text),
    update: (device) => {
      setIcon(icon, device.state);
      setText(text, device.words);
    },
  };
}

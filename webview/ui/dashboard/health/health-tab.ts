// The dashboard's tab "Health": liveness and readiness, the server's status, resources over time, providers and GPUs.
import {
  isHealthHostMessage,
  type HealthFacts,
  type HealthText,
} from '../../../dashboard/health-protocol.ts';
import type { PageMessage } from '../../../protocol.ts';
import { element } from '../../dom.ts';
import { makeStatusPage, type StatusPage } from '../../status/status-page.ts';
import type { MakeTab } from '../tab-view.ts';
import { makeDevicesSection } from './devices-section.ts';
import { makeReadinessSection } from './readiness-section.ts';
import { makeResourcesSection } from './resources-section.ts';
import { makeVerdicts } from './verdicts.ts';

/** Makes the tab. It is empty until its words have come. */
export const makeHealthTab: MakeTab = (context) => {
  const root = element('div', { class: 'health' });
  let health: HealthContent | undefined;
  let words: HealthText | undefined;
  let status: StatusPage | undefined;
  return {
    root,
    receive: (message) => {
      if (!isHealthHostMessage(message)) {
        return;
      }
      switch (message.type) {
        case 'healthWords':
          words = message.words;
          break;
        case 'text':
          if (words !== undefined) {
            health = makeHealthContent(words, context.locale);
            status = makeStatusPage(message, (toHost: PageMessage) => context.send(toHost));
            root.replaceChildren(health.top, status.root, health.bottom);
          }
          break;
        case 'snapshot':
          status?.update(message.snapshot);
          break;
        case 'copied':
          status?.confirmCopy(message.field);
          break;
        case 'health':
          health?.update(message.health);
          break;
      }
    },
    // The extension knows what is seen, and sends nothing to what is not.
    setShown: () => undefined,
  };
};

/** What is above and below the status. */
interface HealthContent {
  readonly top: HTMLElement;
  readonly bottom: HTMLElement;
  /** Null: no server runs, and there is nothing to say. */
  update(health: HealthFacts | null): void;
}

function makeHealthContent(words: HealthText, locale: string): HealthContent {
  const verdicts = makeVerdicts(words);
  const readiness = makeReadinessSection(words, locale);
  const resources = makeResourcesSection(words);
  const devices = makeDevicesSection(words);
  const top = element('div', {}, verdicts.root);
  const bottom = element('div', {}, readiness.root, resources.root, devices.root);
  top.hidden = true;
  bottom.hidden = true;
  return {
    top,
    bottom,
    update: (health) => {
      top.hidden = health === null;
      bottom.hidden = health === null;
      if (health !== null) {
        verdicts.update(health);
        readiness.update(health.models);
        resources.update(health.series);
        devices.update(health.devices);
      }
    },
  };
}

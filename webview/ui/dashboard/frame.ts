// The frame of the dashboard: a heading, the list of tabs (WAI-ARIA tabs pattern, arrow keys), and the tab that is shown.
import {
  dashboardTabs,
  type DashboardHostMessage,
  type DashboardPageMessage,
  type DashboardTab,
  type FrameTextMessage,
} from '../../dashboard/protocol.ts';
import { element } from '../dom.ts';
import type { MakeTab, TabView } from './tab-view.ts';

/** What outlives a hidden panel: the tab that was in front, and each tab's own. */
export interface FrameState {
  readonly shown: DashboardTab;
  readonly tabs: Readonly<Partial<Record<DashboardTab, unknown>>>;
}

/** What the frame needs of its page. */
export interface FrameParts {
  readonly makers: Readonly<Record<DashboardTab, MakeTab>>;
  readonly state: FrameState;
  send(message: DashboardPageMessage): void;
  keep(state: FrameState): void;
}

/** The dashboard's page. */
export interface Frame {
  readonly root: HTMLElement;
  receive(message: Exclude<DashboardHostMessage, FrameTextMessage>): void;
}

/** Builds the page in one language, shows the tab that was in front, and says so. */
export function makeFrame(words: FrameTextMessage, parts: FrameParts): Frame {
  let state = parts.state;
  const list = element('div', { class: 'tabs', role: 'tablist', 'aria-label': words.heading });
  const buttons = new Map<DashboardTab, HTMLButtonElement>();
  const panels = new Map<DashboardTab, HTMLElement>();
  const views = new Map<DashboardTab, TabView>();

  const show = (tab: DashboardTab): void => {
    for (const name of dashboardTabs) {
      const isShown = name === tab;
      const button = buttons.get(name);
      button?.setAttribute('aria-selected', String(isShown));
      button?.setAttribute('tabindex', isShown ? '0' : '-1');
      const panel = panels.get(name);
      if (panel !== undefined) {
        panel.hidden = !isShown;
      }
      views.get(name)?.setShown(isShown);
    }
    state = { ...state, shown: tab };
    parts.keep(state);
    parts.send({ type: 'shown', tab });
  };

  for (const name of dashboardTabs) {
    const button = element(
      'button',
      { id: `tab-${name}`, class: 'tab', type: 'button', role: 'tab', 'aria-controls': `panel-${name}` },
      words.tabs[name],
    );
    button.addEventListener('click', () => show(name));
    buttons.set(name, button);
    list.append(button);
    const view = parts.makers[name]({
      locale: words.locale,
      send: (message) => parts.send({ type: 'tab', tab: name, message }),
      readState: () => state.tabs[name],
      writeState: (kept) => {
        state = { ...state, tabs: { ...state.tabs, [name]: kept } };
        parts.keep(state);
      },
    });
    views.set(name, view);
    panels.set(
      name,
      element(
        'section',
        { id: `panel-${name}`, role: 'tabpanel', 'aria-labelledby': `tab-${name}`, tabindex: '0' },
        view.root,
      ),
    );
  }
  list.addEventListener('keydown', (event) => {
    const next = tabFor(event.key, state.shown);
    if (next !== undefined) {
      event.preventDefault();
      show(next);
      buttons.get(next)?.focus();
    }
  });
  show(state.shown);
  return {
    root: element(
      'main',
      { class: 'page' },
      element('h1', { class: 'spoken' }, words.heading),
      list,
      ...panels.values(),
    ),
    receive: (message) => {
      if (message.type === 'show') {
        show(message.tab);
      } else {
        views.get(message.tab)?.receive(message.message);
      }
    },
  };
}

function tabFor(key: string, shown: DashboardTab): DashboardTab | undefined {
  const index = dashboardTabs.indexOf(shown);
  switch (key) {
    case 'ArrowRight':
      return dashboardTabs[(index + 1) % dashboardTabs.length];
    case 'ArrowLeft':
      return dashboardTabs[(index + dashboardTabs.length - 1) % dashboardTabs.length];
    case 'Home':
      return dashboardTabs[0];
    case 'End':
      return dashboardTabs.at(-1);
    default:
      return undefined;
  }
}

// The panel "Perch: Dashboard": its frame. Each tab has its own messages, and is told when it is seen.
import * as vscode from 'vscode';
import {
  dashboardTabs,
  isDashboardPageMessage,
  type DashboardHostMessage,
  type DashboardTab,
} from '../../../webview/dashboard/protocol.ts';
import type { Disposable } from '../../signal.ts';
import { SinglePanel, type PanelContent, type Post } from '../single-panel.ts';
import { openCanaryTab } from './canary-tab.ts';
import { openHealthTab } from './health-tab.ts';
import { openNetworkTab } from './network-tab.ts';
import type { DashboardParts, OpenTab, TabDeps } from './open-tab.ts';

/** The panel's type, for `onWebviewPanel:` in package.json. */
export const dashboardViewType = 'perch.dashboard';

const openers: Readonly<Record<DashboardTab, (deps: TabDeps) => OpenTab>> = {
  canary: openCanaryTab,
  health: openHealthTab,
  network: openNetworkTab,
};

/** The dashboard of a window. */
export interface Dashboard {
  /** Reveals the panel, or makes it, with this tab in front; without one, with the tab that was. */
  show(tab?: DashboardTab): void;
  /** Shows what `parts` now gives; `title`: of the panel. */
  refill(title: string): void;
}

/** Makes the dashboard of what `parts` gives whenever the panel is filled; it ends with `subscriptions`. */
export function createDashboard(
  extensionUri: vscode.Uri,
  parts: () => DashboardParts,
  subscriptions: Disposable[],
): Dashboard {
  const asked: AskedTab = { tab: undefined, open: undefined };
  const panel = new SinglePanel(
    extensionUri,
    { viewType: dashboardViewType, name: 'dashboard', title: vscode.l10n.t('Perch: Dashboard') },
    (post) => dashboardContent(post, parts(), asked),
  );
  subscriptions.push(panel);
  return {
    show: (tab) => {
      asked.tab = tab;
      panel.show();
      asked.open?.();
    },
    refill: (title) => panel.refill(title),
  };
}

/** A tab that was asked for before the page could show it. */
interface AskedTab {
  tab: DashboardTab | undefined;
  /** Tells the open page, once it listens. */
  open: (() => void) | undefined;
}

function dashboardContent(toPage: Post, parts: DashboardParts, asked: AskedTab): PanelContent {
  const post = (message: DashboardHostMessage): void => toPage(message);
  const tabs = new Map<DashboardTab, OpenTab>();
  for (const tab of dashboardTabs) {
    tabs.set(tab, openers[tab]({ ...parts, post: (message) => post({ type: 'tab', tab, message }) }));
  }
  let visible = false;
  let front: DashboardTab | undefined;
  const tellTabs = (): void => {
    for (const [tab, open] of tabs) {
      open.setVisible(visible && tab === front);
    }
  };
  const openAsked = (): void => {
    if (asked.tab !== undefined && visible) {
      post({ type: 'show', tab: asked.tab });
      asked.tab = undefined;
    }
  };
  return {
    received: async (message) => {
      if (!isDashboardPageMessage(message)) {
        return;
      }
      switch (message.type) {
        case 'ready':
          post(frameText());
          for (const open of tabs.values()) {
            open.ready();
          }
          asked.open = openAsked;
          openAsked();
          break;
        case 'shown':
          front = message.tab;
          tellTabs();
          break;
        case 'tab':
          await tabs.get(message.tab)?.received(message.message);
          break;
      }
    },
    visibilityChanged: (nowVisible) => {
      visible = nowVisible;
      tellTabs();
    },
    dispose: () => {
      asked.open = undefined;
      for (const open of tabs.values()) {
        open.dispose();
      }
    },
  };
}

function frameText(): DashboardHostMessage {
  return {
    type: 'text',
    locale: vscode.env.language,
    heading: vscode.l10n.t('Perch Dashboard'),
    tabs: {
      canary: vscode.l10n.t('Canary'),
      health: vscode.l10n.t('Health'),
      network: vscode.l10n.t('Network'),
    },
  };
}

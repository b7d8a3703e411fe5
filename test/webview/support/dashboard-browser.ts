// Opens the built page "Dashboard" in Chromium with one tab in front, and speaks to it as the extension does.
import type {
  DashboardHostMessage,
  DashboardTab,
  FrameTextMessage,
} from '../../../webview/dashboard/protocol.ts';
import { PageBrowser, type OpenOptions, type OpenPage } from './page-browser.ts';

/** The words of the frame, in English. */
export const englishFrame: FrameTextMessage = {
  type: 'text',
  locale: 'en',
  heading: 'Perch Dashboard',
  tabs: { canary: 'Canary', health: 'Health', network: 'Network' },
};

/** How the dashboard is opened. */
export interface DashboardOptions extends Omit<OpenOptions, 'state'> {
  /** What the tab in front kept before. */
  readonly tabState?: unknown;
}

/** The dashboard with one tab in front. */
export interface OpenDashboard extends OpenPage {
  /** Delivers a message of the tab's own protocol. */
  tell(message: unknown): Promise<void>;
  /** What the tab sent so far, in its own protocol. */
  said(): Promise<readonly unknown[]>;
  /** What the tab last kept. */
  keptByTab(): Promise<unknown>;
}

/** A browser that opens dashboards. */
export class DashboardBrowser {
  readonly #browser: PageBrowser;

  private constructor(browser: PageBrowser) {
    this.#browser = browser;
  }

  static async launch(): Promise<DashboardBrowser> {
    return new DashboardBrowser(await PageBrowser.launch('dashboard', 'Perch: Dashboard'));
  }

  close(): Promise<void> {
    return this.#browser.close();
  }

  /** Opens the page and waits until it says that it is ready. It has got no message yet, not even its words. */
  openBare(options: OpenOptions = {}): Promise<OpenPage> {
    return this.#browser.open(options);
  }

  /** Opens the page with this tab in front, and gives the tab these messages of its own protocol. */
  async open(
    tab: DashboardTab,
    messages: readonly object[],
    options: DashboardOptions = {},
  ): Promise<OpenDashboard> {
    const { tabState, ...others } = options;
    const tabs = tabState === undefined ? {} : { [tab]: tabState };
    const opened = await this.#browser.open({ ...others, state: { shown: tab, tabs } });
    await opened.deliver(englishFrame);
    const tell = (message: unknown): Promise<void> =>
      opened.deliver({ type: 'tab', tab, message } satisfies DashboardHostMessage);
    for (const message of messages) {
      await tell(message);
    }
    return {
      ...opened,
      tell,
      said: async () =>
        (await opened.sent()).flatMap((message) => (isOfTab(message, tab) ? [message.message] : [])),
      keptByTab: async () => {
        const state = await opened.keptState();
        const kept: unknown = Reflect.get(Object(state), 'tabs');
        return Reflect.get(Object(kept), tab) as unknown;
      },
    };
  }
}

function isOfTab(message: unknown, tab: DashboardTab): message is { readonly message: unknown } {
  return (
    typeof message === 'object' &&
    message !== null &&
    'tab' in message &&
    message.tab === tab &&
    'message' in message
  );
}

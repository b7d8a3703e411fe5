// Opens the dashboard's tab "Health" in Chromium, with its texts in English.
import type { HealthFacts, HealthHostMessage } from '../../../webview/dashboard/health-protocol.ts';
import type { HostMessage, StatusSnapshot } from '../../../webview/protocol.ts';
import { DashboardBrowser, type DashboardOptions, type OpenDashboard } from './dashboard-browser.ts';
import { englishHealthWords, englishText } from './health-sample.ts';

/** The tab, which can be shown snapshots. */
export interface OpenHealth extends OpenDashboard {
  /** Delivers a snapshot of the server's status. */
  show(snapshot: StatusSnapshot): Promise<void>;
  /** Delivers how well the server is. */
  showHealth(health: HealthFacts | null): Promise<void>;
}

/** A browser that opens the tab "Health". */
export class HealthBrowser {
  readonly #browser: DashboardBrowser;

  private constructor(browser: DashboardBrowser) {
    this.#browser = browser;
  }

  static async launch(): Promise<HealthBrowser> {
    return new HealthBrowser(await DashboardBrowser.launch());
  }

  close(): Promise<void> {
    return this.#browser.close();
  }

  /** Opens the tab with these messages. */
  async openBare(
    messages: readonly HealthHostMessage[],
    options: DashboardOptions = {},
  ): Promise<OpenHealth> {
    const opened = await this.#browser.open('health', messages, options);
    return {
      ...opened,
      show: (snapshot) => opened.tell({ type: 'snapshot', snapshot } satisfies HostMessage),
      showHealth: (health) => opened.tell({ type: 'health', health } satisfies HealthHostMessage),
    };
  }

  /** Opens the tab and gives it its texts and this snapshot. */
  open(snapshot: StatusSnapshot, options: DashboardOptions = {}): Promise<OpenHealth> {
    return this.openBare([englishHealthWords, englishText, { type: 'snapshot', snapshot }], options);
  }
}

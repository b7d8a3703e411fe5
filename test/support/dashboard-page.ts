// The dashboard in the workbench: what a user does to open it, and its tabs, in the words of the tests.
import type { Frame, Locator } from 'playwright-core';
import { until } from './until.ts';
import type { Workbench } from './workbench.ts';

/** The panel's title. */
const dashboardTitle = 'Perch: Dashboard';

/** The tabs, by their titles. */
type DashboardTabTitle = 'Canary' | 'Health' | 'Network';

/** Brings an element of the page to the upper edge, for a picture. The page's own types are not known here. */
export function scrollToTop(element: { scrollIntoView(): void }): void {
  element.scrollIntoView();
}

/** The open dashboard. Its page is looked up anew for each step: VS Code makes it anew whenever it was hidden. */
export class DashboardPage {
  readonly #workbench: Workbench;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  /** The page, once it is there. */
  frame(): Promise<Frame> {
    return this.#workbench.webview(dashboardTitle);
  }

  /** Waits until this tab is in front, and gives its panel. */
  async untilTab(title: DashboardTabTitle): Promise<Locator> {
    const frame = await this.frame();
    await frame.getByRole('tab', { name: title, selected: true }).waitFor();
    return frame.getByRole('tabpanel', { name: title });
  }

  /** Brings a tab to the front by a click. */
  async goTo(title: DashboardTabTitle): Promise<Locator> {
    await (await this.frame()).getByRole('tab', { name: title }).click();
    return this.untilTab(title);
  }

  /** Closes the panel. */
  async close(): Promise<void> {
    await this.#workbench.command('View: Close Editor');
    const tab = this.#workbench.page.getByRole('tab', { name: dashboardTitle });
    await tab.waitFor({ state: 'detached' });
  }

  /** Presses a button that puts a text on the clipboard, and gives the text once it matches. */
  async copied(button: Locator, expected: RegExp): Promise<string> {
    await this.#workbench.page.evaluate('navigator.clipboard.writeText("")');
    await button.click();
    return until(`the clipboard to match ${String(expected)}`, async () => {
      const text = await this.#workbench.clipboard();
      return expected.test(text) && text;
    });
  }
}

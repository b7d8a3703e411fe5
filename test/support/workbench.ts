// The page object of VS Code's workbench: what a user sees and does, in the words of the tests.
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { until } from './until.ts';
import { WorkbenchInputs } from './workbench-inputs.ts';

/** A row of a tree as it is read on the screen. */
export interface TreeRow {
  readonly label: string;
  /** The dimmed text behind the label; empty if there is none. */
  readonly description: string;
  /** How deep it is in the tree, from 1. */
  readonly level: number;
  /** What a screen reader calls it, without its state: all before the first comma, and that. */
  readonly spokenName: string;
}

/** What is read of a row's element. The page's own types are not known here: these sources are Node's. */
interface RowElement {
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Iterable<{ readonly textContent: string }>;
}

/** The longest that one step of the workbench may take, milliseconds; generous, it measures nothing. */
const patienceMs = 60_000;

/** The workbench in a browser page of its own. */
export class Workbench {
  readonly page: Page;
  /** The boxes that ask something. */
  readonly inputs: WorkbenchInputs;

  private constructor(page: Page) {
    this.page = page;
    this.inputs = new WorkbenchInputs(page);
  }

  /** Opens `url` in a new browser context and waits until the workbench and its explorer are there. */
  static async open(browser: Browser, url: string): Promise<Workbench> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    await page.goto(url);
    await page.locator('.monaco-workbench .part.statusbar').waitFor();
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
    return new Workbench(page);
  }

  /** Closes the page. The server keeps its extension host for a while; stopping the host ends it. */
  async close(): Promise<void> {
    await this.page.context().close();
  }

  /**
   * Loads the window again, as its own command does: VS Code keeps the state of editors and panels before, which the browser's
   * reload does not wait for. Resolves once the workbench is there again.
   */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('domcontentloaded');
    await this.command('Developer: Reload Window');
    await loaded;
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
  }

  /** Runs a command by its title ("Perch: Restart Server") through the command palette. */
  async command(title: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input');
    const active = this.page.locator('.quick-input-list .monaco-list-row.focused .label-name');
    // A quick input that is still closing takes the key, or what is typed, with it: then the palette is asked for again.
    await until('the command palette', async () => {
      await this.page.keyboard.press('F1');
      await input.fill(`>${title}`, { timeout: 3000 });
      return true;
    });
    // The list is filtered a while after the typing, and a click then hits whatever row has moved below the mouse: Enter takes
    // the row that is active, once it has been the wanted one twice.
    let seen = 0;
    await until(`the command "${title}" in the palette`, async () => {
      const [label = 'nothing'] = await active.allInnerTexts();
      if (label.replaceAll('\u00a0', ' ').trim() !== title) {
        seen = 0;
        await input.press('ArrowDown');
        throw new Error(`"${label}" is active`);
      }
      seen += 1;
      return seen === 2;
    });
    await input.press('Enter');
    // It closes, or another quick pick or input box opens in its place, which the command itself asked for.
    await until('the command palette to close', async () => {
      return !(await input.isVisible()) || (await input.inputValue()) !== `>${title}`;
    });
  }

  /** Runs a command that shows a webview with this title, and again where none comes: its document is the answer. */
  async commandForWebview(command: string, title: string): Promise<Frame> {
    return until(`the webview "${title}" of "${command}"`, async () => {
      await this.command(command);
      return this.webview(title, 15_000);
    });
  }

  /** Shows the view container with this title in the side bar. */
  async showContainer(title: string): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name: title });
    await tab.waitFor();
    if ((await tab.getAttribute('aria-selected')) !== 'true') {
      await tab.click();
    }
  }

  /** The rows in sight of the tree with this accessible name, top to bottom. */
  rows(tree: string): Locator {
    return this.page.getByRole('tree', { name: tree }).getByRole('treeitem');
  }

  /** Every row in sight. They are read in one step: rows come and go between two. */
  async rowTexts(tree: string): Promise<TreeRow[]> {
    // Without a function of its own inside: what tsx makes of such a one does not run in the page.
    return this.rows(tree).evaluateAll((rows: readonly RowElement[]) =>
      rows.map((row) => ({
        label: Array.from(row.querySelectorAll('.label-name'), (part) => part.textContent).join(''),
        description: Array.from(row.querySelectorAll('.label-description'), (part) => part.textContent).join(
          '',
        ),
        level: Number(row.getAttribute('aria-level')),
        spokenName: /^[^,]*,?/.exec(row.getAttribute('aria-label') ?? '')?.[0] ?? '',
      })),
    );
  }

  /**
   * The row with this label, or, with `parent`, the row with this label among that row's children. Resolves once it is
   * in sight; lists are virtual, so a row that is scrolled away does not exist. It is found again by what it is spoken as,
   * wherever it has moved to meanwhile.
   */
  async row(tree: string, label: string, parent?: string): Promise<Locator> {
    const name = parent === undefined ? `"${label}"` : `"${label}" of "${parent}"`;
    const row = await until(`the row ${name} in the tree "${tree}"`, async () => {
      const rows = await this.rowTexts(tree);
      return rows[indexOfRow(rows, label, parent) ?? -1] ?? notYet(rows);
    });
    return this.rows(tree).and(this.page.locator(`[aria-label^=${JSON.stringify(row.spokenName)}]`));
  }

  /** The description of that row now, or undefined while there is no such row. */
  async description(tree: string, label: string, parent?: string): Promise<string | undefined> {
    const rows = await this.rowTexts(tree);
    const index = indexOfRow(rows, label, parent);
    return index === undefined ? undefined : rows[index]?.description;
  }

  /** Opens the context menu of an element and chooses an item by its text. */
  async contextMenu(element: Locator, item: string): Promise<void> {
    await element.click({ button: 'right' });
    // A menu ignores a mouse-up within 100 ms of its opening, so the button is held.
    await this.page
      .locator('.monaco-menu')
      .getByRole('menuitem', { name: item, exact: true })
      .click({ delay: 250 });
    await this.page.locator('.monaco-menu').waitFor({ state: 'detached' });
  }

  /**
   * Waits until the description of that row is as `wanted` says. Rejects with the rows that there were last.
   */
  async untilDescription(
    tree: string,
    { label, parent }: { readonly label: string; readonly parent?: string },
    what: string,
    wanted: (description: string) => boolean,
  ): Promise<void> {
    await until(`${parent ?? ''} ${label} ${what}`.trim(), async () => {
      const rows = await this.rowTexts(tree);
      const row = rows[indexOfRow(rows, label, parent) ?? -1];
      return row !== undefined && wanted(row.description) ? true : notYet(rows);
    });
  }

  /** Waits until the status bar has an item with exactly this text. */
  async untilStatus(text: string): Promise<void> {
    const items = this.page.locator('.part.statusbar .statusbar-item');
    await until(`"${text}" in the status bar`, async () => {
      const seen = await items.allInnerTexts();
      if (!seen.some((one) => one.replaceAll('\u00a0', ' ').trim() === text)) {
        throw new Error(`there is ${seen.map((one) => JSON.stringify(one)).join(', ')}`);
      }
      return true;
    });
  }

  /** Closes the notifications, so that those of before are not taken for new ones and hide nothing. */
  async clearNotifications(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
    const toasts = this.page.locator('.notifications-toasts .notification-list-item');
    await until('no notifications', async () => {
      const shown = await toasts.allInnerTexts();
      if (shown.length > 0) {
        throw new Error(`there is ${shown.join(' | ')}`);
      }
      return true;
    });
  }

  /** Waits for a notification that contains this text, in the list of all: those on the screen vanish by themselves. */
  async keptNotification(text: string): Promise<Locator> {
    await this.command('Notifications: Show Notifications');
    const shown = this.page.locator('.notifications-center .notification-list-item');
    await until(`a notification "${text}"`, async () => {
      const texts = await shown.allInnerTexts();
      if (!texts.some((one) => one.replaceAll('\u00a0', ' ').includes(text))) {
        throw new Error(`there is ${texts.map((one) => JSON.stringify(one)).join(', ')}`);
      }
      return true;
    });
    return shown.filter({ hasText: text });
  }

  /** The whole text of the last editor that is visible, from its model's lines as they are drawn. */
  async editorText(): Promise<string> {
    const lines = await this.page.locator('.editor-instance .view-lines').last().innerText();
    // Blanks are drawn as no-break spaces.
    return lines.replaceAll('\u00a0', ' ');
  }

  /** What is on the clipboard. */
  async clipboard(): Promise<string> {
    return this.page.evaluate<string>('navigator.clipboard.readText()');
  }

  /**
   * The frame with the document that the extension gave as a webview's html. It lies two frames deep, laid over the
   * workbench and not inside its editor group. `title` is the panel's or the view's title; `timeoutMs` how long it may take.
   */
  async webview(title: string, timeoutMs = patienceMs): Promise<Frame> {
    const probe = async (): Promise<Frame | null | undefined> => {
      for (const outer of await this.page.locator('iframe.webview.ready').elementHandles()) {
        const frame = await (await outer.contentFrame())?.$('iframe#active-frame');
        if (frame && (await outer.isVisible()) && (await frame.getAttribute('title')) === title) {
          return frame.contentFrame();
        }
      }
      return undefined;
    };
    return until(`the webview "${title}"`, probe, timeoutMs);
  }

  /** Writes the page as it looks now to a PNG file. */
  async screenshot(file: string): Promise<void> {
    // What fades in is shown as it is in the end.
    await this.page.screenshot({ path: file, animations: 'disabled' });
  }
}

/** What was seen instead, for the message of a wait that ends in vain. */
function notYet(rows: readonly TreeRow[]): never {
  throw new Error(`there is ${rows.map(({ label, description }) => `${label} (${description})`).join(', ')}`);
}

/** The index of the row with this label; with `parent`, below the row with that label and before its next sibling. */
function indexOfRow(rows: readonly TreeRow[], label: string, parent: string | undefined): number | undefined {
  let start = 0;
  let end = rows.length;
  if (parent !== undefined) {
    const at = rows.findIndex((row) => row.label === parent);
    if (at === -1) {
      return undefined;
    }
    start = at + 1;
    const next = rows.findIndex((row, index) => index > at && row.level <= (rows[at]?.level ?? 0));
    end = next === -1 ? rows.length : next;
  }
  const index = rows.findIndex((row, i) => i >= start && i < end && row.label === label);
  return index === -1 ? undefined : index;
}

// The boxes of VS Code's workbench that ask something: quick picks, input boxes and dialogs, in the words of the tests.
import type { Locator, Page } from 'playwright-core';
import { until } from './until.ts';

/** Quick picks and input boxes, one at a time, and dialogs. */
export class WorkbenchInputs {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Waits for the box whose title is this; the title of one question of several ends with its number: `… (2/3)`. */
  async titled(title: string): Promise<void> {
    const shown = this.#page.locator('.quick-input-widget .quick-input-title');
    await until(`the question "${title}"`, async () => {
      const [seen = 'none'] = await shown.allInnerTexts();
      if (seen.replaceAll('\u00a0', ' ').trim() !== title) {
        throw new Error(`it is "${seen}"`);
      }
      return true;
    });
  }

  /** Chooses the item with exactly this label in the quick pick with this title. */
  async pick(title: string, label: string): Promise<void> {
    await this.titled(title);
    await this.item(label).click();
  }

  /** The item with exactly this label. */
  item(label: string): Locator {
    const name = this.#page.locator('.label-name').filter({ hasText: exactly(label) });
    return this.#page.locator('.quick-input-list .monaco-list-row').filter({ has: name });
  }

  /** Types into the input box with this title, in place of what is there. Without `text` what is there is taken. */
  async type(title: string, text?: string): Promise<void> {
    await this.titled(title);
    if (text !== undefined) {
      await this.field.fill(text);
    }
    await this.field.press('Enter');
  }

  /** Where one types. */
  get field(): Locator {
    return this.#page.locator('.quick-input-widget input.input');
  }

  /** What is said below the field. */
  get message(): Locator {
    return this.#page.locator('.quick-input-widget .quick-input-message');
  }

  /** Goes to the question before. */
  async back(): Promise<void> {
    await this.#page.locator('.quick-input-widget').getByRole('button', { name: 'Back' }).click();
  }

  /** Waits for the dialog that contains `text`. */
  async dialog(text: string): Promise<Locator> {
    const dialog = this.#page.locator('.monaco-dialog-box').filter({ hasText: text });
    await dialog.waitFor();
    return dialog;
  }

  /** Answers the dialog that contains `text` with the button of this name. */
  async confirm(text: string, button: string): Promise<void> {
    const dialog = await this.dialog(text);
    await dialog.getByRole('button', { name: button, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  }
}

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}

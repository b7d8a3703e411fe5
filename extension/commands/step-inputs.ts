// The boxes in which a question of several is asked: with its number, and a button that leads back.
import * as vscode from 'vscode';
import type { Parsed } from './canary-plan.ts';
import { back, type Place } from './steps.ts';

/** A question that is answered with one of several items. */
export interface ItemQuestion<Item extends vscode.QuickPickItem> {
  readonly title: string;
  readonly placeholder: string;
  readonly items: readonly Item[];
  /** What Enter takes at once; undefined: the first. */
  readonly active: Item | undefined;
  /** What becomes of an item: undefined keeps the question open. An item is itself unless this says otherwise. */
  readonly accept?: (item: Item) => Promise<Item | undefined>;
}

/** Lets the user choose an item. Undefined where the box was left. */
export function askForItem<Item extends vscode.QuickPickItem>(
  { title, placeholder, items, active, accept }: ItemQuestion<Item>,
  place: Place,
): Promise<Item | typeof back | undefined> {
  const box = vscode.window.createQuickPick<Item>();
  box.placeholder = placeholder;
  box.items = items;
  if (active !== undefined) {
    box.activeItems = [active];
  }
  box.matchOnDetail = true;
  return show(box, title, place, (end) =>
    box.onDidAccept(async () => {
      const [item] = box.selectedItems;
      const accepted = item === undefined ? undefined : accept === undefined ? item : await accept(item);
      if (accepted !== undefined) {
        end(accepted);
      }
    }),
  );
}

/** A question that is answered by typing. */
export interface TextQuestion {
  readonly title: string;
  readonly prompt: string;
  /** What Enter takes at once. */
  readonly value: string;
  readonly parse: (text: string) => Parsed<unknown>;
}

/** Lets the user type; what is wrong shows while it is typed. Gives a text that `parse` takes; undefined where the box was left. */
export function askForText(
  { title, prompt, value, parse }: TextQuestion,
  place: Place,
): Promise<string | typeof back | undefined> {
  const box = vscode.window.createInputBox();
  box.prompt = prompt;
  box.value = value;
  const check = (): boolean => {
    const parsed = parse(box.value);
    box.validationMessage = parsed.kind === 'problem' ? parsed.text : undefined;
    return parsed.kind === 'value';
  };
  return show(box, title, place, (end) =>
    vscode.Disposable.from(
      box.onDidChangeValue(check),
      box.onDidAccept(() => {
        if (check()) {
          end(box.value);
        }
      }),
    ),
  );
}

/** Shows the box until `listen` ends it, the user goes back, or it is left. */
function show<Answer>(
  box: vscode.QuickInput & Pick<vscode.InputBox, 'buttons' | 'onDidTriggerButton'>,
  title: string,
  { step, total }: Place,
  listen: (end: (answer: Answer) => void) => vscode.Disposable,
): Promise<Answer | typeof back | undefined> {
  box.title = title;
  if (total > 1) {
    box.step = step;
    box.totalSteps = total;
  }
  box.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
  // A file dialog takes the focus, and the answers so far must outlive it.
  box.ignoreFocusOut = true;
  return new Promise((resolve) => {
    const ends = vscode.Disposable.from(
      listen((answer) => {
        resolve(answer);
        box.hide();
      }),
      box.onDidTriggerButton(() => {
        resolve(back);
        box.hide();
      }),
      box.onDidHide(() => {
        resolve(undefined);
        ends.dispose();
        box.dispose();
      }),
    );
    box.show();
  });
}

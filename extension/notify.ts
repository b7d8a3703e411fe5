// Notifications with their ways out. Nothing waits for them: they may stay on the screen for hours.
import * as vscode from 'vscode';

/** A button under a notification, and the command that it runs. */
export interface NotificationButton {
  readonly title: string;
  readonly command: string;
  /** What the command is given. */
  readonly argument?: unknown;
}

/** Says what happened, with what can be done about it. */
export function tell(text: string, ...buttons: readonly NotificationButton[]): void {
  void answer(vscode.window.showInformationMessage(text, ...buttons.map(({ title }) => title)), buttons);
}

/** Warns, with a way out. */
export function warn(text: string, ...buttons: readonly NotificationButton[]): void {
  void answer(vscode.window.showWarningMessage(text, ...buttons.map(({ title }) => title)), buttons);
}

/** Says that something was done, with what can be done about it. */
export function inform(
  text: string,
  ...buttons: readonly { readonly title: string; readonly run: () => unknown }[]
): void {
  const titles = buttons.map(({ title }) => title);
  void vscode.window.showInformationMessage(text, ...titles).then((chosen) => {
    buttons.find(({ title }) => title === chosen)?.run();
  });
}

/** Reports a failure, with what to do about it. */
export function reportError(text: string, ...buttons: readonly NotificationButton[]): void {
  void answer(vscode.window.showErrorMessage(text, ...buttons.map(({ title }) => title)), buttons);
}

async function answer(
  shown: Thenable<string | undefined>,
  buttons: readonly NotificationButton[],
): Promise<void> {
  const chosen = await shown;
  const button = buttons.find(({ title }) => title === chosen);
  if (button !== undefined) {
    await vscode.commands.executeCommand(button.command, button.argument);
  }
}

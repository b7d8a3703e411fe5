// "Filter Models…" and "Clear Filter": the tree shows only what matches.
import * as vscode from 'vscode';
import type { Services } from './services.ts';

/** Filters by what the user types, as they type it; Escape brings back what was before. */
export async function filterModels({ modelsView }: Services, text?: unknown): Promise<void> {
  if (typeof text === 'string') {
    modelsView.setFilter(text);
    return;
  }
  const before = modelsView.filter;
  const box = vscode.window.createInputBox();
  box.title = vscode.l10n.t('Filter Models');
  box.placeholder = vscode.l10n.t('A part of a name, a label, or a state such as "failed"');
  box.value = before;
  const accepted = await new Promise<boolean>((resolve) => {
    box.onDidChangeValue((value) => modelsView.setFilter(value));
    box.onDidAccept(() => resolve(true));
    box.onDidHide(() => resolve(false));
    box.show();
  });
  if (!accepted) {
    modelsView.setFilter(before);
  }
  box.dispose();
}

/** Shows everything again. */
export function clearFilter({ modelsView }: Services): void {
  modelsView.setFilter('');
}

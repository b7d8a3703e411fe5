// Completion: fields, values, snippets, and names of what is on disk.
import { readdir } from 'node:fs/promises';
import * as vscode from 'vscode';
import type {
  Completion,
  CompletionKind,
  DirectoryEntry,
} from '../../../server/config/language/completion-item.ts';
import { completeAt, directoryWantedAt } from '../../../server/config/language/completion.ts';
import { configDoc } from '../../../server/config/config-schema.ts';
import type { Configs } from '../configs.ts';
import { toMarkdown, toRange } from '../in-editor.ts';

/** Characters behind which something can be offered that is not a word. */
export const completionTriggers = ['"', "'", '/', ':', ' ', '{', '['] as const;

const kinds: Readonly<Record<CompletionKind, vscode.CompletionItemKind>> = {
  field: vscode.CompletionItemKind.Field,
  message: vscode.CompletionItemKind.Struct,
  enumMember: vscode.CompletionItemKind.EnumMember,
  keyword: vscode.CompletionItemKind.Keyword,
  value: vscode.CompletionItemKind.Value,
  tensor: vscode.CompletionItemKind.Variable,
  model: vscode.CompletionItemKind.Module,
  file: vscode.CompletionItemKind.File,
  folder: vscode.CompletionItemKind.Folder,
  snippet: vscode.CompletionItemKind.Snippet,
  text: vscode.CompletionItemKind.Text,
};

/** The provider. */
export function completionProvider(configs: Configs): vscode.CompletionItemProvider {
  return {
    async provideCompletionItems(document, position, token) {
      const open = configs.get(document);
      if (open?.checked === undefined) {
        return undefined;
      }
      const offset = document.offsetAt(position);
      const parsed = open.checked.document;
      const entries = await entriesOf(directoryWantedAt(parsed, open.kind, offset));
      if (token.isCancellationRequested) {
        return undefined;
      }
      return completeAt(parsed, open.kind, offset, {
        around: open.around,
        docs: configDoc,
        entries: () => entries,
      }).map((completion) => toItem(document, position, completion));
    },
  };
}

function toItem(
  document: vscode.TextDocument,
  position: vscode.Position,
  completion: Completion,
): vscode.CompletionItem {
  const item = new vscode.CompletionItem(
    {
      label: completion.label,
      ...(completion.detail === undefined ? {} : { description: completion.detail }),
    },
    kinds[completion.kind],
  );
  const replacing = toRange(document, completion.replace);
  item.insertText = new vscode.SnippetString(completion.insertText);
  item.range = { inserting: new vscode.Range(replacing.start, position), replacing };
  item.filterText = completion.filterText;
  item.sortText = completion.sortText;
  if (completion.documentation !== undefined) {
    item.documentation = toMarkdown(completion.documentation);
  }
  if (completion.isDeprecated === true) {
    item.tags = [vscode.CompletionItemTag.Deprecated];
  }
  return item;
}

/** What is in the directory; nothing where it cannot be read. */
async function entriesOf(directory: string | undefined): Promise<readonly DirectoryEntry[]> {
  if (directory === undefined) {
    return [];
  }
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.map((entry) => ({
      name: entry.name,
      isDirectory: entry.isDirectory() || entry.isSymbolicLink(),
    }));
  } catch {
    return [];
  }
}

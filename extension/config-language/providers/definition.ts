// Go to definition: the files on disk that a config names.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { definitionAt, type Definition } from '../../../server/config/language/definition.ts';
import type { Surroundings } from '../../../server/config/surroundings.ts';
import type { Configs } from '../configs.ts';
import { toRange } from '../in-editor.ts';

/** The provider. */
export function definitionProvider(configs: Configs): vscode.DefinitionProvider {
  return {
    async provideDefinition(document, position) {
      const open = configs.get(document);
      if (open?.checked === undefined || document.uri.scheme !== 'file') {
        return undefined;
      }
      const offset = document.offsetAt(position);
      const definition = definitionAt(open.checked.document, open.kind, offset, open.around);
      if (definition === undefined) {
        return undefined;
      }
      const directory = path.dirname(document.uri.fsPath);
      for (const candidate of candidates(definition, open.around)) {
        const file = path.resolve(directory, candidate);
        if (await isFile(file)) {
          const link: vscode.LocationLink = {
            originSelectionRange: toRange(document, definition.originSpan),
            targetUri: vscode.Uri.file(file),
            targetRange: new vscode.Range(0, 0, 0, 0),
          };
          return [link];
        }
      }
      return undefined;
    },
  };
}

/** The editor opens files only: for a directory, the config in it, else the newest version's model. */
function candidates(definition: Definition, { basePaths }: Surroundings): readonly string[] {
  if (definition.kind === 'file') {
    return [definition.path];
  }
  const facts = basePaths?.get(definition.path);
  const newest = facts?.kind === 'directory' ? facts.directory.versions.at(-1) : undefined;
  return [
    path.join(definition.path, 'config.pbtxt'),
    ...(newest?.files ?? []).map((name) => path.join(definition.path, newest?.name ?? '', name)),
  ];
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

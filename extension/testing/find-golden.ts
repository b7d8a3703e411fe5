// Finds the golden requests of the workspace: every request file that expects an answer.
import * as vscode from 'vscode';
import { excludedPattern, requestFilePattern } from '../requests/documents.ts';
import { goldenTestIn, type GoldenTest } from './golden-tests.ts';

/** More request files are not looked at: a workspace with so many has them from a generator. */
const mostFiles = 2_000;

/** A larger file is something else. Bytes. */
const largestFile = 16 * 1024 * 1024;

/** A golden request, and where it is. */
export interface FoundGolden {
  readonly uri: vscode.Uri;
  readonly test: GoldenTest;
}

/** All of them, or those for one model; by path. */
export async function findGolden(model?: string): Promise<readonly FoundGolden[]> {
  const uris = await vscode.workspace.findFiles(requestFilePattern, excludedPattern, mostFiles);
  const found = await Promise.all(
    uris.map(async (uri) => {
      const test = await readGolden(uri);
      return test === undefined || (model !== undefined && test.model !== model) ? [] : [{ uri, test }];
    }),
  );
  return found.flat().sort((a, b) => (a.uri.path < b.uri.path ? -1 : 1));
}

/** The golden request in this file, as it is edited where it is open; undefined where there is none. */
export async function readGolden(uri: vscode.Uri): Promise<GoldenTest | undefined> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open !== undefined) {
    return goldenTestIn(open.getText());
  }
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    return size > largestFile
      ? undefined
      : goldenTestIn(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
  } catch {
    return undefined;
  }
}

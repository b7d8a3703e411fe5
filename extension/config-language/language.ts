// The composition of the config language: the open documents, the disk, the problems, and a provider for each feature.
import path from 'node:path';
import * as vscode from 'vscode';
import { readSurroundings } from '../../server/config/read-surroundings.ts';
import type { Disposable } from '../signal.ts';
import { candidatePatterns, textprotoLanguage } from './candidates.ts';
import { ClosedProblems } from './closed-problems.ts';
import { Configs } from './configs.ts';
import { documentationFile, documentedLine, documentedLines } from './documentation-links.ts';
import { OpenProblems, type ProblemParts } from './open-problems.ts';
import { codeActionProvider, providedActions } from './providers/code-actions.ts';
import { codeLensProvider } from './providers/code-lens.ts';
import { completionProvider, completionTriggers } from './providers/completion.ts';
import { definitionProvider } from './providers/definition.ts';
import { foldingProvider } from './providers/folding.ts';
import { formattingProvider } from './providers/formatting.ts';
import { hoverProvider } from './providers/hover.ts';
import { renameProvider } from './providers/rename.ts';
import { selectionProvider } from './providers/selection.ts';
import { semanticTokensLegend, semanticTokensProvider } from './providers/semantic-tokens.ts';
import { symbolProvider } from './providers/symbols.ts';
import { SurroundingsCache } from './surroundings-cache.ts';
import type { DocumentationLink } from './to-diagnostics.ts';
import { WorkspaceConfigs } from './workspace-configs.ts';

/** The documents that may be config files. Providers look at the name, the language and the header. */
const selector: vscode.DocumentSelector = ['file', 'untitled'].flatMap((scheme) => [
  { scheme, language: textprotoLanguage },
  ...candidatePatterns.map((pattern) => ({ scheme, pattern })),
]);

/** Starts everything; it ends with `subscriptions`. `extensionDirectory` is where the extension is installed, absolute. */
export function createConfigLanguage(extensionDirectory: string, subscriptions: Disposable[]): void {
  const surroundings = new SurroundingsCache(readSurroundings);
  const configs = new Configs((file) => surroundings.get(file));
  const collection = vscode.languages.createDiagnosticCollection('perch.config');
  const documentation = documentationLink(extensionDirectory);
  const problems = { configs, surroundings, collection, documentation };
  const closed = new ClosedProblems(problems);
  const open = new OpenProblems(problems, (file) => workspace.wasClosed(file));
  const workspace = new WorkspaceConfigs({ surroundings, open, closed });
  subscriptions.push(surroundings, collection, closed, open, workspace);

  const { languages } = vscode;
  subscriptions.push(
    languages.registerCompletionItemProvider(selector, completionProvider(configs), ...completionTriggers),
    languages.registerHoverProvider(selector, hoverProvider(configs)),
    languages.registerDefinitionProvider(selector, definitionProvider(configs)),
    languages.registerDocumentSymbolProvider(selector, symbolProvider(configs), { label: 'Perch' }),
    languages.registerFoldingRangeProvider(selector, foldingProvider(configs)),
    languages.registerDocumentFormattingEditProvider(selector, formattingProvider(configs)),
    languages.registerRenameProvider(selector, renameProvider(configs)),
    languages.registerSelectionRangeProvider(selector, selectionProvider(configs)),
    languages.registerDocumentSemanticTokensProvider(
      selector,
      semanticTokensProvider(configs),
      semanticTokensLegend,
    ),
    languages.registerCodeActionsProvider(selector, codeActionProvider(configs), {
      providedCodeActionKinds: providedActions,
    }),
    languages.registerCodeLensProvider(selector, codeLensProvider(configs, subscriptions)),
  );
  vscode.workspace.textDocuments.forEach((document) => open.check(document));
  followEditor(problems, open, subscriptions);
}

/** Links codes to the line that explains them; VS Code opens a file at the line of a fragment like `L12`. */
function documentationLink(extensionDirectory: string): DocumentationLink {
  const lines = documentedLines(extensionDirectory);
  const file = vscode.Uri.file(path.join(extensionDirectory, documentationFile));
  return (code) => {
    const line = documentedLine(lines, code);
    return line === undefined ? undefined : file.with({ fragment: `L${line}` });
  };
}

/** Keeps the context key `perch.configEditor`: the kind of the config in the active editor, or an empty text. */
function followEditor(
  { configs, surroundings }: ProblemParts,
  open: OpenProblems,
  subscriptions: Disposable[],
): void {
  const update = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    const kind = document === undefined ? undefined : configs.get(document)?.kind;
    void vscode.commands.executeCommand('setContext', 'perch.configEditor', kind ?? '');
  };
  subscriptions.push(
    vscode.window.onDidChangeActiveTextEditor((editor) => {
      const file = editor?.document.uri.fsPath;
      // A base_path may lead out of the workspace, where nothing is watched.
      const read = surroundings.invalidate(
        (config) => config.file === file && config.kind === 'model-server',
      );
      if (editor !== undefined && read.length > 0) {
        open.check(editor.document);
      }
      update();
    }),
    open.onDidCheck((document) => {
      if (document === vscode.window.activeTextEditor?.document) {
        update();
      }
    }),
  );
  update();
}

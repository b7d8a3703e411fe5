// The config language as VS Code asks for it: diagnostics, quick fixes, and what its other features give.
import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { mistakenConfig, mistakes } from '../../support/mistaken-config.ts';
import { until } from '../../support/until.ts';
import { activated, untilAvailable, versionState } from './serving.ts';

const rightConfig = `name: "digits"
platform: "onnxruntime_onnx"
max_batch_size: 0
input {
  name: "images"
  data_type: TYPE_FP32
  dims: [ -1, 64 ]
}
output {
  name: "probabilities"
  data_type: TYPE_FP32
  dims: [ -1, 10 ]
}
`;

function models(...steps: string[]): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder !== undefined);
  return path.join(folder.uri.fsPath, 'models', ...steps);
}

const digits = (): string => models('digits', 'config.pbtxt');

/** Opens a config with this text on disk. */
async function openConfig(text: string, file = digits()): Promise<vscode.TextDocument> {
  writeFileSync(file, text);
  const document = await vscode.workspace.openTextDocument(file);
  await until('the text of the file', () => document.getText() === text);
  await vscode.window.showTextDocument(document);
  return document;
}

/** The problems of a file as soon as `isEnough` holds for them, from top to bottom. */
async function problems(
  file: string,
  isEnough: (found: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  return until(`the problems of ${path.basename(file)}`, () => {
    const found = vscode.languages
      .getDiagnostics(vscode.Uri.file(file))
      .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error)
      .sort((a, b) => a.range.start.compareTo(b.range.start));
    return isEnough(found) && found;
  });
}

async function quickFixes(
  document: vscode.TextDocument,
  range: vscode.Range,
): Promise<readonly vscode.CodeAction[]> {
  return vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    range,
    vscode.CodeActionKind.QuickFix.value,
  );
}

/** The place behind the first `text`. */
function behind(document: vscode.TextDocument, text: string): vscode.Position {
  const at = document.getText().indexOf(text);
  assert.notEqual(at, -1, text);
  return document.positionAt(at + text.length);
}

describe('the config language', () => {
  before(async () => {
    await activated();
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  after(async () => {
    rmSync(digits(), { force: true });
    await vscode.commands.executeCommand('perch.server.restart');
    await untilAvailable('digits', '2');
  });

  it('says every mistake of a config at once, each in its place', async () => {
    const document = await openConfig(mistakenConfig);
    assert.equal(document.languageId, 'textproto');
    const found = await problems(digits(), ({ length }) => length >= mistakes.length);
    assert.deepEqual(
      found.map(({ range }) => document.getText(range)),
      mistakes.map(([text]) => text),
    );
    for (const [index, [, words]] of mistakes.entries()) {
      assert.match(found[index]?.message ?? '', words);
      assert.equal(found[index]?.source, 'Perch');
    }
  });

  it('explains each in the documentation of the installation', async () => {
    await openConfig(mistakenConfig);
    for (const { code } of await problems(digits(), ({ length }) => length >= mistakes.length)) {
      assert.ok(typeof code === 'object');
      assert.ok(existsSync(code.target.fsPath), code.target.fsPath);
      assert.match(code.target.fragment, /^L\d+$/);
    }
  });

  it('mends each by a quick fix of its own, and the daemon loads what comes of it', async () => {
    const document = await openConfig(mistakenConfig);
    await problems(digits(), ({ length }) => length >= mistakes.length);
    for (let left = mistakes.length; left > 0; left--) {
      const [first] = await problems(digits(), ({ length }) => length === left);
      assert.ok(first !== undefined);
      // VS Code gives none where it reads the file once more meanwhile.
      const edit = await until(`a quick fix for "${first.message}"`, async () => {
        const fixes = await quickFixes(document, first.range);
        return fixes.find((fix) => fix.edit !== undefined)?.edit;
      });
      await vscode.workspace.applyEdit(edit);
    }
    await problems(digits(), ({ length }) => length === 0);
    const loaded =
      await vscode.commands.executeCommand<readonly { version: string }[]>('perch.config.reload');
    assert.equal(document.isDirty, false);
    assert.ok(loaded.some(({ version }) => version === '2'));
    assert.equal(await versionState('digits', '2'), 'AVAILABLE');
  });

  it('mends all of them at once', async () => {
    const document = await openConfig(mistakenConfig);
    await problems(digits(), ({ length }) => length >= mistakes.length);
    const [all] = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(0, 0, document.lineCount, 0),
      vscode.CodeActionKind.SourceFixAll.value,
    );
    assert.ok(all?.edit !== undefined);
    await vscode.workspace.applyEdit(all.edit);
    await problems(digits(), ({ length }) => length === 0);
  });

  it('says the problems of configs that are not open, and takes them back', async () => {
    const file = models('iris', 'config.pbtxt');
    try {
      writeFileSync(file, 'name: "iris"\nmax_batch_sise: 8\n');
      const [found] = await problems(file, ({ length }) => length === 1);
      assert.match(found?.message ?? '', /max_batch_size/);
      assert.ok(vscode.workspace.textDocuments.every(({ uri }) => uri.fsPath !== file));
      writeFileSync(file, 'name: "iris"\nmax_batch_size: 8\n');
      await problems(file, ({ length }) => length === 0);
      writeFileSync(file, 'name = "iris"\n');
      await problems(file, ({ length }) => length === 1);
    } finally {
      rmSync(file);
    }
    await problems(file, ({ length }) => length === 0);
  });

  it('completes fields, values, and the names that the model has', async () => {
    const document = await openConfig('name: "digits"\nmax_\ninput { name: "" data_type:  }\n');
    const labels = async (text: string): Promise<string[]> => {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        behind(document, text),
      );
      return items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    };
    assert.ok((await labels('max_')).includes('max_batch_size'));
    assert.ok((await labels('data_type: ')).includes('TYPE_FP32'));
    await until('the name of the input', async () => (await labels('{ name: "')).includes('images'));
  });

  it('explains what the mouse is on', async () => {
    const document = await openConfig(rightConfig);
    const [hover] = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      behind(document, 'max_batch'),
    );
    const texts = hover?.contents.map((part) => (part instanceof vscode.MarkdownString ? part.value : ''));
    assert.match(texts?.join('\n') ?? '', /max_batch_size/);
  });

  it('has an outline and folds', async () => {
    const document = await openConfig(rightConfig);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    assert.ok(symbols.some(({ name }) => name.includes('input')));
    assert.ok(symbols.some(({ children }) => children.length > 0));
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      document.uri,
    );
    assert.ok(folds.some(({ start }) => start === 3));
  });

  it('colours names by what they mean', async () => {
    const document = await openConfig(rightConfig);
    const tokens = await vscode.commands.executeCommand<vscode.SemanticTokens | undefined>(
      'vscode.provideDocumentSemanticTokens',
      document.uri,
    );
    assert.ok((tokens?.data.length ?? 0) > 0);
  });

  it('formats, and keeps comments', async () => {
    const document = await openConfig(
      '# First.\nname:"digits"   # Its name.\n\n\n\ninput{ name :"images" }\n',
    );
    const edits = await vscode.commands.executeCommand<vscode.TextEdit[]>(
      'vscode.executeFormatDocumentProvider',
      document.uri,
      { tabSize: 4, insertSpaces: true },
    );
    const edit = new vscode.WorkspaceEdit();
    edit.set(document.uri, edits);
    await vscode.workspace.applyEdit(edit);
    assert.match(document.getText(), /^# First\.\nname: "digits" {1,2}# Its name\.\n\ninput/);
  });

  it('offers what can be done with the model above the file', async () => {
    const document = await openConfig(rightConfig);
    const commands = await until('the lenses', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        10,
      );
      const found = lenses.map(({ command }) => command?.command);
      return found.length >= 4 && found;
    });
    assert.deepEqual(
      [
        'perch.config.load',
        'perch.config.reload',
        'perch.model.predictSample',
        'perch.config.generate',
      ].filter((command) => !commands.includes(command)),
      [],
    );
  });

  it('generates a config from the model, as an edit that can be taken back', async () => {
    const document = await openConfig('# Nothing yet.\n');
    await vscode.commands.executeCommand('perch.config.generate');
    const generated = await until('the config', () => {
      const text = document.getText();
      return text.includes('"images"') && text;
    });
    assert.match(generated, /"probabilities"/);
    await problems(digits(), ({ length }) => length === 0);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), '# Nothing yet.\n');
  });

  it('renames a model in all configs, and offers to rename its directory', async () => {
    const list = models('models.config');
    const base = models('digits');
    writeFileSync(
      list,
      `model_config_list { config { name: "digits" base_path: "${base}" model_platform: "onnx" } }\n`,
    );
    try {
      const document = await openConfig(rightConfig);
      const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
        'vscode.executeDocumentRenameProvider',
        document.uri,
        behind(document, '"dig'),
        'numerals',
      );
      const texts = new Map(
        edit.entries().map(([uri, edits]) => [uri.fsPath, edits.map(({ newText }) => newText)]),
      );
      assert.deepEqual(texts.get(digits()), ['numerals']);
      assert.deepEqual(texts.get(list), ['numerals', path.join(path.dirname(base), 'numerals')]);
    } finally {
      rmSync(list);
    }
  });

  it('goes from a base_path to the config that is there', async () => {
    const list = models('models.config');
    writeFileSync(digits(), rightConfig);
    try {
      const document = await openConfig(
        `model_config_list { config { name: "d" base_path: "${models('digits')}" model_platform: "onnx" } }\n`,
        list,
      );
      const links = await vscode.commands.executeCommand<vscode.LocationLink[]>(
        'vscode.executeDefinitionProvider',
        document.uri,
        behind(document, 'base_path: "/'),
      );
      assert.equal(links[0]?.targetUri.fsPath, digits());
    } finally {
      rmSync(list);
    }
  });

  it('leaves files of other programs alone', async () => {
    const file = models('model.config');
    try {
      writeFileSync(file, '<model name="robot"/>\n');
      const document = await vscode.workspace.openTextDocument(file);
      await vscode.window.showTextDocument(document);
      const other = await openConfig('name = "digits"\n');
      await problems(other.uri.fsPath, ({ length }) => length === 1);
      assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
    } finally {
      rmSync(file);
    }
  });
});

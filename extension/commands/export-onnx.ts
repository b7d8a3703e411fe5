// "Export as ONNX…": writes a signature of a converted model as one ONNX file.
import path from 'node:path';
import * as vscode from 'vscode';
import type { OnnxPart } from '../daemon/admin-client.ts';
import { AdminError } from '../daemon/admin-error.ts';
import { rowsOf } from '../explorer/rows.ts';
import { signatureOfDetail } from '../explorer/version-details.ts';
import { inform } from '../notify.ts';
import { requireClient } from './connection.ts';
import { convertedTarget, pickSignature, type ConvertedTarget } from './converted-target.ts';
import { saveParts } from './save-parts.ts';
import type { Services } from './services.ts';
import { showConversionReport } from './conversion-report.ts';

/** What a caller has chosen already: `{signature, file}`, `file` absolute. */
interface Choice {
  readonly signature: string | undefined;
  readonly file: string | undefined;
}

/** Exports the clicked or chosen version to a file that the user names, and gives that. */
export async function exportOnnx(services: Services, clicked?: unknown): Promise<string | undefined> {
  const client = requireClient(services);
  if (client === undefined) {
    return undefined;
  }
  const title = vscode.l10n.t('Export as ONNX');
  const target = await convertedTarget(services, title, clicked);
  if (target === undefined) {
    return undefined;
  }
  const choice = choiceOf(clicked);
  const signature = choice.signature ?? (await pickSignature(title, target.version));
  const file = signature === undefined ? undefined : (choice.file ?? (await askFile(title, target)));
  if (signature === undefined || file === undefined) {
    return undefined;
  }
  const { model, version } = target;
  const abort = new AbortController();
  try {
    await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        cancellable: true,
        title: vscode.l10n.t('Exporting {0} version {1} as ONNX', model.name, version.number),
      },
      async (progress, token) => {
        token.onCancellationRequested(() => abort.abort());
        const parts = client.exportOnnx(model.name, version.number, signature, abort.signal);
        await write(file, parts, (increment) => progress.report({ increment }));
      },
    );
  } catch (reason) {
    if (abort.signal.aborted) {
      return undefined;
    }
    if (AdminError.is(reason, 'FAILED_PRECONDITION')) {
      sayWhyNot(services, target, reason.message);
      return undefined;
    }
    throw reason;
  }
  inform(vscode.l10n.t('Exported {0}.', path.basename(file)), {
    title: vscode.l10n.t('Reveal File'),
    run: () => reveal(vscode.Uri.file(file)),
  });
  return file;
}

/** A row of the tree, or what another extension or a key binding says. */
function choiceOf(clicked: unknown): Choice {
  const [row] = rowsOf(clicked, undefined);
  const fields = new Map<string, unknown>(
    typeof clicked === 'object' && clicked !== null ? Object.entries(clicked) : [],
  );
  const text = (name: string): string | undefined => {
    const value = fields.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    signature: text('signature') ?? (row?.kind === 'detail' ? signatureOfDetail(row.detail) : undefined),
    file: text('file'),
  };
}

/** Beside the version's directory: in it, the file would be served in place of what is there. */
async function askFile(title: string, { model }: ConvertedTarget): Promise<string | undefined> {
  const chosen = await vscode.window.showSaveDialog({
    title,
    saveLabel: vscode.l10n.t('Export'),
    defaultUri: vscode.Uri.file(path.join(model.basePath, 'model.onnx')),
    filters: { ONNX: ['onnx'] },
  });
  return chosen?.fsPath;
}

/** `advance` gets percent of the whole. */
async function write(
  file: string,
  parts: AsyncIterable<OnnxPart>,
  advance: (percent: number) => void,
): Promise<void> {
  let total = 0;
  let shown = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for await (const { chunk, totalBytes } of parts) {
      total = Math.max(total, totalBytes);
      yield chunk;
    }
  }
  await saveParts(file, chunks(), (bytes) => {
    const percent = total === 0 ? 0 : Math.min(100, (bytes / total) * 100);
    advance(percent - shown);
    shown = percent;
  });
}

function sayWhyNot(services: Services, { model, version }: ConvertedTarget, reason: string): void {
  const row = { kind: 'version', model: model.name, version: version.number } as const;
  const command = `python -m tf2onnx.convert --saved-model ${version.path} --output model.onnx`;
  inform(
    vscode.l10n.t('It cannot be exported. {0}', reason),
    { title: vscode.l10n.t('Show Conversion Report'), run: () => showConversionReport(services, row) },
    ...(version.convertedFrom === 'saved_model'
      ? [
          {
            title: vscode.l10n.t('Copy tf2onnx Command'),
            run: () => vscode.env.clipboard.writeText(command),
          },
        ]
      : []),
  );
}

/** In VS Code's own explorer where it shows the file, else in the system's. */
function reveal(uri: vscode.Uri): Thenable<unknown> {
  const isInside = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  return vscode.commands.executeCommand(isInside ? 'revealInExplorer' : 'revealFileInOS', uri);
}

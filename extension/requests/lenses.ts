// What can be done with a request file, above its parts.
import * as vscode from 'vscode';
import { isRequestDocument, readDocument } from './documents.ts';

/** Send and open above the request; compare and save above the expected answer. */
export class RequestLenses implements vscode.CodeLensProvider {
  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const file = isRequestDocument(document) ? readDocument(document) : undefined;
    if (file === undefined) {
      return [];
    }
    const t = vscode.l10n.t;
    const { request, expect } = file.places;
    const lens = (offset: number, title: string, command: string): vscode.CodeLens => {
      const at = document.positionAt(offset);
      return new vscode.CodeLens(new vscode.Range(at, at), { title, command, arguments: [document.uri] });
    };
    const below = expect?.start ?? request.start;
    return [
      lens(request.start, `$(play) ${t('Send')}`, 'perch.request.send'),
      lens(request.start, t('Open in Playground'), 'perch.request.open'),
      ...(expect === undefined ? [] : [lens(below, t('Compare with Expected'), 'perch.request.compare')]),
      lens(below, t('Save Answer as Expected'), 'perch.request.expect'),
    ];
  }
}

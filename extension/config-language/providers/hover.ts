// What is said of the field or value under the mouse.
import * as vscode from 'vscode';
import { configDoc } from '../../../server/config/config-schema.ts';
import { hoverAt } from '../../../server/config/language/hover.ts';
import type { Configs } from '../configs.ts';
import { toMarkdown, toRange } from '../in-editor.ts';

/** The provider. */
export function hoverProvider(configs: Configs): vscode.HoverProvider {
  return {
    provideHover(document, position) {
      const open = configs.get(document);
      if (open?.checked === undefined) {
        return undefined;
      }
      const help = { around: open.around, docs: configDoc };
      const hover = hoverAt(open.checked.document, open.kind, document.offsetAt(position), help);
      return hover && new vscode.Hover(toMarkdown(hover.contents), toRange(document, hover.span));
    },
  };
}

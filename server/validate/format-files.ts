// `perch format`: writes config files in txtpbfmt's style, or says which are not written so.
import { replaceFile } from '../atomic-file.ts';
import { decodeConfigText, readConfigFile } from '../config/read-config-file.ts';
import { PerchError } from '../errors.ts';
import { fileSystemCode } from '../file-system-error.ts';
import { parseDocument } from '../textproto/document.ts';
import { lineMap } from '../textproto/line-map.ts';
import { formatDocument } from '../textproto/printer.ts';
import type { FoundFile } from './find-configs.ts';

/** What became of a file. */
export type FormatOutcome =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'changed'; readonly text: string }
  /** Why it stays as it is. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What formatting makes of the bytes of a file; `shown` is what it is called in texts. */
export function formatBytes(bytes: Uint8Array, shown: string): FormatOutcome {
  try {
    return formatText(decodeConfigText(bytes, 'file', shown), shown);
  } catch (reason) {
    return refusedBy(reason);
  }
}

/** Formats a file on disk, and writes it if `isWritten`. */
export async function formatFile({ file, shown }: FoundFile, isWritten: boolean): Promise<FormatOutcome> {
  let outcome: FormatOutcome;
  try {
    outcome = formatText(await readConfigFile(file, 'file', shown), shown);
  } catch (reason) {
    return refusedBy(reason);
  }
  if (outcome.kind === 'changed' && isWritten) {
    try {
      await replaceFile(file, outcome.text);
    } catch (reason) {
      return { kind: 'refused', reason: `${shown} cannot be written (${fileSystemCode(reason)}).` };
    }
  }
  return outcome;
}

function formatText(text: string, shown: string): FormatOutcome {
  const document = parseDocument(text);
  const error = document.diagnostics.find(({ severity }) => severity === 'error');
  if (error !== undefined) {
    const { line, column } = lineMap(text).position(error.start);
    const reason = `${shown}:${line + 1}:${column + 1}: not formatted, since it has mistakes; perch validate shows them.`;
    return { kind: 'refused', reason };
  }
  const formatted = formatDocument(document);
  return formatted === text ? { kind: 'unchanged' } : { kind: 'changed', text: formatted };
}

function refusedBy(reason: unknown): FormatOutcome {
  if (PerchError.is(reason, 'CONFIG_INVALID')) {
    return { kind: 'refused', reason: reason.message };
  }
  throw reason;
}

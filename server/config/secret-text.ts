// What may be said of a file that holds private keys: findings repeat what they found. Pure.
import { diagnosticCodes } from '../textproto/diagnostics.ts';
import type { ConfigKind } from './config-kind.ts';
import type { Finding } from './finding.ts';

/** Whether files of this kind hold what must not get into logs. */
export function holdsSecrets(kind: ConfigKind): boolean {
  return kind === 'ssl';
}

/** A word as fields and values are named. The lines of a key have capital letters and digits. */
const plainWord = /^[a-z_]{1,32}$/;

/** Those of text format: they quote. The rules of files with secrets do not. */
const quotingCodes: ReadonlyMap<string, string> = new Map(Object.entries(diagnosticCodes));

/**
 * The finding; where the file holds secrets, and the finding is of what could be one, its message is what its code means,
 * and it has no fixes.
 */
export function withoutSecrets(finding: Finding, kind: ConfigKind, text: string): Finding {
  const { code, start, end, severity } = finding;
  const summary = quotingCodes.get(code);
  return !holdsSecrets(kind) || summary === undefined || plainWord.test(text.slice(start, end))
    ? finding
    : { code, message: summary, start, end, severity };
}

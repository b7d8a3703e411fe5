// Everything that can be said of a config file: parse, schema, rules, and what lies around it. Pure, and never throws.
import { decodeMessage } from '../textproto/decode.ts';
import { parseDocument } from '../textproto/document.ts';
import type { PlainMessage } from '../textproto/plain-message.ts';
import type { MessageSchema } from '../textproto/schema.ts';
import type { Document } from '../textproto/syntax-tree.ts';
import type { ConfigKind } from './config-kind.ts';
import { configSchema } from './config-schema.ts';
import type { Finding } from './finding.ts';
import { runRules } from './rules/run-rules.ts';
import { replaceStringBreaks } from './string-breaks.ts';
import type { Surroundings } from './surroundings.ts';

/** A checked config file. */
export interface CheckedConfig {
  readonly kind: ConfigKind;
  readonly document: Document;
  readonly schema: MessageSchema;
  /** What the file means; values that are wrong are left out. */
  readonly message: PlainMessage;
  /** All findings, by place. The daemon takes the file if none is an error. */
  readonly findings: readonly Finding[];
}

/** What the daemon reads of `text`: PEM texts over several lines are taken in SSL configs. Offsets stay as they are. */
function parsable(text: string, kind: ConfigKind): string {
  return kind === 'ssl' ? replaceStringBreaks(text, (lineBreak) => ' '.repeat(lineBreak.length)) : text;
}

/** Checks `text` as a file of this kind. `around` says what is on disk; what it leaves out is not checked. */
export function checkConfig(text: string, kind: ConfigKind, around: Surroundings = {}): CheckedConfig {
  const document = parseDocument(parsable(text, kind));
  const schema = configSchema(kind);
  const decoded = decodeMessage(document, schema);
  const ruled = runRules(kind, { document, schema, message: decoded.value }, around);
  const findings: Finding[] = [...document.diagnostics, ...decoded.diagnostics, ...ruled];
  findings.sort((a, b) => a.start - b.start || a.end - b.end);
  return { kind, document, schema, message: decoded.value, findings };
}

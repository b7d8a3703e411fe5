// What was found in one file: the shape that all forms of output are made from, and how it is come by.
import { checkConfig } from '../config/check-config.ts';
import { configKindFacts, configKindOf, configKinds, type ConfigKind } from '../config/config-kind.ts';
import type { FileCode } from '../config/config-codes.ts';
import type { Finding } from '../config/finding.ts';
import { decodeConfigText, readConfigFile } from '../config/read-config-file.ts';
import { holdsSecrets, withoutSecrets } from '../config/secret-text.ts';
import { replaceStringBreaks } from '../config/string-breaks.ts';
import type { Surroundings } from '../config/surroundings.ts';
import { PerchError } from '../errors.ts';
import type { PlainMessage } from '../textproto/plain-message.ts';
import { parseDocument } from '../textproto/document.ts';
import { lineMap, type LineMap } from '../textproto/line-map.ts';
import type { FoundFile } from './find-configs.ts';

/** A file that was looked at. */
export interface FileReport {
  /** As it is shown. */
  readonly shown: string;
  /** Absolute; undefined for what came from stdin under no name. */
  readonly file: string | undefined;
  readonly kind: ConfigKind;
  readonly text: string;
  readonly lines: LineMap;
  /** By place. Nothing in them is a secret. */
  readonly findings: readonly Finding[];
}

/** Reads what lies around a config file: server/config/read-surroundings.ts. */
export type ReadSurroundings = (
  kind: ConfigKind,
  file: string,
  message: PlainMessage,
  signal: AbortSignal,
) => Promise<Surroundings>;

/** How files are looked at. */
export interface ReportOptions {
  /** The kind of all files, whatever their names say. */
  readonly kind: ConfigKind | undefined;
  /** Absent: files are not compared with what is on disk. */
  readonly readSurroundings?: ReadSurroundings;
  readonly signal: AbortSignal;
}

/** A file of which nobody knows what it is. The text says what to do. */
export class UnknownKindError extends Error {
  constructor(shown: string, protoMessage: string | undefined) {
    const messages = configKinds.map((kind) => configKindFacts[kind].message).join(', ');
    super(
      protoMessage === undefined
        ? `${shown}: the name does not say what it configures. Say it with --kind=${configKinds.join('|')}, or in the file's first line: # proto-message: ${configKindFacts.model.message}`
        : `${shown}: its header names the message ${protoMessage}; the messages are ${messages}. --kind overrules the header.`,
    );
  }
}

const fileWords = 'config file';

/**
 * Looks at a file. Undefined for one that was found by its name in a directory, and whose header says that it is no config
 * file. Throws UnknownKindError.
 */
export async function reportFile(found: FoundFile, options: ReportOptions): Promise<FileReport | undefined> {
  const { shown, file, isNamed } = found;
  try {
    return await reportText(await readConfigFile(file, fileWords, shown), { shown, file, isNamed }, options);
  } catch (reason) {
    if (!PerchError.is(reason, 'CONFIG_INVALID')) {
      throw reason;
    }
    return unreadable(found, reason.message, options);
  }
}

/** The same for bytes that came from stdin; `file` is the path that they are said to have. */
export async function reportBytes(
  bytes: Uint8Array,
  named: { readonly shown: string; readonly file: string | undefined },
  options: ReportOptions,
): Promise<FileReport | undefined> {
  const { shown } = named;
  try {
    const text = decodeConfigText(bytes, fileWords, shown);
    return await reportText(text, { ...named, isNamed: true }, options);
  } catch (reason) {
    if (!PerchError.is(reason, 'CONFIG_INVALID')) {
      throw reason;
    }
    return unreadable(named, reason.message, options);
  }
}

async function reportText(
  text: string,
  { shown, file, isNamed }: { shown: string; file: string | undefined; isNamed: boolean },
  { kind: givenKind, readSurroundings, signal }: ReportOptions,
): Promise<FileReport | undefined> {
  const { headers } = parseDocument(text);
  const kind = givenKind ?? configKindOf(baseName(shown), headers);
  if (kind === undefined) {
    if (!isNamed) {
      return undefined;
    }
    throw new UnknownKindError(shown, headers.protoMessage);
  }
  const checkedText = checkable(text, kind);
  let { message, findings } = checkConfig(checkedText, kind);
  if (readSurroundings !== undefined && file !== undefined) {
    const around = await readSurroundings(kind, file, message, signal);
    ({ message, findings } = checkConfig(checkedText, kind, around));
  }
  const shownFindings = findings.map((finding) => withoutSecrets(finding, kind, text));
  return { shown, file, kind, text, lines: lineMap(text), findings: shownFindings };
}

/** PEM texts are taken over several lines, as net/tls-config.ts takes them. Every place stays where it is. */
function checkable(text: string, kind: ConfigKind): string {
  return holdsSecrets(kind) ? replaceStringBreaks(text, (lineBreak) => ' '.repeat(lineBreak.length)) : text;
}

function unreadable(
  { shown, file }: { readonly shown: string; readonly file: string | undefined },
  message: string,
  { kind = configKindOf(baseName(shown)) }: ReportOptions,
): FileReport {
  if (kind === undefined) {
    throw new UnknownKindError(shown, undefined);
  }
  const code: FileCode = 'file/unreadable';
  const finding: Finding = { code, message, start: 0, end: 0, severity: 'error' };
  return { shown, file, kind, text: '', lines: lineMap(''), findings: [finding] };
}

function baseName(shown: string): string {
  return shown.slice(Math.max(shown.lastIndexOf('/'), shown.lastIndexOf('\\')) + 1);
}

// The config documents that are open, each checked once per version of its text and of what lies around it.
import type { TextDocument } from 'vscode';
import { checkConfig, type CheckedConfig } from '../../server/config/check-config.ts';
import type { ConfigKind } from '../../server/config/config-kind.ts';
import type { Surroundings } from '../../server/config/surroundings.ts';
import { documentKind } from './config-files.ts';

/**
 * The longest text that the editor checks, in UTF-16 units. A longer one would keep all extensions waiting for more than
 * 20 ms at each key press; `perch validate` has no such limit.
 */
export const longestChecked = 64 * 1024;

/** What of a TextDocument this needs. */
export interface ConfigDocument extends Pick<
  TextDocument,
  'fileName' | 'getText' | 'languageId' | 'version'
> {
  readonly uri: { readonly fsPath: string; toString(): string };
}

/** A document that is a config file. */
export interface OpenConfig {
  readonly kind: ConfigKind;
  /** Undefined where the text is longer than `longestChecked`. */
  readonly checked: CheckedConfig | undefined;
  /** What it was checked against; nothing as long as nothing was read. */
  readonly around: Surroundings;
}

interface Entry {
  readonly version: number;
  readonly languageId: string;
  readonly open: OpenConfig | undefined;
}

/** What is known of open documents. */
export class Configs {
  readonly #around: (file: string) => Surroundings;
  readonly #entries = new Map<string, Entry>();

  /** `around` gives what was last read around a file, always the same object until it is read again. */
  constructor(around: (file: string) => Surroundings) {
    this.#around = around;
  }

  /** The document as a config file; undefined where it is none. */
  get(document: ConfigDocument): OpenConfig | undefined {
    const key = document.uri.toString();
    const around = this.#around(document.uri.fsPath);
    const known = this.#entries.get(key);
    if (known?.version === document.version && known.languageId === document.languageId) {
      if (known.open === undefined || known.open.around === around) {
        return known.open;
      }
    }
    const open = openConfig(document, around);
    this.#entries.set(key, { version: document.version, languageId: document.languageId, open });
    return open;
  }

  /** Forgets a document that was closed. */
  forget(document: Pick<ConfigDocument, 'uri'>): void {
    this.#entries.delete(document.uri.toString());
  }
}

function openConfig(document: ConfigDocument, around: Surroundings): OpenConfig | undefined {
  const text = document.getText();
  const kind = documentKind(document.fileName, document.languageId, text);
  if (kind === undefined) {
    return undefined;
  }
  const checked = text.length > longestChecked ? undefined : checkConfig(text, kind, around);
  return { kind, checked, around };
}

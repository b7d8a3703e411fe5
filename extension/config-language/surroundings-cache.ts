// What lies around config files on disk, read again only when it may have changed.
import type { ConfigKind } from '../../server/config/config-kind.ts';
import type { Surroundings } from '../../server/config/surroundings.ts';
import type { PlainMessage } from '../../server/textproto/plain-message.ts';

/** Reads what lies around `file`, which is such a config and means `message`. Rejects when `signal` is aborted. */
export type ReadSurroundings = (
  kind: ConfigKind,
  file: string,
  message: PlainMessage,
  signal: AbortSignal,
) => Promise<Surroundings>;

/** A file whose surroundings were read. */
export interface ReadConfig {
  readonly file: string;
  readonly kind: ConfigKind;
  /** Whether it looks at the configs of other models. */
  readonly isEnsemble: boolean;
}

interface Entry extends ReadConfig {
  /** What of the message the reading followed. */
  readonly followed: string;
  readonly abort: AbortController;
  stale: boolean;
  reading: Promise<boolean> | undefined;
}

const nothing: Surroundings = {};

/** By file, absolute. Works without the daemon. */
export class SurroundingsCache {
  readonly #readSurroundings: ReadSurroundings;
  readonly #around = new Map<string, Surroundings>();
  readonly #entries = new Map<string, Entry>();

  constructor(readSurroundings: ReadSurroundings) {
    this.#readSurroundings = readSurroundings;
  }

  /** What was last read around `file`; nothing before that. The same object until it is read again. */
  get(file: string): Surroundings {
    return this.#around.get(file) ?? nothing;
  }

  /**
   * Reads what lies around `file` if that may have changed, or if `message` leads elsewhere than before. Settles with
   * whether it was read; a reading that another overtakes was not.
   */
  refresh(kind: ConfigKind, file: string, message: PlainMessage): Promise<boolean> {
    const followed = followedPart(kind, message);
    const known = this.#entries.get(file);
    if (known?.kind === kind && known.followed === followed && !known.stale) {
      return known.reading ?? Promise.resolve(false);
    }
    known?.abort.abort();
    const entry: Entry = {
      file,
      kind,
      isEnsemble: message.ensembleScheduling !== undefined,
      followed,
      abort: new AbortController(),
      stale: false,
      reading: undefined,
    };
    this.#entries.set(file, entry);
    entry.reading = this.#read(entry, file, message);
    return entry.reading;
  }

  /** Says that what lies around the files for which `isAffected` holds may have changed. Gives these files. */
  invalidate(isAffected: (config: ReadConfig) => boolean): readonly string[] {
    const affected = [...this.#entries.values()].filter(isAffected);
    for (const entry of affected) {
      entry.stale = true;
    }
    return affected.map(({ file }) => file);
  }

  /** Forgets `file`. */
  forget(file: string): void {
    this.#entries.get(file)?.abort.abort();
    this.#entries.delete(file);
    this.#around.delete(file);
  }

  /** Ends what is being read. */
  dispose(): void {
    for (const file of [...this.#entries.keys()]) {
      this.forget(file);
    }
  }

  async #read(entry: Entry, file: string, message: PlainMessage): Promise<boolean> {
    const { kind, abort } = entry;
    try {
      const around = await this.#readSurroundings(kind, file, message, abort.signal);
      if (abort.signal.aborted) {
        return false;
      }
      this.#around.set(file, around);
      return true;
    } catch {
      // The disk could not be read, or nobody waits any more: what needs it is not checked.
      return false;
    } finally {
      entry.reading = undefined;
    }
  }
}

/** What decides where a reading looks: the base paths of a model config file; for others the file's own place. */
function followedPart(kind: ConfigKind, message: PlainMessage): string {
  if (kind !== 'model-server') {
    return String(message.ensembleScheduling !== undefined);
  }
  const paths: unknown[] = [];
  JSON.stringify(message.modelConfigList, (key, value: unknown) => {
    if (key === 'basePath') {
      paths.push(value);
    }
    return value;
  });
  return JSON.stringify(paths);
}

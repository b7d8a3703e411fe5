// What perch.pbtxt keeps, in memory and on disk: one write at a time, and never over what a person wrote meanwhile.
import { mergeEdit, removeLeftovers, textOf } from '../atomic-file.ts';
import { PerchError } from '../errors.ts';
import { noTraffic, type ModelTraffic } from './model-traffic.ts';
import { editPerchFile, isSameTraffic, parsePerchFile } from './perch-file.ts';

/** A change that is not on disk yet. */
interface Change {
  readonly traffic: ModelTraffic;
  /** What whoever changes it took it from. */
  readonly base: ModelTraffic;
  readonly settle: readonly ((refusal?: PerchError) => void)[];
}

/** The traffic of all models. Without a file it is kept in memory only. */
export class PerchStore {
  readonly #file: string | undefined;
  /** What is on disk, as far as is known. Models without an entry are not in it. */
  readonly #kept = new Map<string, ModelTraffic>();
  /** The text of the file that #kept says all of; undefined if there may be more to it. */
  #text: string | undefined;
  #waiting = new Map<string, Change>();
  #writing: ReadonlyMap<string, Change> = new Map();
  #turn: Promise<unknown> = Promise.resolve();

  /** `file`: absolute. Nothing is read before load(). */
  constructor(file: string | undefined) {
    this.#file = file;
  }

  /**
   * Reads the file, beside which it takes away what a daemon that was killed left half-written; none is as an empty one.
   * Throws CONFIG_INVALID with its mistakes, and nothing is kept then.
   */
  async load(): Promise<void> {
    if (this.#file !== undefined) {
      await removeLeftovers(this.#file);
    }
    await this.refresh();
  }

  /** The names of the models of which something is kept. */
  models(): readonly string[] {
    const names = new Set([...this.#kept.keys(), ...this.#writing.keys(), ...this.#waiting.keys()]);
    return [...names].filter((name) => this.get(name) !== noTraffic);
  }

  /**
   * What is kept of the model, with what is on its way to the disk. The same object until it changes; `noTraffic` if nothing
   * is kept.
   */
  get(model: string): ModelTraffic {
    const change = this.#waiting.get(model) ?? this.#writing.get(model);
    return change?.traffic ?? this.#kept.get(model) ?? noTraffic;
  }

  /**
   * Keeps `traffic`, and resolves when it is on the disk. Of several updates of a model that wait, only the last is written.
   * Rejects with CONFIG_CHANGED where a person changed the entry of this model after it was read (what they changed
   * elsewhere stays), and with CONFIG_INVALID where the file has mistakes, cannot be written, or could not be read again.
   * What was before is kept then.
   */
  update(model: string, traffic: ModelTraffic): Promise<void> {
    const next = isSameTraffic(traffic, noTraffic) ? noTraffic : traffic;
    if (this.#file === undefined) {
      this.#keep(model, next);
      return Promise.resolve();
    }
    const file = this.#file;
    return new Promise((resolve, reject) => {
      const settle = (refusal?: PerchError): void => (refusal === undefined ? resolve() : reject(refusal));
      const isQueued = this.#waiting.size > 0;
      const before = this.#waiting.get(model);
      this.#waiting.set(model, {
        traffic: next,
        base: before?.base ?? this.get(model),
        settle: [...(before?.settle ?? []), settle],
      });
      if (!isQueued) {
        void this.#inTurn(() => this.#write(file));
      }
    });
  }

  /**
   * Reads the file again if it is not as it was written last; to be called when it may have changed. Resolves with the models
   * of which something else is kept now. Throws CONFIG_INVALID with its mistakes; what is kept stays then.
   */
  refresh(): Promise<readonly string[]> {
    const file = this.#file;
    return file === undefined ? Promise.resolve([]) : this.#inTurn(() => this.#read(file));
  }

  async #read(file: string): Promise<readonly string[]> {
    const text = (await textOf(file)) ?? '';
    if (text === this.#text) {
      return [];
    }
    const read = parsePerchFile(text, file);
    const changed = [...new Set([...this.#kept.keys(), ...read.keys()])].filter(
      (model) => !isSameTraffic(this.#kept.get(model) ?? noTraffic, read.get(model) ?? noTraffic),
    );
    for (const model of changed) {
      this.#keep(model, read.get(model) ?? noTraffic);
    }
    this.#text = text;
    return changed;
  }

  async #write(file: string): Promise<void> {
    const changes = this.#waiting;
    this.#writing = changes;
    this.#waiting = new Map();
    const refused = new Map<string, PerchError>();
    let before = '';
    try {
      const text = await mergeEdit(file, (found) => {
        before = found;
        refused.clear();
        return applyChanges(found, changes, refused, file);
      });
      this.#text = before === this.#text ? text : undefined;
    } catch (reason) {
      changes.forEach((_, model) => refused.set(model, PerchError.from(reason)));
    }
    for (const [model, { traffic }] of changes) {
      if (!refused.has(model)) {
        this.#keep(model, traffic);
      }
    }
    this.#writing = new Map();
    for (const [model, { base, settle }] of changes) {
      const next = this.#waiting.get(model);
      if (refused.has(model) && next !== undefined) {
        // It was taken from what has come to nothing.
        this.#waiting.set(model, { ...next, base });
      }
      settle.forEach((each) => each(refused.get(model)));
    }
  }

  #keep(model: string, traffic: ModelTraffic): void {
    if (traffic === noTraffic) {
      this.#kept.delete(model);
    } else {
      this.#kept.set(model, traffic);
    }
  }

  /** One at a time, in the order in which they were asked for. */
  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(action);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** The file's text with the changes; why those that are not in it are refused is in `refused`. */
function applyChanges(
  text: string,
  changes: ReadonlyMap<string, Change>,
  refused: Map<string, PerchError>,
  file: string,
): string {
  const found = parsePerchFile(text, file);
  let edited = text;
  for (const [model, { traffic, base }] of changes) {
    const now = found.get(model) ?? noTraffic;
    if (!isSameTraffic(now, base) && !isSameTraffic(now, traffic)) {
      refused.set(
        model,
        new PerchError(
          'CONFIG_CHANGED',
          `The entry of ${model} in ${file} was changed by somebody else meanwhile. It is as they left it, and this change is not in it.`,
        ),
      );
      continue;
    }
    try {
      edited = editPerchFile(edited, model, traffic === noTraffic ? undefined : traffic, file);
    } catch (reason) {
      refused.set(model, PerchError.from(reason));
    }
  }
  return edited;
}

// One model: its versions, which of them are wanted, and the transitions that bring the one to the other.
import { isDeepStrictEqual } from 'node:util';
import { PerchError } from '../errors.ts';
import type { VersionOnDisk } from './found.ts';
import { LoadReport } from './load-progress.ts';
import type { Lease, ModelEnvironment, VersionView } from './model-environment.ts';
import {
  forgettable,
  isFinal,
  isLoadable,
  isSameRest,
  newEntry,
  restingState,
  wantedAmong,
  type VersionEntry,
} from './version-entry.ts';
import type { ModelRules } from './version-policy.ts';
import type { LoadedVersion, VersionState } from './version-state.ts';

/** A version that the engine loses this often within a minute is given up. */
const maximumLosses = 3;
const lossWindowMs = 60_000;

/** The versions of one model. Not thread-safe and need not be: every method runs to its end. */
export class ServedModel {
  readonly name: string;
  readonly #environment: ModelEnvironment;
  readonly #entries = new Map<bigint, VersionEntry>();
  /** Loads and unloads under way. */
  readonly #tasks = new Set<Promise<void>>();
  #rules: ModelRules;
  /** The highest AVAILABLE version: asked for by every request, so it is not looked for each time. */
  #latest: bigint | undefined;
  #disposed = false;
  /** Something changed that watchers have not been told of yet. */
  #changed = false;

  constructor(name: string, rules: ModelRules, environment: ModelEnvironment) {
    this.name = name;
    this.#rules = rules;
    this.#environment = environment;
  }

  /** All versions, ascending by number. */
  versions(): VersionView[] {
    const wanted = this.#wanted();
    return [...this.#entries.values()]
      .sort((a, b) => (a.number < b.number ? -1 : 1))
      .map(({ number, state, disk, lastError }) => ({
        number,
        state,
        wanted: wanted.has(number),
        ...(disk === undefined ? {} : { disk }),
        ...(lastError === undefined ? {} : { lastError }),
      }));
  }

  /** The highest AVAILABLE version, or undefined. */
  latestAvailable(): bigint | undefined {
    return this.#latest;
  }

  /** Whether this version is AVAILABLE. */
  isAvailable(version: bigint): boolean {
    return this.#entries.get(version)?.state.phase === 'available';
  }

  /** Whether nothing is under way: no version waits, is being copied, loads or unloads. */
  isSettled(): boolean {
    return [...this.#entries.values()].every(({ state }) =>
      ['not-loaded', 'available', 'end'].includes(state.phase),
    );
  }

  /** Takes a version for one request; undefined where it is not AVAILABLE. */
  acquire(version: bigint): Lease | undefined {
    const entry = this.#entries.get(version);
    if (entry?.state.phase !== 'available') {
      return undefined;
    }
    entry.inFlight++;
    return {
      version,
      loaded: entry.state.loaded,
      release: () => {
        entry.inFlight--;
        if (entry.inFlight === 0) {
          entry.drained?.();
        }
      },
    };
  }

  /** What is on disk now, and by what rules it is to be served. Loads and unloads follow from it. */
  update(onDisk: readonly VersionOnDisk[], rules: ModelRules): void {
    if (!isDeepStrictEqual(this.#rules.policy, rules.policy)) {
      // A new policy is what is wanted now; what somebody asked for against the old one is past.
      for (const entry of this.#entries.values()) {
        entry.pin = undefined;
      }
    }
    this.#rules = rules;
    const seen = new Map(onDisk.map((version) => [version.number, version]));
    for (const entry of this.#entries.values()) {
      if (!seen.has(entry.number) && entry.disk !== undefined) {
        entry.disk = undefined;
        this.#changed = true;
      }
    }
    for (const disk of onDisk) {
      this.#updateVersion(disk);
    }
    for (const number of forgettable(this.#entries.values())) {
      this.#entries.get(number)?.cancelRetry?.();
      this.#entries.delete(number);
      this.#changed = true;
    }
    this.#settle('the version policy');
  }

  /**
   * Serves `version` beside what the policy wants, and tries a failed one again at once. Throws VERSION_UNKNOWN where it
   * is not on disk, and the source's error where its files cannot be loaded.
   */
  requestLoad(version: bigint): void {
    const entry = this.#entries.get(version);
    if (entry?.disk === undefined) {
      throw new PerchError('VERSION_UNKNOWN', `Version ${version} of model ${this.name} is not on disk.`);
    }
    if (entry.disk.readiness.kind === 'broken') {
      throw entry.disk.readiness.error;
    }
    entry.losses = [];
    entry.failures = 0;
    entry.pin = undefined;
    if (entry.state.phase === 'end') {
      this.#rest(entry, 'a load was asked for');
    }
    if (!this.#wanted().has(version)) {
      entry.pin = 'load';
    }
    this.#settle('a load was asked for');
  }

  /** Serves `version` no more, whatever the policy says. Throws VERSION_UNKNOWN where it was never seen. */
  requestUnload(version: bigint): void {
    const entry = this.#entries.get(version);
    if (entry === undefined) {
      throw new PerchError('VERSION_UNKNOWN', `Could not find version ${version} of model ${this.name}`);
    }
    entry.pin = 'unload';
    this.#settle('an unload was asked for');
  }

  /** To be called when what holds a version may have let go of it. */
  reconsider(): void {
    this.#settle('its labels moved on');
  }

  /** Unloads everything, for good. Resolves when nothing of it is loaded. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const entry of this.#entries.values()) {
      entry.cancelRetry?.();
    }
    this.#settle('the model is no longer served');
    while (this.#tasks.size > 0) {
      await Promise.all(this.#tasks);
    }
  }

  #updateVersion(disk: VersionOnDisk): void {
    const entry = this.#entries.get(disk.number) ?? newEntry(disk.number, this.#environment.now());
    this.#entries.set(disk.number, entry);
    const before = entry.disk;
    const changed = before?.fingerprint !== disk.fingerprint || before.readiness.kind !== disk.readiness.kind;
    entry.disk = disk;
    if (changed) {
      this.#changed = true;
      entry.lastError = undefined;
      entry.failures = 0;
    }
    const { state } = entry;
    if (state.phase === 'available' && before !== undefined && before.directory !== disk.directory) {
      // The same number at another base path is another version: it takes the old one's place.
      this.#track(this.#unload(entry, state.loaded, 'its base path changed'));
    }
    const { phase } = entry.state;
    // Only new facts end a failure; a copy is followed step by step.
    if (phase === 'copying' || ((phase === 'not-loaded' || phase === 'end') && changed)) {
      this.#rest(entry, 'the files');
    }
  }

  /** Puts an entry that is not in use into the state that follows from what is on disk. */
  #rest(entry: VersionEntry, cause: string): void {
    const state = restingState(entry.disk, this.#environment.now());
    if (!isSameRest(state, entry.state)) {
      this.#move(entry, state, cause);
    }
  }

  #wanted(): Set<bigint> {
    return this.#disposed ? new Set() : wantedAmong(this.#entries.values(), this.#rules.policy);
  }

  /** Ends every change: does what follows from it, and only then tells watchers, who so see no half-way state. */
  #settle(cause: string): void {
    this.#reconcile(cause);
    if (this.#changed) {
      this.#changed = false;
      this.#environment.changed();
    }
  }

  #reconcile(cause: string): void {
    const wanted = this.#wanted();
    const unwanted = [...this.#entries.values()].filter(({ number }) => !wanted.has(number));
    unwanted.forEach((entry) => this.#retire(entry, wanted, cause));
    const makesRoom =
      this.#rules.transition === 'resource-preserving' &&
      unwanted.some(({ state }) => ['loading', 'available', 'unloading'].includes(state.phase));
    if (makesRoom) {
      return;
    }
    for (const number of wanted) {
      const entry = this.#entries.get(number);
      if (entry?.disk?.readiness.kind === 'complete' && isLoadable(entry.state)) {
        this.#track(this.#load(entry, entry.disk, cause));
      }
    }
  }

  /**
   * Takes an unwanted version out of service: as soon as a wanted one is AVAILABLE (TF Serving's
   * AvailabilityPreservingPolicy), or at once to make room for it (ResourcePreservingPolicy). With nothing wanted (an
   * empty or vanished directory) it serves on unless the rules say otherwise.
   */
  #retire(entry: VersionEntry, wanted: ReadonlySet<bigint>, cause: string): void {
    const { state } = entry;
    if (state.phase === 'loading') {
      state.abort.abort();
    } else if (state.phase === 'start') {
      this.#move(entry, { phase: 'not-loaded', since: this.#environment.now() }, cause);
    } else if (state.phase === 'available') {
      const { transition, keepLast } = this.#rules;
      const replaced =
        transition === 'resource-preserving'
          ? wanted.size > 0
          : [...wanted].some((number) => this.isAvailable(number));
      const emptied = wanted.size === 0 && !keepLast && entry.disk === undefined;
      const held = this.#environment.holds(entry.number);
      if (this.#disposed || entry.pin === 'unload' || (replaced && !held) || emptied) {
        this.#track(this.#unload(entry, state.loaded, cause));
      }
    }
  }

  async #load(entry: VersionEntry, disk: VersionOnDisk, cause: string): Promise<void> {
    const { loader, now, after, changed } = this.#environment;
    const abort = new AbortController();
    const begun = now();
    const loading = { phase: 'loading', since: begun, abort } as const;
    this.#move(entry, loading, cause);
    const report = new LoadReport({
      now,
      after,
      keep: (progress) => {
        entry.state = { ...loading, progress };
      },
      tell: changed,
    });
    try {
      const loaded = await loader
        .load(this.name, disk, abort.signal, report.listener)
        .finally(() => report.end());
      if (entry.disk !== undefined && entry.disk.fingerprint !== disk.fingerprint) {
        // The files changed under the load: what was loaded may be half of each.
        await loaded.unload();
        throw new PerchError('LOAD_CANCELLED', 'The files changed while they were loaded.');
      }
      entry.failures = 0;
      entry.lastError = undefined;
      this.#move(entry, { phase: 'available', since: now(), loaded, loadMs: now() - begun }, 'it was loaded');
      void loaded.lost.then((error) => this.#onLost(entry, loaded, error));
    } catch (reason) {
      const error = PerchError.from(reason);
      if (abort.signal.aborted || entry.disk?.fingerprint !== disk.fingerprint) {
        this.#rest(entry, 'the load was cancelled');
      } else if (error.code === 'ENGINE_CRASHED' || error.code === 'ENGINE_RESTARTED') {
        this.#afterLoss(entry, error);
      } else {
        this.#afterFailure(entry, error);
      }
    }
    this.#settle('a load ended');
  }

  async #unload(entry: VersionEntry, loaded: LoadedVersion, cause: string): Promise<void> {
    const { now, after, settings } = this.#environment;
    this.#move(entry, { phase: 'unloading', since: now(), loaded }, cause);
    if (entry.inFlight > 0) {
      await new Promise<void>((resolve) => {
        const cancel = after(settings.unloadGraceMs, resolve);
        entry.drained = () => {
          cancel();
          resolve();
        };
      });
      entry.drained = undefined;
    }
    try {
      await loaded.unload();
    } catch {
      // The engine went away meanwhile: then it is unloaded too.
    }
    this.#move(entry, { phase: 'end', since: now() }, cause);
    this.#settle('an unload ended');
  }

  #onLost(entry: VersionEntry, loaded: LoadedVersion, error: PerchError): void {
    if (entry.state.phase !== 'available' || entry.state.loaded !== loaded) {
      return;
    }
    this.#afterLoss(entry, error);
    this.#settle('the engine lost it');
  }

  /** ENGINE_RESTARTED: another version was running when the host ended. Everything else: this one was, and may be why. */
  #afterLoss(entry: VersionEntry, error: PerchError): void {
    const now = this.#environment.now();
    entry.lastError = error;
    if (error.code !== 'ENGINE_RESTARTED') {
      entry.losses = [...entry.losses.filter((at) => at > now - lossWindowMs), now];
    }
    if (entry.losses.length >= maximumLosses) {
      this.#move(entry, { phase: 'end', since: now, error }, 'the engine lost it too often');
    } else if (entry.disk?.readiness.kind === 'complete') {
      this.#move(entry, { phase: 'start', since: now }, 'the engine lost it');
    } else {
      this.#rest(entry, 'the engine lost it');
    }
  }

  /** A failed load is tried again later, each time after twice as long, while others go on; a conversion's verdict stands. */
  #afterFailure(entry: VersionEntry, error: PerchError): void {
    const { now, after, settings } = this.#environment;
    const failed = { phase: 'end', since: now(), error } as const;
    entry.failures++;
    entry.lastError = error;
    entry.cancelRetry?.();
    entry.cancelRetry = undefined;
    if (entry.failures > settings.maxLoadRetries || isFinal(error, entry.disk)) {
      this.#move(entry, failed, 'the load failed');
      return;
    }
    const wait = settings.retryIntervalMs * 2 ** (entry.failures - 1);
    const state: VersionState = { ...failed, retryAt: failed.since + wait };
    this.#move(entry, state, 'the load failed');
    entry.cancelRetry = after(wait, () => {
      // To make room for a version that keeps failing would stop the one that works, again and again.
      const makesRoom = this.#rules.transition === 'resource-preserving' && this.#latest !== undefined;
      if (entry.state === state && !this.#disposed && !makesRoom) {
        this.#rest(entry, 'a retry was due');
        this.#settle('a retry was due');
      }
    });
  }

  /** Keeps `task` in view of dispose(). Tasks do not reject. */
  #track(task: Promise<void>): void {
    const tracked = task.finally(() => this.#tasks.delete(tracked));
    this.#tasks.add(tracked);
  }

  #move(entry: VersionEntry, to: VersionState, cause: string): void {
    const from = entry.state;
    entry.state = to;
    this.#changed = true;
    if (from.phase === 'available' || to.phase === 'available') {
      const available = [...this.#entries.values()].filter(({ state }) => state.phase === 'available');
      this.#latest = available.reduce<bigint | undefined>(
        (best, { number }) => (best === undefined || number > best ? number : best),
        undefined,
      );
    }
    this.#environment.moved({ version: entry.number, from, to, cause });
  }
}

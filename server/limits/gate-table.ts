// The gates of many clients or models in bounded memory, however many addresses there are.
import { ScopeGate, type ScopeRules } from './scope-gate.ts';

/** How many gates are kept: some 3 MB of them. */
const defaultCapacity = 10_000;

/** How many are looked at for one that can go: nobody is to wait for a search. */
const searched = 32;

interface Entry {
  readonly gate: ScopeGate;
  /** Since the table last looked for one that can go, and came by. */
  wasUsed: boolean;
}

/**
 * A gate for each key. When the table is full, one goes that was not used for long (the clock algorithm: to note a use
 * must cost nothing), and behind which there are no requests: these would no longer be counted. Where none can go,
 * newcomers share one gate.
 */
export class GateTable {
  readonly #rules: ScopeRules;
  readonly #capacity: number;
  readonly #entries = new Map<string, Entry>();
  /** Goes round and round, and is kept: a new one would pass by all the holes that those which went have left. */
  #hand = this.#entries.entries();
  #shared: ScopeGate | undefined;

  constructor(rules: ScopeRules, capacity = defaultCapacity) {
    this.#rules = rules;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The gate of `key`, if it has one. */
  find(key: string): ScopeGate | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      return undefined;
    }
    entry.wasUsed = true;
    return entry.gate;
  }

  /** A new gate for a key that has none, or the one that is shared. */
  add(key: string): ScopeGate {
    if (this.#entries.size >= this.#capacity && !this.#dropOne()) {
      return (this.#shared ??= new ScopeGate(this.#rules));
    }
    const gate = new ScopeGate(this.#rules);
    this.#entries.set(key, { gate, wasUsed: false });
    return gate;
  }

  #dropOne(): boolean {
    for (let step = 0; step < searched; step++) {
      let next = this.#hand.next();
      if (next.done === true) {
        this.#hand = this.#entries.entries();
        next = this.#hand.next();
      }
      if (next.done === true) {
        return false;
      }
      const [key, entry] = next.value;
      if (!entry.wasUsed && !entry.gate.isOccupied) {
        return this.#entries.delete(key);
      }
      entry.wasUsed = false;
    }
    return false;
  }
}

// The requests that wait for a batch: grouped by what may share one, each group by priority.
import { PerchError } from '../../errors.ts';
import type { QueuePolicy } from './batch-parameters.ts';
import type { BatchPart, BatchRequest } from './batch-request.ts';
import { rowsToTake, type BatchLimits } from './batch-size.ts';

/** The requests of one group and priority, in the order in which they came. */
interface Level {
  readonly priority: number;
  readonly inTime: Set<BatchRequest>;
  /** Those whose time is up although they are to be served, after the others. */
  readonly delayed: Set<BatchRequest>;
}

interface Group {
  readonly key: string;
  /** Those in which something waits, the first to be served first. */
  readonly levels: Level[];
  /** Rows of them that are in no batch yet. */
  rows: number;
}

/**
 * The group with the first priority is served first; among equals they take turns: the one that was served, or began,
 * longest ago is the next. Requests whose signal has fired or whose time is up are noticed when their turn comes, and by
 * `dropGone`.
 */
export class WaitingRequests {
  readonly #limits: BatchLimits;
  readonly #actionOf: (priority: number) => QueuePolicy['timeoutAction'];
  readonly #groups = new Map<string, Group>();
  #rows = 0;

  /** `actionOf` tells what becomes of a request of a priority whose time is up. */
  constructor(limits: BatchLimits, actionOf: (priority: number) => QueuePolicy['timeoutAction']) {
    this.#limits = limits;
    this.#actionOf = actionOf;
  }

  /** Rows that are in no batch yet. */
  get rows(): number {
    return this.#rows;
  }

  /** How many requests of a priority wait. */
  countOf(priority: number): number {
    let count = 0;
    for (const { levels } of this.#groups.values()) {
      const level = levels.find((one) => one.priority === priority);
      count += level === undefined ? 0 : level.inTime.size + level.delayed.size;
    }
    return count;
  }

  /** Adds a request of which nothing is taken. */
  add(request: BatchRequest): void {
    const { key, priority, rows } = request.facts;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { key, levels: [], rows: 0 };
      this.#groups.set(key, group);
    }
    levelOf(group, priority).inTime.add(request);
    group.rows += rows;
    this.#rows += rows;
  }

  /** Takes a request back, wherever it is; nothing happens where it does not wait. */
  remove(request: BatchRequest): void {
    const { key, priority, rows } = request.facts;
    const group = this.#groups.get(key);
    const level = group?.levels.find((one) => one.priority === priority);
    if (group === undefined || level === undefined) {
      return;
    }
    if (level.inTime.delete(request) || level.delayed.delete(request)) {
      this.#count(group, rows - request.taken);
      if (level.inTime.size + level.delayed.size === 0) {
        group.levels.splice(group.levels.indexOf(level), 1);
      }
    }
  }

  /**
   * The next batch, of one group, while `running` rows are in runs. Undefined where nothing waits, or all of it is to wait
   * on at `now`.
   */
  take(now: number, running: number): BatchPart[] | undefined {
    for (const group of this.#byPriority()) {
      const counts = { group: group.rows, waiting: this.#rows, running };
      const goal = rowsToTake(this.#limits, counts, dueAt(group, this.#limits) <= now);
      const parts = goal === undefined ? [] : this.#fill(group, goal, now);
      if (parts.length > 0) {
        // It takes its turn again after the others.
        if (this.#groups.delete(group.key)) {
          this.#groups.set(group.key, group);
        }
        return parts;
      }
    }
    return undefined;
  }

  /** The next request on its own and undivided. */
  takeOne(now: number): BatchPart[] | undefined {
    for (const group of this.#byPriority()) {
      for (const request of this.#servable(group, now)) {
        this.remove(request);
        const { rows } = request.facts;
        request.taken = rows;
        return [{ request, from: 0, to: rows }];
      }
    }
    return undefined;
  }

  /** Rejects, or delays, all whose signal has fired or whose time is up at `now`. */
  dropGone(now: number): void {
    for (const group of [...this.#groups.values()]) {
      for (const { inTime, delayed } of [...group.levels]) {
        [...inTime, ...delayed].forEach((request) => this.#isGone(request, now));
      }
    }
  }

  /** When a batch that is to wait is due at the earliest; Infinity where nothing waits. */
  nextDue(): number {
    let due = Infinity;
    for (const group of this.#groups.values()) {
      due = Math.min(due, dueAt(group, this.#limits));
    }
    return due;
  }

  /** Takes out everything. */
  clear(): BatchRequest[] {
    const all = [...this.#groups.values()].flatMap(({ levels }) =>
      levels.flatMap(({ inTime, delayed }) => [...inTime, ...delayed]),
    );
    this.#groups.clear();
    this.#rows = 0;
    return all;
  }

  /** Fills a batch with up to `goal` rows. What does not fit is passed over, and is among the first of a later batch. */
  #fill(group: Group, goal: number, now: number): BatchPart[] {
    const parts: BatchPart[] = [];
    let rows = 0;
    for (const request of this.#servable(group, now)) {
      const { taken } = request;
      const left = request.facts.rows - taken;
      const part = this.#limits.split ? Math.min(left, this.#limits.rows - rows) : left;
      if (rows === 0 || rows + part <= goal) {
        if (part === left) {
          this.remove(request);
        } else {
          this.#count(group, part);
        }
        request.taken += part;
        rows += part;
        parts.push({ request, from: taken, to: taken + part });
      }
      if (rows >= goal) {
        break;
      }
    }
    return parts;
  }

  /** The requests of a group in the order in which they are to be served; drops those that are gone. */
  *#servable(group: Group, now: number): Generator<BatchRequest> {
    for (const { inTime, delayed } of [...group.levels]) {
      for (const request of inTime) {
        if (!this.#isGone(request, now)) {
          yield request;
        }
      }
      for (const request of delayed) {
        if (!this.#isGone(request, now)) {
          yield request;
        }
      }
    }
  }

  /** Whether a request is not to be served now: rejects it, or has it wait behind the others, where that is so. */
  #isGone(request: BatchRequest, now: number): boolean {
    const { key, priority, expiresAt } = request.facts;
    if (request.rejectIfAborted()) {
      this.remove(request);
      return true;
    }
    // Of a divided request that has begun to run all is run.
    if (now < expiresAt || request.taken > 0) {
      return false;
    }
    if (this.#actionOf(priority) === 'reject') {
      request.reject(new PerchError('DEADLINE_EXCEEDED', 'Request timeout expired'));
      this.remove(request);
      return true;
    }
    const level = this.#groups.get(key)?.levels.find((one) => one.priority === priority);
    const wasInTime = level?.inTime.delete(request) ?? false;
    level?.delayed.add(request);
    return wasInTime;
  }

  /** Groups in the order of their turns, those with the first priority before others. */
  #byPriority(): Group[] {
    const groups = [...this.#groups.values()];
    return groups.length > 1 ? groups.sort((a, b) => rankOf(a) - rankOf(b)) : groups;
  }

  /** Notes that `rows` of the group wait no more. */
  #count(group: Group, rows: number): void {
    group.rows -= rows;
    this.#rows -= rows;
    if (group.rows === 0) {
      this.#groups.delete(group.key);
    }
  }
}

/** The group's level of this priority, which is made where there is none. */
function levelOf({ levels }: Group, priority: number): Level {
  const at = levels.findIndex((level) => level.priority >= priority);
  const found = levels[at];
  if (found?.priority === priority) {
    return found;
  }
  const level: Level = { priority, inTime: new Set(), delayed: new Set() };
  levels.splice(at === -1 ? levels.length : at, 0, level);
  return level;
}

/** The priority of what the group has first; what is delayed comes after what is in time, before the next priority. */
function rankOf({ levels }: Group): number {
  const [first] = levels;
  return first === undefined ? Infinity : first.priority + (first.inTime.size > 0 ? 0 : 0.5);
}

function dueAt({ levels }: Group, { waitMs }: BatchLimits): number {
  let due = Infinity;
  for (const { inTime, delayed } of levels) {
    for (const [oldest] of [inTime, delayed]) {
      due = Math.min(due, oldest === undefined ? Infinity : oldest.facts.cameAt + waitMs);
    }
  }
  return due;
}

// What the daemon decides before a version is put into the engine: its instances, and where each may run.
import type { SessionSettings } from './engine-settings.ts';

/** One instance of a version: a session in one host. */
export interface InstancePlan {
  /** How its session may be made, the wanted way first; at least one. The next is tried where one fails. */
  readonly candidates: readonly SessionSettings[];
  /** Why the first is not what was asked for; empty where it is. */
  readonly fallbackReason: string;
}

/** What becomes of a version. */
export interface EnginePlan {
  /** At least one. */
  readonly instances: readonly InstancePlan[];
}

// What the playground shows of the outside: the models that can be asked, and what was asked before.
import { isArrayOf, isObject, isString, isWhole, type Guard } from '../guards.ts';
import { isTarget, type PlaygroundTarget } from './target.ts';

/** A model that has a version to ask. */
export interface PlaygroundModel {
  readonly name: string;
  /** Those that answer, the newest first; decimal digits. */
  readonly versions: readonly string[];
  /** Labels that lead to one of them. */
  readonly labels: readonly { readonly label: string; readonly version: string }[];
  /** Where a request goes that names nothing, in the user's language. */
  readonly routing: string;
}

/** A request that was sent before. */
export interface PastRequest {
  readonly id: string;
  readonly model: string;
  readonly target: PlaygroundTarget;
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
  /** How large its JSON is. */
  readonly bytes: number;
}

/** All that the page shows of the outside. Always complete. */
export interface PlaygroundSnapshot {
  /** Why nothing can be asked now, in the user's language; empty while the server runs. */
  readonly obstacle: string;
  /** Whether the server could be started. */
  readonly canStart: boolean;
  /** Whether the snippets that need REST make sense. */
  readonly hasRest: boolean;
  /** By name. */
  readonly models: readonly PlaygroundModel[];
  /** The newest first. */
  readonly history: readonly PastRequest[];
}

const isBoolean: Guard<boolean> = (value) => typeof value === 'boolean';

/** Whether the page may show it. */
export const isSnapshot = isObject<PlaygroundSnapshot>({
  obstacle: isString,
  canStart: isBoolean,
  hasRest: isBoolean,
  models: isArrayOf(
    isObject<PlaygroundModel>({
      name: isString,
      versions: isArrayOf(isString),
      labels: isArrayOf(isObject<{ label: string; version: string }>({ label: isString, version: isString })),
      routing: isString,
    }),
  ),
  history: isArrayOf(
    isObject<PastRequest>({ id: isString, model: isString, target: isTarget, atMs: isWhole, bytes: isWhole }),
  ),
});

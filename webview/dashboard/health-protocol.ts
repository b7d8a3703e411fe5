// What the dashboard's tab "Health" and the extension say to each other: the server's status, and how well it is.
import {
  isArrayOf,
  isEither,
  isLiteral,
  isObject,
  isOneOf,
  isString,
  isTextOf,
  isWhole,
  type Guard,
} from '../guards.ts';
import { isHostMessage, type HostMessage } from '../protocol.ts';

/** A probe's answer, and why it is no. */
export interface Verdict {
  readonly holds: boolean;
  /** Empty where it holds. */
  readonly reasons: readonly string[];
}

/** A model as readiness sees it. */
export interface ModelVerdict {
  readonly name: string;
  readonly ready: boolean;
  /** Whether the server is not ready without it. */
  readonly required: boolean;
  /** Why it is not ready; empty where it is. */
  readonly reason: string;
  /** Since when, milliseconds since the Unix epoch; 0 where it is not known. */
  readonly sinceMs: number;
}

/** A figure over the last minutes. */
export interface Series {
  /** What it is, in the user's language. */
  readonly name: string;
  /** Its newest value with its unit, in the user's language. */
  readonly now: string;
  /** Evenly spaced, the oldest first; null where nothing was measured. */
  readonly points: readonly (number | null)[];
  /** The top of the line. */
  readonly top: number;
  /** What is spoken in the line's place. */
  readonly spoken: string;
}

/** An execution provider or a GPU, in the user's language. */
export interface DeviceLine {
  readonly name: string;
  readonly state: 'good' | 'idle' | 'bad';
  readonly words: string;
}

/** How well the server is. Always complete. */
export interface HealthFacts {
  readonly alive: Verdict;
  readonly ready: Verdict;
  readonly models: readonly ModelVerdict[];
  readonly series: readonly Series[];
  readonly devices: readonly DeviceLine[];
}

/** Names of the tab's texts beside those of the status. `{0}` stands for what the comment beside it says. */
export const healthTextNames = [
  'live',
  'notLive',
  'ready',
  'notReady',
  'readiness',
  'model',
  'state',
  'required',
  'stateSince',
  'modelReady',
  'modelNotReady',
  'yes',
  'no',
  'resources',
  'devices',
  'announceReady',
  'announceNotReady', // the reasons
] as const;

/** The tab's texts in the user's language. */
export type HealthText = Readonly<Record<(typeof healthTextNames)[number], string>>;

/** Extension to page, once after each load, before the texts of the status. */
export interface HealthWordsMessage {
  readonly type: 'healthWords';
  readonly words: HealthText;
}

/** Extension to page; null while no server runs. */
export interface HealthMessage {
  readonly type: 'health';
  readonly health: HealthFacts | null;
}

export type HealthHostMessage = HostMessage | HealthWordsMessage | HealthMessage;

const isFlag: Guard<boolean> = (value) => typeof value === 'boolean';
const isNumber: Guard<number> = (value): value is number => Number.isFinite(value);
const isNothing: Guard<null> = (value): value is null => value === null;

const isVerdict = isObject<Verdict>({ holds: isFlag, reasons: isArrayOf(isString) });

const isHealthFacts = isObject<HealthFacts>({
  alive: isVerdict,
  ready: isVerdict,
  models: isArrayOf(
    isObject<ModelVerdict>({
      name: isString,
      ready: isFlag,
      required: isFlag,
      reason: isString,
      sinceMs: isWhole,
    }),
  ),
  series: isArrayOf(
    isObject<Series>({
      name: isString,
      now: isString,
      points: isArrayOf(isEither(isNumber, isNothing)),
      top: isNumber,
      spoken: isString,
    }),
  ),
  devices: isArrayOf(
    isObject<DeviceLine>({ name: isString, state: isOneOf(['good', 'idle', 'bad']), words: isString }),
  ),
});

/** Whether the tab may believe what it received. */
export const isHealthHostMessage: Guard<HealthHostMessage> = isEither(
  isHostMessage,
  isEither(
    isObject<HealthWordsMessage>({ type: isLiteral('healthWords'), words: isTextOf(healthTextNames) }),
    isObject<HealthMessage>({ type: isLiteral('health'), health: isEither(isHealthFacts, isNothing) }),
  ),
);

// The server's status: what the dashboard's tab "Health" and the extension say of it, and the guards that both check it with.
import {
  isArrayOf,
  isEither,
  isLiteral,
  isLocale,
  isObject,
  isOneOf,
  isString,
  isTextOf,
  isWhole,
} from './guards.ts';
import type { Guard } from './guards.ts';

/** The commands that the page may ask for. The extension runs one only while its own snapshot offers it. */
export const statusCommands = ['start', 'stop', 'restart', 'showLog'] as const;
export type StatusCommand = (typeof statusCommands)[number];

/** The fields whose text the page may have copied. The extension takes the text from its own snapshot. */
export const copyFields = ['grpcAddress', 'restAddress'] as const;
export type CopyField = (typeof copyFields)[number];

/** Where a version is in its life. */
export const versionPhases = [
  'not-loaded',
  'copying',
  'loading',
  'available',
  'unloading',
  'unloaded',
  'failed',
] as const;
export type VersionPhase = (typeof versionPhases)[number];

/** One version of a model. */
export interface VersionStatus {
  /** Decimal digits: version numbers are 64 bits wide. */
  readonly version: string;
  readonly phase: VersionPhase;
  /** When the phase began, milliseconds since the Unix epoch; 0 where it is not known. */
  readonly sinceMs: number;
  /** Why the phase is what it is: the cause of a failure, what is waited for. Empty where that is plain. */
  readonly reason: string;
  /** The error's code in docs/errors.md. Empty where `reason` is. */
  readonly errorCode: string;
  readonly labels: readonly string[];
  /** What its load is at, in the user's language; empty unless it is loading. */
  readonly step: string;
  /** When that step began, milliseconds since the Unix epoch; 0 where `step` is empty. */
  readonly stepSinceMs: number;
  /** On what it runs, in the user's language; empty where it does not run, or that is not known. */
  readonly runsOn: string;
  /** Why it does not run on what was asked for; empty where it does. */
  readonly fallback: string;
}

/** One model with its versions, in the order in which they are shown. */
export interface ModelStatus {
  readonly name: string;
  /** What is wrong with the model as a whole; empty if nothing is. */
  readonly problem: string;
  readonly versions: readonly VersionStatus[];
}

/** One child process that runs models. */
export interface EngineHostStatus {
  readonly index: number;
  /** 0 while it is being started. */
  readonly pid: number;
  readonly restarts: number;
  readonly loadedVersions: number;
  /** Why it ended the last time; empty if it never did. */
  readonly lastExit: string;
}

/** The server while it does not serve. */
export interface IdleServer {
  readonly kind: 'stopped' | 'starting' | 'stopping' | 'failed';
  /** Why, or what is being done about it, in the user's language; may be empty. */
  readonly detail: string;
}

/** The server while it serves. */
export interface RunningServer {
  readonly kind: 'running';
  /** Milliseconds since the Unix epoch. */
  readonly startedAtMs: number;
  readonly perchVersion: string;
  /** Empty until the first engine host is up. */
  readonly onnxRuntimeVersion: string;
  readonly nodeVersion: string;
  readonly pid: number;
  /** Resident memory of the daemon's own process, bytes. */
  readonly memoryBytes: number;
  /** The models directory or config file. */
  readonly modelsSource: string;
  /** host:port. */
  readonly grpcAddress: string;
  /** host:port; empty where REST is off. */
  readonly restAddress: string;
  readonly engineHosts: readonly EngineHostStatus[];
}

/** All that the page shows. Always complete: a hidden page gets nothing, so a difference would be lost. */
export interface StatusSnapshot {
  readonly server: IdleServer | RunningServer;
  /** The commands that make sense now, in the order of their buttons. */
  readonly commands: readonly StatusCommand[];
  readonly models: readonly ModelStatus[];
}

/** Names of the page's texts. `{0}`, `{1}` and `{2}` in a text stand for what the comment beside it says. */
export const statusTextNames = [
  'heading',
  'stopped',
  'starting',
  'stopping',
  'failed',
  'running',
  'since', // the moment
  'addresses',
  'copyGrpcAddress',
  'copyRestAddress',
  'copied',
  'restOff',
  'process',
  'processId',
  'memory',
  'modelsSource',
  'notKnownYet',
  'engineHosts',
  'engineHost',
  'restarts',
  'loadedVersions',
  'lastExit',
  'hostStarting',
  'none',
  'models',
  'noModels',
  'noVersions',
  'version',
  'labels',
  'state',
  'stateSince',
  'announceServer', // the state
  'announceVersion', // the model, the version, the state
] as const;

/** The page's texts in the user's language. */
export interface StatusText {
  readonly page: Readonly<Record<(typeof statusTextNames)[number], string>>;
  readonly phases: Readonly<Record<VersionPhase, string>>;
  readonly commands: Readonly<Record<StatusCommand, string>>;
}

/** Extension to page: the texts, once after each `ready` and before the first snapshot. */
export interface TextMessage {
  readonly type: 'text';
  /** The language for dates and numbers (BCP 47). */
  readonly locale: string;
  readonly text: StatusText;
}

/** Extension to page: all that there is to show. */
export interface SnapshotMessage {
  readonly type: 'snapshot';
  readonly snapshot: StatusSnapshot;
}

/** Extension to page: the text of the field is on the clipboard. */
export interface CopiedMessage {
  readonly type: 'copied';
  readonly field: CopyField;
}

export type HostMessage = TextMessage | SnapshotMessage | CopiedMessage;

/** Page to extension: put the text of this field on the clipboard. */
export interface CopyMessage {
  readonly type: 'copy';
  readonly field: CopyField;
}

/** Page to extension: run this command. */
export interface RunMessage {
  readonly type: 'run';
  readonly command: StatusCommand;
}

export type PageMessage = CopyMessage | RunMessage;

const isVersionStatus = isObject<VersionStatus>({
  version: isString,
  phase: isOneOf(versionPhases),
  sinceMs: isWhole,
  reason: isString,
  errorCode: isString,
  labels: isArrayOf(isString),
  step: isString,
  stepSinceMs: isWhole,
  runsOn: isString,
  fallback: isString,
});

const isModelStatus = isObject<ModelStatus>({
  name: isString,
  problem: isString,
  versions: isArrayOf(isVersionStatus),
});

const isEngineHostStatus = isObject<EngineHostStatus>({
  index: isWhole,
  pid: isWhole,
  restarts: isWhole,
  loadedVersions: isWhole,
  lastExit: isString,
});

const isIdleServer = isObject<IdleServer>({
  kind: isOneOf(['stopped', 'starting', 'stopping', 'failed']),
  detail: isString,
});

const isRunningServer = isObject<RunningServer>({
  kind: isLiteral('running'),
  startedAtMs: isWhole,
  perchVersion: isString,
  onnxRuntimeVersion: isString,
  nodeVersion: isString,
  pid: isWhole,
  memoryBytes: isWhole,
  modelsSource: isString,
  grpcAddress: isString,
  restAddress: isString,
  engineHosts: isArrayOf(isEngineHostStatus),
});

const isSnapshotMessage = isObject<SnapshotMessage>({
  type: isLiteral('snapshot'),
  snapshot: isObject<StatusSnapshot>({
    server: isEither(isIdleServer, isRunningServer),
    commands: isArrayOf(isOneOf(statusCommands)),
    models: isArrayOf(isModelStatus),
  }),
});

const isTextMessage = isObject<TextMessage>({
  type: isLiteral('text'),
  locale: isLocale,
  text: isObject<StatusText>({
    page: isTextOf(statusTextNames),
    phases: isTextOf(versionPhases),
    commands: isTextOf(statusCommands),
  }),
});

const isCopiedMessage = isObject<CopiedMessage>({ type: isLiteral('copied'), field: isOneOf(copyFields) });

/** Whether the page may believe what it received. */
export const isHostMessage: Guard<HostMessage> = isEither(
  isSnapshotMessage,
  isEither(isTextMessage, isCopiedMessage),
);

/** Whether the extension may act on what it received. */
export const isPageMessage: Guard<PageMessage> = isEither(
  isObject<CopyMessage>({ type: isLiteral('copy'), field: isOneOf(copyFields) }),
  isObject<RunMessage>({ type: isLiteral('run'), command: isOneOf(statusCommands) }),
);

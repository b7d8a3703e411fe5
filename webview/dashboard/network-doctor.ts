// What the tab "Network" asks of the keepalive doctor and of the recorder, and what it shows of their answers.
import { isArrayOf, isObject, isOneOf, isString, isWhole, type Guard } from '../guards.ts';
import { isAmount } from './network-snapshot.ts';

/** The client's languages of the form, as the server knows them. */
export const doctorClients = ['python', 'cpp', 'java', 'go', 'node', 'dotnet', 'tritonclient'] as const;
export type DoctorClient = (typeof doctorClients)[number];

/** The servers of the form; `this`: the one that runs, with its own options. */
export const doctorServers = ['this', 'tf-serving', 'triton', 'core', 'go', 'java', 'js'] as const;
export type DoctorServer = (typeof doctorServers)[number];

/** What may lie between; `direct`: nothing, `other`: what forgets after the time that is typed. */
export const doctorPaths = [
  'direct',
  'aws-nlb',
  'aws-alb',
  'azure-lb',
  'gcp-firewall',
  'nginx',
  'envoy',
  'docker-nat',
  'home-nat',
  'other',
] as const;
export type DoctorPath = (typeof doctorPaths)[number];

/** The form. */
export interface DoctorQuestion {
  readonly client: DoctorClient;
  /** Code, in any language. */
  readonly clientOptions: string;
  readonly server: DoctorServer;
  /** Code or flags. */
  readonly serverOptions: string;
  readonly path: DoctorPath;
  /** With `other`; seconds, 0: never. */
  readonly forgetsAfterS: number;
  /** There and back, milliseconds. */
  readonly roundTripMs: number;
  /** idle: no call after the first; calls: short ones; stream: one that stays open. */
  readonly traffic: 'idle' | 'calls' | 'stream';
  /** How often calls begin, or the server sends on the stream; seconds, 0: never. */
  readonly everyS: number;
}

export const doctorTraffic = ['idle', 'calls', 'stream'] as const;

/** Characters of each text that may be asked about; the server takes no more either. */
export const longestOptions = 100_000;

/** The longest time that may be asked about: 30 days in seconds. */
export const longestSeconds = 30 * 86_400;

const isOptions: Guard<string> = (value): value is string =>
  isString(value) && value.length <= longestOptions;
const isSeconds: Guard<number> = (value): value is number => isAmount(value) && value <= longestSeconds;

/** Whether a question can be asked, and a form be filled in from it. */
export const isDoctorQuestion: Guard<DoctorQuestion> = isObject<DoctorQuestion>({
  client: isOneOf(doctorClients),
  clientOptions: isOptions,
  server: isOneOf(doctorServers),
  serverOptions: isOptions,
  path: isOneOf(doctorPaths),
  forgetsAfterS: isSeconds,
  roundTripMs: isSeconds,
  traffic: isOneOf(doctorTraffic),
  everyS: isSeconds,
});

/** Something about the settings. */
export interface DoctorFinding {
  /** R1 to R16. */
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly text: string;
}

/** A way to keep the connection open; a side without changes has no code. */
export interface DoctorFix {
  readonly clientCode: string;
  readonly serverCode: string;
}

/** What is predicted. */
export interface DoctorAnswer {
  readonly outcome: 'stays' | 'warned' | 'normal' | 'closes';
  readonly summary: string;
  /** How the client goes on after it was closed; empty where there is nothing to say. */
  readonly after: string;
  readonly findings: readonly DoctorFinding[];
  readonly fixes: readonly DoctorFix[];
}

/** What came of trying it. */
export interface ProbeAnswer {
  readonly agreement: 'agrees' | 'differs' | 'not-reached';
  readonly text: string;
}

/** The doctor, as far as it was asked. */
export interface DoctorState {
  readonly busy: 'no' | 'diagnosing' | 'probing';
  /** Null before there is one. */
  readonly answer: DoctorAnswer | null;
  readonly probe: ProbeAnswer | null;
  /** Why there is no answer, or no probe; empty where there is. */
  readonly error: string;
}

/** A line of a recording. */
export interface RecordedLine {
  /** Counts up. */
  readonly id: number;
  readonly connection: number;
  /** Since that connection began, milliseconds. */
  readonly atMs: number;
  /** `verdict`: not a frame, but why it closed. */
  readonly from: 'client' | 'server' | 'recorder' | 'verdict';
  /** A frame's type, or the cause. */
  readonly what: string;
  readonly detail: string;
  /** Of a verdict: evidence, advice and notes. */
  readonly more: readonly string[];
}

/** A recording. */
export interface RecordingState {
  readonly state: 'off' | 'starting' | 'on' | 'over';
  /** host:port that clients are to connect to; empty before it is known. */
  readonly address: string;
  readonly to: string;
  /** Why it is over, or did not begin; empty where the user ended it. */
  readonly error: string;
  /** The last ones, the oldest first. */
  readonly lines: readonly RecordedLine[];
  /** Of all lines that were recorded. */
  readonly total: number;
}

const isFinding = isObject<DoctorFinding>({
  rule: isString,
  severity: isOneOf(['error', 'warning', 'info']),
  text: isString,
});

const isAnswer = isObject<DoctorAnswer>({
  outcome: isOneOf(['stays', 'warned', 'normal', 'closes']),
  summary: isString,
  after: isString,
  findings: isArrayOf(isFinding),
  fixes: isArrayOf(isObject<DoctorFix>({ clientCode: isString, serverCode: isString })),
});

const isProbe = isObject<ProbeAnswer>({
  agreement: isOneOf(['agrees', 'differs', 'not-reached']),
  text: isString,
});

function orNull<T>(isValue: Guard<T>): Guard<T | null> {
  return (value): value is T | null => value === null || isValue(value);
}

/** Whether the page may believe it. */
export const isDoctorState: Guard<DoctorState> = isObject<DoctorState>({
  busy: isOneOf(['no', 'diagnosing', 'probing']),
  answer: orNull(isAnswer),
  probe: orNull(isProbe),
  error: isString,
});

/** Whether the page may believe it. */
export const isRecordingState: Guard<RecordingState> = isObject<RecordingState>({
  state: isOneOf(['off', 'starting', 'on', 'over']),
  address: isString,
  to: isString,
  error: isString,
  lines: isArrayOf(
    isObject<RecordedLine>({
      id: isWhole,
      connection: isWhole,
      atMs: isAmount,
      from: isOneOf(['client', 'server', 'recorder', 'verdict']),
      what: isString,
      detail: isString,
      more: isArrayOf(isString),
    }),
  ),
  total: isWhole,
});

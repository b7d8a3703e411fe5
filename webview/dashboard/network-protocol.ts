// What the dashboard's tab "Network" and the extension say to each other, and the guards that both check it with.
import {
  isEither,
  isLiteral,
  isObject,
  isOneOf,
  isString,
  isTextOf,
  isWhole,
  type Guard,
} from '../guards.ts';
import {
  isDoctorQuestion,
  isDoctorState,
  isRecordingState,
  type DoctorQuestion,
  type DoctorState,
  type RecordingState,
} from './network-doctor.ts';
import { isNetworkSnapshot, type NetworkSnapshot } from './network-snapshot.ts';
import { networkTextNames, type NetworkText } from './network-text.ts';

/** Extension to page: the words, once after each `ready` and before anything else. */
export interface NetworkWordsMessage {
  readonly type: 'words';
  readonly words: NetworkText;
}

/** Extension to page: all that there is to show of the server. */
export interface NetworkSnapshotMessage {
  readonly type: 'snapshot';
  readonly snapshot: NetworkSnapshot;
}

/** Extension to page: where the doctor is. */
export interface DoctorMessage {
  readonly type: 'doctor';
  readonly doctor: DoctorState;
}

/** Extension to page: where the recording is. */
export interface RecordingMessage {
  readonly type: 'recording';
  readonly recording: RecordingState;
}

/** Extension to page: the text is on the clipboard. */
export interface NetworkCopiedMessage {
  readonly type: 'copied';
  readonly what: CopyWhat;
  readonly fix: number;
}

export type NetworkHostMessage =
  NetworkWordsMessage | NetworkSnapshotMessage | DoctorMessage | RecordingMessage | NetworkCopiedMessage;

/** What may be copied; the extension takes the text from what it last sent. */
export const copyWhats = ['clientCode', 'serverCode', 'recordAddress'] as const;
export type CopyWhat = (typeof copyWhats)[number];

/** Page to extension: put this on the clipboard. `fix`: which of the doctor's; 0 for the others. */
export interface NetworkCopyMessage {
  readonly type: 'copy';
  readonly what: CopyWhat;
  readonly fix: number;
}

/** Page to extension: ask the doctor; `probe`: try it too. */
export interface DiagnoseMessage {
  readonly type: 'diagnose';
  readonly question: DoctorQuestion;
  readonly probe: 'no' | 'yes';
}

/** Page to extension: begin a recording. `to`: host:port; empty: this server. */
export interface RecordMessage {
  readonly type: 'record';
  readonly to: string;
}

/** Page to extension: end the recording, or save what was recorded. */
export interface RecordingActMessage {
  readonly type: 'recording';
  readonly act: 'stop' | 'save';
}

export type NetworkPageMessage = NetworkCopyMessage | DiagnoseMessage | RecordMessage | RecordingActMessage;

const isTarget: Guard<string> = (value): value is string => isString(value) && value.length <= 300;

/** Whether the page may believe what it received. */
export const isNetworkHostMessage: Guard<NetworkHostMessage> = isEither(
  isObject<NetworkSnapshotMessage>({ type: isLiteral('snapshot'), snapshot: isNetworkSnapshot }),
  isEither(
    isEither(
      isObject<NetworkWordsMessage>({ type: isLiteral('words'), words: isTextOf(networkTextNames) }),
      isObject<DoctorMessage>({ type: isLiteral('doctor'), doctor: isDoctorState }),
    ),
    isEither(
      isObject<RecordingMessage>({ type: isLiteral('recording'), recording: isRecordingState }),
      isObject<NetworkCopiedMessage>({ type: isLiteral('copied'), what: isOneOf(copyWhats), fix: isWhole }),
    ),
  ),
);

/** Whether the extension may act on what it received. */
export const isNetworkPageMessage: Guard<NetworkPageMessage> = isEither(
  isEither(
    isObject<NetworkCopyMessage>({ type: isLiteral('copy'), what: isOneOf(copyWhats), fix: isWhole }),
    isObject<DiagnoseMessage>({
      type: isLiteral('diagnose'),
      question: isDoctorQuestion,
      probe: isOneOf(['no', 'yes']),
    }),
  ),
  isEither(
    isObject<RecordMessage>({ type: isLiteral('record'), to: isTarget }),
    isObject<RecordingActMessage>({ type: isLiteral('recording'), act: isOneOf(['stop', 'save']) }),
  ),
);

// What the page "Playground" and the extension say to each other, and the guards that both check it with.
import { isEither, isLiteral, isLocale, isObject, isOneOf, isString, type Guard } from '../guards.ts';
import { isOutcome, isSignature, type RequestOutcome, type TargetSignature } from './exchange.ts';
import { isMeasurePlan, isMeasureView, type MeasurePlan, type MeasureView } from './measure.ts';
import { isSnapshot, type PlaygroundSnapshot } from './snapshot.ts';
import { isTarget, type PlaygroundTarget } from './target.ts';
import { isPlaygroundWords, type PlaygroundWords } from './words.ts';

/** The forms in which a request can be copied. */
export const snippetKinds = ['curl', 'grpcurl', 'pythonGrpc', 'pythonRequests', 'node'] as const;
export type SnippetKind = (typeof snippetKinds)[number];

export interface WordsMessage {
  readonly type: 'words';
  /** The language for dates and numbers (BCP 47). */
  readonly locale: string;
  readonly words: PlaygroundWords;
}
export interface PlaygroundSnapshotMessage {
  readonly type: 'snapshot';
  readonly snapshot: PlaygroundSnapshot;
}
/** Show this model; with a request, that one. */
export interface OpenMessage {
  readonly type: 'open';
  readonly model: string;
  readonly target: PlaygroundTarget;
  /** A body; empty: none. */
  readonly request: string;
}
/** The answer to `describe`. */
export interface DescribedMessage {
  readonly type: 'described';
  readonly model: string;
  readonly target: PlaygroundTarget;
  /** As in the question; `description` tells the one that it is about. */
  readonly signature: string;
  readonly description: TargetSignature | { readonly kind: 'problem'; readonly text: string };
}
/** The answer to `send`; the last ones again after each `ready`. */
export interface AnsweredMessage {
  readonly type: 'answered';
  readonly id: string;
  readonly outcome: RequestOutcome;
}
export interface MeasuredMessage {
  readonly type: 'measured';
  readonly view: MeasureView;
}
/** What was asked to be copied is on the clipboard. */
export interface PlaygroundCopiedMessage {
  readonly type: 'copied';
  readonly what: 'snippet' | 'text';
}
export type PlaygroundHostMessage =
  | WordsMessage
  | PlaygroundSnapshotMessage
  | OpenMessage
  | DescribedMessage
  | AnsweredMessage
  | MeasuredMessage
  | PlaygroundCopiedMessage;

/** The page listens. Sent at every load, so also after the panel was hidden. */
export interface PlaygroundReadyMessage {
  readonly type: 'ready';
}
/** What does this target take and give? */
export interface DescribeMessage {
  readonly type: 'describe';
  readonly model: string;
  readonly target: PlaygroundTarget;
  /** The name of the signature; that of requests which name none where it is empty, or not there. */
  readonly signature: string;
}
export interface SendMessage {
  readonly type: 'send';
  /** Chosen by the page, unique within the panel. */
  readonly id: string;
  readonly model: string;
  readonly target: PlaygroundTarget;
  readonly body: string;
  /** Whether it goes into the history. */
  readonly remember: boolean;
}
export interface CancelMessage {
  readonly type: 'cancel';
  readonly id: string;
}
export interface CopySnippetMessage {
  readonly type: 'copySnippet';
  readonly snippet: SnippetKind;
  readonly model: string;
  readonly target: PlaygroundTarget;
  readonly body: string;
}
export interface CopyTextMessage {
  readonly type: 'copyText';
  readonly text: string;
}
/** Save the request as a file; with its answer, as what is to be expected. */
export interface SaveMessage {
  readonly type: 'save';
  readonly model: string;
  readonly target: PlaygroundTarget;
  readonly request: string;
  /** Empty: without one. */
  readonly answer: string;
}
/** Give the body of this past request, as `open`. */
export interface RecallMessage {
  readonly type: 'recall';
  readonly id: string;
}
export interface MeasureMessage {
  readonly type: 'measure';
  readonly model: string;
  readonly target: PlaygroundTarget;
  readonly body: string;
  readonly plan: MeasurePlan;
}
/** `start`: start the server. `forget`: empty the history. `stopMeasure` and `exportMeasure` are about the last measurement. */
export interface PlaygroundActMessage {
  readonly type: 'act';
  readonly act: (typeof playgroundActs)[number];
}
export const playgroundActs = ['start', 'forget', 'stopMeasure', 'exportMeasure'] as const;

export type PlaygroundPageMessage =
  | PlaygroundReadyMessage
  | DescribeMessage
  | SendMessage
  | CancelMessage
  | CopySnippetMessage
  | CopyTextMessage
  | SaveMessage
  | RecallMessage
  | MeasureMessage
  | PlaygroundActMessage;

const isBoolean: Guard<boolean> = (value) => typeof value === 'boolean';
const hostGuards: readonly Guard<PlaygroundHostMessage>[] = [
  isObject<WordsMessage>({ type: isLiteral('words'), locale: isLocale, words: isPlaygroundWords }),
  isObject<PlaygroundSnapshotMessage>({ type: isLiteral('snapshot'), snapshot: isSnapshot }),
  isObject<OpenMessage>({ type: isLiteral('open'), model: isString, target: isTarget, request: isString }),
  isObject<DescribedMessage>({
    type: isLiteral('described'),
    model: isString,
    target: isTarget,
    signature: isString,
    description: isEither(
      isSignature,
      isObject<{ kind: 'problem'; text: string }>({ kind: isLiteral('problem'), text: isString }),
    ),
  }),
  isObject<AnsweredMessage>({ type: isLiteral('answered'), id: isString, outcome: isOutcome }),
  isObject<MeasuredMessage>({ type: isLiteral('measured'), view: isMeasureView }),
  isObject<PlaygroundCopiedMessage>({ type: isLiteral('copied'), what: isOneOf(['snippet', 'text']) }),
];

const pageGuards: readonly Guard<PlaygroundPageMessage>[] = [
  isObject<PlaygroundReadyMessage>({ type: isLiteral('ready') }),
  isObject<DescribeMessage>({
    type: isLiteral('describe'),
    model: isString,
    target: isTarget,
    signature: isString,
  }),
  isObject<SendMessage>({
    type: isLiteral('send'),
    id: isString,
    model: isString,
    target: isTarget,
    body: isString,
    remember: isBoolean,
  }),
  isObject<CancelMessage>({ type: isLiteral('cancel'), id: isString }),
  isObject<CopySnippetMessage>({
    type: isLiteral('copySnippet'),
    snippet: isOneOf(snippetKinds),
    model: isString,
    target: isTarget,
    body: isString,
  }),
  isObject<CopyTextMessage>({ type: isLiteral('copyText'), text: isString }),
  isObject<SaveMessage>({
    type: isLiteral('save'),
    model: isString,
    target: isTarget,
    request: isString,
    answer: isString,
  }),
  isObject<RecallMessage>({ type: isLiteral('recall'), id: isString }),
  isObject<MeasureMessage>({
    type: isLiteral('measure'),
    model: isString,
    target: isTarget,
    body: isString,
    plan: isMeasurePlan,
  }),
  isObject<PlaygroundActMessage>({ type: isLiteral('act'), act: isOneOf(playgroundActs) }),
];

/** Whether the page may believe what it received. */
export const isPlaygroundHostMessage: Guard<PlaygroundHostMessage> = (
  value,
): value is PlaygroundHostMessage => hostGuards.some((guard) => guard(value));

/** Whether the extension may act on what it received. */
export const isPlaygroundPageMessage: Guard<PlaygroundPageMessage> = (
  value,
): value is PlaygroundPageMessage => pageGuards.some((guard) => guard(value));

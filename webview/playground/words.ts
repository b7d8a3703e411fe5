// The texts of the page "Playground". `{0}`, `{1}` … in a text stand for what the comment beside its name says.
import { isTextOf } from '../guards.ts';

/** The names of the texts. */
export const playgroundWordNames = [
  'heading',
  'model',
  'target',
  'asRouted',
  'routedTo', // where to
  'labels',
  'versions',
  'labelTarget', // the label, its version
  'versionTarget', // the version
  'signature',
  'exampleSignatures',
  'send',
  'sendKeys',
  'cancel',
  'startServer',
  'noModels',
  'request',
  'requestView',
  'form',
  'format',
  'row', // the index
  'rowFormat',
  'columnarFormat',
  'fillAll',
  'fillInput', // the input
  'sample',
  'zeros',
  'ones',
  'random',
  'loadFile',
  'jsonBox',
  'dataNote',
  'noInputs',
  'addRow',
  'removeRow',
  'dataSummary', // the file, the shape, how many, the least, the largest
  'layout',
  'channels',
  'grey',
  'width',
  'height',
  'mean',
  'scale',
  'invert',
  'pictureFormula',
  'preview', // the file
  'noPicture',
  'notAPicture',
  'history',
  'chooseHistory',
  'noHistory',
  'historyEntry', // model and version, the moment, the size
  'forget',
  'copyAs',
  'copy',
  'copied',
  'save',
  'results',
  'mode',
  'answer',
  'compare',
  'measure',
  'noAnswer',
  'sending',
  'cancelled',
  'refused', // the gRPC status
  'answered', // the model, the version, the time
  'timing',
  'timing-queue',
  'timing-run',
  'timing-codec',
  'timing-network',
  'timing-queue-means',
  'timing-run-means',
  'timing-codec-means',
  'timing-network-means',
  'rawJson',
  'copyAnswer',
  'saveGolden',
  'showAs', // the output
  'rowOf', // the output
  'kind-top',
  'kind-table',
  'kind-histogram',
  'kind-line',
  'kind-heat',
  'kind-image',
  'kind-text',
  'extent', // how many, the least, the largest
  'moreClasses', // how many
  'moreTexts', // how many
  'rowHead',
  'value',
  'tableCut', // the figures
  'tooLargePicture',
  'compareWith',
  'compareNow',
  'first',
  'second',
  'sideAnswered', // the version, the time
  'verdict-same', // ignored, the elements
  'verdict-different', // how many, of how many
  'verdict-unlike',
  'verdict-only-first',
  'verdict-only-second',
  'maxAbsolute',
  'maxRelative',
  'movedTop', // the row, both classes
  'differencesOf', // the output
  'place',
  'difference',
  'differencesCut', // the figures
  'announceCompared', // the figures
  'rate',
  'concurrency',
  'seconds',
  'rateMeaning',
  'startMeasure',
  'stopMeasure',
  'notMeasured',
  'measuring', // seconds, of how many
  'measured', // the figures
  'measureStopped', // the figures
  'answers',
  'failures',
  'perSecond',
  'slowest',
  'none',
  'latencyChart',
  'rateChart',
  'cpuChart',
  'memoryChart',
  'errorsByCode',
  'code',
  'count',
  'firstMessage',
  'exportJson',
  'notSent',
  'announceRefused', // what it said
  'snippet-curl',
  'snippet-grpcurl',
  'snippet-pythonGrpc',
  'snippet-pythonRequests',
  'snippet-node',
  'problem-syntax', // what, the line
  'problem-not-an-object',
  'problem-no-instances',
  'problem-both-forms',
  'problem-unnamed',
  'problem-missing-input', // the input
  'problem-ragged', // where
  'problem-rank', // the figures
  'problem-dimension', // which, its size, the right size
  'problem-element', // where, the value, the type
  'npy-not-npy',
  'npy-cut-off',
  'npy-type', // the type
  'npy-order',
  'csv-empty',
  'csv-ragged', // the figures
  'csv-element', // the line, the value, the type
] as const;

/** The texts in the user's language. */
export type PlaygroundWords = Readonly<Record<(typeof playgroundWordNames)[number], string>>;

/** Whether every text is there. */
export const isPlaygroundWords = isTextOf(playgroundWordNames);

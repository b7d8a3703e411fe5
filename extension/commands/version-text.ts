// A version as a text of short lines, so that a diff editor can show how two of them differ. No vscode in here.
import type { ModelFile, VersionStatistics } from '../daemon/admin-client.ts';
import { phaseWords } from '../explorer/look.ts';
import { formatBytes, formatMilliseconds, formatRate } from '../explorer/units.ts';
import { dtypeWord, shapeWord } from '../explorer/version-details.ts';
import { executionWords, formatName } from '../explorer/version-words.ts';
import { percentOf } from '../state/canary-facts.ts';
import type { Model, Signature, Tensor, Version } from '../state/model.ts';
import type { Translate } from '../translate.ts';

/** No line of the diff is longer: metadata may hold whole documents. Characters. */
const longestValue = 300;
/** The name that people know ONNX's own domain by. */
const ownDomain = 'ai.onnx';

/** What is known of a version beside its state. */
export interface VersionKnowledge {
  /** Of the last minute; undefined where there are none. */
  readonly statistics: VersionStatistics | undefined;
  /** Undefined where it cannot be read. */
  readonly file: ModelFile | undefined;
}

/** Everything that is known of the version. */
export function versionText(
  t: Translate,
  model: Model,
  version: Version,
  { statistics, file }: VersionKnowledge,
): string {
  const percent = percentOf(model, version.number);
  const facts: readonly (readonly [string, string])[] = [
    [t('Version'), version.number],
    [t('State'), phaseWords(t, version.phase)],
    [t('Labels'), version.labels.join(', ')],
    [t('Traffic'), percent === undefined ? '' : `${percent} %`],
    [t('Size'), version.sizeBytes > 0 ? formatBytes(version.sizeBytes) : ''],
    [t('Load time'), version.loadMs > 0 ? formatMilliseconds(version.loadMs) : ''],
    [t('Runs on'), version.execution === undefined ? '' : executionWords(t, version.execution)],
    ...(version.convertedFrom === ''
      ? []
      : [[t('Converted from'), formatName(version.convertedFrom)] as const]),
    [t('Made by'), `${file?.producer ?? ''} ${file?.producerVersion ?? ''}`.trim()],
    [t('Operator sets'), opsetWords(file)],
  ];
  return [
    ...facts.map(line),
    '',
    ...(version.signatures.length === 0
      ? tensorLines(t, version.signature)
      : version.signatures.flatMap((signature) => [
          line([t('Signature'), `${signature.name} ${signature.methodName}`.trim()]),
          ...tensorLines(t, signature),
        ])),
    ...section(
      t('Classes'),
      (file?.classLabels ?? []).map((label, index) => [String(index), label]),
    ),
    ...section(
      t('Metadata'),
      (file?.metadata ?? []).map(({ key, value }) => [key, value]),
    ),
    `${t('In the last minute')}:`,
    ...statisticsFacts(t, statistics).map((fact) => `  ${line(fact)}`),
    '',
  ].join('\n');
}

/** `ai.onnx 17, ai.onnx.ml 3`. */
function opsetWords(file: ModelFile | undefined): string {
  return (file?.opsets ?? [])
    .map(({ domain, version }) => `${domain === '' ? ownDomain : domain} ${version}`)
    .join(', ');
}

/** Nothing where there are no facts. */
function section(title: string, facts: readonly (readonly [string, string])[]): readonly string[] {
  return facts.length === 0
    ? []
    : [`${title}:`, ...facts.map(([name, value]) => `  ${line([name, short(value)])}`), ''];
}

/** On one line. */
function short(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > longestValue ? `${flat.slice(0, longestValue)}…` : flat;
}

function statisticsFacts(
  t: Translate,
  statistics: VersionStatistics | undefined,
): readonly (readonly [string, string])[] {
  if (statistics === undefined || statistics.requests === '0') {
    return [[t('Requests'), '0']];
  }
  const latency = (microseconds: number | undefined): string =>
    microseconds === undefined || Number.isNaN(microseconds) ? '' : formatMilliseconds(microseconds / 1000);
  return [
    [t('Requests'), statistics.requests],
    [t('Rate'), formatRate(statistics.rate)],
    [t('Without error'), `${(statistics.successRate * 100).toFixed(2)} %`],
    ...Object.entries(statistics.errors).map(([code, count]) => [code, count] as const),
    ['p50', latency(statistics.total?.p50)],
    ['p90', latency(statistics.total?.p90)],
    ['p99', latency(statistics.total?.p99)],
  ];
}

function line([name, value]: readonly [string, string]): string {
  return `${name}: ${value === '' ? '–' : value}`;
}

function tensorLines(t: Translate, signature: Signature | undefined): readonly string[] {
  const { inputs, outputs } = signature ?? { inputs: [], outputs: [] };
  return [
    `${t('Inputs')}:`,
    ...inputs.map(tensorLine),
    '',
    `${t('Outputs')}:`,
    ...outputs.map(tensorLine),
    '',
  ];
}

function tensorLine(tensor: Tensor): string {
  const shape = tensor.shape.length === 0 && tensor.isUnranked !== true ? '' : shapeWord(tensor);
  return `  ${tensor.name}: ${dtypeWord(tensor.dtype)} (${shape})`;
}

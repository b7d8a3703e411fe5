// The texts of the explorer's tooltips, in Markdown. Names and errors come from outside and are escaped.
import { canaryVersion, percentOf } from '../state/canary-facts.ts';
import type { Model, Signature, Version } from '../state/model.ts';
import type { Canary } from '../state/traffic.ts';
import type { Translate } from '../translate.ts';
import { phaseWords } from './look.ts';
import { formatBytes, formatMilliseconds } from './units.ts';
import { dtypeWord, shapeWord } from './version-details.ts';
import { canaryWords, executionWords, formatName, methodWord, progressWords } from './version-words.ts';

/** A tooltip has no room for more. */
const mostSignatures = 3;

/** The tooltip of a version: state, error, signature, how far its load is, size, load time, what it runs on, place. */
export function versionTooltip(t: Translate, model: Model, version: Version, live: boolean): string {
  const state = live ? phaseWords(t, version.phase) : t('not connected');
  const facts: [string, string][] = [];
  if (version.labels.length > 0) {
    facts.push([t('Labels'), escapeMarkdown(version.labels.join(', '))]);
  }
  if (version.pendingLabels.length > 0) {
    facts.push([t('Labels that wait for it'), escapeMarkdown(version.pendingLabels.join(', '))]);
  }
  const percent = percentOf(model, version.number);
  if (percent !== undefined) {
    facts.push([t('Traffic'), escapeMarkdown(t('{0} % of the requests', percent))]);
  }
  if (model.canary !== undefined && canaryVersion(model) === version.number) {
    facts.push(canaryFact(t, model.canary));
  }
  if (version.progress !== undefined) {
    const { stepSinceMs } = version.progress;
    const words = progressWords(t, version.progress);
    const since = new Date(stepSinceMs).toLocaleTimeString();
    facts.push([t('Step'), escapeMarkdown(t('{0}, since {1}', words, since))]);
  }
  if (version.convertedFrom !== '') {
    facts.push([t('Converted from'), escapeMarkdown(formatName(version.convertedFrom))]);
  }
  if (version.execution !== undefined) {
    const { fallbackReason, cpuFallbackOps } = version.execution;
    facts.push([t('Runs on'), escapeMarkdown(executionWords(t, version.execution))]);
    if (fallbackReason !== '') {
      facts.push([t('Not as asked for'), escapeMarkdown(fallbackReason)]);
    }
    if (cpuFallbackOps.length > 0) {
      facts.push([t('Operators on the CPU'), escapeMarkdown(cpuFallbackOps.join(', '))]);
    }
  }
  if (version.retryAtMs > 0) {
    facts.push([t('Tried again at'), new Date(version.retryAtMs).toLocaleTimeString()]);
  }
  if (version.sizeBytes > 0) {
    facts.push([t('Size'), formatBytes(version.sizeBytes)]);
  }
  if (version.loadMs > 0) {
    facts.push([t('Load time'), formatMilliseconds(version.loadMs)]);
  }
  if (version.sinceMs > 0) {
    facts.push([t('Since'), new Date(version.sinceMs).toLocaleString()]);
  }
  if (version.path !== '') {
    facts.push([t('Directory'), escapeMarkdown(version.path)]);
  }
  const parts = [`**${escapeMarkdown(t('{0} version {1}', model.name, version.number))}** · ${state}`];
  if (version.error !== '') {
    const code = version.errorCode === '' ? '' : ` (${escapeMarkdown(version.errorCode)})`;
    parts.push(`${escapeMarkdown(version.error)}${code}`);
  }
  for (const signature of version.signatures.slice(0, mostSignatures)) {
    const method = methodWord(signature.methodName);
    const heading = method === '' ? signature.name : `${signature.name} (${method})`;
    parts.push(escapeMarkdown(heading), signatureTable(t, signature));
  }
  const omitted = version.signatures.length - mostSignatures;
  if (omitted > 0) {
    parts.push(t('… and {0} more signatures', omitted));
  }
  if (version.signature !== undefined && version.signatures.length === 0) {
    parts.push(signatureTable(t, version.signature));
  }
  parts.push(list(facts));
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The tooltip of a model: problem, labels, place. */
export function modelTooltip(t: Translate, model: Model): string {
  const labels = model.versions.flatMap((version) =>
    version.labels.map((label) => `${label} → ${version.number}`),
  );
  const facts: [string, string][] = [];
  if (labels.length > 0) {
    facts.push([t('Labels'), escapeMarkdown(labels.join(', '))]);
  }
  if (model.canary !== undefined) {
    facts.push(canaryFact(t, model.canary));
  }
  facts.push([t('Directory'), escapeMarkdown(model.basePath)]);
  const parts = [`**${escapeMarkdown(model.name)}**`, escapeMarkdown(model.problem), list(facts)];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** `version 3, at 5 %: the daemon's reason`. */
function canaryFact(t: Translate, canary: Canary): [string, string] {
  const words = t('version {0}, {1}', canary.version, canaryWords(t, canary));
  return [t('Canary'), escapeMarkdown(canary.reason === '' ? words : `${words}: ${canary.reason}`)];
}

/** Makes every character of `text` stand for itself in Markdown, in tables too, and keeps it on one line. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()#+\-.!|<>~&$@:]/g, (c) => `\\${c}`);
}

function signatureTable(t: Translate, { inputs, outputs }: Signature): string {
  const rows = (direction: string, tensors: Signature['inputs']): string[] =>
    tensors.map((tensor) => {
      const [name, type, shape] = [tensor.name, dtypeWord(tensor.dtype), shapeWord(tensor)].map(
        escapeMarkdown,
      );
      return `| ${direction} | ${name ?? ''} | ${type ?? ''} | ${shape ?? ''} |`;
    });
  return [
    `| | ${t('Name')} | ${t('Type')} | ${t('Shape')} |`,
    '|---|---|---|---|',
    ...rows(t('input'), inputs),
    ...rows(t('output'), outputs),
  ].join('\n');
}

function list(facts: readonly (readonly [string, string])[]): string {
  return facts.map(([name, value]) => `- ${name}: ${value}`).join('\n');
}

/** The argument of a command, for a link `[words](command:…?<this>)`. */
export function linkArgument(argument: object): string {
  return (
    encodeURIComponent(JSON.stringify([argument]))
      // What ends a link in Markdown.
      .replace(/\(/g, '%28')
      .replace(/\)/g, '%29')
  );
}

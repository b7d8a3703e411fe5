// The playground's calls to the daemon: what a target takes, and its answer to a request. No vscode in here.
import { serviceMethods } from '../../../protos/messages.ts';
import type { TensorFacts } from '../../../webview/playground/check-input.ts';
import type { RequestOutcome, TargetSignature } from '../../../webview/playground/exchange.ts';
import type { PlaygroundTarget } from '../../../webview/playground/target.ts';
import type { AdminClient } from '../../daemon/admin-client.ts';
import { AdminError } from '../../daemon/admin-error.ts';
import type { Model } from '../../state/model.ts';
import type { Translate } from '../../translate.ts';
import { routeWords } from './route-words.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

/** Deadlines, milliseconds. */
const describeTimeoutMs = 10_000;
const predictTimeoutMs = 10 * 60_000;

/** The version whose signature a target has: `0` for the one that answers by default, and for a label that leads nowhere. */
export function versionOf(model: Model | undefined, target: PlaygroundTarget): string {
  switch (target.kind) {
    case 'version':
      return target.version;
    case 'label':
      return model?.versions.find(({ labels }) => labels.includes(target.label))?.number ?? '0';
    case 'routed':
      return '0';
  }
}

/** What the target takes and gives, with a sample. Rejects with AdminError. */
export async function describeTarget(
  { channel }: AdminClient,
  model: string,
  version: string,
): Promise<TargetSignature> {
  const answer = await channel.call(methods.GetSignature, { model, version }, describeTimeoutMs);
  return {
    kind: 'signature',
    version: answer.version,
    inputs: (answer.signature?.inputs ?? []).map(toFacts),
    outputs: (answer.signature?.outputs ?? []).map(toFacts),
    classLabels: answer.classLabels,
    sample: await sampleOf(channel, model, answer.version),
  };
}

/** The sample; empty where the inputs are too large for one. */
async function sampleOf(channel: AdminClient['channel'], model: string, version: string): Promise<string> {
  try {
    return (await channel.call(methods.GetSampleRequest, { model, version }, describeTimeoutMs)).json;
  } catch (reason) {
    if (AdminError.is(reason, 'RESOURCE_EXHAUSTED')) {
      return '';
    }
    throw reason;
  }
}

function toFacts({ name, dtype, shape }: { name: string; dtype: string; shape: string[] }): TensorFacts {
  return { name, dtype, shape: shape.map(Number) };
}

/** What to send, and to whom. */
export interface Question {
  readonly model: string;
  readonly target: PlaygroundTarget;
  /** A body for `:predict`. */
  readonly body: string;
}

/** Sends it. Never rejects but for mistakes of the extension itself. */
export async function askTarget(
  t: Translate,
  { channel }: AdminClient,
  { model, target, body }: Question,
  signal: AbortSignal,
): Promise<RequestOutcome> {
  const request = {
    model,
    version: target.kind === 'version' ? target.version : '0',
    label: target.kind === 'label' ? target.label : '',
    json: Buffer.from(body, 'utf8'),
  };
  const begun = performance.now();
  try {
    const answer = await channel.call(methods.PredictJson, request, predictTimeoutMs, signal);
    const whole = (performance.now() - begun) * 1_000;
    const { queueUs: queue, engineUs: run, codecUs: codec } = answer;
    return {
      kind: 'answer',
      version: answer.version,
      json: answer.json.toString('utf8'),
      timing: { queue, run, codec, whole, network: Math.max(0, whole - queue - run - codec) },
      route: routeWords(t, answer.route, answer.version),
    };
  } catch (reason) {
    if (signal.aborted) {
      return { kind: 'cancelled' };
    }
    if (AdminError.is(reason)) {
      return { kind: 'refused', status: reason.status, message: reason.message };
    }
    throw reason;
  }
}

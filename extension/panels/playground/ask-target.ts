// The playground's calls to the daemon: what a target takes, and its answer to a request. No vscode in here.
import { serviceMethods, type MessageOutput } from '../../../protos/messages.ts';
import type { TensorFacts } from '../../../webview/playground/check-input.ts';
import type { RequestOutcome, TargetSignature } from '../../../webview/playground/exchange.ts';
import { fillInput } from '../../../webview/playground/fill-input.ts';
import { writeBody } from '../../../webview/playground/request-body.ts';
import type { PlaygroundTarget } from '../../../webview/playground/target.ts';
import type { TensorValue } from '../../../webview/playground/tensor-value.ts';
import type { AdminClient } from '../../daemon/admin-client.ts';
import { AdminError } from '../../daemon/admin-error.ts';
import type { Model, NamedSignature, Tensor } from '../../state/model.ts';
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

/** Which signature is meant. */
export interface SignatureChoice {
  /** Its name; that of requests which name none where it is empty, or not there. */
  readonly wanted: string;
  /** The signatures of a version, as last heard; none of an ONNX model. */
  readonly signaturesOf: (version: string) => readonly NamedSignature[];
}

/** What the target takes and gives, with a sample. Rejects with AdminError. */
export async function describeTarget(
  { channel }: AdminClient,
  model: string,
  version: string,
  { wanted, signaturesOf }: SignatureChoice,
): Promise<TargetSignature> {
  const answer = await channel.call(methods.GetSignature, { model, version }, describeTimeoutMs);
  const standard = answer.signature?.name ?? '';
  const all = signaturesOf(answer.version);
  // The one of requests that name none is asked for anyhow, whatever it takes.
  const offered = all.filter((one) => one.name === standard || !takesExamples(one));
  const other = offered.find(({ name }) => name === wanted && name !== standard);
  const { inputs = [], outputs = [] } = answer.signature ?? {};
  const facts = inputs.map((input) => toFacts(input, standard !== ''));
  const common = {
    kind: 'signature',
    version: answer.version,
    choices: offered.length > 1 ? offered.map(({ name }) => name) : [],
    hasExampleSignatures: offered.length < all.length,
  } as const;
  if (other !== undefined) {
    const ownFacts = other.inputs.map((input) => toFacts(fromTree(input), true));
    return {
      ...common,
      name: other.name,
      inputs: ownFacts,
      outputs: other.outputs.map((output) => toFacts(fromTree(output), true)),
      classLabels: [],
      sample: madeSample(ownFacts, other.name),
    };
  }
  return {
    ...common,
    name: standard,
    inputs: facts,
    outputs: outputs.map((output) => toFacts(output, standard !== '')),
    classLabels: answer.classLabels,
    sample: await sampleOf(channel, model, answer.version),
  };
}

/** Whether TensorFlow Serving's Classify and Regress are meant, which make its only input of the records of a request. */
function takesExamples({ methodName, inputs }: NamedSignature): boolean {
  const [only] = inputs;
  const isForRecords = /^tensorflow\/serving\/(classify|regress)$/.test(methodName);
  return isForRecords && inputs.length === 1 && only?.dtype === 'DT_STRING';
}

/** The daemon makes samples of the signature of requests that name none; this one is for the others. */
function madeSample(inputs: readonly TensorFacts[], signatureName: string): string {
  const values = new Map<string, TensorValue>();
  for (const facts of inputs) {
    const value = fillInput(facts, 'ones', 1);
    if (value === undefined) {
      return '';
    }
    values.set(facts.name, value);
  }
  return writeBody({ format: 'row', inputs: values, signatureName }, { pretty: false });
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

/** A tensor as the daemon's messages have it. */
type WireTensor = Pick<
  MessageOutput<'perch.admin.v1.TensorSpec'>,
  'name' | 'dtype' | 'shape' | 'unknownRank'
>;

function fromTree({ name, dtype, shape, isUnranked = false }: Tensor): WireTensor {
  return { name, dtype, shape: [...shape], unknownRank: isUnranked };
}

/** `isNamed`: whether the signature has a name; its shapes are only told then. */
function toFacts({ name, dtype, shape, unknownRank }: WireTensor, isNamed: boolean): TensorFacts {
  return {
    name,
    dtype,
    shape: shape.map(Number),
    ...(unknownRank ? { isUnranked: true } : {}),
    ...(isNamed ? { takesAnyShape: true } : {}),
  };
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

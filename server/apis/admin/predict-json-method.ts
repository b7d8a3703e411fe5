// Admin.PredictJson: the REST predict call over gRPC, with its timing and with why that version answered.
import { serviceMethods, type MessageInput, type MessageOutput } from '../../../protos/messages.ts';
import { PerchError } from '../../errors.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { unary, type CallContext, type Method } from '../method.ts';
import { predictJson, type JsonAnswer } from '../rest/predict-json.ts';
import type { Serving } from '../serving.ts';
import type { ModelChoice } from '../tensorflow-serving/inference.ts';
import { toTarget } from './traffic-state.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

/** The method. */
export function predictJsonMethod(serving: Serving, traffic: Traffic): Method {
  const handle = async (
    { model, version, label, json }: MessageOutput<'perch.admin.v1.PredictJsonRequest'>,
    call: CallContext,
  ): Promise<MessageInput<'perch.admin.v1.PredictJsonResponse'>> => {
    const choice = toChoice(model, BigInt(version), label);
    const answer = await predictJson(serving, choice, json, {
      api: 'Predict',
      entrypoint: 'GRPC',
      signal: call.signal,
    });
    const { queueUs, codecUs, engineUs } = answer;
    return {
      json: Buffer.from(answer.json),
      version: answer.version.toString(),
      engineUs,
      queueUs,
      codecUs,
      route: toRoute(traffic, choice, answer),
    };
  };
  // The body is bytes, which are not decoded here.
  return unary(methods.PredictJson, handle, Infinity);
}

function toChoice(name: string, version: bigint, label: string): ModelChoice {
  if (version !== 0n && label !== '') {
    throw new PerchError('REQUEST_MALFORMED', 'A request names a version or a label, not both.');
  }
  return { name, ...(version === 0n ? {} : { version }), ...(label === '' ? {} : { label }) };
}

function toRoute(
  traffic: Traffic,
  { name, version, label }: ModelChoice,
  { routed }: JsonAnswer,
): MessageInput<'perch.admin.v1.PredictRoute'> {
  if (version !== undefined) {
    return { reason: 'VERSION' };
  }
  if (label !== undefined) {
    return { reason: 'LABEL', target: { label } };
  }
  const target = routed?.target;
  if (target === undefined) {
    return { reason: 'DEFAULT' };
  }
  // As it is now: a split that was changed since has other objects.
  const shares = traffic.parts.router.get(name)?.route?.route.shares ?? [];
  const percent = shares.find((share) => share.target === target)?.percent;
  return {
    reason: routed?.isFallback === true ? 'FALLBACK' : 'SPLIT',
    target: toTarget(target),
    ...(percent === undefined ? {} : { percent }),
  };
}

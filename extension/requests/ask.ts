// Sends the request of a request file, and compares the answer with the expected one. No vscode in here.
import { serviceMethods } from '../../protos/messages.ts';
import { parseAnswer } from '../../server/config/golden/answer-json.ts';
import {
  defaultTolerance,
  differenceText,
  goldenDifferences,
  withoutNearness,
} from '../../server/config/golden/golden-difference.ts';
import { printLines } from '../../server/config/golden/print-json.ts';
import type { Expectation, RequestFile } from '../../server/config/golden/request-file.ts';
import type { AdminClient, Prediction } from '../daemon/admin-client.ts';

const { PredictJson } = serviceMethods('perch.admin.v1.Admin');

/** A model may take its time. Milliseconds. */
const timeoutMs = 60_000;

/** Differences that are told of at most. */
const mostDifferences = 20;

/** What is sent, and to whom: with a version, with a label, or with neither. */
export type Question = Pick<RequestFile, 'model' | 'version' | 'label' | 'request'>;

/** Rejects with AdminError, in the server's words. */
export async function ask(
  client: Pick<AdminClient, 'channel'>,
  { model, version = '0', label = '', request }: Question,
  signal?: AbortSignal,
): Promise<Prediction> {
  const message = { model, version, label, json: Buffer.from(request) };
  const answer = await client.channel.call(PredictJson, message, timeoutMs, signal);
  return {
    json: answer.json.toString('utf8'),
    version: answer.version,
    engineMicroseconds: answer.engineUs,
  };
}

/** An answer beside the expected one. */
export type Verdict =
  | { readonly kind: 'agrees' }
  | {
      readonly kind: 'differs';
      /** The first ones: "predictions[0]: 7 instead of 9". */
      readonly differences: readonly string[];
      readonly hasMore: boolean;
      /** Both printed in the same way; what is near enough looks the same. */
      readonly expected: string;
      readonly actual: string;
    };

/** By the rules of a canary's golden requests. `answer`: JSON as a model gave it. Throws PerchError for what is no JSON. */
export function judge(
  { answer: golden, tolerance = defaultTolerance }: Expectation,
  answer: string,
): Verdict {
  const [got, expected] = [parseAnswer(answer), parseAnswer(golden)];
  const differences: string[] = [];
  for (const difference of goldenDifferences(got, expected, tolerance)) {
    if (differences.length === mostDifferences) {
      return differs(true);
    }
    differences.push(differenceText(difference));
  }
  return differences.length === 0 ? { kind: 'agrees' } : differs(false);

  function differs(hasMore: boolean): Verdict {
    return {
      kind: 'differs',
      differences,
      hasMore,
      expected: printLines(expected),
      actual: printLines(withoutNearness(got, expected, tolerance)),
    };
  }
}

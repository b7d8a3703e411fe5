// What callers say of a change, checked.
import type { MessageOutput } from '../../../protos/messages.ts';
import { PerchError } from '../../errors.ts';
import { anonymousMutation, type Mutation } from '../../traffic/mutations.ts';

const longestActor = 200;
const longestReason = 1000;
const longestRequestId = 200;

/** The mutation of a request. Throws REQUEST_MALFORMED. */
export function toMutation(message: MessageOutput<'perch.admin.v1.Mutation'> | null): Mutation {
  if (message === null) {
    return anonymousMutation;
  }
  const { requestId, expectedResourceVersion, actor, reason } = message;
  for (const [name, text, longest] of [
    ['request_id', requestId, longestRequestId],
    ['actor', actor, longestActor],
    ['reason', reason, longestReason],
  ] as const) {
    if (text.length > longest) {
      throw new PerchError('REQUEST_MALFORMED', `mutation.${name} has at most ${longest} characters.`);
    }
  }
  return { requestId, actor, reason, expectedResourceVersion: BigInt(expectedResourceVersion) };
}

// Plays a conversation to a server and tells how its calls ended, in a form that can be compared between servers.
import { createHash } from 'node:crypto';
import { H2Connection, type ConnectOptions } from './connection.ts';
import type { Conversation, PlannedCall, Step } from './conversation.ts';
import { GrpcCall, type CallOutcome } from './grpc-call.ts';

/** How a call ended, without what transports may differ in. */
export interface ComparableOutcome {
  readonly path: string;
  readonly httpStatus?: string | undefined;
  readonly status?: number | undefined;
  readonly reset?: string | undefined;
  /** The text, where the service and not the transport has written it. */
  readonly text?: string;
  readonly pushback?: string | undefined;
  /** A digest of all messages: their number, sizes and octets. */
  readonly messages?: string;
}

/** Plays it on a connection of its own. Rejects where the server breaks RFC 9113, or ends the connection. */
export async function play(conversation: Conversation, where: ConnectOptions): Promise<ComparableOutcome[]> {
  const { settings, grantAfterBytes } = conversation;
  const connection = await H2Connection.open({ ...where, settings, grantAfterBytes });
  const calls: GrpcCall[] = [];
  const writes: Promise<void>[] = [];
  for (const step of conversation.steps) {
    await take(step, conversation, connection, calls, writes);
  }
  const outcomes = await Promise.all(calls.map((call) => call.untilEnded()));
  await connection.settle();
  connection.destroy();
  await connection.untilClosed();
  if (connection.violations.length > 0) {
    throw new Error(`The server broke rules:\n${connection.violations.join('\n')}`);
  }
  return conversation.calls.map((planned, index) => comparable(planned, outcomes[index]!));
}

async function take(
  step: Step,
  conversation: Conversation,
  connection: H2Connection,
  calls: GrpcCall[],
  writes: Promise<void>[],
): Promise<void> {
  switch (step.kind) {
    case 'begin': {
      const planned = conversation.calls[step.call]!;
      const cuts = (blockBytes: number): number[] =>
        planned.headerCuts.map((part) => Math.floor(part * blockBytes));
      calls[step.call] = new GrpcCall(connection, planned.path, { ...planned, splitAt: cuts });
      break;
    }
    case 'write': {
      const { begin, end, padding, last, frameBytes } = step;
      const bytes = conversation.calls[step.call]!.content.subarray(begin, end);
      const call = calls[step.call]!;
      // Where a window is shut the call waits for it, and not the conversation.
      const before = writes[step.call] ?? Promise.resolve();
      writes[step.call] = before.then(() => call.write(bytes, { padding, endStream: last }, frameBytes));
      break;
    }
    case 'close':
      writes[step.call] = (writes[step.call] ?? Promise.resolve()).then(() => calls[step.call]!.close());
      break;
    case 'cancel':
      calls[step.call]!.cancel();
      break;
    case 'frames':
      connection.send(step.bytes);
      break;
    case 'pause':
      await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function comparable(planned: PlannedCall, outcome: CallOutcome): ComparableOutcome {
  const { path, expect } = planned;
  if (expect === 'nothing') {
    return { path };
  }
  const { httpStatus, status, reset, message, trailers, messages } = outcome;
  if (expect === 'status') {
    return { path, httpStatus, status };
  }
  const digest = createHash('sha256');
  messages.forEach((each) => digest.update(`${each.length};`).update(each));
  return {
    path,
    httpStatus,
    status,
    reset,
    text: status === 0 ? '' : message,
    pushback: trailers.get('grpc-retry-pushback-ms'),
    messages: `${messages.length} ${digest.digest('hex')}`,
  };
}

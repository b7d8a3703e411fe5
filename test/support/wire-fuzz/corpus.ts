// What well-behaved clients say, as lists of frames: what a fuzzer's mutations begin with.
import { errorCode } from '../../../server/wire/http2/error-code.ts';
import { conversationOf, type Conversation } from '../h2-client/conversation.ts';
import { dataFrame, headersFrames, resetFrame, settingsAck, settingsFrame } from '../h2-client/frame.ts';
import { frame, frameHeaderBytes } from '../h2-client/frame.ts';
import { FrameReader } from '../h2-client/frame-reader.ts';
import { requestFields } from '../h2-client/grpc-call.ts';
import { HeaderEncoder } from '../h2-client/header-encoder.ts';

/** Small enough to be sent without waiting for a window. */
const limits = { calls: 6, messageBytes: 3_000 };

/** The frames of `count` conversations, SETTINGS first; the preface is not among them. */
export function recordedConversations(count: number): Buffer[][] {
  return Array.from({ length: count }, (_, seed) => framesOf(conversationOf(seed + 1, limits)));
}

function framesOf(conversation: Conversation): Buffer[] {
  const encoder = new HeaderEncoder();
  const streamIds = new Map<number, number>();
  const left = new Set<number>();
  const bytes: Buffer[] = [settingsFrame(conversation.settings), settingsAck];
  for (const step of conversation.steps) {
    if (step.kind === 'frames') {
      bytes.push(step.bytes);
      continue;
    }
    if (step.kind === 'pause' || left.has(step.call)) {
      continue;
    }
    const planned = conversation.calls[step.call]!;
    const streamId = streamIds.get(step.call) ?? 2 * streamIds.size + 1;
    streamIds.set(step.call, streamId);
    switch (step.kind) {
      case 'begin': {
        const block = encoder.encode(requestFields(planned.path, planned));
        const splitAt = planned.headerCuts.map((part) => Math.floor(part * block.length));
        bytes.push(headersFrames(streamId, block, { ...planned, splitAt }));
        break;
      }
      case 'write': {
        const content = planned.content.subarray(step.begin, step.end);
        bytes.push(dataFrame(streamId, content, { padding: step.padding, endStream: step.last }));
        break;
      }
      case 'close':
        bytes.push(dataFrame(streamId, Buffer.alloc(0), { endStream: true }));
        break;
      case 'cancel':
        bytes.push(resetFrame(streamId, errorCode.CANCEL));
        left.add(step.call);
    }
  }
  return cut(Buffer.concat(bytes));
}

/** One buffer for each frame. */
export function cut(bytes: Buffer): Buffer[] {
  return new FrameReader()
    .push(bytes)
    .map(({ type, flags, streamId, payload }) => frame(type, flags, streamId, payload));
}

/** The octet of a frame's type, its flags, and its stream. */
export const offset = { type: 3, flags: 4, stream: 5, payload: frameHeaderBytes } as const;

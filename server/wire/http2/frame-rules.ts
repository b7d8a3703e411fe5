// What a frame's header alone has to be like: stream identifiers and lengths by type (RFC 9113 §4.2, §6).
import { protocolError, type ConnectionError } from './connection-error.ts';
import { flag, frameType, type FrameTypeName } from './frame-type.ts';

/** Beyond any that means something: such frames are not waited for. There are six settings, and a handful of extensions. */
const maxPriorityBytes = 64;
const maxSettingsBytes = 6 * 128;
const maxGoawayBytes = 16_384;

/** What is wrong with a frame of a known type, judged by its header, where that ends the connection; undefined: nothing. */
export function frameHeaderError(
  length: number,
  type: number,
  flags: number,
  streamId: number,
): ConnectionError | undefined {
  switch (type) {
    case frameType.DATA:
      return streamId === 0
        ? onConnection('DATA', '§6.1')
        : (flags & flag.PADDED) !== 0 && length === 0
          ? wrongLength('DATA', '§4.2', length)
          : undefined;
    case frameType.HEADERS:
      return headersError(length, flags, streamId);
    case frameType.PRIORITY:
      // A wrong length is a stream error (RFC 9113 §6.3), unless somebody wants it to be kept for no reason.
      return streamId === 0
        ? onConnection('PRIORITY', '§6.3')
        : length > maxPriorityBytes
          ? wrongLength('PRIORITY', '§6.3', length)
          : undefined;
    case frameType.RST_STREAM:
      return streamId === 0
        ? onConnection('RST_STREAM', '§6.4')
        : length !== 4
          ? wrongLength('RST_STREAM', '§6.4', length)
          : undefined;
    case frameType.SETTINGS:
      return streamId !== 0
        ? onStream('SETTINGS', '§6.5', streamId)
        : length % 6 !== 0 || length > maxSettingsBytes || ((flags & flag.ACK) !== 0 && length !== 0)
          ? wrongLength('SETTINGS', '§6.5', length)
          : undefined;
    case frameType.PUSH_PROMISE:
      return protocolError('PROTOCOL_ERROR', 'RFC 9113 §8.4', 'A client sent PUSH_PROMISE.');
    case frameType.PING:
      return streamId !== 0
        ? onStream('PING', '§6.7', streamId)
        : length !== 8
          ? wrongLength('PING', '§6.7', length)
          : undefined;
    case frameType.GOAWAY:
      return streamId !== 0
        ? onStream('GOAWAY', '§6.8', streamId)
        : length < 8 || length > maxGoawayBytes
          ? wrongLength('GOAWAY', '§4.2', length)
          : undefined;
    case frameType.WINDOW_UPDATE:
      return length !== 4 ? wrongLength('WINDOW_UPDATE', '§6.9', length) : undefined;
    default:
      return undefined;
  }
}

function headersError(length: number, flags: number, streamId: number): ConnectionError | undefined {
  if (streamId === 0) {
    return onConnection('HEADERS', '§6.2');
  }
  if ((streamId & 1) === 0) {
    return protocolError(
      'PROTOCOL_ERROR',
      'RFC 9113 §5.1.1',
      `A client began stream ${streamId}; its streams have odd numbers.`,
    );
  }
  const leastLength = ((flags & flag.PADDED) !== 0 ? 1 : 0) + ((flags & flag.PRIORITY) !== 0 ? 5 : 0);
  return length < leastLength ? wrongLength('HEADERS', '§4.2', length) : undefined;
}

function onConnection(name: FrameTypeName, section: string): ConnectionError {
  return protocolError('PROTOCOL_ERROR', `RFC 9113 ${section}`, `${name} came without a stream.`);
}

function onStream(name: FrameTypeName, section: string, streamId: number): ConnectionError {
  return protocolError('PROTOCOL_ERROR', `RFC 9113 ${section}`, `${name} came on stream ${streamId}.`);
}

function wrongLength(name: FrameTypeName, section: string, length: number): ConnectionError {
  return protocolError('FRAME_SIZE_ERROR', `RFC 9113 ${section}`, `${name} came with ${length} bytes.`);
}

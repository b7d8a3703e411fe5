// What the client has asked for by SETTINGS (RFC 9113 §6.5.2), as far as it matters to a server that pushes nothing.
import { protocolError } from './connection-error.ts';
import {
  initialWindowBytes,
  maxMaxFrameBytes,
  maxWindowBytes,
  minMaxFrameBytes,
  setting,
} from './frame-type.ts';

/** HPACK's table until a peer says otherwise (RFC 9113 §6.5.2). */
const initialTableBytes = 4096;

/** A client's settings that are in effect. */
export class PeerSettings {
  /** The initial window of streams that this side sends on. */
  streamWindowBytes = initialWindowBytes;
  maxFrameBytes = minMaxFrameBytes;
  /** Whether a header block has to begin with the news that the table is smaller (RFC 9113 §4.3.1). */
  needsTableUpdate = false;
  #hasShrunkTable = false;

  /** Takes over one setting. Throws ConnectionError where its value is none. */
  apply(id: number, value: number): void {
    switch (id) {
      case setting.HEADER_TABLE_SIZE:
        // Once the table has gone down to 0 there is nothing more to say: it stays there.
        if (value < initialTableBytes && !this.#hasShrunkTable) {
          this.#hasShrunkTable = true;
          this.needsTableUpdate = true;
        }
        break;
      case setting.ENABLE_PUSH:
        if (value > 1) {
          throw wrongValue('PROTOCOL_ERROR', 'ENABLE_PUSH', value);
        }
        break;
      case setting.INITIAL_WINDOW_SIZE:
        if (value > maxWindowBytes) {
          throw wrongValue('FLOW_CONTROL_ERROR', 'INITIAL_WINDOW_SIZE', value);
        }
        this.streamWindowBytes = value;
        break;
      case setting.MAX_FRAME_SIZE:
        if (value < minMaxFrameBytes || value > maxMaxFrameBytes) {
          throw wrongValue('PROTOCOL_ERROR', 'MAX_FRAME_SIZE', value);
        }
        this.maxFrameBytes = value;
        break;
      default:
        // MAX_CONCURRENT_STREAMS is for pushes; MAX_HEADER_LIST_SIZE is advice; others are unknown (RFC 9113 §6.5.2).
        break;
    }
  }
}

function wrongValue(code: 'PROTOCOL_ERROR' | 'FLOW_CONTROL_ERROR', name: string, value: number): Error {
  return protocolError(code, 'RFC 9113 §6.5.2', `SETTINGS_${name} cannot be ${value}.`);
}

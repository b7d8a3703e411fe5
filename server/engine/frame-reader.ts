// Puts frames together from the chunks of a stream: the daemon's side, where chunks come when they come.
import { decodeFrame, frameLength, framePrefixBytes, type EngineMessage } from './frames.ts';

/** Frames that lie whole in a chunk are read in place; others are assembled, with one copy. */
export class FrameReader {
  /** The frame that is being assembled: its first bytes until the length is known, then room for all of it. */
  #frame: Uint8Array = Buffer.allocUnsafeSlow(framePrefixBytes);
  #filled = 0;

  /**
   * Takes the next bytes; gives the messages that are complete with them. What they hold are views on `chunk`, which
   * must not be written to again. Throws on a frame that cannot be.
   */
  push(chunk: Uint8Array): EngineMessage[] {
    const messages: EngineMessage[] = [];
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#filled === 0 && chunk.length - offset >= framePrefixBytes) {
        const length = frameLength(chunk, offset);
        if (length <= chunk.length - offset) {
          messages.push(decodeFrame(chunk.subarray(offset, offset + length)));
          offset += length;
          continue;
        }
      }
      offset += this.#fill(chunk, offset);
      if (this.#filled === framePrefixBytes && this.#frame.length === framePrefixBytes) {
        this.#grow(frameLength(this.#frame, 0));
      }
      if (this.#filled === this.#frame.length) {
        messages.push(decodeFrame(this.#frame));
        this.#frame = Buffer.allocUnsafeSlow(framePrefixBytes);
        this.#filled = 0;
      }
    }
    return messages;
  }

  #fill(chunk: Uint8Array, offset: number): number {
    const taken = Math.min(this.#frame.length - this.#filled, chunk.length - offset);
    this.#frame.set(chunk.subarray(offset, offset + taken), this.#filled);
    this.#filled += taken;
    return taken;
  }

  #grow(length: number): void {
    const frame = Buffer.allocUnsafeSlow(length);
    frame.set(this.#frame);
    this.#frame = frame;
  }
}

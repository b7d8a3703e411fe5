// HEADERS and CONTINUATION (RFC 9113 §6.2, §6.10): header blocks to requests that begin, and to trailers.
import type { DecodedList } from '../hpack/decoded-list.ts';
import { HeaderDecoder } from '../hpack/header-decoder.ts';
import { HpackError } from '../hpack/hpack-error.ts';
import { uint31At } from './byte-order.ts';
import type { ConnectionCore } from './connection-core.ts';
import { ConnectionError, protocolError } from './connection-error.ts';
import type { RequestHead } from './contract.ts';
import { flag } from './frame-type.ts';
import { HeadCache } from './head-cache.ts';
import { HeaderBlock } from './header-block.ts';
import { trailersError } from './header-rules.ts';
import { Stream, type StreamHost } from './stream.ts';

/** So much longer than the list it stands for may a block be: Huffman codes of rare characters are up to 30 bits long. */
const blockBytesPerListByte = 4;

/** Everything about header blocks that come. */
export class HeaderReceiver {
  readonly #core: ConnectionCore;
  readonly #host: StreamHost;
  /** Both exist from the first block on. */
  #decoder: HeaderDecoder | undefined;
  #heads: HeadCache | undefined;
  #hasSettingsAck = false;
  #block: HeaderBlock | undefined;

  constructor(core: ConnectionCore, host: StreamHost) {
    this.#core = core;
    this.#host = host;
  }

  /** The stream whose header block is not complete: no other frame may come before it is (RFC 9113 §4.3). */
  get openBlockStream(): number | undefined {
    return this.#block?.streamId;
  }

  /** The client knows this side's SETTINGS. */
  settingsAcknowledged(): void {
    this.#hasSettingsAck = true;
    this.#decoder?.setMaxTableBytes(this.#core.limits.headerTableBytes);
  }

  /** A HEADERS frame begins. Throws ConnectionError where its length is beyond what is kept of any block. */
  headersBegin(length: number): void {
    const limit = this.#maxBlockBytes();
    if (length > limit + 256 + 6) {
      throw new ConnectionError({
        kind: 'limit',
        option: 'grpc.absolute_max_metadata_size',
        limit: this.#core.limits.maxHeaderListBytes,
        actual: length,
      });
    }
  }

  /** A CONTINUATION frame begins. */
  continuationBegin(length: number): void {
    this.#block?.continues(length);
  }

  /** HEADERS. Throws ConnectionError. */
  headers(flags: number, streamId: number, bytes: Uint8Array, from: number, to: number): void {
    let start = from;
    let end = to;
    if ((flags & flag.PADDED) !== 0) {
      end -= bytes[start] ?? 0;
      start++;
    }
    let dependsOnItself = false;
    if ((flags & flag.PRIORITY) !== 0) {
      dependsOnItself = uint31At(bytes, start) === streamId;
      start += 5;
    }
    if (start > end) {
      throw protocolError('PROTOCOL_ERROR', 'RFC 9113 §6.2', 'HEADERS has more padding than payload.');
    }
    const endStream = (flags & flag.END_STREAM) !== 0;
    if ((flags & flag.END_HEADERS) !== 0) {
      this.#complete(streamId, endStream, dependsOnItself, bytes.subarray(start, end));
      return;
    }
    const { journal } = this.#core;
    this.#block = new HeaderBlock(streamId, endStream, dependsOnItself, this.#maxBlockBytes(), journal);
    this.#block.add(bytes, start, end);
  }

  /** CONTINUATION of the open block. Throws ConnectionError. */
  continuation(flags: number, bytes: Uint8Array, from: number, to: number): void {
    const block = this.#block;
    block?.add(bytes, from, to);
    if (block !== undefined && (flags & flag.END_HEADERS) !== 0) {
      this.#block = undefined;
      this.#complete(block.streamId, block.endStream, block.dependsOnItself, block.bytes);
    }
  }

  #maxBlockBytes(): number {
    return this.#core.limits.maxHeaderListBytes * blockBytesPerListByte;
  }

  #complete(streamId: number, endStream: boolean, dependsOnItself: boolean, block: Uint8Array): void {
    // Every block is decoded, whatever becomes of it, for the sake of HPACK's table (RFC 9113 §4.3).
    const list = this.#decode(block);
    const { streams } = this.#core;
    const stream = streams.get(streamId);
    if (stream !== undefined) {
      if (dependsOnItself) {
        this.#core.streamError(stream, 'PROTOCOL_ERROR', selfDependency);
      } else {
        this.#trailers(stream, endStream, list);
      }
      return;
    }
    switch (streams.fate(streamId)) {
      case 'idle':
        streams.begin(streamId);
        this.#request(streamId, endStream, dependsOnItself, list);
        return;
      case 'reset':
        this.#core.flood.count('reset');
        return;
      case 'ignored':
        return;
      case 'skipped':
        throw protocolError(
          'PROTOCOL_ERROR',
          'RFC 9113 §5.1.1',
          `Stream ${streamId} began after stream ${streams.lastId}.`,
        );
      case 'closed':
        throw protocolError(
          'STREAM_CLOSED',
          'RFC 9113 §5.1',
          `HEADERS came on stream ${streamId}, which is closed.`,
        );
    }
  }

  #decode(block: Uint8Array): DecodedList {
    let decoder = this.#decoder;
    if (decoder === undefined) {
      decoder = this.#decoder = new HeaderDecoder();
      if (this.#hasSettingsAck) {
        decoder.setMaxTableBytes(this.#core.limits.headerTableBytes);
      }
    }
    try {
      return decoder.decode(block, this.#core.limits.maxHeaderListBytes);
    } catch (error) {
      throw error instanceof HpackError
        ? protocolError('COMPRESSION_ERROR', error.rule, error.message)
        : error;
    }
  }

  #request(streamId: number, endStream: boolean, dependsOnItself: boolean, list: DecodedList): void {
    const core = this.#core;
    const { limits, streams } = core;
    if (streams.size >= limits.maxConcurrentStreams || core.isMemoryFull) {
      core.refuse(streamId);
      return;
    }
    if (dependsOnItself) {
      core.malformed(streamId);
      return;
    }
    if (list.tooLarge) {
      this.#tooLarge(this.#open(streamId, -1), endStream, list.listBytes);
      return;
    }
    const read = (this.#heads ??= new HeadCache()).read(list);
    if (read.kind === 'malformed' || (endStream && read.contentLength > 0)) {
      core.malformed(streamId);
      return;
    }
    this.#pass(this.#open(streamId, read.contentLength), read.head, endStream);
  }

  #open(streamId: number, contentLength: number): Stream {
    const { streams, peer, limits, journal } = this.#core;
    const { statistics } = journal;
    const stream = new Stream(
      streamId,
      this.#host,
      peer.streamWindowBytes,
      limits.streamWindowBytes,
      contentLength,
      journal.now,
    );
    streams.add(stream);
    statistics.streamsOpened++;
    if (streams.size > statistics.maxStreamsAtOnce) {
      statistics.maxStreamsAtOnce = streams.size;
    }
    return stream;
  }

  #pass(stream: Stream, head: RequestHead, endStream: boolean): void {
    const core = this.#core;
    if (endStream) {
      core.remoteEnd(stream);
    }
    try {
      const handler = core.handler.request(stream, head, endStream);
      if (stream.isOpen) {
        stream.handler = handler;
      }
    } catch (error) {
      core.handlerFailed(stream, error);
    }
  }

  #tooLarge(stream: Stream, endStream: boolean, listBytes: number): void {
    const core = this.#core;
    if (endStream) {
      core.remoteEnd(stream);
    }
    try {
      core.handler.headersTooLarge?.(stream, listBytes, core.limits.maxHeaderListBytes);
    } catch (error) {
      core.handlerFailed(stream, error);
    }
    // The answer may still wait for the client's window; it is not waited for if it has not been given.
    if (stream.isOpen && stream.queue === undefined) {
      core.resetStream(stream, 'ENHANCE_YOUR_CALM');
    }
  }

  /** A second header block on a stream (RFC 9113 §8.1). */
  #trailers(stream: Stream, endStream: boolean, list: DecodedList): void {
    const core = this.#core;
    if (!stream.isReceiving) {
      core.streamError(stream, 'STREAM_CLOSED', 'HEADERS came after the end of the request (RFC 9113 §5.1).');
      return;
    }
    if (!endStream) {
      core.streamError(stream, 'PROTOCOL_ERROR', 'Trailers do not end the stream (RFC 9113 §8.1).');
      return;
    }
    if (list.tooLarge) {
      core.streamError(
        stream,
        'ENHANCE_YOUR_CALM',
        `The trailers have ${list.listBytes} bytes, more than the ${core.limits.maxHeaderListBytes} that are allowed.`,
      );
      return;
    }
    const wrong = trailersError(list.fields);
    if (wrong !== undefined) {
      core.streamError(stream, 'PROTOCOL_ERROR', `${wrong.text} (${wrong.rule})`);
      return;
    }
    if (stream.contentLeft > 0) {
      core.streamError(
        stream,
        'PROTOCOL_ERROR',
        'There is less DATA than content-length says (RFC 9113 §8.1.1).',
      );
      return;
    }
    core.remoteEnd(stream);
    core.tellEnd(stream, list.fields);
  }
}

const selfDependency = 'A stream depends on itself (RFC 7540 §5.3.1).';

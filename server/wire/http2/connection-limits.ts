// What one connection may ask of this server: streams, sizes and memory.

/** Limits of a connection. All are whole numbers. */
export interface ConnectionLimits {
  /**
   * SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113 §5.1.2), 1 to 2^31 - 1, 1,024. `grpc.max_concurrent_streams`. Streams above
   * it are refused, which clients may retry.
   */
  readonly maxConcurrentStreams: number;
  /**
   * SETTINGS_INITIAL_WINDOW_SIZE: bytes that a client may send on a stream before the protocol above has consumed any,
   * 65,535 to 2^31 - 1, 1 MiB. `grpc.http2.lookahead_bytes`. Never less than HTTP/2's initial 65,535, so that a client
   * that has not seen the setting yet cannot overrun it.
   */
  readonly streamWindowBytes: number;
  /** The same for all streams of a connection together, at least `streamWindowBytes`, to 2^31 - 1, 8 MiB. */
  readonly connectionWindowBytes: number;
  /**
   * SETTINGS_MAX_FRAME_SIZE, 16,384 to 16,777,215, 16,384. `grpc.http2.max_frame_size`. It costs no memory, as DATA is
   * passed on as it comes; a message of 600 kB in one frame costs 25 µs less than in 37.
   */
  readonly maxFrameBytes: number;
  /**
   * SETTINGS_MAX_HEADER_LIST_SIZE: bytes of a request's header list, counted as RFC 9113 §6.5.2 does; 1,024 to 2^24,
   * 16,384. `grpc.absolute_max_metadata_size`. A request above it is answered by `RequestHandler.headersTooLarge`.
   */
  readonly maxHeaderListBytes: number;
  /** SETTINGS_HEADER_TABLE_SIZE: bytes of HPACK's dynamic table, 0 to 65,536, 4,096. `grpc.http2.hpack_table_size.decoder`. */
  readonly headerTableBytes: number;
  /** `ServerStream.sendData` answers false while more than so many bytes of its stream wait to be sent; 256 KiB. */
  readonly streamSendBytes: number;
  /**
   * So many bytes of answers may wait to be sent on a connection whose peer does not take them, and one message more,
   * whatever its size: 512 MiB. The next one closes the connection. (MemoryAccount has the same rule for requests.)
   */
  readonly connectionSendBytes: number;
}

/** The limits of a server that nobody has told otherwise. */
export const defaultLimits: ConnectionLimits = {
  maxConcurrentStreams: 1024,
  streamWindowBytes: 2 ** 20,
  connectionWindowBytes: 8 * 2 ** 20,
  maxFrameBytes: 16_384,
  maxHeaderListBytes: 16_384,
  headerTableBytes: 4096,
  streamSendBytes: 256 * 1024,
  connectionSendBytes: 512 * 2 ** 20,
};

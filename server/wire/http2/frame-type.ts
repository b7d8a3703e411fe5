// Frame types, flags and settings of HTTP/2 by number (RFC 9113 §6).

/** Frame types (RFC 9113 §11.2). */
export const frameType = {
  DATA: 0x0,
  HEADERS: 0x1,
  PRIORITY: 0x2,
  RST_STREAM: 0x3,
  SETTINGS: 0x4,
  PUSH_PROMISE: 0x5,
  PING: 0x6,
  GOAWAY: 0x7,
  WINDOW_UPDATE: 0x8,
  CONTINUATION: 0x9,
} as const;

/** The name of a frame type. */
export type FrameTypeName = keyof typeof frameType;

/** Frame types by their number; types above the last are extensions (RFC 9113 §5.5). */
export const frameTypeNames = Object.keys(frameType) as readonly FrameTypeName[];

/** Flags. ACK and END_STREAM are the same bit, of different frames. */
export const flag = { ACK: 0x1, END_STREAM: 0x1, END_HEADERS: 0x4, PADDED: 0x8, PRIORITY: 0x20 } as const;

/** Bytes before a frame's payload (RFC 9113 §4.1). */
export const frameHeaderBytes = 9;

/** Settings (RFC 9113 §6.5.2). */
export const setting = {
  HEADER_TABLE_SIZE: 0x1,
  ENABLE_PUSH: 0x2,
  MAX_CONCURRENT_STREAMS: 0x3,
  INITIAL_WINDOW_SIZE: 0x4,
  MAX_FRAME_SIZE: 0x5,
  MAX_HEADER_LIST_SIZE: 0x6,
} as const;

/** Settings and their values until a peer says otherwise: the largest that a window may ever be (RFC 9113 §6.9.1). */
export const maxWindowBytes = 2 ** 31 - 1;
/** The initial size of all windows (RFC 9113 §6.9.2). */
export const initialWindowBytes = 65_535;
/** The least that SETTINGS_MAX_FRAME_SIZE can be, and what it is until a peer says otherwise. */
export const minMaxFrameBytes = 16_384;
/** The most that SETTINGS_MAX_FRAME_SIZE can be. */
export const maxMaxFrameBytes = 2 ** 24 - 1;

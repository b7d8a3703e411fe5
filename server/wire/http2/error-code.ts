// The error codes of HTTP/2 (RFC 9113 §7), by name and by number.

/** Codes that go into RST_STREAM and GOAWAY. */
export const errorCode = {
  NO_ERROR: 0x0,
  PROTOCOL_ERROR: 0x1,
  INTERNAL_ERROR: 0x2,
  FLOW_CONTROL_ERROR: 0x3,
  SETTINGS_TIMEOUT: 0x4,
  STREAM_CLOSED: 0x5,
  FRAME_SIZE_ERROR: 0x6,
  REFUSED_STREAM: 0x7,
  CANCEL: 0x8,
  COMPRESSION_ERROR: 0x9,
  CONNECT_ERROR: 0xa,
  ENHANCE_YOUR_CALM: 0xb,
  INADEQUATE_SECURITY: 0xc,
  HTTP_1_1_REQUIRED: 0xd,
} as const;

/** The name of an error code. */
export type ErrorCodeName = keyof typeof errorCode;

const names = new Map<number, ErrorCodeName>(
  (Object.keys(errorCode) as ErrorCodeName[]).map((name) => [errorCode[name], name]),
);

/** The name of a code that came from a peer; `0x…` where there is none. */
export function errorCodeText(code: number): string {
  return names.get(code) ?? `0x${code.toString(16)}`;
}

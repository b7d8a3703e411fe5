// What a network thread and the main thread tell each other of calls: records, in their order.

/** What a record says. `→`: from the network thread to the main one. */
export const recordKind = {
  /** → What the heads of calls have in common (call-heads.ts): `word` is its slot, the payload is JSON. */
  head: 1,
  /** → A call begins: `word` is the slot of its head, `number` its deadline; the payload is the request where there is one only. */
  call: 2,
  /** A message of a stream, in either direction. */
  message: 3,
  /** → The requests are complete. */
  requestsEnd: 4,
  /** → The requests ended with an error: CallFailure as JSON. */
  requestsFailed: 5,
  /** → Nobody waits for the call any more: CallFailure as JSON. Its last record still comes. */
  cancel: 6,
  /** Messages that cost `number` were taken: as many more may come (message-credit.ts). */
  taken: 7,
  /** ← The handler wants no more requests. */
  unwanted: 8,
  /** ← Metadata that goes before the first message: header fields as JSON. */
  headers: 9,
  /** ← Metadata that goes with the status: header fields as JSON. */
  trailers: 10,
  /** ← The only answer, and the end of the call. */
  answer: 11,
  /** ← The end of the answers and of the call. */
  end: 12,
  /** ← The call failed: CallFailure as JSON. Its last record. */
  failed: 13,
} as const;
export type RecordKind = (typeof recordKind)[keyof typeof recordKind];

/** Gets records in their order. `payload` is the reader's own; it is empty where there is none. */
export interface RecordReader {
  record(kind: number, call: number, word: number, number: number, payload: Buffer): void;
}

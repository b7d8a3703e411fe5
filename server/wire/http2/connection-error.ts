// What is thrown, while a connection's bytes are read, for a mistake of the peer that ends the connection.
import type { CloseCause } from '../close-cause.ts';
import type { ErrorCodeName } from './error-code.ts';

/** A connection error (RFC 9113 §5.4.1), or another reason to read no further. Never leaves the connection. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly closeCause: CloseCause;

  constructor(closeCause: CloseCause) {
    super(closeCause.kind);
    this.closeCause = closeCause;
  }
}

/** A rule of a specification that the peer broke; `rule` as in "RFC 9113 §6.5". */
export function protocolError(code: ErrorCodeName, rule: string, text: string): ConnectionError {
  return new ConnectionError({ kind: 'protocol-error', code, rule, text });
}

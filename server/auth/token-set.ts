// The tokens that are known, and whose a token is. Kept as digests: the tokens themselves are nowhere.
import { hash, timingSafeEqual } from 'node:crypto';
import type { Role } from './roles.ts';

/** Who shows a token. */
export interface Identity {
  /** What the token is called, for logs and events. */
  readonly name: string;
  readonly role: Role;
}

/** A token that is known. */
export interface KnownToken extends Identity {
  /** SHA-256 of the token's bytes in UTF-8. */
  readonly digest: Uint8Array;
}

/** SHA-256 of a token. Tokens are long and random, so that a plain digest does: there is nothing to try out. */
export function digestOf(token: string): Uint8Array {
  return hash('sha256', token, 'buffer');
}

/** The tokens of the daemon itself and those of its file, which may be replaced. */
export class TokenSet {
  readonly #own: readonly KnownToken[];
  #ofFile: readonly KnownToken[] = [];

  /** `own` stay whatever the file says. */
  constructor(own: readonly KnownToken[]) {
    this.#own = own;
  }

  /** The tokens of the file are these now, and no others. */
  replace(tokens: readonly KnownToken[]): void {
    this.#ofFile = tokens;
  }

  /**
   * Whose `token` is; undefined where nobody's. Takes as long for any two tokens of one length: digests are compared, each
   * in constant time, and all of them.
   */
  identify(token: string): Identity | undefined {
    const digest = digestOf(token);
    let found: Identity | undefined;
    for (const known of [...this.#own, ...this.#ofFile]) {
      if (timingSafeEqual(known.digest, digest)) {
        found ??= known;
      }
    }
    return found;
  }
}

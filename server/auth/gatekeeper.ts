// Lets a caller in, or says why not: by the token that it shows.
import { PerchError } from '../errors.ts';
import type { Audit, AuditRecord } from './audit.ts';
import { FailedAttempts } from './attempts.ts';
import { covers, type Role } from './roles.ts';
import type { Identity, TokenSet } from './token-set.ts';

/** Who calls what. */
export interface Caller {
  readonly transport: AuditRecord['transport'];
  /** `/<service>/<method>`, or the HTTP method and the path. */
  readonly method: string;
  /** As AuditEvent has it. */
  readonly peer: string;
  /** Whose failures count together: the address without the port. */
  readonly client: string;
  /** The values of `authorization`. */
  readonly authorization: readonly string[];
}

/** What a gatekeeper needs. */
export interface GatekeeperParts {
  readonly tokens: TokenSet;
  readonly audit: Audit;
  /** Milliseconds; performance.now() where absent. */
  readonly now?: () => number;
}

/** So long a token cannot be found by trying: whoever shows a right one is let in, however often others have failed. */
const unguessable = 32;

/** Checks tokens, and tells the audit of everybody who is refused. */
export class Gatekeeper {
  readonly #tokens: TokenSet;
  readonly #audit: Audit;
  readonly #attempts = new FailedAttempts();
  readonly #now: () => number;

  constructor({ tokens, audit, now = () => performance.now() }: GatekeeperParts) {
    this.#tokens = tokens;
    this.#audit = audit;
    this.#now = now;
  }

  /**
   * Who the caller is. Throws UNAUTHENTICATED (no token), TOKEN_UNKNOWN, TOO_MANY_ATTEMPTS (too many unknown ones; a
   * token that could have been guessed is not looked at then), or ROLE_MISSING.
   */
  admit(caller: Caller, needed: Role): Identity {
    const token = bearerToken(caller.authorization);
    if (token === undefined) {
      throw this.#refuse(
        caller,
        new PerchError(
          'UNAUTHENTICATED',
          `${caller.method} needs a token of the role ${needed}: send "authorization: Bearer <token>". PERCH_TOKEN sets the daemon's own, --token_file names further ones.`,
        ),
      );
    }
    const now = this.#now();
    const waitMs = this.#attempts.waitMs(caller.client, now);
    const identity = waitMs === 0 || token.length >= unguessable ? this.#tokens.identify(token) : undefined;
    if (identity === undefined) {
      this.#attempts.failed(caller.client, now);
      throw this.#refuse(caller, waitMs === 0 ? unknownToken() : tooMany(waitMs));
    }
    if (!covers(identity.role, needed)) {
      const { name, role } = identity;
      const error = new PerchError(
        'ROLE_MISSING',
        `${caller.method} needs the role ${needed}; the token "${name}" has ${role}.`,
      );
      throw this.#refuse(caller, error, identity);
    }
    return identity;
  }

  /**
   * The name of the token in the values of `authorization`; undefined where there is none that is known. For calls that need
   * none: only tokens that cannot be guessed are looked at, since nobody counts these attempts.
   */
  tokenName(authorization: readonly string[]): string | undefined {
    const token = bearerToken(authorization);
    return token === undefined || token.length < unguessable ? undefined : this.#tokens.identify(token)?.name;
  }

  #refuse(caller: Caller, error: PerchError, identity?: Identity): PerchError {
    const { transport, method, peer } = caller;
    this.#audit.record({
      kind: 'refusal',
      transport,
      method,
      peer,
      token: identity?.name ?? '',
      ...(identity === undefined ? {} : { role: identity.role }),
      outcome: error.code,
    });
    return error;
  }
}

/** The token of `Bearer <token>` (RFC 6750 §2.1; schemes in any case, RFC 9110 §11.1); undefined where there is not just one. */
function bearerToken(authorization: readonly string[]): string | undefined {
  const [header = '', ...others] = authorization;
  return others.length > 0 ? undefined : /^bearer +([^\s,]+) *$/i.exec(header)?.[1];
}

function unknownToken(): PerchError {
  return new PerchError('TOKEN_UNKNOWN', 'The token is none of this server.');
}

function tooMany(waitMs: number): PerchError {
  const seconds = Math.ceil(waitMs / 1000);
  return new PerchError(
    'TOO_MANY_ATTEMPTS',
    `Too many unknown tokens came from this address; the next one counts in ${seconds} s.`,
    { retryAfterMs: waitMs },
  );
}

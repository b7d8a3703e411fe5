// What an HTTP client is told to send (RFC 6750 §3).
import type { ErrorCode } from '../errors.ts';

/** The value of `www-authenticate` for an error of this code; nothing where a token would not help. */
export function challengeOf(code: ErrorCode): { readonly challenge?: string } {
  switch (code) {
    case 'UNAUTHENTICATED':
      return { challenge: 'Bearer realm="perch"' };
    case 'TOKEN_UNKNOWN':
      return { challenge: 'Bearer realm="perch", error="invalid_token"' };
    case 'ROLE_MISSING':
      return { challenge: 'Bearer realm="perch", error="insufficient_scope"' };
    default:
      return {};
  }
}

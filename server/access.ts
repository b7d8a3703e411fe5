// Puts together who may call what: tokens, roles, and the record of what was done and refused.
import type { Method } from './apis/method.ts';
import { roleForPath, type AccessRules, type OtherRoutes } from './auth/access-policy.ts';
import { Audit } from './auth/audit.ts';
import { Gatekeeper } from './auth/gatekeeper.ts';
import { guardMethods } from './auth/guard-method.ts';
import { checkTokenFile, parseTokenFile, readTokenFile } from './auth/token-file.ts';
import { digestOf, TokenSet } from './auth/token-set.ts';
import { PerchError } from './errors.ts';
import { clientOfAddress } from './limits/client-name.ts';
import type { Logger } from './log.ts';
import type { RestGuard } from './net/rest-listener.ts';
import { followFile } from './source/file-follower.ts';

/** How often the token file is looked at, beside the events of its directory: milliseconds. */
const pollMs = 5_000;

/** What access is decided by. */
export interface AccessOptions {
  readonly rules: AccessRules;
  /** The daemon's own token, which has the role admin. */
  readonly token: string;
  /** Absolute; undefined: there is none. */
  readonly tokenFile: string | undefined;
  readonly log: Logger;
}

/** The guards of a server. */
export interface Access {
  readonly audit: Audit;
  /** As Gatekeeper.tokenName. */
  readonly tokenName: (authorization: readonly string[]) => string | undefined;
  /** The methods, behind their guards. */
  guard(methods: readonly Method[]): Method[];
  /** The same for REST. */
  restGuard(routes: OtherRoutes): RestGuard;
  /** Reads the token file no more. */
  stop(): Promise<void>;
}

/** Reads the token file, and again whenever it changes. Rejects with CONFIG_INVALID. */
export async function openAccess({ rules, token, tokenFile, log }: AccessOptions): Promise<Access> {
  const audit = new Audit(log.child('audit'));
  const tokens = new TokenSet([{ name: 'daemon', role: 'admin', digest: digestOf(token) }]);
  const gatekeeper = new Gatekeeper({ tokens, audit });
  let stop = (): Promise<void> => Promise.resolve();
  if (tokenFile !== undefined) {
    const text = await readTokenFile(tokenFile);
    tokens.replace(parseTokenFile(text, tokenFile));
    stop = followTokens(tokenFile, text, tokens, log.child('auth'));
  }
  return {
    audit,
    tokenName: (authorization) => gatekeeper.tokenName(authorization),
    guard: (methods) => guardMethods(methods, rules, { gatekeeper, audit }),
    restGuard: (routes) => ({
      admit: ({ method, path, authorization, peer }) => {
        const needed = roleForPath(path, rules, routes);
        if (needed !== undefined) {
          gatekeeper.admit(
            {
              transport: 'REST',
              method: `${method} ${path}`,
              peer,
              client: clientOfAddress(peer),
              authorization: authorization === undefined ? [] : [authorization],
            },
            needed,
          );
        }
      },
      refused: ({ method, path, peer }, { code }) =>
        audit.record({
          kind: 'refusal',
          transport: 'REST',
          method: `${method} ${path}`,
          token: '',
          peer,
          outcome: code,
        }),
    }),
    stop,
  };
}

function followTokens(file: string, text: string, tokens: TokenSet, log: Logger): () => Promise<void> {
  const renew = async (changed: string): Promise<void> => {
    try {
      await checkTokenFile(file);
      const renewed = parseTokenFile(changed, file);
      tokens.replace(renewed);
      log.info('the token file was read again', { file, tokens: renewed.length });
    } catch (reason) {
      log.error(`${PerchError.from(reason).message} The tokens that were read before stay.`, { file });
    }
  };
  return followFile(file, text, pollMs, log, (changed) => void renew(changed));
}

// Who is let in: every role with every need, headers as clients write them, and guessers who have to wait.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Audit } from '../../../../server/auth/audit.ts';
import { Gatekeeper, type Caller } from '../../../../server/auth/gatekeeper.ts';
import { roles, type Role } from '../../../../server/auth/roles.ts';
import { digestOf, TokenSet } from '../../../../server/auth/token-set.ts';
import { PerchError } from '../../../../server/errors.ts';
import { memoryLog } from '../fakes.ts';

const long = (role: string): string => role.padEnd(40, '0');
const short = 'chosen-by-hand';

describe('Gatekeeper', () => {
  let now: number;
  let audit: Audit;
  let lines: string[];
  let gatekeeper: Gatekeeper;

  beforeEach(() => {
    now = 0;
    const memory = memoryLog();
    ({ lines } = memory);
    audit = new Audit(memory.log, () => now);
    const own = [{ name: 'daemon', role: 'admin', digest: digestOf(short) }] as const;
    const tokens = new TokenSet(own);
    tokens.replace(roles.map((role) => ({ name: `the-${role}`, role, digest: digestOf(long(role)) })));
    gatekeeper = new Gatekeeper({ tokens, audit, now: () => now });
  });

  const caller = (authorization: readonly string[], client = '192.0.2.1'): Caller => ({
    transport: 'gRPC',
    method: '/a.B/C',
    peer: `${client}:1234`,
    client,
    authorization,
  });
  const outcome = (authorization: readonly string[], needed: Role = 'predict', client?: string): string => {
    try {
      return gatekeeper.admit(caller(authorization, client), needed).name;
    } catch (reason) {
      assert.ok(PerchError.is(reason), String(reason));
      return reason.code;
    }
  };

  it('lets roles do what those below them may', () => {
    const matrix = roles.map((role) => roles.map((needed) => outcome([`Bearer ${long(role)}`], needed)));
    assert.deepEqual(matrix, [
      ['the-predict', 'ROLE_MISSING', 'ROLE_MISSING'],
      ['the-read', 'the-read', 'ROLE_MISSING'],
      ['the-admin', 'the-admin', 'the-admin'],
    ]);
    assert.equal(outcome([`Bearer ${short}`], 'admin'), 'daemon');
  });

  it('reads the header as RFC 9110 has it, and takes one only', () => {
    const token = long('predict');
    for (const header of [`Bearer ${token}`, `bearer ${token}`, `BEARER   ${token} `]) {
      assert.equal(outcome([header]), 'the-predict', header);
    }
    for (const headers of [
      [],
      [''],
      ['Bearer'],
      ['Bearer '],
      [token],
      [`Basic ${token}`],
      [`Bearer ${token} ${token}`],
      [`Bearer ${token}`, `Bearer ${token}`],
      [`Bearer ${token}, Bearer ${token}`],
    ]) {
      assert.equal(outcome(headers), 'UNAUTHENTICATED', headers.join('|'));
    }
    assert.equal(outcome([`Bearer ${token}x`]), 'TOKEN_UNKNOWN');
    assert.equal(outcome(['Bearer \u00fc']), 'TOKEN_UNKNOWN');
  });

  it('names the token of a call that needs none, where nobody could guess it', () => {
    const name = (...authorization: string[]): string | undefined => gatekeeper.tokenName(authorization);
    assert.equal(name(`Bearer ${long('predict')}`), 'the-predict');
    for (const headers of [[], ['Basic x'], [`Bearer ${long('other')}`], [`Bearer ${short}`]]) {
      assert.equal(name(...headers), undefined, headers.join());
    }
    assert.deepEqual(audit.list(), []);
  });

  it('makes a client wait after ten unknown tokens, and lets nobody guess a short one meanwhile', () => {
    for (let i = 0; i < 10; i++) {
      assert.equal(outcome(['Bearer wrong']), 'TOKEN_UNKNOWN');
    }
    assert.equal(outcome(['Bearer wrong']), 'TOO_MANY_ATTEMPTS');
    // The right one would tell a guesser that it is right.
    assert.equal(outcome([`Bearer ${short}`], 'admin'), 'TOO_MANY_ATTEMPTS');
    // Nobody guesses this one: who has it is not to suffer from a neighbour.
    assert.equal(outcome([`Bearer ${long('admin')}`], 'admin'), 'the-admin');
    assert.equal(outcome(['Bearer wrong'], 'predict', '192.0.2.2'), 'TOKEN_UNKNOWN');
    now += 6_000;
    assert.equal(outcome([`Bearer ${short}`], 'admin'), 'daemon');
    assert.equal(outcome(['Bearer wrong']), 'TOKEN_UNKNOWN');
    assert.equal(outcome(['Bearer wrong']), 'TOO_MANY_ATTEMPTS');
  });

  it('says when the next attempt counts', () => {
    for (let i = 0; i < 10; i++) {
      outcome(['Bearer wrong']);
    }
    now += 1_500;
    assert.throws(() => gatekeeper.admit(caller(['Bearer wrong']), 'predict'), {
      code: 'TOO_MANY_ATTEMPTS',
      retryAfterMs: 4_500,
      message: 'Too many unknown tokens came from this address; the next one counts in 5 s.',
    });
  });

  it('does not count callers without a token as guessers', () => {
    for (let i = 0; i < 50; i++) {
      assert.equal(outcome([]), 'UNAUTHENTICATED');
    }
    assert.equal(outcome([`Bearer ${short}`]), 'daemon');
  });

  it('tells the audit of each refusal, and no token to anybody', () => {
    outcome([]);
    outcome(['Bearer wrong-secret']);
    outcome([`Bearer ${long('predict')}`], 'admin');
    const told = audit
      .list()
      .map(({ kind, token, role, outcome: what, peer }) => [kind, token, role, what, peer]);
    assert.deepEqual(told, [
      ['refusal', '', undefined, 'UNAUTHENTICATED', '192.0.2.1:1234'],
      ['refusal', '', undefined, 'TOKEN_UNKNOWN', '192.0.2.1:1234'],
      ['refusal', 'the-predict', 'predict', 'ROLE_MISSING', '192.0.2.1:1234'],
    ]);
    assert.equal(lines.length, 3);
    assert.ok(!/wrong-secret|0000/.test(JSON.stringify([lines, audit.list()])));
  });
});

// What tests of a connection say again and again.
import assert from 'node:assert/strict';
import type { ErrorCodeName } from '../../../../../../server/wire/http2/error-code.ts';
import type { TestPeer } from './test-peer.ts';

/** The connection ended by this error and rule, with a GOAWAY that says so as the last frame. */
export function assertProtocolError(peer: TestPeer, code: ErrorCodeName, rule: string): void {
  const { closed } = peer;
  assert.equal(
    closed?.kind,
    'protocol-error',
    `not closed by a protocol error, but ${JSON.stringify(closed)}`,
  );
  assert.deepEqual({ code: closed.code, rule: closed.rule }, { code, rule }, closed.text);
  const said = peer.output().at(-1) ?? '';
  assert.ok(said.startsWith('GOAWAY ') && said.includes(` ${code} ${rule.replace('§', '')}: `), said);
}

/** Exactly these frames go out, and the connection stays. */
export function assertAnswer(peer: TestPeer, frames: readonly string[]): void {
  assert.equal(peer.closed, undefined);
  assert.deepEqual(peer.output(), frames);
}

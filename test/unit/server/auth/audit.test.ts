// The record of what was done and refused: bounded, in order, watched, and told to the log without flooding it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Audit, type AuditRecord } from '../../../../server/auth/audit.ts';
import { memoryLog } from '../fakes.ts';

const call = (method: string): AuditRecord => ({
  kind: 'admin-call',
  transport: 'gRPC',
  method,
  token: 'daemon',
  role: 'admin',
  peer: '127.0.0.1:1',
  outcome: 'OK',
});
const refusal = (method: string): AuditRecord => ({
  kind: 'refusal',
  transport: 'REST',
  method,
  token: '',
  peer: '127.0.0.1',
  outcome: 'UNAUTHENTICATED',
});

describe('Audit', () => {
  it('keeps 256 of each kind, in the order in which they happened', () => {
    const audit = new Audit(memoryLog().log, () => 7);
    audit.record(call('/first'));
    for (let i = 0; i < 1000; i++) {
      audit.record(refusal(`GET /${i}`));
    }
    audit.record(call('/last'));
    const events = audit.list();
    assert.equal(events.length, 258);
    assert.deepEqual([events[0]?.id, events[0]?.method, events[0]?.at], [1, '/first', 7]);
    assert.deepEqual([events[1]?.id, events.at(-1)?.method], [746, '/last']);
    assert.deepEqual(
      audit.list(1000).map(({ id }) => id),
      [1001, 1002],
    );
  });

  it('tells each change to the log, and refusals ten times a minute at most', () => {
    const { log, lines } = memoryLog();
    const audit = new Audit(log);
    for (let i = 0; i < 30; i++) {
      audit.record(call('/a.B/C'));
      audit.record(refusal('GET /v1/models'));
    }
    assert.equal(lines.filter((line) => line.includes('an admin call')).length, 30);
    assert.equal(lines.filter((line) => line.includes('a request was refused')).length, 10);
  });

  it('cuts what strangers make long', () => {
    const audit = new Audit(memoryLog().log);
    audit.record(refusal(`GET /${'x'.repeat(100_000)}`));
    assert.equal(audit.list()[0]?.method.length, 201);
  });

  it('gives watchers what is kept and then what happens, until they leave', async () => {
    const audit = new Audit(memoryLog().log);
    const leave = new AbortController();
    audit.record(call('/one'));
    audit.record(call('/two'));
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { method } of audit.watch(leave.signal, 1)) {
        seen.push(method);
        if (method === '/three') {
          leave.abort();
        }
      }
    })();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(seen, ['/two']);
    audit.record(call('/three'));
    await watching;
    assert.deepEqual(seen, ['/two', '/three']);
  });
});

// Admin.DiagnoseKeepalive: names and texts in, the diagnosis out, and no JSON-hostile numbers in it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  messageCodec,
  serviceMethods,
  type MessageInput,
  type MessageOutput,
} from '../../../../../protos/messages.ts';
import { defaultServer } from '../../../../../server/doctor/keepalive/connection-facts.ts';
import { diagnoseMethods } from '../../../../../server/apis/admin/diagnose-methods.ts';

const request = messageCodec('perch.admin.v1.DiagnoseKeepaliveRequest');
const response = messageCodec('perch.admin.v1.DiagnoseKeepaliveResponse');

async function diagnose(
  told: MessageInput<'perch.admin.v1.DiagnoseKeepaliveRequest'>,
): Promise<MessageOutput<'perch.admin.v1.DiagnoseKeepaliveResponse'>> {
  const [method] = diagnoseMethods(() => defaultServer('perch'));
  assert.equal(method?.kind, 'unary');
  assert.equal(method.path, serviceMethods('perch.admin.v1.Admin').DiagnoseKeepalive.path);
  const call = {
    metadata: () => [],
    signal: new AbortController().signal,
    deadlineMs: Infinity,
    peer: 'test',
  };
  return response.decode(await method.handle(request.encode(told), call));
}

describe('DiagnoseKeepalive', () => {
  it('reads both sides’ options and answers with what helps', async () => {
    const answer = await diagnose({
      clientOptions: `grpc.insecure_channel(a, [('grpc.keepalive_time_ms', 10000),
        ('grpc.keepalive_permit_without_calls', 1), ('grpc.http2.max_pings_without_data', 0),
        ('grpc.http2.max_ping_strikes', 5)])`,
      server: 'triton',
      serverOptions: '--grpc-http2-max-ping-strikes=3',
    });
    assert.deepEqual([answer.client, answer.server], ['core', 'core']);
    assert.deepEqual(answer.prediction, {
      closes: true,
      cause: 'too-many-pings',
      atMs: 50_000,
      pings: 5,
      cutsCalls: true,
      warnedAtPing: 0,
    });
    assert.match(answer.summary, /after 50 s, at the client's ping number 5/);
    assert.equal(answer.reconnectMs[0], 20_000);
    assert.deepEqual(
      answer.findings.map(({ rule, severity, option }) => [rule, severity, option]),
      [['R14', 'ERROR', 'grpc.http2.max_ping_strikes']],
    );
    assert.deepEqual(answer.proposals[0]?.changes, [
      {
        side: 'client',
        option: 'grpc.keepalive_time_ms',
        value: '7200000',
        code: '("grpc.keepalive_time_ms", 7200000)',
      },
    ]);
  });

  it('knows what lies between, and says "never" for what has no end', async () => {
    const forgotten = await diagnose({ client: 'js', server: 'core', through: 'aws-nlb' });
    assert.equal(forgotten.prediction?.cause, 'silent-drop');
    const idle = await diagnose({ server: 'perch' });
    assert.equal(idle.prediction?.cause, 'max-idle');
    assert.deepEqual(
      idle.proposals.map(({ changes }) => changes.map(({ value }) => value)),
      [['never']],
    );
    const warned = await diagnose({
      client: 'js',
      clientOptions: "{'grpc.keepalive_time_ms': 20000}",
      activeStream: true,
    });
    assert.deepEqual([warned.prediction?.closes, warned.prediction?.warnedAtPing], [false, 4]);
  });

  it('refuses names and numbers that it cannot take', async () => {
    for (const [told, words] of [
      [{ client: 'pyton' }, /client takes one of core, .* Did you mean python/],
      [{ server: 'tfserving' }, /server takes one of .* Did you mean tf-serving/],
      [{ through: 'aws' }, /through takes one of/],
      [{ rttMs: -1 }, /rtt_ms takes 0 to 2592000000, not -1/],
      [{ callEveryMs: NaN }, /call_every_ms takes/],
      [{ clientOptions: 'x'.repeat(100_001) }, /at most 100000 characters/],
    ] as const) {
      await assert.rejects(diagnose(told), { code: 'REQUEST_MALFORMED', message: words });
    }
  });
});

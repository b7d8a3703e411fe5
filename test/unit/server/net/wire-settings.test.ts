// --grpc_channel_arguments on the own transport: what each does, and what is said of those that do nothing.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultLimits } from '../../../../server/wire/http2/connection-limits.ts';
import { defaultTimers } from '../../../../server/wire/http2/connection-timers.ts';
import { toWireSettings, type WireSettings } from '../../../../server/net/wire-settings.ts';

const settings = (entries: Record<string, string | number>): WireSettings =>
  toWireSettings(new Map(Object.entries(entries)));

const usual = settings({});
const most = 2 ** 31 - 1;

describe('toWireSettings', () => {
  it('has the limits of the other transport, and its own, where nothing is given', () => {
    assert.deepEqual(usual, {
      limits: { ...defaultLimits, maxConcurrentStreams: 1024 },
      timers: {
        ...defaultTimers,
        keepaliveMs: 60_000,
        keepaliveTimeoutMs: 20_000,
        maxIdleMs: 1_800_000,
        maxAgeMs: Infinity,
        maxAgeGraceMs: Infinity,
      },
      pings: { mode: 'warn', minIntervalMs: 300_000, permitWithoutCalls: false, maxStrikes: 2 },
      maxConnections: 512,
      messages: { maxReceiveBytes: most, maxSendBytes: most },
      answerEncoding: 'identity',
      notices: [],
    });
  });

  it('takes times, with the highest for none', () => {
    const { timers, notices } = settings({
      'grpc.keepalive_time_ms': most,
      'grpc.keepalive_timeout_ms': 5,
      'grpc.max_connection_idle_ms': 6,
      'grpc.max_connection_age_ms': 7,
      'grpc.max_connection_age_grace_ms': 0,
      'grpc.server_handshake_timeout_ms': 8,
      'grpc.http2.settings_timeout': 9,
    });
    assert.deepEqual(timers, {
      ...usual.timers,
      keepaliveMs: Infinity,
      keepaliveTimeoutMs: 5,
      maxIdleMs: 6,
      maxAgeMs: 7,
      maxAgeGraceMs: 0,
      prefaceMs: 8,
      settingsAckMs: 9,
    });
    assert.deepEqual(notices, []);
  });

  it('takes sizes and numbers, and never less than HTTP/2 lets a client assume', () => {
    const { limits, maxConnections, messages } = settings({
      'grpc.max_concurrent_streams': 3,
      'grpc.http2.lookahead_bytes': 20_000_000,
      'grpc.http2.max_frame_size': 16_384,
      'grpc.max_metadata_size': 4096,
      'grpc.http2.hpack_table_size.decoder': 0,
      'grpc.max_allowed_incoming_connections': 5,
      'grpc.max_receive_message_length': 10,
      'grpc.max_send_message_length': -1,
    });
    assert.deepEqual(limits, {
      ...usual.limits,
      maxConcurrentStreams: 3,
      streamWindowBytes: 20_000_000,
      connectionWindowBytes: 20_000_000,
      maxFrameBytes: 16_384,
      maxHeaderListBytes: 4096,
      headerTableBytes: 0,
    });
    assert.equal(maxConnections, 5);
    assert.deepEqual(messages, { maxReceiveBytes: 10, maxSendBytes: Infinity });
    assert.equal(settings({ 'grpc.http2.lookahead_bytes': 5 }).limits.streamWindowBytes, 65_535);
    const hard = { 'grpc.max_metadata_size': 2000, 'grpc.absolute_max_metadata_size': 3000 };
    assert.equal(settings(hard).limits.maxHeaderListBytes, 3000);
    assert.equal(settings({ 'grpc.max_metadata_size': 1 }).limits.maxHeaderListBytes, 1024);
    assert.equal(settings({ 'grpc.max_metadata_size': most }).limits.maxHeaderListBytes, 2 ** 24);
  });

  it('holds clients to the pings that somebody has named, as gRPC in C++ does, and warns otherwise', () => {
    const pings = (entries: Record<string, number>): WireSettings['pings'] => settings(entries).pings;
    assert.deepEqual(pings({ 'grpc.http2.min_recv_ping_interval_without_data_ms': 10 }), {
      mode: 'strict',
      minIntervalMs: 10,
      permitWithoutCalls: false,
      maxStrikes: 2,
    });
    assert.equal(pings({ 'grpc.http2.min_ping_interval_without_data_ms': 11 }).minIntervalMs, 11);
    assert.equal(pings({ 'grpc.http2.max_ping_strikes': 1 }).mode, 'strict');
    assert.equal(pings({ 'grpc.http2.max_ping_strikes': 0 }).mode, 'off');
    assert.deepEqual(pings({ 'grpc.keepalive_permit_without_calls': 1 }), {
      ...usual.pings,
      permitWithoutCalls: true,
    });
  });

  it('compresses answers with the algorithm of that number', () => {
    const encodings = [0, 1, 2].map(
      (number) => settings({ 'grpc.default_compression_algorithm': number }).answerEncoding,
    );
    assert.deepEqual(encodings, ['identity', 'deflate', 'gzip']);
  });

  it('says why an argument does nothing here, and refuses values that do not fit', () => {
    const prefix = '--grpc_channel_arguments:';
    assert.deepEqual(settings({ 'grpc.enable_channelz': 1, 'grpc.http2.max_frame_siz': 1 }).notices, [
      `${prefix} grpc.enable_channelz has no effect: it is for --grpc_transport=grpc-js.`,
      `${prefix} grpc.http2.max_frame_siz has no effect: there is no such argument. Did you mean grpc.http2.max_frame_size?`,
    ]);
    assert.throws(() => settings({ 'grpc.http2.max_frame_size': 16_383 }), {
      code: 'OPTION_INVALID',
      message: `${prefix} grpc.http2.max_frame_size takes an integer from 16384 to 16777215, not "16383".`,
    });
  });
});

// --grpc_channel_arguments: which work, what they may be, and what is said of the others.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toChannelSettings, type ChannelSettings } from '../../../../server/net/channel-arguments.ts';

const settings = (entries: Record<string, string | number>): ChannelSettings =>
  toChannelSettings(new Map(Object.entries(entries)));

describe('toChannelSettings', () => {
  it('has limits of its own where nothing is given', () => {
    assert.deepEqual(settings({}), {
      options: {
        'grpc.max_receive_message_length': 2 ** 31 - 1,
        'grpc.max_send_message_length': 2 ** 31 - 1,
        'grpc.keepalive_time_ms': 60_000,
        'grpc.keepalive_timeout_ms': 20_000,
        'grpc.max_connection_idle_ms': 1_800_000,
        'grpc.max_concurrent_streams': 1024,
      },
      maxConnections: 512,
      notices: [],
    });
  });

  it('takes what works without a word', () => {
    const given = {
      'grpc.max_connection_age_ms': 600_000,
      'grpc.max_connection_age_grace_ms': 0,
      'grpc.max_connection_idle_ms': 5,
      'grpc.keepalive_time_ms': 2 ** 31 - 1,
      'grpc.max_concurrent_streams': 7,
      'grpc.max_receive_message_length': -1,
      'grpc.enable_channelz': 0,
    };
    const { options, notices } = settings(given);
    assert.deepEqual({ ...options, ...given }, options);
    assert.deepEqual(notices, []);
    assert.equal(settings({ 'grpc.max_allowed_incoming_connections': 3 }).maxConnections, 3);
  });

  it('takes an age that no timer can hold, with the tenth that grpc-js adds, for none', () => {
    const age = (ms: number): unknown =>
      settings({ 'grpc.max_connection_age_ms': ms }).options['grpc.max_connection_age_ms'];
    assert.equal(age(1_900_000_000), 1_900_000_000);
    assert.equal(age(2_000_000_000), 2 ** 31 - 1);
  });

  it('says of each other one why it has no effect, and of an unknown one what was meant', () => {
    assert.deepEqual(
      settings({
        'grpc.http2.max_ping_strikes': 0,
        'grpc.so_reuseport': 1,
        'grpc.lb_policy_name': 'x',
        'grpc.max_conection_age_ms': 1,
        keepalive_time: 5,
      }).notices,
      [
        '--grpc_channel_arguments: grpc.http2.max_ping_strikes has no effect: this server answers every ping of a client and never closes a connection because of pings.',
        '--grpc_channel_arguments: grpc.so_reuseport has no effect: this server never shares its port with another one.',
        '--grpc_channel_arguments: grpc.lb_policy_name has no effect: it is for clients.',
        '--grpc_channel_arguments: grpc.max_conection_age_ms has no effect: there is no such argument. Did you mean grpc.max_connection_age_ms?',
        '--grpc_channel_arguments: keepalive_time has no effect: there is no such argument. Did you mean grpc.keepalive_time_ms?',
      ],
    );
  });

  it('refuses values that do not fit', () => {
    const cases = [
      ['grpc.keepalive_time_ms', 'soon', 1, 2 ** 31 - 1],
      ['grpc.keepalive_time_ms', 0, 1, 2 ** 31 - 1],
      ['grpc.max_receive_message_length', -2, -1, 2 ** 31 - 1],
      ['grpc.enable_channelz', 2, 0, 1],
    ] as const;
    for (const [name, value, min, max] of cases) {
      assert.throws(() => settings({ [name]: value }), {
        code: 'OPTION_INVALID',
        message: `--grpc_channel_arguments: ${name} takes an integer from ${min} to ${max}, not "${value}".`,
      });
    }
  });
});

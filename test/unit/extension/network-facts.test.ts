// What the tab "Network" shows of the daemon's answers: problems first, verdicts in words, bounded.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MessageInput } from '../../../protos/messages.ts';
import { messageCodec } from '../../../protos/messages.ts';
import { durationText } from '../../../extension/panels/dashboard/network/durations.ts';
import {
  liveNetwork,
  loadSamples,
  refusalFacts,
} from '../../../extension/panels/dashboard/network/network-facts.ts';
import { ruleFacts } from '../../../extension/panels/dashboard/network/ping-words.ts';
import { isNetworkSnapshot, type LiveNetwork } from '../../../webview/dashboard/network-snapshot.ts';
import { plain } from './plain.ts';

const codec = messageCodec('perch.admin.v1.GetNetworkResponse');
const rulesCodec = messageCodec('perch.admin.v1.ConnectionRules');

type Connection = MessageInput<'perch.admin.v1.GrpcConnection'>;

function live(network: MessageInput<'perch.admin.v1.GetNetworkResponse'>): LiveNetwork {
  const snapshot = liveNetwork(plain, {
    network: codec.decode(codec.encode({ grpcTransport: 'perch', ...network })),
    load: [],
    refusals: [],
    grpcAddress: '127.0.0.1:8500',
    now: 1_000_000,
  });
  assert.ok(isNetworkSnapshot(snapshot));
  return snapshot;
}

const open = (connections: readonly Connection[]): LiveNetwork['open'] =>
  live({ open: [...connections] }).open;

describe('the facts of the tab "Network"', () => {
  it('puts connections with problems first, then those with calls, then the youngest', () => {
    const shown = open([
      { id: 1, ageMs: 50 },
      { id: 2, ageMs: 10 },
      { id: 3, ageMs: 99, openStreams: 1 },
      { id: 4, ageMs: 99, calls: { OK: 8, INTERNAL: 1, NOT_FOUND: 1 } },
      {
        id: 5,
        ageMs: 99,
        pingVerdict: 'too-many',
        pingsReceived: 9,
        pingIntervalMs: 10_000,
        pingAllowedMs: 7_200_000,
      },
    ]);
    assert.deepEqual(
      shown.map(({ key, problem }) => [key, problem]),
      [
        ['4', '2 of 10 calls failed'],
        ['5', 'Pings too often'],
        ['3', ''],
        ['2', ''],
        ['1', ''],
      ],
    );
    assert.deepEqual(shown[0]?.calls[0], { status: 'OK', count: 8 });
    assert.match(shown[1]?.pingText ?? '', /^9, down to 10 s apart where 2 h are allowed: /);
    assert.deepEqual(shown.map(({ verdict }) => verdict)[1], 'warned');
    assert.equal(open([{ id: 1, calls: { OK: 99, INTERNAL: 1 } }])[0]?.problem, '');
  });

  it('says how often a client pings that may', () => {
    const [one, two] = open([
      { id: 1, ageMs: 1, pingsReceived: 1, pingVerdict: 'allowed' },
      {
        id: 2,
        ageMs: 2,
        pingsReceived: 3,
        pingVerdict: 'allowed',
        lastPingIntervalMs: 300_000,
        minPingIntervalMs: 299_900,
      },
    ]);
    assert.equal(one?.pingText, '1, allowed');
    assert.equal(two?.pingText, '3, the last 5 min apart, at least 5 min');
  });

  it('shows closes the newest first, with a key of their own also where they were not let in', () => {
    const { closed } = live({
      closed: [
        { id: 0, peer: 'a:1', close: { atMs: 10, cause: 'limit', severity: 'warning', text: 'full' } },
        {
          id: 7,
          ageMs: 600,
          pingVerdict: 'too-many',
          close: { atMs: 20, cause: 'too-many-pings', severity: 'debug' },
        },
      ],
    });
    assert.deepEqual(
      closed.map(({ key, severity, verdict }) => [key, severity, verdict]),
      [
        ['7', 'usual', 'closed'],
        ['0 a:1', 'warning', 'none'],
      ],
    );
    assert.equal(closed[0]?.openedAtMs, 0);
  });

  it('shows no more connections and frames than can be looked at', () => {
    const frames = Array.from({ length: 64 }, (_, atMs) => ({
      atMs,
      count: 1,
      type: 'PING',
      ack: atMs % 2 === 0,
    }));
    const many = live({ open: Array.from({ length: 512 }, (_, id) => ({ id: id + 1, frames })) });
    assert.deepEqual([many.open.length, many.openBeyond], [100, 412]);
    assert.deepEqual([many.open[0]?.frames.length, many.open[0]?.frames.at(-1)?.atMs], [16, 63]);
    assert.equal(many.open[0]?.frames[0]?.type, 'PING ACK');
  });

  it('says that grpc-js does not tell', () => {
    assert.match(live({ grpcTransport: 'grpc-js' }).note, /--grpc_transport=grpc-js/);
    assert.equal(live({}).note, '');
  });

  it('puts limits together with what they refused, and closes by their number', () => {
    const { limits, closes } = live({
      limits: [
        { option: 'max_concurrent_requests', limit: 8 },
        { option: 'max_requests_per_second', limit: 100 },
      ],
      refused: [
        { option: 'max_requests_per_second', model: '', count: 1 },
        { option: 'max_requests_per_second', model: 'digits', count: 5 },
      ],
      closes: [
        { cause: 'max-idle', count: 2 },
        { cause: 'peer-closed', count: 9 },
      ],
    });
    assert.deepEqual(limits, [
      { name: 'max_requests_per_second (digits)', limit: 100, refused: 5 },
      { name: 'max_requests_per_second', limit: 100, refused: 1 },
      { name: 'max_concurrent_requests', limit: 8, refused: 0 },
    ]);
    assert.deepEqual(
      closes.map(({ cause }) => cause),
      ['peer-closed', 'max-idle'],
    );
  });

  it('puts the rules into words', () => {
    const values = (rules: MessageInput<'perch.admin.v1.ConnectionRules'>): string[] =>
      ruleFacts(plain, rulesCodec.decode(rulesCodec.encode(rules))).map(({ value }) => value);
    assert.deepEqual(
      values({
        pingMode: 'warn',
        minPingIntervalMs: 300_000,
        keepaliveMs: 60_000,
        keepaliveTimeoutMs: 20_000,
        maxIdleMs: 1_800_000,
        maxConnections: 512,
        openConnections: 3,
      }),
      [
        '5 min apart, 2 h while no call is open; others are told of, and close nothing',
        'every 1 min of silence, 20 s for the answer',
        '30 min',
        'never',
        '3 of at most 512',
      ],
    );
    assert.equal(
      values({
        pingMode: 'strict',
        minPingIntervalMs: 10_000,
        permitWithoutCalls: true,
        maxPingStrikes: 2,
      })[0],
      '10 s apart; 2 early ones are forgiven, then the connection is closed',
    );
    assert.equal(values({ pingMode: 'off' })[0], 'any number is taken');
  });

  it('adds engine hosts to the load, and keeps refusals only', () => {
    const resources = messageCodec('perch.admin.v1.GetResourcesResponse');
    const samples = loadSamples(
      resources.decode(
        resources.encode({
          samples: [
            {
              atMs: 5,
              processCpuPercent: 10,
              engineCpuPercent: 30,
              rssBytes: 100,
              engineRssBytes: 50,
              loopDelayMaxMs: 3,
            },
            { atMs: 6, processCpuPercent: 10, rssBytes: 100 },
          ],
        }),
      ),
    );
    assert.deepEqual(
      samples.map(({ cpuPercent, memoryBytes }) => [cpuPercent, memoryBytes]),
      [
        [40, 150],
        [10, 100],
      ],
    );
    const audit = messageCodec('perch.admin.v1.ListAuditEventsResponse');
    const refusals = refusalFacts(
      audit.decode(
        audit.encode({
          events: [
            { id: 1, kind: 'refusal', transport: 'REST', method: 'GET /v1', outcome: 'HOST_REFUSED' },
            { id: 2, kind: 'admin-call' },
            { id: 3, kind: 'refusal' },
          ],
        }),
      ),
    );
    assert.deepEqual(
      refusals.map(({ id }) => id),
      [3, 1],
    );
    assert.equal(refusals[1]?.request, 'REST GET /v1');
  });

  it('says times as people do', () => {
    assert.deepEqual(
      [40, 1500, 60_000, 5_400_000].map((ms) => durationText(plain, ms)),
      ['40 ms', '1.5 s', '1 min', '1.5 h'],
    );
  });
});

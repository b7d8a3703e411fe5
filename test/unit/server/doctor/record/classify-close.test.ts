// Why a recorded connection closed: each row of connections.md §1.5 that a tap can see, from what it sees.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { classifyClose } from '../../../../../server/doctor/record/classify-close.ts';
import type { ClosedBecause, RecordedCause } from '../../../../../server/doctor/record/close-verdict.ts';
import type {
  SeenConnection,
  SeenGoaway,
  SeenSide,
} from '../../../../../server/doctor/record/seen-connection.ts';

interface Told extends Partial<Omit<SeenConnection, 'client' | 'server'>> {
  readonly client?: Partial<SeenSide>;
  readonly server?: Partial<SeenSide>;
}

const side: SeenSide = {
  opening: 'http2',
  firstBytes: 'PRI * HTTP/2.0',
  bytes: 500,
  lastByteAt: 9000,
  goaways: [],
  pings: 0,
  pingsSinceAnswer: 0,
  pingIntervals: [],
  unansweredPingAt: undefined,
  resets: new Map(),
  maxConcurrentStreams: undefined,
  end: undefined,
};

const classified = ({ client, server, ...rest }: Told): ClosedBecause =>
  classifyClose({
    client: { ...side, ...client },
    server: { ...side, ...server },
    firstEnd: undefined,
    unreachable: undefined,
    streams: 3,
    openStreams: 0,
    mostOpenStreams: 1,
    lastStreamEndAt: 5000,
    silentMs: 0,
    droppedAt: undefined,
    wasReset: false,
    endedAt: 10_000,
    ...rest,
  });

const is = (told: Told, cause: RecordedCause, words: RegExp): void => {
  const closed = classified(told);
  const text = [closed.text, ...closed.evidence, closed.advice].join('\n');
  assert.equal(closed.cause, cause, text);
  assert.match(text, words);
};

const goaway = (code: number, debugData = '', told: Partial<SeenGoaway> = {}): SeenGoaway => ({
  at: 9000,
  code,
  debugData,
  lastStreamId: 5,
  openStreams: 0,
  ...told,
});
const fin = { at: 10_000, how: 'fin', code: '' } as const;
const rst = { at: 10_000, how: 'reset', code: 'ECONNRESET' } as const;
const byServer = { firstEnd: 'server', openStreams: 2 } as const;
const byClient = { firstEnd: 'client' } as const;

describe('the cause of a recorded close', () => {
  it('1: too many pings', () =>
    is(
      {
        ...byServer,
        client: { pings: 4, pingsSinceAnswer: 4, pingIntervals: [700, 701, 700] },
        server: { goaways: [goaway(11, 'too_many_pings')], end: fin },
      },
      'too-many-pings',
      /4 PINGs of the client, 4 since .* apart: 700 ms, 701 ms, 700 ms[^]*Raise the client/,
    ));
  it('2: max idle, with its name, without, and as C-core says it', () => {
    for (const [code, name] of [
      [0, 'max_idle'],
      [0, ''],
      [2, 'connection idle'],
    ] as const) {
      is(
        { ...byClient, client: { end: fin }, server: { goaways: [goaway(code, name)] } },
        'max-idle',
        /after 4 s without a call/,
      );
    }
  });
  it('3: max age, and what it cut', () => {
    const goaways = [goaway(0, 'max_age', { lastStreamId: 2 ** 31 - 1 }), goaway(0)];
    is({ ...byClient, client: { end: fin }, server: { goaways } }, 'max-age', /normal/);
    is({ ...byServer, server: { goaways, end: fin } }, 'max-age', /2 calls had not ended .*[^]*grace_ms/);
  });
  it("4: the server's ping had no answer", () => {
    const server = { unansweredPingAt: 7000, end: fin, goaways: [goaway(0)] };
    is({ ...byServer, client: { lastByteAt: 6000 }, server }, 'server-watchdog', /PING of 7 s had no answer/);
    is(
      { ...byServer, client: { lastByteAt: 6000 }, server: { ...server, goaways: [] } },
      'server-watchdog',
      /the client stood still/i,
    );
  });
  it("5: the client's ping had no answer", () =>
    is(
      { ...byClient, server: { lastByteAt: 6000 }, client: { unansweredPingAt: 7000, end: fin } },
      'client-watchdog',
      /for 3 s[^]*The server stood still/,
    ));
  it('6: reset, by a device whose idle time fits', () => {
    is({ ...byServer, server: { end: rst }, silentMs: 350_200 }, 'reset', /idle limit of AWS Network/);
    is({ ...byServer, server: { end: rst }, silentMs: 20 }, 'reset', /crashed or was killed/);
  });
  it('7: dropped without a word', () => {
    is(
      { ...byClient, droppedAt: 4000, client: { unansweredPingAt: 5000, end: fin } },
      'silent-drop',
      /the client gave up 6 s later[^]*PING of 5 s/,
    );
    is({ droppedAt: 4000 }, 'silent-drop', /neither side noticed/);
    is(
      { ...byServer, server: { end: { ...rst, how: 'error', code: 'ETIMEDOUT' } } },
      'silent-drop',
      /operating system gave up/,
    );
  });
  it('8: the client closed, or ended, or makes a channel for every call', () => {
    is({ ...byClient, client: { end: fin } }, 'client-closed', /The client closed it\./);
    is({ ...byClient, openStreams: 1, client: { end: fin } }, 'client-closed', /1 call open/);
    const end = { ...fin, at: 40 };
    is({ ...byClient, streams: 1, client: { end } }, 'client-closed', /Keep one/);
  });
  it('9, 13, 15: what ends calls only is a note', () => {
    const { cause, notes } = classified({
      client: { resets: new Map([[8, 2]]) },
      server: {
        resets: new Map([
          [11, 1],
          [7, 3],
        ]),
        maxConcurrentStreams: 100,
      },
    });
    assert.equal(cause, 'still-open');
    assert.match(
      notes.join('\n'),
      /cancelled 2 calls[^]*reset 1 call .*CALM[^]*refused 3 calls .* 100 at once/,
    );
  });
  it('10: a server that says goodbye', () =>
    is(
      { ...byClient, lastStreamEndAt: 8900, client: { end: fin }, server: { goaways: [goaway(0)] } },
      'server-goodbye',
      /shuts down/,
    ));
  it('11: a server that is stopped', () => {
    is(
      { ...byServer, server: { goaways: [goaway(0), goaway(8)], end: fin } },
      'forced-shutdown',
      /cut 2 calls/,
    );
    is({ ...byServer, server: { goaways: [goaway(0)], end: fin } }, 'forced-shutdown', /drain/);
  });
  it('12: a server whose process ended, or that is not there', () => {
    is({ ...byServer, server: { end: fin } }, 'server-vanished', /2 calls open[^]*Its process ended/);
    is({ unreachable: 'ECONNREFUSED' }, 'server-unreachable', /Nothing listens/);
    is({ unreachable: 'ETIMEDOUT' }, 'server-unreachable', /firewall/);
  });
  it('15: too many calls at once', () =>
    is(
      {
        ...byServer,
        mostOpenStreams: 200,
        server: { goaways: [goaway(2)], maxConcurrentStreams: 100, end: fin },
      },
      'too-many-streams',
      /200 calls open.* allows 100/,
    ));
  it('16, 17: TLS on one side only', () => {
    is(
      { ...byServer, client: { opening: 'tls', firstBytes: '\\x16\\x03\\x01' }, server: { end: fin } },
      'tls-on-plaintext-port',
      /\\x16\\x03/,
    );
    is(
      { ...byServer, server: { opening: 'tls-alert', end: fin } },
      'plaintext-on-tls-port',
      /secure channel/,
    );
    is(
      { ...byServer, server: { opening: undefined, firstBytes: '', bytes: 0, end: fin } },
      'plaintext-on-tls-port',
      /most likely expects TLS/,
    );
    is({ client: { opening: 'tls' }, server: { opening: 'tls' } }, 'encrypted', /cannot be seen/);
  });
  it('18, 19, 25: HTTP/1.1 on one side only, or on both', () => {
    is({ client: { opening: 'http1' }, server: { opening: 'other' } }, 'http1-on-grpc-port', /8501/);
    is({ server: { opening: 'http1' } }, 'grpc-on-rest-port', /8500/);
    const http1 = { client: { opening: 'http1' }, server: { opening: 'http1', end: fin } } as const;
    is({ ...byServer, ...http1, silentMs: 5000 }, 'http1', /keep-alive/);
    is({ ...byServer, ...http1 }, 'http1', /no gRPC client/);
  });
  it('20: something else on one side', () => {
    is({ client: { opening: 'other' } }, 'not-http2', /wrong port/);
    is({ server: { opening: 'other' } }, 'not-http2', /Something else listens/);
    is({ ...byClient, client: { opening: undefined, bytes: 0, end: fin } }, 'nothing-said', /scanners/);
  });
  it('21, 22: a guard, or a rule that was broken', () => {
    is({ ...byServer, server: { goaways: [goaway(11)], end: fin } }, 'flood', /ENHANCE_YOUR_CALM/);
    is(
      { ...byServer, server: { goaways: [goaway(6, 'too large')], end: fin } },
      'server-error',
      /FRAME_SIZE_ERROR "too large"/,
    );
    is({ ...byClient, client: { goaways: [goaway(1)], end: fin } }, 'client-error', /PROTOCOL_ERROR/);
  });
  it('24: a client that takes the port for a proxy', () =>
    is({ client: { opening: 'http1-connect' } }, 'proxy-setting', /no_proxy/));
  it('what the tap did itself', () => is({ wasReset: true }, 'recorder-reset', /as it was told/));

  it('a ping right before the end is no watchdog', () =>
    is(
      { ...byClient, server: { lastByteAt: 9000 }, client: { unansweredPingAt: 9950, end: fin } },
      'client-closed',
      /FIN/,
    ));
});

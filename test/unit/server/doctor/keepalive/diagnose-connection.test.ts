// The keepalive doctor as a whole: findings, proposals that hold, reconnects, and options read out of pasted code.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  defaultClient,
  defaultServer,
  type ConnectionFacts,
} from '../../../../../server/doctor/keepalive/connection-facts.ts';
import { diagnoseConnection } from '../../../../../server/doctor/keepalive/diagnose-connection.ts';
import {
  withClientOptions,
  withServerOptions,
} from '../../../../../server/doctor/keepalive/facts-from-options.ts';
import { lintOptions } from '../../../../../server/doctor/keepalive/lint-options.ts';
import { middleboxesFor } from '../../../../../server/doctor/keepalive/middleboxes.ts';
import { readPastedOptions } from '../../../../../server/doctor/keepalive/pasted-options.ts';

const quiet: Pick<ConnectionFacts, 'path' | 'traffic'> = {
  path: { rttMs: 0, middleboxIdleMs: Infinity, middlebox: '', terminates: false },
  traffic: { activeStream: false, serverDataEveryMs: Infinity, callEveryMs: Infinity },
};
const busy = {
  ...defaultClient('go'),
  keepaliveMs: 10_000,
  permitWithoutCalls: true,
};

describe('the keepalive doctor', () => {
  it('says when and why a connection is closed, and what each side can write instead', () => {
    const { summary, proposals, reconnects } = diagnoseConnection({
      ...quiet,
      client: busy,
      server: defaultServer('core'),
    });
    assert.match(summary, /after 40 s, at the client's ping number 4 .*too_many_pings/);
    assert.deepEqual(
      proposals.map((proposal) => proposal.map(({ code }) => code)),
      [
        ['keepalive.ClientParameters{Time: 120 * time.Minute}'],
        ['keepalive.ClientParameters{PermitWithoutStream: false}'],
        [
          '("grpc.keepalive_permit_without_calls", 1)',
          '("grpc.http2.min_ping_interval_without_data_ms", 10000)',
        ],
      ],
    );
    // 20, 40, … s until two hours are reached.
    assert.deepEqual([reconnects[0], reconnects.at(-1), reconnects.length], [20_000, 10_240_000, 10]);
  });

  it('says what others would do where this server only warns', () => {
    const { summary } = diagnoseConnection({
      ...quiet,
      client: busy,
      server: { ...defaultServer('perch'), idleMs: Infinity },
    });
    assert.match(
      summary,
      /only warns; .* TensorFlow Serving .* would close it at the client's ping number 4/,
    );
  });

  it('proposes pings of one side where the path forgets', () => {
    const { findings, proposals } = diagnoseConnection({
      client: defaultClient('core'),
      server: defaultServer('core'),
      path: { ...quiet.path, middleboxIdleMs: 350_000, middlebox: 'AWS Network Load Balancer' },
      traffic: quiet.traffic,
    });
    assert.ok(findings.some(({ rule, severity }) => rule === 'R11' && severity === 'error'));
    assert.deepEqual(
      proposals[0]?.map(({ code }) => code),
      ['("grpc.keepalive_time_ms", 175000)'],
    );
  });

  it('says nothing where nothing is wrong', () => {
    const { prediction, findings, proposals } = diagnoseConnection({
      ...quiet,
      client: defaultClient('core'),
      server: defaultServer('core'),
    });
    assert.deepEqual([prediction.outcome, findings, proposals], ['stays-open', [], []]);
  });

  it('finds each of the rules', () => {
    const rulesOf = (changed: Partial<ConnectionFacts>): string[] =>
      diagnoseConnection({
        ...quiet,
        client: defaultClient('core'),
        server: defaultServer('core'),
        ...changed,
      }).findings.map(({ rule }) => rule);
    assert.deepEqual(rulesOf({ client: { ...busy, keepaliveMs: 1000 } }), ['R1']);
    assert.deepEqual(rulesOf({ client: { ...defaultClient('js'), keepaliveMs: 400_000 } }), ['R2']);
    assert.deepEqual(
      rulesOf({ client: { ...defaultClient('core'), keepaliveMs: 30_000, permitWithoutCalls: true } }),
      ['R7'],
    );
    assert.deepEqual(rulesOf({ server: { ...defaultServer('core'), timeoutMs: 500 } }), ['R10']);
    assert.deepEqual(rulesOf({ server: { ...defaultServer('js') } }), ['R12']);
    assert.deepEqual(
      rulesOf({
        server: { ...defaultServer('core'), ageMs: 60_000, graceMs: 1000 },
        traffic: { ...quiet.traffic, activeStream: true },
      }),
      ['R13'],
    );
    assert.deepEqual(rulesOf({ path: { ...quiet.path, terminates: true, middlebox: 'nginx' } }), ['R15']);
    assert.deepEqual(rulesOf({ client: { ...busy, keepaliveMs: 7_200_000 } }), ['R16']);
  });

  it('names what forgets after such a silence', () => {
    assert.deepEqual(
      middleboxesFor(349_000).map(({ name }) => name),
      ['AWS Network Load Balancer'],
    );
    assert.deepEqual(middleboxesFor(17_000), []);
  });
});

describe('options in pasted code', () => {
  const client = (text: string): object => {
    return withClientOptions(defaultClient('js'), readPastedOptions(text));
  };
  const expected = {
    implementation: 'js',
    keepaliveMs: 30_000,
    timeoutMs: 5000,
    permitWithoutCalls: true,
    maxPingsWithoutData: 0,
  };

  it('are read from Python', () => {
    const text = `channel = grpc.insecure_channel("localhost:8500", options=[
      ('grpc.keepalive_time_ms', 30 * 1000),
      ("grpc.keepalive_timeout_ms", 5_000),  # five seconds
      ('grpc.keepalive_permit_without_calls', True),
      ('grpc.http2.max_pings_without_data', 0)])`;
    assert.equal(readPastedOptions(text).language, 'core');
    assert.deepEqual(client(text), expected);
  });

  it('are read from tritonclient', () => {
    const text = `InferenceServerClient(url, keepalive_options=KeepAliveOptions(keepalive_time_ms=30000,
      keepalive_timeout_ms=5000, keepalive_permit_without_calls=True, http2_max_pings_without_data=0))`;
    assert.deepEqual(client(text), expected);
  });

  it('are read from C++', () => {
    const text = `args.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
      args.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
      args.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
      args.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);`;
    assert.deepEqual(client(text), expected);
  });

  it('are read from JavaScript', () => {
    const text = `const client = new Client(address, credentials, {
      'grpc.keepalive_time_ms': 30000, "grpc.keepalive_timeout_ms": 5000,
      'grpc.keepalive_permit_without_calls': 1 });`;
    assert.equal(readPastedOptions(text).language, 'js');
    assert.deepEqual(client(text), expected);
  });

  it('are read from Go', () => {
    const text = `grpc.WithKeepaliveParams(keepalive.ClientParameters{
      Time:                30 * time.Second, // not too often
      Timeout:             5 * time.Second,
      PermitWithoutStream: true,
    })`;
    assert.equal(readPastedOptions(text).language, 'go');
    assert.deepEqual(client(text), expected);
    assert.equal(
      withClientOptions(
        defaultClient('go'),
        readPastedOptions('keepalive.ClientParameters{Time: time.Minute}'),
      ).keepaliveMs,
      60_000,
    );
  });

  it('are read from Java', () => {
    const text = `ManagedChannelBuilder.forTarget(target).keepAliveTime(30, TimeUnit.SECONDS)
      .keepAliveTimeout(5, TimeUnit.SECONDS).keepAliveWithoutCalls(true).build();`;
    assert.equal(readPastedOptions(text).language, 'java');
    assert.deepEqual(client(text), expected);
  });

  it('are read from C#', () => {
    const text = `new SocketsHttpHandler { KeepAlivePingDelay = TimeSpan.FromSeconds(30),
      KeepAlivePingTimeout = TimeSpan.FromSeconds(5), KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always }`;
    assert.equal(readPastedOptions(text).language, 'dotnet');
    assert.deepEqual(client(text), expected);
  });

  it('are read for servers: flags, Go, Java, and infinite ones', () => {
    const server = (text: string): object =>
      withServerOptions(defaultServer('core'), readPastedOptions(text));
    const told = { ...defaultServer('core'), minPingIntervalMs: 10_000, permitWithoutCalls: true };
    for (const text of [
      '--grpc_channel_arguments=grpc.http2.min_ping_interval_without_data_ms=10000,grpc.keepalive_permit_without_calls=1',
      'tritonserver --grpc-http2-min-recv-ping-interval-without-data=10000 --grpc-keepalive-permit-without-calls true',
      'keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true}',
      'NettyServerBuilder.forPort(1).permitKeepAliveTime(10, TimeUnit.SECONDS).permitKeepAliveWithoutCalls(true)',
    ]) {
      assert.deepEqual(server(text), told, text);
    }
    assert.deepEqual(
      withServerOptions(
        { ...defaultServer('core'), idleMs: 1 },
        readPastedOptions("('grpc.max_connection_idle_ms', INT_MAX)"),
      ).idleMs,
      Infinity,
    );
  });

  it('are judged by side, name, type and unit', () => {
    const said = (text: string, side: 'client' | 'server' = 'client'): string[] =>
      lintOptions(readPastedOptions(text), side).map((finding) => `${finding.severity}: ${finding.text}`);
    const one = (text: string, words: RegExp, side?: 'client' | 'server'): void => {
      const all = said(text, side);
      assert.equal(all.length, 1, all.join('\n'));
      assert.match(all[0] ?? '', words);
    };
    one("('grpc.http2.min_ping_interval_without_data_ms', 10000)", /^error: .* is a server's option/);
    one("('grpc.http2.max_pings_without_data', 0)", /^error: .* is a client's option/, 'server');
    one("('grpc.http2.min_time_between_pings_ms', 10000)", /^warning: .* has no effect/);
    one("('grpc.keepalive_time', 30000)", /^error: There is no option .* mean grpc.keepalive_time_ms/);
    one("('grpc.keepalive_time_ms', 30)", /^warning: .* counts milliseconds: 30 ms.* write 30000/);
    one("('grpc.keepalive_time_ms', 2000)", /^warning: .*below the ten seconds/);
    one("('grpc.keepalive_time_ms', '30000')", /^error: .* is a string/);
    one("('grpc.keepalive_time_ms', KEEPALIVE)", /^info: .* is no literal/);
    one(
      "const o = {'grpc.keepalive_permit_without_calls': true}",
      /^error: .*compares with the number 1.* write 1/,
    );
    one("const o = {'grpc.http2.max_pings_without_data': 0}", /^error: grpc-js does not know/);
    one('keepalive.ClientParameters{Time: 30}', /^warning: .*nanoseconds/);
    assert.deepEqual(said("('grpc.max_receive_message_length', 5), ('grpc.keepalive_time_ms', 30000)"), []);
  });

  it('are not found in a text without any, and a hostile text takes no time', () => {
    assert.deepEqual(readPastedOptions('hello'), { language: 'unknown', options: [] });
    const options = readPastedOptions(`keepalive.ClientParameters{${'a: '.repeat(50_000)}`).options;
    assert.deepEqual(options, []);
    readPastedOptions(`("grpc.keepalive_time_ms", ${'1 * '.repeat(20_000)}`);
  });
});

// `perch doctor connection` and `perch doctor record`: what they say, of pasted code and of connections that are there.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:http2';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { defaultServer } from '../../server/doctor/keepalive/connection-facts.ts';
import { FastClock } from '../../server/doctor/live-probe/fast-clock.ts';
import { ProbeServer } from '../../server/doctor/live-probe/probe-server.ts';
import { runCli, type CliRun } from '../support/run-cli.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const quietPython = "options=[('grpc.keepalive_time_ms', 600000)]";
const busyPython = `options=[('grpc.keepalive_time_ms', 10000), ('grpc.keepalive_permit_without_calls', 1),
  ('grpc.http2.max_pings_without_data', 0)]`;

function doctor(options: string, ...args: string[]): Promise<CliRun> {
  return runCli(['doctor', 'connection', '-', ...args], {
    readStdin: () => Promise.resolve(Buffer.from(options)),
  });
}

describe('perch doctor connection', () => {
  it('says that a connection closes, when, and what helps on which side', async () => {
    const { code, stdout, stderr } = await doctor(busyPython, '--server=tf-serving');
    assert.equal(code, 1);
    assert.equal(stderr, '');
    assert.match(stdout, /^client: core, server: core\nThe server closes the connection after 40 s/);
    assert.match(stdout, /doubles its keepalive time at each of 10 closes, until 2\.8 h is allowed/);
    assert.match(stdout, /What helps:\n {2}on the client {2}\("grpc\.keepalive_time_ms", 7200000\)\nor:/);
  });

  it('ends with 0 where it stays', async () => {
    const { code, stdout } = await doctor(quietPython, '--server=core', '--stream', '--data_every=1s');
    assert.equal(code, 0, stdout);
    assert.match(stdout, /stays open; the client's pings every 10 min are allowed/);
  });

  it('reads the options of both sides from files', async () => {
    using temp = tempDir();
    const directory = temp.path;
    await writeFile(path.join(directory, 'client.py'), busyPython);
    await writeFile(
      path.join(directory, 'server.txt'),
      '--grpc_channel_arguments=grpc.http2.min_ping_interval_without_data_ms=5000,grpc.keepalive_permit_without_calls=1',
    );
    const args = ['doctor', 'connection', 'client.py', '--server=core', '--server_options=server.txt'];
    const { code, stdout } = await runCli(args, { cwd: directory });
    assert.equal(code, 0, stdout);
  });

  it('prints JSON without numbers that JSON has not', async () => {
    const { stdout, stderr } = await doctor('', '--json');
    const document = JSON.parse(stdout) as {
      prediction: { cause: string };
      proposals: { to: unknown }[][];
    };
    assert.equal(document.prediction.cause, 'max-idle');
    assert.equal(document.proposals[0]?.[0]?.to, 'never');
    assert.doesNotMatch(stdout, /Infinity/);
    assert.equal(stderr, '');
  });

  it('refuses what it does not know', async () => {
    for (const [pattern, ...args] of [
      [/--client takes one of core, .* Did you mean python/, '--client=pyton'],
      [/--server takes one of .* Did you mean triton/, '--server=trition'],
      [/--through takes a time such as 350s, or one of aws-nlb/, '--through=nlb'],
      [/--rtt takes a time/, '--rtt=fast'],
      [/--live_seconds takes a number from 1 to 3600/, '--live', '--live_seconds=0'],
    ] as const) {
      const { code, stderr } = await doctor('', ...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, pattern);
    }
  });

  it('tries what it predicts, with time sped up', async () => {
    const { code, stdout, stderr } = await doctor("('grpc.keepalive_time_ms', 400)", '--live', '--server=js');
    assert.equal(code, 0, stdout);
    assert.match(stderr, /Trying it/);
    assert.match(stdout, /Tried, .*: it stayed open .*\. As predicted\./);
  });

  it('tries a server that is there, in real time', async (t) => {
    const { port } = await server(t, { minPingIntervalMs: 60_000, permitWithoutCalls: true });
    const options = busyPython.replace('10000', '150');
    const address = `--address=127.0.0.1:${port}`;
    const { code, stdout } = await doctor(options, '--server=core', '--live', address, '--json');
    assert.equal(code, 1);
    const { live } = JSON.parse(stdout) as {
      live: { speed: number; agreement: string; outcome: { cause: string; pings: number } };
    };
    assert.deepEqual(
      [live.speed, live.agreement, live.outcome.cause, live.outcome.pings],
      [1, 'agrees', 'too-many-pings', 4],
    );
    const nobody = await doctor('', '--live', '--address=127.0.0.1:1');
    assert.equal(nobody.code, 3);
    assert.match(nobody.stderr, /127\.0\.0\.1:1 cannot be tried: .*ECONNREFUSED/);
  });
});

describe('perch doctor record', () => {
  it('shows what goes by, and why it closed', async (t) => {
    const { port } = await server(t, { idleMs: 300 });
    let output = '';
    const recording = runCli(['doctor', 'record', `--to=127.0.0.1:${port}`, '--count=1'], {
      write: (text) => void (output += text),
    });
    const address = await addressIn(() => output, /connect to (\S+);/);
    const session = connect(`http://${address}`);
    session.on('error', () => undefined);
    await once(session, 'close');
    const { code, stdout } = await recording;
    assert.equal(code, 0);
    assert.match(stdout, /#1 +0\.0\d\d s {2}client {4}OPEN {2}HTTP\/2/);
    assert.match(stdout, /server {4}GOAWAY {2}NO_ERROR "max_idle", last stream any/);
    assert.match(stdout, /#1 The server closed it after .* without a call\. \[max-idle\]\n {5}seen: GOAWAY/);
  });

  it('prints JSON, and breaks what it is told to', async (t) => {
    const { port } = await server(t, {});
    const stop = new AbortController();
    let output = '';
    const recording = runCli(
      ['doctor', 'record', `--to=127.0.0.1:${port}`, '--reset_after=100ms', '--json'],
      { write: (text) => void (output += text), signal: stop.signal },
    );
    const address = await addressIn(() => output, /"listening":"([^"]+)"/);
    const session = connect(`http://${address}`);
    session.on('error', () => undefined);
    await once(session, 'close').catch(() => undefined);
    await addressIn(() => output, /("closed")/);
    stop.abort();
    const { code, stdout, stderr } = await recording;
    assert.deepEqual([code, stderr], [0, '']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { what?: string; closed?: { cause: string } });
    assert.ok(lines.some(({ what }) => what === 'RESET'));
    assert.equal(lines.at(-1)?.closed?.cause, 'recorder-reset');
  });

  it('refuses what it cannot do', async (t) => {
    const { port } = await server(t, {});
    for (const [code, pattern, ...args] of [
      [2, /Say where the server is/],
      [2, /--to takes <host>:<port>/, '--to=nowhere'],
      [2, /--listen takes an IP address/, '--to=127.0.0.1:1', '--listen=localhost:0'],
      [2, /--drop_after takes a time/, '--to=127.0.0.1:1', '--drop_after=soon'],
      [
        3,
        /Cannot listen on 127\.0\.0\.1 port \d+: EADDRINUSE/,
        '--to=127.0.0.1:1',
        `--listen=127.0.0.1:${port}`,
      ],
    ] as const) {
      const run = await runCli(['doctor', 'record', ...args]);
      assert.equal(run.code, code, args.join(' '));
      assert.match(run.stderr, pattern);
    }
  });
});

async function server(t: TestContext, changed: object): Promise<ProbeServer> {
  const opened = await ProbeServer.open(
    { ...defaultServer('core'), ...changed },
    { activeStream: false, serverDataEveryMs: Infinity, callEveryMs: Infinity },
    new FastClock(1),
  );
  t.after(() => opened[Symbol.asyncDispose]());
  return opened;
}

async function addressIn(output: () => string, pattern: RegExp): Promise<string> {
  return until('the output has it', () => pattern.exec(output())?.[1]);
}

// The supervisor over small programs that stand for the daemon: it comes up, crashes, hangs, and is stopped.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, it } from 'node:test';
import type { DaemonLocation } from '../../../extension/daemon/launch.ts';
import {
  describeFailure,
  describeMissing,
  type ServerState,
} from '../../../extension/daemon/server-state.ts';
import { Supervisor, type SupervisorParts } from '../../../extension/daemon/supervisor.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { plain } from './plain.ts';

const options = {
  models: { from: 'directory', path: '/models' } as const,
  grpcPort: 0,
  restPort: 0,
  more: [],
};

const readyLine = `console.log(JSON.stringify({ api: 1, version: '9', pid: process.pid,
  grpcAddress: '127.0.0.1:1', restAddress: '', token: 't' }));`;
const untilStdinEnds = `process.stdin.resume(); process.stdin.on('end', () => process.exit(0));`;
const serves = `${readyLine} ${untilStdinEnds}`;

const supervisors: Supervisor[] = [];
afterEach(async () => {
  await Promise.all(supervisors.splice(0).map((supervisor) => supervisor.stop()));
});

/** A supervisor whose daemon is this program, and the states that it goes through. */
function supervise(
  program: string,
  parts: Partial<SupervisorParts> = {},
): { readonly supervisor: Supervisor; readonly states: ServerState[]; readonly log: string[] } {
  const log: string[] = [];
  const supervisor = new Supervisor({
    locate: () => ({ kind: 'found', script: '' }),
    launch: () => ({
      program: process.execPath,
      args: ['-e', program],
      env: process.env,
      cwd: process.cwd(),
    }),
    onLog: ({ text }) => log.push(text),
    random: () => 0,
    ...parts,
  });
  supervisors.push(supervisor);
  const states: ServerState[] = [];
  supervisor.onDidChangeState((state) => states.push(state));
  return { supervisor, states, log };
}

function nextState<K extends ServerState['kind']>(
  supervisor: Supervisor,
  kind: K,
): Promise<Extract<ServerState, { kind: K }>> {
  return new Promise((resolve) => {
    const subscription = supervisor.onDidChangeState((state) => {
      if (state.kind === kind) {
        subscription.dispose();
        resolve(state as Extract<ServerState, { kind: K }>);
      }
    });
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('Supervisor', () => {
  it('starts a daemon, tells where it serves, and stops it', async () => {
    const { supervisor, states } = supervise(serves);
    const running = nextState(supervisor, 'running');
    await supervisor.start(options);
    await supervisor.start(options);
    const { info } = await running;
    assert.equal(info.version, '9');
    assert.equal(isAlive(info.pid), true);
    await supervisor.stop();
    assert.equal(isAlive(info.pid), false);
    assert.deepEqual(
      states.map(({ kind }) => kind),
      ['starting', 'running', 'stopping', 'stopped'],
    );
  });

  it('starts a daemon again that was killed, and counts', async () => {
    const { supervisor } = supervise(serves);
    const first = nextState(supervisor, 'running');
    await supervisor.start(options);
    const { info } = await first;
    const waiting = nextState(supervisor, 'backing-off');
    const second = nextState(supervisor, 'running');
    process.kill(info.pid, 'SIGKILL');
    const { failure } = await waiting;
    assert.equal(describeFailure(plain, failure), 'The server was ended by SIGKILL.');
    const again = await second;
    assert.equal(again.restarts, 1);
    assert.notEqual(again.info.pid, info.pid);
  });

  it('gives up a daemon that crashes five times, with its last words', async () => {
    const crashes = `${readyLine} console.error(JSON.stringify({ level: 'error', message: 'out of luck' }));
      setTimeout(() => process.exit(7), 20);`;
    const { supervisor, states } = supervise(crashes);
    const failed = nextState(supervisor, 'failed');
    await supervisor.start(options);
    const state = await failed;
    assert.equal(state.crashes, 5);
    assert.equal(describeFailure(plain, state.failure), 'out of luck');
    assert.equal(states.filter(({ kind }) => kind === 'running').length, 5);
  });

  it('starts no second time what refuses to start, and gives its reason', async () => {
    const refuses = `console.error(JSON.stringify({ level: 'info', message: 'hello' }));
      console.error(JSON.stringify({ level: 'error', component: 'net', message: 'Port 8500 is taken.' }));
      console.error('Port 8500 is taken.');
      process.exitCode = 1;`;
    const { supervisor, states } = supervise(refuses);
    const failed = nextState(supervisor, 'failed');
    await supervisor.start(options);
    const { failure, crashes } = await failed;
    assert.equal(crashes, 0);
    assert.equal(describeFailure(plain, failure), 'Port 8500 is taken.');
    assert.equal(states.filter(({ kind }) => kind === 'starting').length, 1);
  });

  it('finds the error in a crash report of Node', async () => {
    const { supervisor } = supervise(`throw new TypeError('not a function');`);
    const failed = nextState(supervisor, 'failed');
    await supervisor.start(options);
    assert.equal(describeFailure(plain, (await failed).failure), 'TypeError: not a function');
  });

  it('tries again when a daemon that was up before refuses to come back', async () => {
    using directory = tempDir();
    const marker = path.join(directory.path, 'starts');
    writeFileSync(marker, '');
    const refusesOnce = `const fs = require('node:fs');
      fs.appendFileSync(${JSON.stringify(marker)}, 'x');
      if (fs.readFileSync(${JSON.stringify(marker)}, 'utf8') === 'xx') process.exit(1);
      ${serves}`;
    const { supervisor } = supervise(refusesOnce);
    const first = nextState(supervisor, 'running');
    await supervisor.start(options);
    const second = first.then(() => nextState(supervisor, 'running'));
    process.kill((await first).info.pid, 'SIGKILL');
    assert.equal((await second).restarts, 2);
    assert.equal(readFileSync(marker, 'utf8'), 'xxx');
  });

  it('ends a daemon that does not become ready, and leaves none behind', async () => {
    const hangs = `console.error(process.pid); ${untilStdinEnds}`;
    const { supervisor, log } = supervise(hangs, { readyTimeoutMs: 500 });
    const waiting = nextState(supervisor, 'backing-off');
    await supervisor.start(options);
    const { failure } = await waiting;
    assert.equal(failure.kind, 'timed-out');
    assert.equal(isAlive(Number(log[0])), false);
  });

  it('kills a daemon that ignores being asked', async () => {
    const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); ${readyLine}`;
    const { supervisor } = supervise(stubborn, { stopTimeoutMs: 100 });
    const running = nextState(supervisor, 'running');
    await supervisor.start(options);
    const { info } = await running;
    await supervisor.stop();
    assert.equal(isAlive(info.pid), false);
    assert.equal(supervisor.state.kind, 'stopped');
  });

  it('can be stopped while it starts, and started again at once', async () => {
    const slow = `setTimeout(() => { ${readyLine} }, 200); ${untilStdinEnds}`;
    const { supervisor, states } = supervise(slow);
    await supervisor.start(options);
    const stopped = supervisor.stop();
    const running = nextState(supervisor, 'running');
    await supervisor.start(options);
    await stopped;
    await running;
    assert.deepEqual(
      states.map(({ kind }) => kind),
      ['starting', 'stopped', 'starting', 'running'],
    );
  });

  it('can be stopped while it waits to start again', async () => {
    const { supervisor } = supervise(serves, { random: () => 0.999_999 });
    const running = nextState(supervisor, 'running');
    await supervisor.start(options);
    const waiting = nextState(supervisor, 'backing-off');
    process.kill((await running).info.pid, 'SIGKILL');
    await waiting;
    await supervisor.stop();
    assert.equal(supervisor.state.kind, 'stopped');
  });

  for (const [what, line, expected] of [
    ['an API of another version', '{"api":2,"version":"5"}', /version 5.*version 2/],
    ['something else than a ready line', 'hello', /printed something else/],
  ] as const) {
    it(`refuses a daemon that prints ${what}`, async () => {
      const { supervisor } = supervise(`console.log(${JSON.stringify(line)}); ${untilStdinEnds}`);
      const failed = nextState(supervisor, 'failed');
      await supervisor.start(options);
      assert.match(describeFailure(plain, (await failed).failure), expected);
    });
  }

  it('says so where the program cannot be started at all', async () => {
    const { supervisor } = supervise('', {
      launch: () => ({ program: '/nowhere/at/all', args: [], env: {}, cwd: process.cwd() }),
    });
    const failed = nextState(supervisor, 'failed');
    await supervisor.start(options);
    assert.match(describeFailure(plain, (await failed).failure), /could not be started: .*ENOENT/);
  });

  it('says what is missing where this platform has no daemon', async () => {
    const location: DaemonLocation = { kind: 'missing', missing: 'onnxruntime', platform: 'darwin-x64' };
    const { supervisor } = supervise('', { locate: () => location });
    await supervisor.start(options);
    assert.equal(supervisor.state.kind, 'unavailable');
    assert.match(describeMissing(plain, location), /no ONNX Runtime for darwin-x64/);
  });
});

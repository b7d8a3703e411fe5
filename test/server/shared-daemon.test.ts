// One daemon for two windows: the second uses what the first started, and it serves on when the first is gone.
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import manifest from '../../package.json' with { type: 'json' };
import { daemonLaunch, type DaemonOptions } from '../../extension/daemon/launch.ts';
import { holdDaemon } from '../../extension/daemon/daemon-hold.ts';
import { findSharedDaemon, obtainDaemon } from '../../extension/daemon/shared-daemon.ts';
import { startDaemon, type DaemonProcess } from '../../extension/daemon/daemon-process.ts';
import type { ServerState } from '../../extension/daemon/server-state.ts';
import { Supervisor } from '../../extension/daemon/supervisor.ts';
import { isRunning } from '../support/daemon-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { daemonFile, exampleModels } from './support/running-server.ts';

const { version } = manifest;

/** A window: a supervisor that shares, and the states that it went through. */
function openWindow(): { readonly supervisor: Supervisor; readonly states: ServerState[] } {
  const supervisor = new Supervisor({
    locate: () => ({ kind: 'found', script: daemonFile }),
    launch: daemonLaunch,
    obtain: (launch, { models }, start) => obtainDaemon(launch, { models, version }, start),
    onLog: () => undefined,
    random: () => 0,
  });
  const states: ServerState[] = [];
  supervisor.onDidChangeState((state) => states.push(state));
  return { supervisor, states };
}

async function untilRunning({ states }: { readonly states: ServerState[] }, but?: number) {
  return until('a running server', () => {
    const state = states.at(-1);
    return state?.kind === 'running' && state.info.pid !== but ? state : undefined;
  });
}

describe('a daemon that windows share', () => {
  const directories = [tempDir()];
  const outside = process.env.XDG_RUNTIME_DIR;
  let options: DaemonOptions;
  before(() => {
    process.env.XDG_RUNTIME_DIR = directories[0]?.path;
  });
  after(() => {
    directories.forEach((directory) => directory.remove());
    if (outside === undefined) {
      delete process.env.XDG_RUNTIME_DIR;
    } else {
      process.env.XDG_RUNTIME_DIR = outside;
    }
  });
  beforeEach(() => {
    const directory = tempDir();
    directories.push(directory);
    const models = path.join(directory.path, 'models');
    cpSync(path.join(exampleModels, 'half_plus_two'), path.join(models, 'half_plus_two'), {
      recursive: true,
    });
    options = { models: { from: 'directory', path: models }, grpcPort: 0, restPort: 0, more: [] };
  });

  it('is started by the first and used by the second; leaving it ends it only for the last', async () => {
    const first = openWindow();
    const second = openWindow();
    await first.supervisor.start(options);
    const started = await untilRunning(first);
    await until('its discovery file', () => findSharedDaemon({ models: options.models, version }));
    await second.supervisor.start(options);
    const used = await untilRunning(second);
    assert.equal(started.shared, false);
    assert.equal(used.shared, true);
    assert.deepEqual(used.info, started.info);

    await second.supervisor.leave();
    assert.equal(isRunning(started.info.pid), true);
    await first.supervisor.leave();
    await until('its end', () => !isRunning(started.info.pid));
  });

  it('is not used by a window of another version', async () => {
    const window = openWindow();
    await window.supervisor.start(options);
    await untilRunning(window);
    await until('its discovery file', () => findSharedDaemon({ models: options.models, version }));
    assert.equal(await findSharedDaemon({ models: options.models, version: '0.0.0' }), undefined);
    await window.supervisor.stop();
  });

  it('stays stopped in every window when one stops it', async () => {
    const first = openWindow();
    const second = openWindow();
    await first.supervisor.start(options);
    await untilRunning(first);
    await until('its discovery file', () => findSharedDaemon({ models: options.models, version }));
    await second.supervisor.start(options);
    await untilRunning(second);
    await second.supervisor.stop();
    await until('the first window to see it', () => first.states.at(-1)?.kind === 'stopped');
    assert.deepEqual(first.states.at(-1), { kind: 'stopped', byOther: true });
    assert.deepEqual(second.states.at(-1), { kind: 'stopped' });
  });

  it('is one where both windows start at the same moment', async () => {
    const windows = [openWindow(), openWindow(), openWindow()];
    await Promise.all(windows.map(({ supervisor }) => supervisor.start(options)));
    const used = await Promise.all(windows.map((window) => untilRunning(window)));
    assert.deepEqual([...new Set(used.map(({ info }) => info.pid))].length, 1);
    assert.deepEqual(used.map(({ shared }) => shared).sort(), [false, true, true]);
    await Promise.all(windows.map(({ supervisor }) => supervisor.leave()));
    await until('its end', () => used.every(({ info }) => !isRunning(info.pid)));
  });

  it('serves on when the window that started it goes, and ends with the other', async () => {
    const first = openWindow();
    const second = openWindow();
    await first.supervisor.start(options);
    const { info } = await untilRunning(first);
    await second.supervisor.start(options);
    assert.equal(first.supervisor.isUsedByOthers, false);
    await untilRunning(second);
    await until('the first window to know of the second', () => first.supervisor.isUsedByOthers);
    await first.supervisor.leave();
    assert.equal(isRunning(info.pid), true);
    assert.equal(second.supervisor.isUsedByOthers, true);
    assert.equal(second.states.at(-1)?.kind, 'running');
    await second.supervisor.leave();
    await until('its end', () => !isRunning(info.pid));
  });

  it('cannot be started by a window that is gone', async () => {
    const window = openWindow();
    window.supervisor.dispose();
    await window.supervisor.start(options);
    assert.deepEqual(window.supervisor.state, { kind: 'stopped' });
  });

  it('is started anew when it is killed, once for both', async () => {
    const first = openWindow();
    const second = openWindow();
    await first.supervisor.start(options);
    const { info } = await untilRunning(first);
    await until('its discovery file', () => findSharedDaemon({ models: options.models, version }));
    await second.supervisor.start(options);
    await untilRunning(second);
    process.kill(info.pid, 'SIGKILL');
    const mine = await untilRunning(first, info.pid);
    const theirs = await untilRunning(second, info.pid);
    assert.equal(mine.info.pid, theirs.info.pid);
    assert.notEqual(mine.shared, theirs.shared);
    await first.supervisor.stop();
    await second.supervisor.leave();
  });
});

describe('a daemon whose parent is gone', () => {
  async function started(): Promise<DaemonProcess> {
    const models = { from: 'directory', path: exampleModels } as const;
    const outcome = await startDaemon(
      daemonLaunch(daemonFile, { models, grpcPort: 0, restPort: 0, more: [] }),
      {
        signal: new AbortController().signal,
        onLog: () => undefined,
      },
    );
    assert.ok(outcome.kind === 'ready');
    return outcome.daemon;
  }

  it('serves on while somebody holds it, and ends when the last lets go', async () => {
    const daemon = await started();
    const first = holdDaemon(daemon.info);
    const second = holdDaemon(daemon.info);
    await until('both holders', () => second.holders === 2);
    daemon.abandon();
    first.release();
    await until('one holder', () => second.holders === 1);
    assert.equal(isRunning(daemon.info.pid), true);
    assert.equal(await first.ended, 'released');
    second.release();
    const exit = await daemon.exited;
    assert.equal(exit.code, 0);
  });

  it('answers what is in flight when it is stopped: that nobody holds it then is no second order', async () => {
    const daemon = await started();
    const hold = holdDaemon(daemon.info);
    await until('a holder', () => hold.holders === 1);
    // Many rows keep the engine busy for a while.
    const body = JSON.stringify({ instances: Array.from({ length: 4000 }, () => Array<number>(64).fill(1)) });
    const send = async (): Promise<number> =>
      (await fetch(`http://${daemon.info.restAddress}/v1/models/digits:predict`, { method: 'POST', body }))
        .status;
    await until('the model', async () => (await send()) === 200);
    const inFlight = Array.from({ length: 12 }, send);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stopped = daemon.stop();
    assert.deepEqual([...new Set(await Promise.all(inFlight))], [200]);
    assert.equal((await stopped).code, 0);
  });

  it('tells its holders that it was told to stop', async () => {
    const daemon = await started();
    const hold = holdDaemon(daemon.info);
    await until('a holder', () => hold.holders === 1);
    await daemon.stop();
    assert.equal(await hold.ended, 'stopping');
  });
});

// The extension's side of the daemon against the real daemon: supervisor, admin client and state stream.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { AdminClient } from '../../extension/daemon/admin-client.ts';
import { AdminError } from '../../extension/daemon/admin-error.ts';
import { daemonLaunch, type DaemonOptions } from '../../extension/daemon/launch.ts';
import { describeFailure, type ServerState } from '../../extension/daemon/server-state.ts';
import { Supervisor } from '../../extension/daemon/supervisor.ts';
import type { Version, VersionPhase } from '../../extension/state/model.ts';
import { ModelStore } from '../../extension/state/model-store.ts';
import { StateStream } from '../../extension/state/state-stream.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { daemonFile, exampleModels } from './support/running-server.ts';

/** The parts of the extension as its composition root connects them, without the editor. */
class Rig implements AsyncDisposable {
  readonly store = new ModelStore();
  readonly stream = new StateStream({ store: this.store, onTrouble: () => undefined });
  readonly supervisor = new Supervisor({
    locate: () => ({ kind: 'found', script: daemonFile }),
    launch: daemonLaunch,
    onLog: ({ text }) => this.log.push(text),
  });
  readonly log: string[] = [];
  readonly states: ServerState[] = [];
  client: AdminClient | undefined;

  constructor() {
    this.supervisor.onDidChangeState((state) => {
      this.states.push(state);
      this.client?.dispose();
      this.client = state.kind === 'running' ? new AdminClient(state.info) : undefined;
      this.stream.setSource(this.client);
    });
    this.stream.hold();
  }

  get admin(): AdminClient {
    assert.ok(this.client);
    return this.client;
  }

  version(model: string, number: string): Version | undefined {
    return this.store.get(model)?.versions.find((version) => version.number === number);
  }

  /** Waits until the store shows this version in this phase. */
  async shows(model: string, number: string, phase: VersionPhase): Promise<Version> {
    return until(`${model} version ${number} ${phase}`, () => {
      const version = this.store.live ? this.version(model, number) : undefined;
      return version?.phase === phase ? version : undefined;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stream.dispose();
    this.client?.dispose();
    await this.supervisor.stop();
  }
}

function optionsFor(directory: string, ports: Partial<DaemonOptions> = {}): DaemonOptions {
  return { models: { from: 'directory', path: directory }, grpcPort: 0, restPort: 0, more: [], ...ports };
}

describe('the extension and the real daemon', () => {
  const directory = tempDir();
  const models = path.join(directory.path, 'models');
  let rig: Rig;

  before(async () => {
    cpSync(exampleModels, models, { recursive: true });
    rig = new Rig();
    await rig.supervisor.start(optionsFor(models));
    await rig.shows('digits', '2', 'available');
  });
  after(async () => {
    await rig[Symbol.asyncDispose]();
    directory.remove();
  });

  it('learns who serves', async () => {
    const info = await rig.admin.getServerInfo();
    const { state } = rig.supervisor;
    assert.equal(state.kind, 'running');
    assert.equal(info.api, 1);
    assert.equal(info.pid, state.info.pid);
    assert.equal(info.grpcAddress, state.info.grpcAddress);
    assert.match(state.info.restAddress, /^127\.0\.0\.1:\d+$/);
  });

  it('knows of each version what the explorer shows', () => {
    const version = rig.version('digits', '2');
    assert.ok(version);
    assert.equal(version.onDisk, true);
    assert.equal(version.path, path.join(models, 'digits', '2'));
    assert.ok(version.sizeBytes > 0);
    assert.ok(version.loadMs > 0);
    assert.ok(version.sinceMs > 0);
    assert.ok((version.signature?.inputs.length ?? 0) > 0);
    assert.ok((version.signature?.outputs.length ?? 0) > 0);
    assert.equal(rig.version('digits', '1')?.phase, 'not-loaded');
  });

  it('loads and unloads a version, and hears of it through the stream', async () => {
    await rig.admin.loadVersion('digits', '1');
    await rig.shows('digits', '1', 'available');
    await rig.admin.unloadVersion('digits', '1');
    await until('version 1 not served', () => {
      const phase = rig.version('digits', '1')?.phase;
      return phase === 'unloaded' || phase === 'not-loaded';
    });
  });

  it('sees a version directory that is copied in', async () => {
    cpSync(path.join(models, 'digits', '2'), path.join(models, 'digits', '3'), { recursive: true });
    await rig.shows('digits', '3', 'available');
  });

  it('sees why a broken version fails, and gets the same words when it asks for it', async () => {
    mkdirSync(path.join(models, 'iris', '7'));
    writeFileSync(path.join(models, 'iris', '7', 'model.onnx'), 'not a model');
    const { error, errorCode } = await rig.shows('iris', '7', 'failed');
    assert.notEqual(error, '');
    assert.notEqual(errorCode, '');
    await assert.rejects(
      () => rig.admin.loadVersion('iris', '7'),
      (reason) => AdminError.is(reason, 'FAILED_PRECONDITION') && reason.message.includes(error),
    );
    assert.equal(rig.version('iris', '1')?.phase, 'available');
    rmSync(path.join(models, 'iris', '7'), { recursive: true });
    await until('the row is gone', () => rig.version('iris', '7') === undefined);
  });

  it('predicts with a sample of every model, and curl would too', async () => {
    for (const { name } of rig.store.models) {
      const sample = await rig.admin.getSample(name);
      assert.match(sample.curl, /^curl .*127\.0\.0\.1/s, name);
      const prediction = await rig.admin.predictJson(name, undefined, sample.json);
      assert.equal(prediction.version, sample.version, name);
      assert.match(prediction.json, /^\s*\{/, name);
      assert.ok(prediction.engineMicroseconds > 0, name);
    }
  });

  it("gets the daemon's words for what it refuses", async () => {
    await assert.rejects(
      () => rig.admin.getSample('nothing'),
      (reason) => AdminError.is(reason, 'NOT_FOUND') && reason.message.includes('nothing'),
    );
    await assert.rejects(
      () => rig.admin.predictJson('digits', undefined, '{'),
      (reason) => AdminError.is(reason, 'INVALID_ARGUMENT'),
    );
    await assert.rejects(
      () => rig.admin.getServerInfo(AbortSignal.abort()),
      (reason) => AdminError.is(reason, 'CANCELLED'),
    );
  });

  it('is refused without the token', async () => {
    const { state } = rig.supervisor;
    assert.equal(state.kind, 'running');
    const stranger = new AdminClient({ grpcAddress: state.info.grpcAddress, token: 'wrong' });
    try {
      await assert.rejects(
        () => stranger.getServerInfo(),
        (reason) => AdminError.is(reason, 'UNAUTHENTICATED'),
      );
    } finally {
      stranger.dispose();
    }
  });

  it('recovers by itself when the daemon is killed', async () => {
    const { state } = rig.supervisor;
    assert.equal(state.kind, 'running');
    const { pid } = state.info;
    process.kill(pid, 'SIGKILL');
    await until('the loss is seen', () => !rig.store.live);
    await rig.shows('digits', '3', 'available');
    const now = rig.supervisor.state;
    assert.equal(now.kind, 'running');
    assert.equal(now.restarts, 1);
    assert.notEqual(now.info.pid, pid);
  });

  it('ends the daemon with exit code 0 when it is stopped', async () => {
    const { state } = rig.supervisor;
    assert.equal(state.kind, 'running');
    await rig.supervisor.stop();
    assert.equal(rig.supervisor.state.kind, 'stopped');
    assert.throws(() => process.kill(state.info.pid, 0), { code: 'ESRCH' });
  });
});

describe('a daemon that cannot start', () => {
  const directory = tempDir();
  let occupied: Server;
  before(async () => {
    occupied = createServer();
    await new Promise<void>((resolve) => occupied.listen(0, '127.0.0.1', resolve));
  });
  after(() => {
    occupied.close();
    directory.remove();
  });

  async function failure(options: DaemonOptions): Promise<string> {
    await using rig = new Rig();
    await rig.supervisor.start(options);
    const state = await until('a failed state', () =>
      rig.supervisor.state.kind === 'failed' ? rig.supervisor.state : undefined,
    );
    assert.equal(state.crashes, 0);
    return describeFailure((message) => message, state.failure);
  }

  it('says which port is taken', async () => {
    const address = occupied.address();
    assert.ok(typeof address === 'object' && address !== null);
    const text = await failure(optionsFor(directory.path, { grpcPort: address.port }));
    assert.match(text, new RegExp(String(address.port)));
  });

  it('says that the models directory is not there', async () => {
    const missing = path.join(directory.path, 'nowhere');
    assert.match(await failure(optionsFor(missing)), /nowhere/);
  });
});

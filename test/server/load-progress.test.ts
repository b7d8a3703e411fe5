// The progress of loads on the admin API's state stream, over a real connection: its steps, in their order.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import { serviceMethods } from '../../protos/messages.ts';
import type { LoadProgress__Output } from '../../protos/gen/perch/admin/v1/LoadProgress.ts';
import type { VersionState__Output } from '../../protos/gen/perch/admin/v1/VersionState.ts';
import type { WatchStateResponse__Output } from '../../protos/gen/perch/admin/v1/WatchStateResponse.ts';
import { adminService } from '../../server/apis/admin/admin-service.ts';
import { withWarmUp } from '../../server/apis/tensorflow-serving/warm-up.ts';
import { limitLoads } from '../../server/lifecycle/load-limit.ts';
import { ModelManager } from '../../server/lifecycle/model-manager.ts';
import { openGrpcListener, type Listener } from '../../server/net/grpc-listener.ts';
import { memoryTraffic } from '../support/memory-traffic.ts';
import { tempDir, type TempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { predictLog, writeWarmUpFile } from '../support/warm-up-file.ts';
import { memoryLog, modelOnDisk, versionOnDisk } from '../unit/server/fakes.ts';
import { adminMetadata } from './support/running-server.ts';
import { SteeredEngine, type HeldLoad } from './support/steered-engine.ts';

const admin = 'perch.admin.v1.Admin';

interface AdminClient {
  WatchState(request: object, metadata: grpc.Metadata): grpc.ClientReadableStream<unknown>;
}

describe('the progress of loads on the state stream', () => {
  let directory: TempDir;
  let engine: SteeredEngine;
  let manager: ModelManager;
  let listener: Listener;
  let client: grpc.Client;
  /** Every state of version 1 that the stream told, by model. */
  let seen: Map<string, VersionState__Output[]>;

  beforeEach(async () => {
    directory = tempDir();
    engine = new SteeredEngine();
    engine.holdLoads = true;
    engine.holdRuns = true;
    const { log } = memoryLog();
    const warmed = withWarmUp(engine, { enabled: true, iterations: 2, log });
    manager = new ModelManager(limitLoads(warmed, 1), log);
    const serving = { manager, observer: { finished: () => undefined } };
    const facts = {
      info: () => ({}),
      restAddress: () => '',
      draining: new AbortController().signal,
    };
    listener = await openGrpcListener({
      methods: adminService({
        serving,
        config: undefined,
        facts,
        traffic: memoryTraffic(manager).traffic,
        shutDown: () => undefined,
      }),
      bindAddress: '127.0.0.1',
      port: 0,
      log,
    });
    const Client = grpc.makeGenericClientConstructor(serviceMethods(admin), admin);
    client = new Client(listener.address, grpc.credentials.createInsecure());
    seen = new Map();
    const watch = (client as unknown as AdminClient).WatchState({}, adminMetadata());
    const opened = new Promise((resolve) => watch.once('data', resolve));
    watch.on('data', ({ model }: WatchStateResponse__Output) => {
      if (model) {
        seen.set(model.name, [...(seen.get(model.name) ?? []), ...model.versions]);
      }
    });
    watch.on('error', () => undefined);
    await opened;
  });
  afterEach(async () => {
    client.close();
    await listener.close(AbortSignal.abort());
    directory.remove();
  });

  const lastOf = (model: string): VersionState__Output | undefined => seen.get(model)?.at(-1);
  /** Waits until the stream told this of the load. */
  const told = (model: string, text: string): Promise<unknown> =>
    until(`${model} to be told as "${text}"`, () => describeProgress(lastOf(model)?.progress) === text);
  const loadOf = (model: string): Promise<HeldLoad> =>
    until(`the load of ${model}`, () => engine.loads.find((load) => load.model === model));

  it('tells each step in its order, and nothing of it once the version is AVAILABLE', async () => {
    writeWarmUpFile(directory.path, [predictLog('x', [1], [1]), predictLog('x', [1], [2])]);
    manager.apply([
      { ...modelOnDisk('a', []), versions: [{ ...versionOnDisk(1n), directory: directory.path }] },
    ]);
    const { progress, go } = await loadOf('a');
    progress?.({ step: 'checking' });
    await told('a', 'CHECKING');
    progress?.({ step: 'first-open' });
    await told('a', 'FIRST_OPEN');
    progress?.({ step: 'loading', bytesDone: 10, bytesTotal: 20 });
    await told('a', 'LOADING 10/20 bytes');
    go();
    for (const run of ['1/4', '2/4', '3/4', '4/4']) {
      await told('a', `WARMING_UP ${run}`);
      engine.runs.pop()?.go();
    }
    await until('AVAILABLE', () => lastOf('a')?.phase === 'VERSION_PHASE_AVAILABLE');
    assert.equal(lastOf('a')?.progress, null);
    const states = seen.get('a') ?? [];
    const texts = states.map(({ progress: one }) => describeProgress(one));
    assert.deepEqual(
      texts.filter((text, i) => text !== '' && text !== 'WARMING_UP' && text !== texts[i - 1]),
      [
        'CHECKING',
        'FIRST_OPEN',
        'LOADING 10/20 bytes',
        'WARMING_UP 1/4',
        'WARMING_UP 2/4',
        'WARMING_UP 3/4',
        'WARMING_UP 4/4',
      ],
    );
    const inWarmUp = states.filter(({ progress: one }) => one?.step === 'LOAD_STEP_WARMING_UP');
    const begun = new Set(inWarmUp.map(({ progress: one }) => one?.stepSinceMs));
    assert.equal(begun.size, 1, 'a step began once');
    assert.ok(inWarmUp.every(({ progress: one, sinceMs }) => Number(one?.stepSinceMs) >= Number(sinceMs)));
  });

  it('tells that a load waits for another', async () => {
    manager.apply([modelOnDisk('a', [1n])]);
    const first = await loadOf('a');
    manager.apply([modelOnDisk('a', [1n]), modelOnDisk('b', [1n])]);
    await told('b', 'QUEUED');
    engine.holdRuns = false;
    first.go();
    const second = await loadOf('b');
    second.progress?.({ step: 'loading' });
    await told('b', 'LOADING');
    second.go();
    await until('AVAILABLE', () => lastOf('b')?.phase === 'VERSION_PHASE_AVAILABLE');
  });
});

/** `WARMING_UP 3/4`, `LOADING 10/20 bytes`; empty without. */
function describeProgress(progress: LoadProgress__Output | null | undefined): string {
  if (!progress) {
    return '';
  }
  const { step, detail, bytesDone, bytesTotal } = progress;
  const bytes = bytesTotal === '0' ? '' : `${bytesDone}/${bytesTotal} bytes`;
  return [step.replace('LOAD_STEP_', ''), detail, bytes].filter((part) => part !== '').join(' ');
}

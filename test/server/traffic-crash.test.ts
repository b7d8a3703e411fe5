// The daemon killed at random moments of a canary: what a restart finds is one of the states that a canary can be in, whole.
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';
import * as grpc from '@grpc/grpc-js';
import { serviceMethods } from '../../protos/messages.ts';
import type { ModelTraffic } from '../../server/canary/model-traffic.ts';
import { parsePerchFile } from '../../server/canary/perch-file.ts';
import { parseModelServerConfig } from '../../server/config/model-server-config.ts';
import { randomNumbers } from '../support/onnx-builder.ts';
import { runDaemon, type DaemonProcess } from './support/daemon-process.ts';
import { adminMetadata, makeModels, testToken, until, type CallAnswer } from './support/running-server.ts';

interface Model {
  readonly name: string;
  readonly labels: readonly { readonly label: string; readonly version: string; readonly pending: boolean }[];
  readonly traffic: readonly { readonly percent: number; readonly version: string }[];
  readonly canary: { readonly phase: string; readonly step: number; readonly reason: string } | null;
}

const admin = 'perch.admin.v1.Admin';
const steps = [10, 25, 50, 75, 100];
const kills = 12;
const body = JSON.stringify({ instances: [Array.from({ length: 64 }, (_, i) => i % 17)] });
const plan = { steps, intervalMs: 86_400_000, manual: true, gates: { maxP99Ratio: 1000 } };

/** Labels and shares of a model as one text; the order of labels says nothing. */
const placed = ({ labels, traffic }: Model): string =>
  [
    labels.map(({ label, version, pending }) => `${label} ${version}${pending ? ' pending' : ''}`).sort(),
    traffic.map(({ version, percent }) => `${version}: ${percent}%`),
  ]
    .map((parts) => parts.join(', '))
    .join(' | ');

/** What labels and shares are in each state of the canary. */
const expected = ({ canary }: Model): string => {
  switch (canary?.phase) {
    case undefined:
    case 'CANARY_PHASE_ROLLED_BACK':
      return 'stable 1 | 1: 100%';
    case 'CANARY_PHASE_SUCCEEDED':
      return 'stable 2 | 2: 100%';
    default: {
      const percent = steps[canary?.step ?? 0] ?? 0;
      return `canary 2, stable 1 | 1: ${100 - percent}%, 2: ${percent}%`;
    }
  }
};

describe('a daemon that is killed while a canary moves', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let daemon: DaemonProcess | undefined;
  let client: grpc.Client | undefined;
  let address = '';
  let source: readonly string[] = [];
  /** Where perch.pbtxt is. */
  let perchDirectory = '';
  before(async () => {
    models = await makeModels('digits');
    source = [`--models_directory=${models.directory}`];
    perchDirectory = models.directory;
  });
  after(async () => {
    client?.close();
    daemon?.child.kill('SIGKILL');
    await daemon?.exited;
    await models.remove();
  });

  const start = async (): Promise<void> => {
    daemon = runDaemon(['serve', ...source, '--port=auto', '--rest_api_port=auto', '--ready_json'], {
      ...process.env,
      PERCH_TOKEN: testToken,
    });
    const { grpcAddress, restAddress } = await daemon.ready();
    address = restAddress;
    const Client = grpc.makeGenericClientConstructor(serviceMethods(admin), admin);
    client = new Client(grpcAddress, grpc.credentials.createInsecure());
  };
  const call = (method: string, request: object = {}): Promise<CallAnswer> =>
    new Promise((resolve, reject) => {
      const to = client as unknown as Record<
        string,
        (
          request: object,
          metadata: grpc.Metadata,
          options: grpc.CallOptions,
          answer: grpc.requestCallback<CallAnswer>,
        ) => void
      >;
      to[method]?.(
        { model: 'digits', ...request },
        adminMetadata(),
        { deadline: Date.now() + 60_000 },
        (error, answer) => (error === null ? resolve(answer ?? {}) : reject(error)),
      );
    });
  const model = async (): Promise<Model | undefined> => {
    const { models: all } = await call('ListModels');
    return (all as Model[])[0];
  };
  /** One way through a canary; every part of it may be cut off. */
  const walk = async (random: () => number): Promise<void> => {
    const ask = (method: string, request: object = {}): Promise<unknown> =>
      call(method, request).catch((reason: unknown) => {
        const { code } = reason as grpc.ServiceError;
        // Refused for the state that the canary is in: the walk goes on. Gone: it ends.
        if (code === grpc.status.UNAVAILABLE || code === grpc.status.CANCELLED) {
          throw reason;
        }
      });
    for (;;) {
      await ask('StartCanary', { version: 2, plan });
      await ask('PauseCanary');
      await ask('ResumeCanary');
      await ask('PromoteCanary');
      await wait(random() * 60);
      await ask('RollbackCanary');
    }
  };

  const kill = async (): Promise<void> => {
    daemon?.child.kill('SIGKILL');
    await daemon?.exited;
    client?.close();
  };
  /** What the file keeps; it must be readable whenever the daemon was killed. */
  const keptNow = async (): Promise<ModelTraffic> => {
    const text = await readFile(path.join(perchDirectory, 'perch.pbtxt'), 'utf8');
    const kept = parsePerchFile(text, 'perch.pbtxt').get('digits');
    assert.ok(kept);
    return kept;
  };
  const takeBack = async (): Promise<void> => {
    await call('RollbackCanary').catch(() => undefined);
    await until(async () => {
      const now = await model();
      return now !== undefined && placed(now) === 'stable 1 | 1: 100%';
    }).catch(async () => assert.fail(`not taken back: ${JSON.stringify(await model())}`));
  };
  const prepare = async (): Promise<void> => {
    await start();
    await until(() => call('SetLabel', { label: 'stable', version: 1, waitMs: 30_000 }).catch(() => false));
    await call('LoadVersion', { version: 2 });
    await call('SetTraffic', { shares: [{ target: { label: 'stable' }, percent: 100 }] });
  };
  const walkAndKill = async (
    times: number,
    random: () => number,
    check: () => Promise<void>,
  ): Promise<string> => {
    const seen = new Map<string, number>();
    for (let i = 0; i < times; i++) {
      const walking = walk(random).catch(() => undefined);
      await wait(random() * 300);
      await kill();
      await walking;
      const kept = await keptNow();
      await check();
      await start();
      const { canary } = await resumed(kept);
      if (kept.canary !== undefined && canary !== null) {
        const phase = `CANARY_PHASE_${kept.canary.phase.toUpperCase().replace('-', '_')}`;
        assert.equal(canary.phase, phase, 'goes on in the phase that was kept');
        assert.equal(canary.step, kept.canary.step, 'goes on at the step that was kept');
      }
      const phase = canary?.phase ?? 'none';
      seen.set(phase, (seen.get(phase) ?? 0) + 1);
      // The next walk begins anew.
      await takeBack();
    }
    return [...seen].map(([phase, count]) => `${phase} ${count}`).join(', ');
  };

  /** The model once everything that was kept is in effect. */
  const resumed = (kept: ModelTraffic): Promise<Model> =>
    until(async () => {
      const now = await model();
      const isTakenUp = (now?.canary === null) === (kept.canary === undefined);
      return now !== undefined && isTakenUp && placed(now) === expected(now) ? now : undefined;
    }).catch(async () => assert.fail(`now ${JSON.stringify(await model())}; kept ${inspect(kept)}`));
  const ask = async (): Promise<void> => {
    const answer = await fetch(`http://${address}/v1/models/digits:predict`, { method: 'POST', body });
    await answer.arrayBuffer();
  };

  it(`is in one state after each of ${kills} kills`, async (test) => {
    await prepare();
    test.diagnostic(await walkAndKill(kills, randomNumbers(12), () => Promise.resolve()));
    await kill();
  });

  it('is in one state after each kill while the canary goes from step to step by itself', async (test) => {
    await prepare();
    const random = randomNumbers(5);
    const quick = { steps, intervalMs: 1000, minRequests: 1, gates: { maxP99Ratio: 1e6 } };
    const seen: string[] = [];
    for (let i = 0; i < 4; i++) {
      await call('StartCanary', { version: 2, plan: quick });
      const sender = { running: true };
      const sending = (async () => {
        while (sender.running) {
          await Promise.all(Array.from({ length: 20 }, ask));
        }
      })().catch(() => undefined);
      const wanted = Math.floor(random() * steps.length);
      await until(async () => {
        const { canary } = (await model()) ?? {};
        return canary?.step === wanted;
      });
      // Around the moment of the next evaluation.
      await wait(900 + random() * 150);
      await kill();
      sender.running = false;
      await sending;
      const kept = await keptNow();
      await start();
      const { canary } = await resumed(kept);
      assert.equal(canary?.step, kept.canary?.step);
      seen.push(`${canary?.phase} ${canary?.step}`);
      await takeBack();
    }
    test.diagnostic(seen.join(', '));
    await kill();
  });

  it('is in one state after each kill where the labels are in a file of their own', async (test) => {
    const directory = path.join(models.directory, 'config');
    await mkdir(directory);
    const file = path.join(directory, 'models.config');
    const written = `model_config_list {
  config {
    name: "digits" # by hand
    base_path: "${path.join(models.directory, 'digits')}"
    model_platform: "tensorflow"
    model_version_policy { all {} }
    version_labels { key: "stable" value: 1 }
  }
}
`;
    await writeFile(file, written);
    source = [`--model_config_file=${file}`];
    await prepare();
    perchDirectory = directory;
    const check = async (): Promise<void> => {
      const text = await readFile(file, 'utf8');
      assert.doesNotThrow(() => parseModelServerConfig(text, file));
      assert.match(text, /name: "digits" # by hand\n/);
    };
    test.diagnostic(await walkAndKill(6, randomNumbers(6), check));
    assert.equal(await readFile(file, 'utf8'), written, 'taken back, it is as it was');
    const left = (await readdir(directory)).filter((name) => name.endsWith('.tmp'));
    assert.deepEqual(left, [], 'what a killed daemon left half-written is taken away by the next');
  });
});

// The daemon killed at random moments of a canary: what a restart finds is one of the states that a canary can be in, whole.
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';
import * as grpc from '@grpc/grpc-js';
import { serviceMethods } from '../../protos/messages.ts';
import type { KeptShare } from '../../server/canary/canary.ts';
import { noTraffic, type ModelTraffic } from '../../server/canary/model-traffic.ts';
import { parsePerchFile } from '../../server/canary/perch-file.ts';
import { parseModelServerConfig } from '../../server/config/model-server-config.ts';
import { randomNumbers } from '../support/onnx-builder.ts';
import { runDaemon, type DaemonProcess } from './support/daemon-process.ts';
import { adminMetadata, makeModels, testToken, until, type CallAnswer } from './support/running-server.ts';

interface Model {
  readonly labels: readonly { readonly label: string; readonly version: string; readonly pending: boolean }[];
  readonly traffic: readonly { readonly percent: number; readonly version: string }[];
  readonly canary: { readonly phase: string; readonly step: number; readonly reason: string } | null;
}
/** What the files said when the daemon was killed. */
interface Kept {
  readonly traffic: ModelTraffic;
  readonly labels: ReadonlyMap<string, bigint>;
}

const admin = 'perch.admin.v1.Admin';
const steps = [10, 25, 50, 75, 100];
/** Those of the three tests together. */
const kills = { directory: 22, byItself: 6, configFile: 22 };
/** No wait goes on for longer than this; one that does fails with what it saw. */
const limitMs = 60_000;
const body = JSON.stringify({ instances: [Array.from({ length: 64 }, (_, i) => i % 17)] });
const manual = { steps, intervalMs: 86_400_000, manual: true, gates: { maxP99Ratio: 1000 } };
const allStable: readonly KeptShare[] = [{ target: { kind: 'label', label: 'stable' }, percent: 100 }];

/** Labels and shares as one text; the order of labels says nothing, nor does a share of nothing. */
const asText = (labels: readonly string[], shares: readonly (readonly [string, number])[]): string =>
  [
    [...labels].sort().join(', '),
    shares.flatMap(([version, percent]) => (percent === 0 ? [] : [`${version}: ${percent}%`])).join(', '),
  ].join(' | ');
const placed = ({ labels, traffic }: Model): string =>
  asText(
    labels.map(({ label, version, pending }) => `${label} ${version}${pending ? ' pending' : ''}`),
    traffic.map(({ version, percent }) => [version, percent]),
  );
const asPlaced = (labels: ReadonlyMap<string, bigint>, shares: readonly KeptShare[]): string =>
  asText(
    [...labels].map(([label, version]) => `${label} ${version}`),
    shares.map(({ target, percent }) => [
      String(target.kind === 'version' ? target.version : labels.get(target.label)),
      percent,
    ]),
  );
const taken = asPlaced(new Map([['stable', 1n]]), allStable);

/** What labels and shares are to be, after what was kept. */
const expected = ({ traffic: { canary, shares }, labels }: Kept): string => {
  const percent = steps[canary?.step ?? 0] ?? 0;
  switch (canary?.phase) {
    case undefined:
      return asPlaced(labels, shares);
    case 'succeeded':
      return asPlaced(new Map([['stable', 2n]]), allStable);
    case 'rolled-back': {
      if (canary.settled === true) {
        assert.equal(labels.get('stable'), 1n, 'a promotion is kept before labels move');
        return asPlaced(labels, shares);
      }
      const { stableLabel, canaryLabel } = canary.before;
      const restored = Object.entries({ stable: stableLabel, canary: canaryLabel }).flatMap(
        ([label, version]) => (version === undefined ? [] : [[label, version] as const]),
      );
      return asPlaced(new Map(restored), canary.before.shares);
    }
    default:
      return asText(
        ['stable 1', 'canary 2'],
        [
          ['1', 100 - percent],
          ['2', percent],
        ],
      );
  }
};

describe('a daemon that is killed while a canary moves', { timeout: 20 * limitMs }, () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let daemon: DaemonProcess | undefined;
  let client: grpc.Client | undefined;
  let address = '';
  let source: readonly string[] = [];
  /** Where perch.pbtxt is. */
  let directory = '';
  let configFile: string | undefined;
  before(async () => {
    models = await makeModels('digits');
    source = [`--models_directory=${models.directory}`];
    ({ directory } = models);
  });
  after(async () => {
    await kill();
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
  /** Ends the daemon at once; whoever still calls it is to be told so before. */
  const kill = async (): Promise<void> => {
    daemon?.child.kill('SIGKILL');
    const { exited } = daemon ?? { exited: Promise.resolve(null) };
    const ended = await Promise.race([exited, wait(limitMs, 'still there', { ref: false })]);
    assert.notEqual(ended, 'still there', 'the daemon does not end');
    client?.close();
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
        { deadline: Date.now() + limitMs },
        (error, answer) => (error === null ? resolve(answer ?? {}) : reject(error)),
      );
    });
  const model = async (): Promise<Model | undefined> => ((await call('ListModels')).models as Model[])[0];
  /** One way through two canaries after the other, until the daemon is killed; every part of it may be cut off. */
  const walk = async (random: () => number, killed: AbortSignal): Promise<void> => {
    const moves: readonly (readonly [string, object?])[] = [
      ['StartCanary', { version: 2, plan: manual }],
      ['PauseCanary'],
      ['ResumeCanary'],
      ['PromoteCanary'],
      ['RollbackCanary'],
      // By the labels alone.
      ['SetLabel', { label: 'canary', version: 2 }],
      ['PromoteCanary'],
      ['RollbackCanary'],
      ['RollbackCanary'],
    ];
    const isKilled = (): boolean => killed.aborted;
    for (let i = 0; !isKilled(); i = (i + 1) % moves.length) {
      const [method, request] = moves[i]!;
      await wait(random() * 30);
      if (!isKilled()) {
        await call(method, request).catch((reason: unknown) => {
          // Refused for the state that the canary is in, or cut off: everything else is a fault.
          const { code } = reason as grpc.ServiceError;
          assert.ok(isKilled() || code === grpc.status.FAILED_PRECONDITION, `${method}: ${String(reason)}`);
        });
      }
    }
  };
  /** What the files keep; they must be readable whenever the daemon was killed. */
  const keptNow = async (): Promise<Kept> => {
    const text = await readFile(path.join(directory, 'perch.pbtxt'), 'utf8');
    const traffic = parsePerchFile(text, 'perch.pbtxt').get('digits') ?? noTraffic;
    if (configFile === undefined) {
      return { traffic, labels: traffic.labels };
    }
    const config = parseModelServerConfig(await readFile(configFile, 'utf8'), configFile);
    return { traffic, labels: config.models[0]?.labels ?? new Map() };
  };
  /** Starts the daemon again; the model once everything that was kept is in effect. */
  const resumed = async (kept: Kept): Promise<Model> => {
    await start();
    const wanted = expected(kept);
    const phase = kept.traffic.canary?.phase.toUpperCase().replace('-', '_');
    return until(async () => {
      const now = await model();
      const isTakenUp = now?.canary?.phase === (phase && `CANARY_PHASE_${phase}`);
      return now !== undefined && isTakenUp && placed(now) === wanted ? now : undefined;
    }).catch(async () => {
      const log = daemon?.stderr() ?? '';
      assert.fail(`${wanted} wanted; now ${inspect(await model())}; kept ${inspect(kept)}; ${log}`);
    });
  };
  const takeBack = (): Promise<true> =>
    until(async () => {
      const now = await model();
      if (now !== undefined && placed(now) === taken) {
        return true;
      }
      await call('RollbackCanary').catch(() => undefined);
      return undefined;
    }).catch(async () => assert.fail(`not taken back: ${inspect(await model())}; ${daemon?.stderr()}`));
  const prepare = async (): Promise<void> => {
    await start();
    await until(() => call('SetLabel', { label: 'stable', version: 1, waitMs: 30_000 }).catch(() => false));
    await call('LoadVersion', { version: 2 });
    await call('SetTraffic', { shares: [{ target: { label: 'stable' }, percent: 100 }] });
  };
  /** Gives how often each state was found. */
  const walkAndKill = async (
    times: number,
    random: () => number,
    check?: () => Promise<void>,
  ): Promise<string> => {
    const seen = new Map<string, number>();
    for (let i = 0; i < times; i++) {
      const killed = new AbortController();
      const walking = walk(random, killed.signal);
      await Promise.race([walking, wait(random() * 500)]);
      killed.abort();
      daemon?.child.kill('SIGKILL');
      // The walk ends with the daemon; only then may the client go, whose calls would fail otherwise than cut off ones.
      await walking;
      await kill();
      const kept = await keptNow();
      await check?.();
      const { canary } = await resumed(kept);
      assert.equal(canary?.step ?? 0, kept.traffic.canary?.step ?? 0, 'goes on at the step that was kept');
      const phase = `${canary?.phase ?? 'none'}${kept.traffic.canary?.settled === false ? ' not settled' : ''}`;
      seen.set(phase, (seen.get(phase) ?? 0) + 1);
      // The next walk begins anew.
      await takeBack();
    }
    await kill();
    return [...seen].map(([phase, count]) => `${phase} ${count}`).join(', ');
  };
  const ask = async (): Promise<void> => {
    const answer = await fetch(`http://${address}/v1/models/digits:predict`, {
      method: 'POST',
      body,
      signal: AbortSignal.timeout(limitMs),
    });
    await answer.arrayBuffer();
  };
  const noLeftovers = async (): Promise<void> => {
    const left = (await readdir(directory)).filter((name) => name.endsWith('.tmp'));
    assert.deepEqual(left, [], 'what a killed daemon left half-written is taken away by the next');
  };

  it(`is in one state after each of ${kills.directory} kills`, async (test) => {
    await prepare();
    test.diagnostic(await walkAndKill(kills.directory, randomNumbers(12)));
    await noLeftovers();
  });

  it(`is in one state after each of ${kills.byItself} kills while the canary steps by itself`, async (test) => {
    await prepare();
    const random = randomNumbers(5);
    const quick = { steps, intervalMs: 1000, minRequests: 1, gates: { maxP99Ratio: 1e6 } };
    const seen: string[] = [];
    for (let i = 0; i < kills.byItself; i++) {
      await call('StartCanary', { version: 2, plan: quick });
      const sender = { running: true };
      const sending = (async () => {
        while (sender.running) {
          await Promise.all(Array.from({ length: 20 }, ask));
        }
      })().catch(() => undefined);
      const wanted = Math.floor(random() * steps.length);
      await until(async () => ((await model())?.canary?.step ?? 0) >= wanted);
      // Around the moment of the next evaluation.
      await wait(900 + random() * 150);
      sender.running = false;
      await kill();
      await sending;
      const kept = await keptNow();
      const { canary } = await resumed(kept);
      assert.equal(canary?.step, kept.traffic.canary?.step);
      seen.push(`${canary?.phase} ${canary?.step}`);
      await takeBack();
    }
    await kill();
    test.diagnostic(seen.join(', '));
  });

  it(`is in one state after each of ${kills.configFile} kills with labels in models.config`, async (test) => {
    directory = path.join(models.directory, 'config');
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
    configFile = file;
    source = [`--model_config_file=${file}`];
    await prepare();
    const check = async (): Promise<void> => {
      assert.match(await readFile(file, 'utf8'), /name: "digits" # by hand\n/);
    };
    test.diagnostic(await walkAndKill(kills.configFile, randomNumbers(6), check));
    assert.equal(await readFile(file, 'utf8'), written, 'taken back, it is as it was');
    await noLeftovers();
  });
});

// The command line against a daemon that answers as it is told.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MessageInput } from '../../protos/messages.ts';
import { publishDaemon } from '../../server/discovery.ts';
import { refusal, startFakeAdmin, type FakeAdmin, type Script } from '../support/fake-admin.ts';
import { runCli, type CliRun } from '../support/run-cli.ts';
import { tempDir } from '../support/temp-dir.ts';

type Model = MessageInput<'perch.admin.v1.ModelState'>;

const stable = { target: { label: 'stable' }, percent: 95, version: '2', available: true };
const canaryShare = { target: { label: 'canary' }, percent: 5, version: '3', available: true };

const digits: Model = {
  name: 'digits',
  basePath: '/models/digits',
  resourceVersion: '7',
  versions: [
    { version: '2', phase: 'VERSION_PHASE_AVAILABLE', sizeBytes: '2048', onDisk: true },
    { version: '3', phase: 'VERSION_PHASE_AVAILABLE', sizeBytes: '4096', onDisk: true },
  ],
  labels: [
    { label: 'canary', version: '3' },
    { label: 'stable', version: '2' },
  ],
};
const split: Model = { ...digits, resourceVersion: '8', traffic: [stable, canaryShare] };

const server: MessageInput<'perch.admin.v1.GetServerInfoResponse'> = {
  api: 1,
  version: '0.1.0',
  pid: 4711,
  grpcAddress: '127.0.0.1:8500',
  restAddress: '127.0.0.1:8501',
  startedAtMs: '1000',
  modelsSource: '/models',
};

const reads: Script = {
  GetServerInfo: () => server,
  ListModels: () => ({ models: [digits] }),
};

function run(fake: FakeAdmin, ...args: string[]): Promise<CliRun> {
  return runCli([...args, '--address', fake.address], { env: { PERCH_TOKEN: fake.token } });
}

async function* streamOf<T>(...messages: T[]): AsyncGenerator<T> {
  await Promise.resolve();
  yield* messages;
}

/** A stream that stays open. */
async function* openStreamOf<T>(...messages: T[]): AsyncGenerator<T> {
  yield* messages;
  await new Promise(() => undefined);
}

describe('commands that change traffic', () => {
  it('say the effect before and after, and who, why, from which state', async () => {
    await using fake = await startFakeAdmin({ ...reads, SetTraffic: () => ({ model: split }) });
    const { code, stdout, stderr } = await run(
      fake,
      'traffic',
      'set',
      'digits',
      'stable=95',
      'canary=5',
      '--reason=trying v3',
    );
    assert.equal(code, 0);
    assert.equal(stdout, 'traffic of digits: stable 95 % (v2), canary 5 % (v3)\n');
    assert.equal(
      stderr,
      'Now: traffic of digits: 100 % to the newest version (v3)\n' +
        'Will be: traffic of digits: stable 95 % (v2), canary 5 % (v3)\n',
    );
    const { mutation, shares, model } = fake.last('SetTraffic') as {
      mutation: Record<string, string>;
      shares: { target: unknown; percent: number }[];
      model: string;
    };
    assert.equal(model, 'digits');
    assert.deepEqual(
      shares.map(({ target, percent }) => [target, percent]),
      [
        [{ label: 'stable', target: 'label' }, 95],
        [{ label: 'canary', target: 'label' }, 5],
      ],
    );
    assert.match(mutation.requestId ?? '', /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    assert.deepEqual(
      [mutation.actor, mutation.reason, mutation.expectedResourceVersion],
      ['cli:anna', 'trying v3', '7'],
    );
  });

  it('print before and after as JSON', async () => {
    await using fake = await startFakeAdmin({ ...reads, SetTraffic: () => ({ model: split }) });
    const { stdout, stderr } = await run(fake, 'traffic', 'set', 'digits', 'stable=95', 'canary=5', '--json');
    const { before, after } = JSON.parse(stdout) as { before: Model; after: Model };
    assert.equal(before.resourceVersion, '7');
    assert.deepEqual(after.traffic, [stable, canaryShare]);
    assert.equal(stderr, '');
  });

  it('end with 2 before they ask anything where the arguments are wrong', async () => {
    await using fake = await startFakeAdmin(reads);
    for (const [pattern, ...args] of [
      [/add up to 96 %/, 'traffic', 'set', 'digits', 'stable=95', 'canary=1'],
      [/more than one share/, 'traffic', 'set', 'digits', 'stable=50', 'stable=50'],
      [/missing/, 'traffic', 'set', 'digits'],
      [/digits\/<version>/, 'label', 'set', 'digits', 'stable'],
      [/--steps takes/, 'canary', 'start', 'digits/3', '--steps=5,1'],
      [/no use for/, 'canary', 'promote', 'digits', 'now'],
      [/Did you mean --reason/, 'canary', 'promote', 'digits', '--reson=x'],
      [/Did you mean "perch canary promote"/, 'canary', 'promot', 'digits'],
      [/Say what: set, delete/, 'label'],
    ] as const) {
      const { code, stderr, stdout } = await run(fake, ...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, pattern);
      assert.equal(stdout, '');
    }
    assert.deepEqual(fake.calls, []);
  });

  it("end with 1 and the daemon's words where it refuses", async () => {
    await using fake = await startFakeAdmin({
      ...reads,
      PromoteCanary: () => {
        throw refusal('FAILED_PRECONDITION', 'There is no canary of digits.');
      },
    });
    const text = await run(fake, 'canary', 'promote', 'digits');
    assert.deepEqual([text.code, text.stdout], [1, '']);
    assert.match(text.stderr, /There is no canary of digits\.\n$/);
    const json = await run(fake, 'canary', 'promote', 'digits', '--json');
    assert.deepEqual(JSON.parse(json.stdout), {
      error: { status: 'FAILED_PRECONDITION', message: 'There is no canary of digits.' },
    });
  });

  it('name the model that was most likely meant', async () => {
    await using fake = await startFakeAdmin(reads);
    const { code, stderr } = await run(fake, 'canary', 'rollback', 'digit');
    assert.equal(code, 1);
    assert.match(stderr, /no model "digit". Did you mean digits\?/);
  });

  it('promote says which version becomes stable, on the labels alone too', async () => {
    await using fake = await startFakeAdmin({
      ...reads,
      PromoteCanary: () => ({ model: { ...digits, labels: [{ label: 'stable', version: '3' }] } }),
    });
    const { code, stdout, stderr } = await run(fake, 'canary', 'promote', 'digits');
    assert.equal(code, 0);
    assert.match(stderr, /Will be: v3 is stable and takes all traffic of digits; no label canary/);
    assert.equal(stdout, 'traffic of digits: 100 % to the newest version (v3)\ncanary of digits: none\n');
  });

  it('set and delete labels', async () => {
    await using fake = await startFakeAdmin({
      ...reads,
      WatchState: () => openStreamOf({ snapshot: { models: [digits] } }),
      SetLabel: () => ({ model: digits }),
      DeleteLabel: () => ({ model: { ...digits, labels: [] } }),
    });
    const set = await run(fake, 'label', 'set', 'digits/3', 'canary', '--wait=5m');
    assert.deepEqual([set.code, set.stdout], [0, 'labels of digits: canary v3, stable v2\n']);
    assert.match(set.stderr, /Will be: canary v3 instead of v3/);
    assert.equal(fake.last('SetLabel').waitMs, 300_000);
    const deleted = await run(fake, 'label', 'delete', 'digits', 'canary');
    assert.deepEqual([deleted.code, deleted.stdout], [0, 'labels of digits: none\n']);
  });

  it('set and end shadows', async () => {
    const shadow = {
      target: { label: 'canary' },
      percent: 50,
      compared: '120',
      agreement: 0.992,
      dropped: '1',
    };
    await using fake = await startFakeAdmin({
      ListModels: () => ({ models: [{ ...digits, shadow }] }),
      SetShadow: () => ({ model: digits }),
    });
    const get = await run(fake, 'shadow', 'get', 'digits');
    assert.equal(get.stdout, 'shadow of digits: 50 % to canary, 120 compared, agreement 99.2 %, 1 dropped\n');
    const off = await run(fake, 'shadow', 'off', 'digits');
    assert.deepEqual([off.code, off.stdout], [0, 'shadow of digits: off\n']);
    await run(fake, 'shadow', 'set', 'digits', '3=10', '--keep_inputs');
    const { target, percent, keepInputs } = fake.last('SetShadow');
    assert.deepEqual([target, percent, keepInputs], [{ version: '3', target: 'version' }, 10, true]);
  });
});

describe('perch canary', () => {
  const plan = { steps: [5, 100], passesPerStep: 1 };
  const progressing = { version: '3', phase: 'CANARY_PHASE_PROGRESSING', plan } as const;

  it('starts by the plan of the options', async () => {
    await using fake = await startFakeAdmin({
      ...reads,
      StartCanary: () => ({ model: { ...split, canary: progressing } }),
    });
    const { code, stdout } = await runCli(
      [
        ...['canary', 'start', 'digits/3', '--steps=5,100', '--interval=2s', '--min_requests=10', '--manual'],
        ...['--max_p99_ratio=2', '--keep_warm=1m', '--shadow=20', '--golden=-'],
        ...['--address', fake.address],
      ],
      {
        env: { PERCH_TOKEN: fake.token },
        readStdin: () =>
          Promise.resolve(Buffer.from('[{"request":{"instances":[1]},"response":{"predictions":[2]}}]')),
      },
    );
    assert.equal(code, 0);
    assert.match(stdout, /canary of digits: v3, progressing, step 1 of 2 \(5 %\)\n$/);
    const sent = fake.last('StartCanary').plan as Record<string, unknown>;
    const { steps, intervalMs, minRequests, manual, keepWarmMs, shadowPercent } = sent;
    assert.deepEqual(
      { steps, intervalMs, minRequests, manual, keepWarmMs, shadowPercent },
      {
        steps: [5, 100],
        intervalMs: 2000,
        minRequests: 10,
        manual: true,
        keepWarmMs: 60_000,
        shadowPercent: 20,
      },
    );
    const { golden, maxP99Ratio, minSuccessRate } = sent.gates as Record<string, unknown>;
    assert.deepEqual([maxP99Ratio, minSuccessRate], [2, undefined]);
    const [first] = golden as { requestJson: Buffer; responseJson: Buffer }[];
    assert.equal(first?.requestJson.toString(), '{"instances":[1]}');
  });

  for (const [phase, expected] of [
    ['CANARY_PHASE_SUCCEEDED', 0],
    ['CANARY_PHASE_ROLLED_BACK', 1],
  ] as const) {
    it(`waits until ${phase} and ends with ${expected}`, async () => {
      const gate = {
        gate: 'p99_ratio',
        outcome: 'FAILED',
        detail: 'p99 is 3.1 times of stable, over 1.5.',
      } as const;
      await using fake = await startFakeAdmin({
        ...reads,
        StartCanary: () => ({ model: { ...split, canary: progressing } }),
        WatchCanary: () =>
          openStreamOf(
            { canary: progressing },
            {
              canary: {
                ...progressing,
                phase: 'CANARY_PHASE_INCONCLUSIVE' as const,
                reason: 'Too few requests.',
              },
            },
            { canary: { ...progressing, phase, reason: 'So it is.', gates: [gate] } },
          ),
      });
      const { code, stderr } = await run(fake, 'canary', 'start', 'digits/3', '--wait');
      assert.equal(code, expected);
      assert.match(stderr, /inconclusive.*Too few requests\.\n {2}waits for you: perch canary resume/);
      assert.match(stderr, /: So it is\.\n {2}p99_ratio: failed\. p99 is 3\.1 times/);
      const watched = await run(fake, 'canary', 'status', 'digits', '--watch', '--json');
      assert.equal(watched.code, expected);
      assert.equal(watched.stdout.trim().split('\n').length, 3);
    });
  }

  it('tells where canaries are', async () => {
    await using fake = await startFakeAdmin({
      ListModels: () => ({ models: [{ ...split, canary: progressing }, { name: 'other' }] }),
    });
    const all = await run(fake, 'canary', 'status');
    assert.match(all.stdout, /^canary of digits: v3, progressing, step 1 of 2 \(5 %\)\n/);
    assert.match(all.stdout, /0 of 1 checks of this step passed/);
    const { canaries } = JSON.parse((await run(fake, 'canary', 'status', '--json')).stdout) as {
      canaries: { model: string }[];
    };
    assert.deepEqual(
      canaries.map(({ model }) => model),
      ['digits'],
    );
    assert.match((await run(fake, 'canary', 'status', 'other')).stdout, /canary of other: none/);
  });

  it('pauses, resumes and rolls back', async () => {
    const answer = (): { model: Model } => ({ model: split });
    await using fake = await startFakeAdmin({
      ...reads,
      PauseCanary: answer,
      ResumeCanary: answer,
      RollbackCanary: answer,
    });
    for (const verb of ['pause', 'resume', 'rollback']) {
      assert.equal((await run(fake, 'canary', verb, 'digits')).code, 0);
    }
    assert.deepEqual(
      fake.calls.map(({ method }) => method).filter((method) => method !== 'ListModels'),
      ['PauseCanary', 'ResumeCanary', 'RollbackCanary'],
    );
  });
});

describe('commands that look', () => {
  it('status: the daemon, and a line per model', async () => {
    await using fake = await startFakeAdmin({
      ...reads,
      ListModels: () => ({ models: [split] }),
      GetStatistics: () => ({ versions: [{ model: 'digits', version: '2', rate: 12.34 }] }),
    });
    const { code, stdout } = await run(fake, 'status');
    assert.equal(code, 0);
    const [first, second, , headings, row] = stdout.split('\n');
    assert.equal(first, 'Perch 0.1.0, pid 4711, gRPC 127.0.0.1:8500, REST 127.0.0.1:8501');
    assert.match(second ?? '', /^serves \/models, up \d+ d$/);
    assert.match(headings ?? '', /^MODEL +VERSIONS +LABELS +TRAFFIC +REQUESTS\/S +CANARY$/);
    assert.match(
      row ?? '',
      /^digits {2}v2 available, v3 available {2}canary v3, stable v2 {2}stable 95 %, canary 5 % {2}12$/,
    );
  });

  it('status --watch: again at every change, until it is cancelled', async () => {
    const messages = [{ snapshot: { models: [digits] } }, { heartbeat: {} }, { model: digits }];
    await using fake = await startFakeAdmin({ ...reads, WatchState: () => openStreamOf(...messages) });
    const cancel = new AbortController();
    let lines = 0;
    const { code, stdout, stderr } = await runCli(
      ['status', '--watch', '--json', '--address', fake.address],
      {
        env: { PERCH_TOKEN: fake.token },
        signal: cancel.signal,
        write: (text) => {
          lines += text.endsWith('\n') ? 1 : 0;
          if (lines === 2) {
            cancel.abort();
          }
        },
      },
    );
    assert.deepEqual([code, stderr], [0, '']);
    const documents = stdout.trim().split('\n');
    assert.equal(documents.length, 2);
    assert.deepEqual(Object.keys(JSON.parse(documents[0] ?? '') as object), [
      'server',
      'models',
      'statistics',
      'labelStatistics',
    ]);
  });

  it('models: every version; with a name, what it takes and gives', async () => {
    const [v2, v3] = digits.versions ?? [];
    const signature = {
      inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: ['-1', '64'] }],
      outputs: [{ name: 'label', dtype: 'DT_INT64', shape: ['-1'] }],
    };
    await using fake = await startFakeAdmin({
      ListModels: () => ({
        models: [
          {
            ...digits,
            versions: [
              { ...v2, signature },
              { ...v3, phase: 'VERSION_PHASE_END', error: 'bad \u001b[31m' },
            ],
          },
        ],
      }),
    });
    const { stdout } = await run(fake, 'models', 'digits');
    assert.match(stdout, /^digits +2 +available +stable +2\.0 kB$/m);
    assert.match(stdout, /^digits +3 +failed +canary +4\.0 kB +bad \\u\{1b\}\[31m$/m);
    assert.match(stdout, /^input +x +float +\[\?, 64\]$/m);
    const json = JSON.parse((await run(fake, 'models', '--json')).stdout) as { models: Model[] };
    assert.equal(json.models[0]?.versions?.[1]?.phase, 'VERSION_PHASE_END');
  });

  it('traffic get: wanted and observed', async () => {
    await using fake = await startFakeAdmin({
      ...reads,
      GetTraffic: () => ({
        shares: [stable, canaryShare],
        observed: [
          { version: '2', splitRequests: '190', namedRequests: '1' },
          { version: '3', splitRequests: '10', namedRequests: '0' },
        ],
        fallbacks: '2',
      }),
    });
    const { stdout } = await run(fake, 'traffic', 'get', 'digits');
    assert.match(stdout, /^traffic of digits: stable 95 % \(v2\), canary 5 % \(v3\)\n/);
    assert.match(stdout, /^3 +canary 5 % +10 +5\.0 % +0$/m);
    assert.match(stdout, /^2 requests went to stable/m);
  });

  it('events: what was kept, one line each', async () => {
    const event = {
      id: '1',
      model: 'digits',
      kind: 'set_traffic',
      actor: 'cli:anna',
      before: 'a',
      after: 'b',
      reason: 'c',
    };
    await using fake = await startFakeAdmin({
      ...reads,
      WatchEvents: () =>
        openStreamOf(
          { event },
          { event: { ...event, id: '2', model: '', reason: '' } },
          { backlogEnd: true },
          { event: { ...event, id: '3' } },
        ),
    });
    const { code, stdout } = await run(fake, 'events', '--last=5');
    assert.equal(code, 0);
    const [first, second, ...others] = stdout.trim().split('\n');
    assert.match(first ?? '', /^[\d-]{10} [\d:]{8} {2}set_traffic {10}digits: a -> b {2}by cli:anna \(c\)$/);
    assert.match(second ?? '', / {2}a -> b {2}by cli:anna$/);
    assert.deepEqual(others, []);
    assert.equal(fake.last('WatchEvents').backlog, 5);
    const json = (await run(fake, 'events', '--json')).stdout.trim().split('\n');
    assert.deepEqual(
      json.map((line) => (JSON.parse(line) as { id: string }).id),
      ['1', '2'],
    );
  });

  it('events: none yet', async () => {
    await using fake = await startFakeAdmin({ WatchEvents: () => openStreamOf({ backlogEnd: true }) });
    const { code, stdout, stderr } = await run(fake, 'events');
    assert.deepEqual([code, stdout, stderr], [0, '', 'There are no events yet.\n']);
  });

  it('events --follow: until the daemon ends the stream, and what was lost on the way', async () => {
    await using fake = await startFakeAdmin({
      WatchEvents: () =>
        streamOf(
          { backlogEnd: true },
          { event: { id: '1', kind: 'x' } },
          { event: { id: '9' }, dropped: '7' },
        ),
    });
    const { code, stdout, stderr } = await run(fake, 'events', '--follow');
    assert.equal(code, 0);
    assert.match(stdout, /by somebody\n.*by somebody\n$/);
    assert.equal(stderr, 'Events that are missing here, since they came faster than they were read: 7.\n');
  });

  it('doctor: what is wrong, and what helps', async () => {
    await using fake = await startFakeAdmin({
      ...reads,
      GetServerInfo: () => ({
        ...server,
        providers: [
          { name: 'cpu', state: 'PROVIDER_AVAILABILITY_WORKS' },
          {
            name: 'cuda',
            state: 'PROVIDER_AVAILABILITY_UNAVAILABLE',
            reason: 'no libraries',
            remedy: 'perch gpu install',
          },
        ],
      }),
      GetConfig: () => ({ text: 'a\nb', revision: '1' }),
      ValidateConfig: () => ({
        findings: [{ code: 'x/y', message: 'wrong', severity: 'ERROR', start: 2, end: 3 }],
      }),
    });
    const { code, stdout } = await run(fake, 'doctor');
    assert.equal(code, 1);
    assert.match(stdout, /^ok +daemon +answers at 127\.0\.0\.1:\d+: pid 4711, serves \/models$/m);
    assert.match(
      stdout,
      /^warning +provider +cuda unavailable: no libraries\n +what helps: perch gpu install$/m,
    );
    assert.match(stdout, /^ok +model +digits is served$/m);
    assert.match(stdout, /^error +config +line 2: wrong \[x\/y\]$/m);
  });

  it('doctor gpu is no command of these', async () => {
    assert.equal((await runCli(['doctor', 'gpu'])).code, undefined);
    assert.equal((await runCli(['serve'])).code, undefined);
  });
});

describe('commands that wait', () => {
  it('load tells the progress on stderr', async () => {
    let loaded = (): void => undefined;
    const isLoaded = new Promise<void>((resolve) => (loaded = resolve));
    const [v2, v3] = digits.versions ?? [];
    await using fake = await startFakeAdmin({
      async *WatchState() {
        yield { snapshot: { models: [{ ...digits, versions: [{ ...v2 }] }] } };
        yield { model: { ...digits, versions: [{ ...v3, phase: 'VERSION_PHASE_LOADING' }] } };
        loaded();
        await new Promise(() => undefined);
      },
      LoadVersion: async () => {
        await isLoaded;
        return { model: digits };
      },
    });
    const { code, stdout, stderr } = await run(fake, 'load', 'digits/3');
    assert.deepEqual([code, stdout], [0, 'digits/3: available\n']);
    assert.match(stderr, /^(digits\/3: loading\n)?$/);
    assert.equal(fake.last('LoadVersion').version, '3');
  });

  it('load and unload whole models', async () => {
    await using fake = await startFakeAdmin({
      WatchState: () => openStreamOf({ snapshot: { models: [digits] } }),
      LoadModel: () => ({ model: digits }),
      UnloadModel: () => ({ model: { name: 'digits' } }),
    });
    assert.equal((await run(fake, 'load', 'digits')).stdout, 'digits: v2 available, v3 available\n');
    assert.equal((await run(fake, 'unload', 'digits')).stdout, 'digits: none is loaded\n');
  });

  it('reload applies a file, and ends with 1 where a model is not there', async () => {
    await using fake = await startFakeAdmin({
      ApplyConfig: ({ text }) => ({
        models: [{ name: text, available: false, error: 'no such path' }],
        revision: '2',
      }),
    });
    const { code, stdout } = await runCli(['reload', '-', '--address', fake.address], {
      env: { PERCH_TOKEN: fake.token },
      readStdin: () => Promise.resolve(Buffer.from('the-text')),
    });
    assert.equal(code, 1);
    assert.match(stdout, /^the-text +not available +no such path$/m);
  });

  it('shutdown', async () => {
    await using fake = await startFakeAdmin({ ...reads, Shutdown: () => ({}) });
    const { code, stdout } = await run(fake, 'shutdown', '--reason=done');
    assert.deepEqual([code, stdout], [0, 'The daemon (pid 4711) ends.\n']);
    assert.equal((fake.last('Shutdown').mutation as { reason: string }).reason, 'done');
  });
});

describe('perch predict', () => {
  const script: Script = {
    ...reads,
    GetSampleRequest: () => ({ json: '{"instances":[0]}' }),
    PredictJson: ({ version, json }) => ({ json, version: version === '0' ? '3' : version, engineUs: 250 }),
  };

  it('prints the answer alone on stdout', async () => {
    await using fake = await startFakeAdmin(script);
    const { code, stdout, stderr } = await run(fake, 'predict', 'digits', '--json', '{"instances":[1]}');
    assert.deepEqual([code, stdout], [0, '{"instances":[1]}\n']);
    assert.equal(stderr, 'digits v3 answered, 0.25 ms in the engine.\n');
  });

  it('sends a sample where there is no body, and stdin for -', async () => {
    await using fake = await startFakeAdmin(script);
    assert.equal((await run(fake, 'predict', 'digits')).stdout, '{"instances":[0]}\n');
    const piped = await runCli(['predict', 'digits', '--json=-', '--address', fake.address], {
      env: { PERCH_TOKEN: fake.token },
      readStdin: () => Promise.resolve(Buffer.from('{"inputs":1}\n')),
    });
    assert.equal(piped.stdout, '{"inputs":1}\n');
  });

  it('asks a version or a label', async () => {
    await using fake = await startFakeAdmin(script);
    await run(fake, 'predict', 'digits', '--label=stable', '--json={}');
    assert.equal(fake.last('PredictJson').version, '2');
    await run(fake, 'predict', 'digits/3', '--json={}');
    assert.equal(fake.last('PredictJson').version, '3');
    await run(fake, 'predict', 'digits', '--version=2', '--json={}');
    assert.equal(fake.last('PredictJson').version, '2');
    assert.equal((await run(fake, 'predict', 'digits', '--label=nothing')).code, 1);
    assert.equal((await run(fake, 'predict', 'digits/2', '--label=stable')).code, 2);
    assert.equal((await run(fake, 'predict', 'digits', '--json=nowhere.json')).code, 2);
  });
});

describe('perch health', () => {
  it('has the exit codes of grpc_health_probe', async () => {
    await using fake = await startFakeAdmin({}, (service) =>
      service === 'unknown' ? undefined : service === 'sick' ? 'NOT_SERVING' : 'SERVING',
    );
    const health = (...args: string[]): Promise<CliRun> =>
      runCli(['health', ...args, '--address', fake.address]);
    const serving = await health();
    assert.deepEqual([serving.code, serving.stdout], [0, 'status: SERVING\n']);
    assert.equal((await health('--rpc_timeout=x')).code, 1);
    assert.equal((await health('unknown')).code, 3);
    assert.equal((await health('sick')).code, 4);
    assert.equal((await health('sick', '--json')).stdout, '{"service":"sick","status":"NOT_SERVING"}\n');
  });

  it('ends with 2 where nothing answers', async () => {
    const fake = await startFakeAdmin({});
    await fake[Symbol.asyncDispose]();
    const { code, stderr } = await runCli(['health', '--address', fake.address]);
    assert.equal(code, 2);
    assert.match(stderr, /No daemon answers at 127/);
    using directory = tempDir();
    assert.equal((await runCli(['health'], { env: { TMPDIR: directory.path } })).code, 2);
  });
});

describe('reaching the daemon', () => {
  it('ends with 3 where none answers, or none is found', async () => {
    const fake = await startFakeAdmin(reads);
    await fake[Symbol.asyncDispose]();
    const gone = await run(fake, 'status', '--json');
    assert.equal(gone.code, 3);
    assert.match(gone.stderr, /No daemon answers at 127/);
    assert.match(gone.stdout, /^\{"error":\{"status":"UNREACHABLE"/);
    using directory = tempDir();
    const none = await runCli(['status'], { env: { TMPDIR: directory.path } });
    assert.deepEqual([none.code, none.stdout], [3, '']);
    assert.match(none.stderr, /Start one with "perch serve"/);
  });

  it('ends with 1 where the daemon answers that it is not available', async () => {
    await using fake = await startFakeAdmin({
      ListModels: () => {
        throw refusal('UNAVAILABLE', 'draining');
      },
    });
    assert.equal((await run(fake, 'models')).code, 1);
  });

  it('says where a token comes from', async () => {
    await using fake = await startFakeAdmin(reads);
    const { code, stderr } = await runCli(['models', '--address', fake.address]);
    assert.equal(code, 1);
    assert.match(stderr, /Give its token with PERCH_TOKEN or --token_file\./);
  });

  it('finds the daemon of the directory by its file', { skip: process.platform === 'win32' }, async () => {
    using directory = tempDir();
    await using fake = await startFakeAdmin(reads);
    const env = { TMPDIR: directory.path };
    const { address: grpcAddress, token } = fake;
    await publishDaemon(
      { pid: process.pid, grpcAddress, token, modelsSource: directory.path, startedAt: 1, version: '1' },
      env,
    );
    const { code, stdout } = await runCli(['models'], { env, cwd: directory.path });
    assert.equal(code, 0);
    assert.match(stdout, /^digits +2 +available/m);
  });

  it('is cancelled by its signal', async () => {
    const cancel = new AbortController();
    await using fake = await startFakeAdmin({
      ListModels: () => {
        cancel.abort();
        return new Promise(() => undefined);
      },
    });
    const { code, stderr } = await runCli(['models', '--address', fake.address], {
      env: { PERCH_TOKEN: fake.token },
      signal: cancel.signal,
    });
    assert.deepEqual([code, stderr], [1, 'Cancelled.\n']);
  });
});

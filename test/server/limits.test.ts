// Limits of rate and concurrency at both doors: what is refused, what is said of it, and what is never limited.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, it } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import { serviceMethods } from '../../protos/messages.ts';
import { answerRest } from '../../server/apis/rest/rest-api.ts';
import { predictionService } from '../../server/apis/tensorflow-serving/prediction-service.ts';
import { Audit } from '../../server/auth/audit.ts';
import { Gatekeeper } from '../../server/auth/gatekeeper.ts';
import { digestOf, TokenSet } from '../../server/auth/token-set.ts';
import { ModelManager } from '../../server/lifecycle/model-manager.ts';
import type { LimitOptions, ScopeLimits } from '../../server/limits/limit-options.ts';
import { RequestLimits } from '../../server/limits/request-limits.ts';
import { openGrpcListener, type Listener } from '../../server/net/grpc-listener.ts';
import { listenRest } from '../../server/net/rest-listener.ts';
import { LoadMetrics } from '../../server/observe/load-metrics.ts';
import { RequestMetrics } from '../../server/observe/request-metrics.ts';
import { until } from '../support/until.ts';
import { memoryLog, modelOnDisk } from '../unit/server/fakes.ts';
import { transports } from './support/echo-listener.ts';
import { makeModels, startServer, testToken } from './support/running-server.ts';
import { SteeredEngine } from './support/steered-engine.ts';

const service = 'tensorflow.serving.PredictionService';
const none: ScopeLimits = { total: 0, perModel: 0, perClient: 0 };

/** A token in a million seconds: none comes back while a test runs. */
const never = 1e-6;

/** Long enough that nobody could guess it. */
const tokenOf = (name: string): string => name.padEnd(32, '0');

const example = {
  exampleList: { examples: [{ features: { feature: { x: { floatList: { value: [1] } } } } }] },
};
const requestsOf = (model: string): Readonly<Record<string, object>> => {
  const modelSpec = { name: model };
  return {
    Predict: {
      modelSpec,
      inputs: { x: { dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: 1 }] }, floatVal: [1] } },
    },
    Classify: { modelSpec, input: example },
    Regress: { modelSpec, input: example },
    MultiInference: { tasks: [{ modelSpec, methodName: 'tensorflow/serving/regress' }], input: example },
  };
};

interface Outcome {
  readonly code: number;
  readonly text: string;
  readonly pushback: string | undefined;
}

/** Models m and n behind both listeners, with these limits. */
class Stack {
  readonly engine = new SteeredEngine();
  readonly #manager = new ModelManager(this.engine, memoryLog().log);
  readonly #metrics = new RequestMetrics(this.#manager, new LoadMetrics());
  readonly #clients: grpc.Client[] = [];
  #listeners: Listener[] = [];
  #directory = '';

  async open(
    options: Partial<LimitOptions>,
    transport: (typeof transports)[number] = 'perch',
  ): Promise<void> {
    const { log } = memoryLog();
    const limits = RequestLimits.from(
      { perSecond: none, burst: 1, concurrent: none, ...options },
      (name) => this.#manager.view(name) !== undefined,
    );
    assert.ok(limits);
    const digests = ['ci', 'board'].map((name) => ({
      name,
      role: 'predict' as const,
      digest: digestOf(tokenOf(name)),
    }));
    const gatekeeper = new Gatekeeper({ tokens: new TokenSet(digests), audit: new Audit(log) });
    const serving = {
      manager: this.#manager,
      observer: this.#metrics,
      limits,
      tokenName: (authorization: readonly string[]) => gatekeeper.tokenName(authorization),
    };
    const bind = { bindAddress: '127.0.0.1', port: 0, log };
    this.#directory = await mkdtemp(path.join(tmpdir(), 'perch-limits-'));
    this.#listeners = [
      await openGrpcListener({
        ...bind,
        transport,
        socketPath: path.join(this.#directory, 'socket'),
        methods: predictionService(serving),
      }),
      await listenRest({ ...bind, maxBodyBytes: 1000, answer: (request) => answerRest(serving, request) }),
    ];
    this.#manager.apply([modelOnDisk('m', [1n]), modelOnDisk('n', [1n])]);
    await this.#manager.whenSettled(AbortSignal.timeout(60_000));
  }

  /** Calls on a connection of its own. */
  call(method: string, request: object | undefined, isUnix = false, token = ''): Promise<Outcome> {
    const Client = grpc.makeGenericClientConstructor(serviceMethods(service), service);
    const address = isUnix
      ? `unix:${path.join(this.#directory, 'socket')}`
      : (this.#listeners[0]?.address ?? '');
    const client = new Client(address, grpc.credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
    });
    this.#clients.push(client);
    const metadata = new grpc.Metadata();
    if (token !== '') {
      metadata.set('authorization', `Bearer ${token}`);
    }
    return new Promise((resolve) => {
      const handler = client[method] as unknown as (...of: unknown[]) => grpc.ClientUnaryCall;
      handler.call(
        client,
        request,
        metadata,
        { deadline: Date.now() + 60_000 },
        (error: grpc.ServiceError | null) => {
          const [pushback] = error?.metadata.get('grpc-retry-pushback-ms') ?? [];
          resolve({ code: error?.code ?? 0, text: error?.details ?? '', pushback: pushback?.toString() });
        },
      );
    });
  }

  predict(model = 'm', isUnix = false, token = ''): Promise<Outcome> {
    return this.call('Predict', requestsOf(model).Predict, isUnix, token);
  }

  rest(model = 'm', verb = 'predict', token = ''): Promise<Response> {
    return fetch(`http://${this.#listeners[1]?.address}/v1/models/${model}:${verb}`, {
      method: 'POST',
      body: '{"instances": [1]}',
      ...(token === '' ? {} : { headers: { authorization: `Bearer ${token}` } }),
    });
  }

  /** The lines of the metrics page that begin so. */
  counted(family: string): string[] {
    return this.#metrics
      .page()
      .body.split('\n')
      .filter((line) => line.startsWith(`${family}{`));
  }

  async close(): Promise<void> {
    this.#clients.forEach((client) => client.close());
    await Promise.all(this.#listeners.map((listener) => listener.close(AbortSignal.abort())));
    await rm(this.#directory, { recursive: true, force: true });
  }
}

const exhausted = grpc.status.RESOURCE_EXHAUSTED;

describe('limits', () => {
  let stack: Stack;
  const open = async (...of: Parameters<Stack['open']>): Promise<void> => {
    stack = new Stack();
    await stack.open(...of);
  };
  afterEach(() => stack.close());

  for (const transport of transports) {
    it(`of the rate hold for both doors together, and say when to come again (${transport})`, async () => {
      await open({ perSecond: { ...none, total: never }, burst: 2 }, transport);
      assert.equal((await stack.predict()).code, 0);
      assert.equal((await stack.rest()).status, 200);
      const { code, text, pushback } = await stack.predict();
      assert.equal(code, exhausted);
      assert.equal(
        text,
        `Too many requests: ${never} a second are taken (--max_requests_per_second=${never}).`,
      );
      assert.ok(Number(pushback) > 9e8 && Number(pushback) <= 1e9, pushback);
      const response = await stack.rest('n');
      assert.equal(response.status, 429);
      assert.deepEqual(await response.json(), { error: text });
      assert.ok(Number(response.headers.get('retry-after')) > 9e5);
      assert.ok(Number(response.headers.get('retry-after-ms')) > 9e8);
      assert.equal(stack.engine.begun, 2);
    });
  }

  it('hold for every call that runs a model, before anything else is looked at', async () => {
    await open({ perSecond: { ...none, total: never } });
    await stack.rest();
    for (const [method, request] of Object.entries(requestsOf('m'))) {
      assert.equal((await stack.call(method, request)).code, exhausted, method);
      assert.equal((await stack.call(method, {})).code, exhausted, `${method} without a model`);
    }
    for (const verb of ['predict', 'classify', 'regress']) {
      assert.equal((await stack.rest('m', verb)).status, 429, verb);
      assert.equal((await stack.rest('nobody', verb)).status, 429, verb);
    }
  });

  it('of one model leave the others alone', async () => {
    await open({ perSecond: { ...none, perModel: never } });
    for (const [method, request] of Object.entries(requestsOf('m'))) {
      const { code, text } = await stack.call(method, request);
      assert.equal(code, method === 'Predict' ? 0 : exhausted, text);
    }
    assert.match(
      (await stack.predict()).text,
      /for the model "m": .* \(--max_requests_per_second_per_model=/,
    );
    assert.equal((await stack.rest('n')).status, 200);
    for (let i = 0; i < 3; i++) {
      assert.equal((await stack.rest('nobody')).status, 404, 'a model that there is not has no limit');
    }
  });

  it('of a client count all its connections and both doors, and a UNIX socket as another', async () => {
    await open({ perSecond: { ...none, perClient: never } });
    assert.equal((await stack.predict()).code, 0);
    assert.match(
      (await stack.predict('n')).text,
      /from this client: .* \(--max_requests_per_second_per_client=/,
    );
    assert.equal((await stack.rest()).status, 429);
    assert.equal((await stack.predict('m', true)).code, 0);
    assert.equal((await stack.predict('m', true)).code, exhausted);
  });

  for (const transport of transports) {
    it(`of a client go by the name of its token, wherever it calls from (${transport})`, async () => {
      await open({ perSecond: { ...none, perClient: never } }, transport);
      const [ci, board] = [tokenOf('ci'), tokenOf('board')];
      assert.equal((await stack.predict('m', false, ci)).code, 0);
      const { code, text } = await stack.predict('m', true, ci);
      assert.equal(code, exhausted, 'one token at another address is the same client');
      assert.match(text, /^Too many requests from the clients with the token "ci": /);
      const refused = await stack.rest('m', 'predict', ci);
      assert.equal(refused.status, 429);
      assert.deepEqual(await refused.json(), { error: text });
      assert.equal((await stack.rest('m', 'predict', board)).status, 200, 'another token, the same address');
      assert.equal((await stack.predict('m', false, board)).code, exhausted);
      assert.equal((await stack.predict('m', false, `${ci}x`)).code, 0, 'an unknown token is no client');
      assert.match((await stack.predict()).text, /^Too many requests from this client: /);
      const reason = 'reason="max_requests_per_second_per_client",model="m"';
      const lines = stack.counted('perch_refused_requests_total');
      assert.deepEqual(lines, [
        `perch_refused_requests_total{${reason},token="ci"} 2`,
        `perch_refused_requests_total{${reason},token="board"} 1`,
        `perch_refused_requests_total{${reason}} 1`,
      ]);
      assert.ok(!lines.join().includes(ci));
    });
  }

  it('of concurrency hold until requests have been answered, well or not', async () => {
    await open({ concurrent: { ...none, total: 2 } });
    stack.engine.holdRuns = true;
    const [first, second] = [stack.predict(), stack.rest('n')];
    await until('two runs', () => stack.engine.begun === 2);
    const { code, text } = await stack.predict();
    assert.equal(code, exhausted);
    assert.equal(text, 'Too many requests at once: 2 are answered at a time (--max_concurrent_requests=2).');
    assert.equal((await stack.rest()).status, 429);
    assert.equal(stack.engine.begun, 2);
    stack.engine.holdRuns = false;
    stack.engine.runs.splice(0).forEach((run) => run.go());
    assert.equal((await first).code, 0);
    assert.equal((await second).status, 200);
    for (let i = 0; i < 5; i++) {
      assert.equal((await stack.rest('nobody')).status, 404);
      assert.equal((await stack.predict()).code, 0);
    }
  });

  it('count what they refuse, by option and model', async () => {
    await open({ perSecond: { ...none, perClient: never } });
    assert.equal((await stack.rest()).status, 200);
    await stack.predict();
    await stack.predict();
    await stack.rest('nobody');
    const reason = 'reason="max_requests_per_second_per_client"';
    assert.deepEqual(stack.counted('perch_refused_requests_total'), [
      `perch_refused_requests_total{${reason},model="m"} 2`,
      `perch_refused_requests_total{${reason},model=""} 1`,
    ]);
    assert.deepEqual(stack.counted('perch_request_error_total'), [
      'perch_request_error_total{model="m",code="RATE_LIMITED"} 2',
      'perch_request_error_total{model="",code="RATE_LIMITED"} 1',
    ]);
  });
});

describe('a server with limits', () => {
  it('takes them from its options, and leaves health, metadata, status and the admin API alone', async (t) => {
    const models = await makeModels('half_plus_two');
    const running = await startServer([
      `--models_directory=${models.directory}`,
      '--max_requests_per_second_per_client=1',
      '--rate_limit_burst=1',
      '--max_concurrent_requests=1',
    ]);
    t.after(async () => {
      await running.stop();
      await models.remove();
    });
    const token = new grpc.Metadata();
    token.set('authorization', `Bearer ${testToken}`);
    const body = '{"instances": [1.0]}';
    const modelSpec = { name: 'half_plus_two' };
    const refused = await until('a refusal', async () => {
      const response = await running.rest('/v1/models/half_plus_two:predict', { method: 'POST', body });
      return response.status === 429 && response;
    });
    assert.match(await refused.text(), /\(--max_requests_per_second_per_client=1\)/);
    for (let i = 0; i < 3; i++) {
      await running.call('grpc.health.v1.Health', 'Check', {});
      await running.call(service, 'GetModelMetadata', { modelSpec, metadataField: ['signature_def'] });
      await running.call('tensorflow.serving.ModelService', 'GetModelStatus', { modelSpec });
      const request = { model: 'half_plus_two', json: Buffer.from(body) };
      await running.call('perch.admin.v1.Admin', 'PredictJson', request, token);
      assert.equal((await running.rest('/readyz')).status, 200);
      assert.equal((await running.rest('/v1/models/half_plus_two')).status, 200);
    }
  });
});

// Requests that nobody waits for any more, and such as are too many: what they cost, and what their clients are told.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import { serviceMethods } from '../../protos/messages.ts';
import { answerRest } from '../../server/apis/rest/rest-api.ts';
import { predictionService } from '../../server/apis/tensorflow-serving/prediction-service.ts';
import {
  defaultBatchingParameters,
  type BatchingParameters,
} from '../../server/engine/batching/batch-parameters.ts';
import { withBatching } from '../../server/engine/batching/with-batching.ts';
import { PerchError } from '../../server/errors.ts';
import { ModelManager } from '../../server/lifecycle/model-manager.ts';
import { openGrpcListener, type Listener } from '../../server/net/grpc-listener.ts';
import { listenRest } from '../../server/net/rest-listener.ts';
import { LoadMetrics } from '../../server/observe/load-metrics.ts';
import { RequestMetrics } from '../../server/observe/request-metrics.ts';
import { until } from '../support/until.ts';
import { memoryLog, modelOnDisk } from '../unit/server/fakes.ts';
import { SteeredEngine } from './support/steered-engine.ts';

const service = 'tensorflow.serving.PredictionService';

/** One request at a time in the engine, so that the others wait. */
const oneByOne: Partial<BatchingParameters> = {
  maxBatchSize: 1,
  maxExecutionBatchSize: 1,
  numBatchThreads: 1,
  maxEnqueuedBatches: 2,
};

/** Long enough for a request to arrive, short enough to wait for. */
const patienceMs = 1000;

interface Answer {
  readonly error: grpc.ServiceError | null;
}

class Stack {
  readonly engine = new SteeredEngine();
  readonly manager: ModelManager;
  readonly metrics: RequestMetrics;
  readonly #clients: grpc.Client[] = [];
  #listeners: Listener[] = [];
  /** Requests that have come as far as the batching queue. */
  arrived = 0;

  constructor() {
    const { log } = memoryLog();
    const batched = withBatching(this.engine, () =>
      Promise.resolve({ ...defaultBatchingParameters, ...oneByOne }),
    );
    this.manager = new ModelManager(
      {
        load: async (...load) => {
          const loaded = await batched.load(...load);
          return {
            ...loaded,
            run: (...run) => {
              this.arrived++;
              return loaded.run(...run);
            },
          };
        },
      },
      log,
    );
    this.metrics = new RequestMetrics(this.manager, new LoadMetrics());
  }

  async open(): Promise<void> {
    const { log } = memoryLog();
    const serving = { manager: this.manager, observer: this.metrics };
    const bind = { bindAddress: '127.0.0.1', port: 0, log };
    this.#listeners = [
      await openGrpcListener({ ...bind, methods: predictionService(serving) }),
      await listenRest({
        ...bind,
        maxBodyBytes: 1000,
        timeoutMs: patienceMs,
        answer: (request) => answerRest(serving, request),
      }),
    ];
    this.manager.apply([modelOnDisk('m', [1n])]);
    await this.manager.whenSettled(AbortSignal.timeout(60_000));
  }

  /** Calls Predict with one row; `call` cancels it. */
  predict(
    options: grpc.CallOptions = {},
    settings: grpc.ChannelOptions = {},
  ): Promise<Answer> & { cancel: () => void } {
    const Client = grpc.makeGenericClientConstructor(serviceMethods(service), service);
    const client = new Client(this.#listeners[0]?.address ?? '', grpc.credentials.createInsecure(), settings);
    this.#clients.push(client);
    const request = {
      modelSpec: { name: 'm' },
      inputs: { x: { dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: 1 }] }, floatVal: [1] } },
    };
    let cancel = (): void => undefined;
    const answer = new Promise<Answer>((resolve) => {
      const method = client.Predict as unknown as (...of: unknown[]) => grpc.ClientUnaryCall;
      const call = method.call(
        client,
        request,
        new grpc.Metadata(),
        { deadline: Date.now() + 60_000, ...options },
        (error: grpc.ServiceError | null) => resolve({ error }),
      );
      cancel = () => call.cancel();
    });
    return Object.assign(answer, { cancel });
  }

  rest(signal?: AbortSignal): Promise<Response> {
    return fetch(`http://${this.#listeners[1]?.address}/v1/models/m:predict`, {
      method: 'POST',
      body: '{"instances": [1]}',
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** The number of requests that the metrics page counts under this reason. */
  refused(code: string): number {
    const line = this.metrics
      .page()
      .body.split('\n')
      .find((one) => one.startsWith(`perch_request_error_total{model="m",code="${code}"}`));
    return Number(line?.split(' ').at(-1) ?? 0);
  }

  async close(): Promise<void> {
    this.#clients.forEach((client) => client.close());
    await Promise.all(this.#listeners.map((listener) => listener.close(AbortSignal.abort())));
  }
}

describe('a request that nobody waits for any more', () => {
  let stack: Stack;
  let first: Promise<Answer>;

  beforeEach(async () => {
    stack = new Stack();
    stack.engine.holdRuns = true;
    await stack.open();
    first = stack.predict();
    await until('the first run', () => stack.engine.begun === 1);
  });
  afterEach(() => stack.close());

  /** Lets the first run end, and sees that the next one is that of a request that came after the lost one. */
  const costsNoRun = async (): Promise<void> => {
    stack.engine.holdRuns = false;
    stack.engine.runs[0]?.go();
    assert.equal((await first).error, null);
    assert.equal((await stack.predict()).error, null);
    assert.equal(stack.engine.begun, 2, 'the lost request was run');
  };

  it('costs no run when its deadline passes in the queue, and counts as that', async () => {
    const late = stack.predict({ deadline: Date.now() + patienceMs });
    await until('the request', () => stack.arrived === 2);
    assert.equal((await late).error?.code, grpc.status.DEADLINE_EXCEEDED);
    await until('the server to notice', () => stack.refused('DEADLINE_EXCEEDED') === 1);
    await costsNoRun();
  });

  it('costs no run when its client cancels', async () => {
    const left = stack.predict();
    await until('the request', () => stack.arrived === 2);
    left.cancel();
    assert.equal((await left).error?.code, grpc.status.CANCELLED);
    await until('the server to notice', () => stack.refused('CANCELLED') === 1);
    await costsNoRun();
  });

  it('costs no run when the REST time-out comes', async () => {
    const answer = await stack.rest();
    assert.equal(answer.status, 504);
    assert.equal(stack.arrived, 2);
    await until('the server to notice', () => stack.refused('DEADLINE_EXCEEDED') === 1);
    await costsNoRun();
  });

  it('costs no run when its REST client leaves', async () => {
    const leave = new AbortController();
    const left = stack.rest(leave.signal).catch(() => 'left');
    await until('the request', () => stack.arrived === 2);
    leave.abort();
    assert.equal(await left, 'left');
    await until('the server to notice', () => stack.refused('CANCELLED') === 1);
    await costsNoRun();
  });
});

describe('a full queue', () => {
  it('refuses at once, before anything that waits is answered, and counts it', async () => {
    const stack = new Stack();
    stack.engine.holdRuns = true;
    await stack.open();
    try {
      const first = stack.predict();
      await until('the first run', () => stack.engine.begun === 1);
      const waiting = [stack.predict(), stack.predict()];
      await until('the others', () => stack.arrived === 3);
      const { error } = await stack.predict();
      assert.equal(error?.code, grpc.status.RESOURCE_EXHAUSTED);
      assert.equal((await stack.rest()).status, 429);
      assert.equal(stack.engine.begun, 1, 'the first run goes on');
      assert.equal(stack.refused('BATCH_QUEUE_FULL'), 2);
      stack.engine.holdRuns = false;
      stack.engine.runs[0]?.go();
      for (const answer of [first, ...waiting]) {
        assert.equal((await answer).error, null);
      }
    } finally {
      await stack.close();
    }
  });
});

describe('a refusal', () => {
  let stack: Stack;
  beforeEach(async () => {
    stack = new Stack();
    stack.engine.holdRuns = true;
    await stack.open();
  });
  afterEach(() => stack.close());

  /** Fails the run that is to come. */
  const failNext = async (reason: PerchError): Promise<void> => {
    const run = await until('a run', () => stack.engine.runs.pop());
    run.fail(reason);
  };
  const full = (retryAfterMs?: number): PerchError =>
    new PerchError('BATCH_QUEUE_FULL', 'full', retryAfterMs === undefined ? {} : { retryAfterMs });

  it('says when to try again: in a trailer of gRPC, in headers of REST', async () => {
    for (const [hint, milliseconds, seconds] of [
      [0.2, '1', '1'],
      [1000, '1000', '1'],
      [1234.5, '1235', '2'],
    ] as const) {
      const call = stack.predict();
      await failNext(full(hint));
      assert.deepEqual((await call).error?.metadata.get('grpc-retry-pushback-ms'), [milliseconds]);
      const post = stack.rest();
      await failNext(full(hint));
      const { status, headers } = await post;
      assert.deepEqual(
        [status, headers.get('retry-after'), headers.get('retry-after-ms')],
        [429, seconds, milliseconds],
      );
    }
  });

  it('says nothing where nothing is known', async () => {
    const call = stack.predict();
    await failNext(full());
    assert.deepEqual((await call).error?.metadata.get('grpc-retry-pushback-ms'), []);
    const post = stack.rest();
    await failNext(full());
    const { headers } = await post;
    assert.deepEqual([headers.get('retry-after'), headers.get('retry-after-ms')], [null, null]);
  });

  it('is tried again by a gRPC client with a retry policy when the server said, not when its back-off is over', async () => {
    const policy = {
      methodConfig: [
        {
          name: [{ service }],
          retryPolicy: {
            maxAttempts: 2,
            initialBackoff: '3600s',
            maxBackoff: '3600s',
            backoffMultiplier: 1,
            retryableStatusCodes: ['RESOURCE_EXHAUSTED'],
          },
        },
      ],
    };
    const call = stack.predict({}, { 'grpc.service_config': JSON.stringify(policy) });
    await failNext(full(1));
    const again = await until('the second attempt', () => stack.engine.runs.pop());
    again.go();
    assert.equal((await call).error, null);
  });
});

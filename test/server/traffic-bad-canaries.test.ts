// Canaries that are bad on purpose, each in another way, and a good one: the real server ends each by itself.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { elementType, graph, model as onnxModel, node, tensor, value } from '../support/onnx-builder.ts';
import { makeModels, startServer, until, type RunningServer } from './support/running-server.ts';

interface Canary {
  readonly phase: string;
  readonly reason: string;
  readonly gates: readonly { readonly gate: string; readonly outcome: string }[];
}
interface Model {
  readonly name: string;
  readonly labels: readonly { readonly label: string; readonly version: string }[];
  readonly traffic: readonly { readonly percent: number; readonly version: string }[];
  readonly canary: Canary | null;
}

const admin = 'perch.admin.v1.Admin';
const names = ['wrong', 'failing', 'slow', 'good', 'impolite'] as const;
type Name = (typeof names)[number];

const floats = (count: number, each: number): Buffer =>
  Buffer.from(new Float32Array(count).fill(each).buffer);
const scalarModel = (nodes: readonly Buffer[], initializers: readonly Buffer[]): Buffer =>
  onnxModel(graph({ nodes, initializers, inputs: [value('x', ['n'])], outputs: [value('y', ['n'])] }));
/** y = x + w */
const plus = (w: number): Buffer =>
  scalarModel([node('Add', ['x', 'w'], ['y'])], [tensor({ name: 'w', dims: [1], raw: floats(1, w) })]);
/** y = x + 1 for even numbers of rows; others cannot be reshaped into pairs. */
const onlyPairs = (): Buffer => {
  const pairs = Buffer.alloc(16);
  pairs.writeBigInt64LE(-1n, 0);
  pairs.writeBigInt64LE(2n, 8);
  const flat = Buffer.alloc(8);
  flat.writeBigInt64LE(-1n);
  return scalarModel(
    [
      node('Reshape', ['x', 'pairs'], ['p']),
      node('Reshape', ['p', 'flat'], ['q']),
      node('Add', ['q', 'w'], ['y']),
    ],
    [
      tensor({ name: 'pairs', dims: [2], type: elementType.int64, raw: pairs }),
      tensor({ name: 'flat', dims: [1], type: elementType.int64, raw: flat }),
      tensor({ name: 'w', dims: [1], raw: floats(1, 1) }),
    ],
  );
};
const size = 1024;
/** y = x + 1, after three products of large matrices that come to nothing. */
const slow = (): Buffer =>
  scalarModel(
    [
      node('ReduceSum', ['x'], ['sum'], { keepdims: { int: 0 } }),
      node('Mul', ['sum', 'a'], ['b']),
      node('MatMul', ['b', 'a'], ['c']),
      node('MatMul', ['c', 'a'], ['d']),
      node('MatMul', ['d', 'a'], ['e']),
      node('ReduceSum', ['e'], ['zero'], { keepdims: { int: 0 } }),
      node('Add', ['x', 'zero'], ['z']),
      node('Add', ['z', 'w'], ['y']),
    ],
    [
      tensor({ name: 'a', dims: [size, size], raw: floats(size * size, 0) }),
      tensor({ name: 'w', dims: [1], raw: floats(1, 1) }),
    ],
  );

describe('a canary on a real server', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let server: RunningServer;
  before(async () => {
    models = await makeModels();
    const second: Record<Name, Buffer> = {
      wrong: plus(1.5),
      failing: onlyPairs(),
      slow: slow(),
      good: plus(1),
      impolite: plus(1),
    };
    for (const name of names) {
      for (const [version, bytes] of [
        ['1', plus(1)],
        ['2', second[name]],
      ] as const) {
        const directory = path.join(models.directory, name, version);
        await mkdir(directory, { recursive: true });
        await writeFile(path.join(directory, 'model.onnx'), bytes);
      }
    }
    server = await startServer([`--models_directory=${models.directory}`]);
    for (const name of names) {
      await server.call(admin, 'SetLabel', { model: name, label: 'stable', version: 1, waitMs: 20_000 });
    }
  });
  after(async () => {
    await server.stop();
    await models.remove();
  });

  const state = async (name: Name): Promise<Model> => {
    const { models: all } = await server.call(admin, 'ListModels', {});
    const found = (all as Model[]).find((one) => one.name === name);
    assert.ok(found);
    return found;
  };
  const ask = async (name: Name, i: number): Promise<number> => {
    const instances = Array.from({ length: 1 + (i % 2) }, () => i);
    const answer = await server.rest(`/v1/models/${name}:predict`, {
      method: 'POST',
      body: JSON.stringify({ instances }),
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  const start = async (name: Name, gates: object): Promise<void> => {
    const plan = {
      steps: [50, 100],
      intervalMs: 1000,
      minRequests: 20,
      // However slowly a busy machine answers: this is not about silence.
      inconclusiveLimit: 1000,
      gates: { maxP99Ratio: 1e6, ...gates },
    };
    await server.call(admin, 'StartCanary', { model: name, version: 2, plan });
  };
  /** Sends requests until the canary has ended; gives the statuses of those from after that. */
  const untilEnded = async (name: Name, phase: string): Promise<Canary> => {
    let i = 0;
    const canary = await until(async () => {
      await Promise.all(Array.from({ length: 10 }, () => ask(name, i++)));
      const { canary: now } = await state(name);
      return now?.phase === 'CANARY_PHASE_PROGRESSING' ? undefined : (now ?? undefined);
    });
    assert.equal(canary.phase, phase, canary.reason);
    return canary;
  };
  const labels = async (name: Name): Promise<string> =>
    (await state(name)).labels.map(({ label, version }) => `${label} ${version}`).join(', ');
  /** There was no split before: all requests go to stable then, and not to the newest version, which is the bad one. */
  const isTakenBack = async (name: Name): Promise<void> => {
    assert.equal(await labels(name), 'stable 1');
    const { traffic } = await state(name);
    assert.deepEqual(
      traffic.map(({ percent, version }) => [version, percent]),
      [['1', 100]],
    );
    const statuses = await Promise.all(Array.from({ length: 20 }, (_, i) => ask(name, i)));
    assert.deepEqual([...new Set(statuses)], [200]);
  };

  it('that answers wrongly is rolled back', async () => {
    const golden = [
      {
        name: 'one and one',
        requestJson: Buffer.from('{"instances": [1]}'),
        responseJson: Buffer.from('{"predictions": [2]}'),
      },
    ];
    await start('wrong', { golden });
    const { reason } = await untilEnded('wrong', 'CANARY_PHASE_ROLLED_BACK');
    assert.match(reason, /^Rolled back at 50%: .*one and one.*2\.5/);
    await isTakenBack('wrong');
  });

  it('that fails on some inputs is rolled back, and nothing fails after that', async () => {
    await start('failing', {});
    const { reason } = await untilEnded('failing', 'CANARY_PHASE_ROLLED_BACK');
    assert.match(reason, /^Rolled back at 50%: .*%.* of \d+ requests answered; the plan wants 99/);
    await isTakenBack('failing');
  });

  it('that is slow is rolled back', async () => {
    await start('slow', { maxP99Ratio: 3 });
    const { reason, gates } = await untilEnded('slow', 'CANARY_PHASE_ROLLED_BACK');
    assert.match(reason, /^Rolled back at 50%: /);
    assert.deepEqual(
      gates.filter(({ outcome }) => outcome === 'FAILED').map(({ gate }) => gate),
      ['p99_ratio'],
    );
    await isTakenBack('slow');
  });

  it('that is good is promoted whatever callers get wrong', async () => {
    await start('impolite', {});
    const wrong = async (): Promise<void> => {
      const answer = await server.rest('/v1/models/impolite:predict', {
        method: 'POST',
        body: '{"instances": [{"none": 1}]}',
      });
      await answer.arrayBuffer();
      assert.equal(answer.status, 400);
    };
    const polite = { running: true };
    const sending = (async () => {
      while (polite.running) {
        await Promise.all([wrong(), wrong(), wrong()]);
      }
    })();
    try {
      await untilEnded('impolite', 'CANARY_PHASE_SUCCEEDED');
    } finally {
      polite.running = false;
      await sending;
    }
  });

  it('that is good is promoted, and its figures are said', async () => {
    const golden = [
      {
        name: 'one and one',
        requestJson: Buffer.from('{"instances": [1]}'),
        responseJson: Buffer.from('{"predictions": [2]}'),
      },
    ];
    await start('good', { golden });
    await untilEnded('good', 'CANARY_PHASE_SUCCEEDED');
    assert.equal(await labels('good'), 'stable 2');
    assert.deepEqual(
      (await state('good')).traffic.map(({ percent }) => percent),
      [100],
    );
  });
});

// Running converted models: shapes that were not declared, names that are not there, sessions.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PerchError } from '../../../../../server/errors.ts';
import { ProgramRunner } from '../../../../../server/convert/run/program-runner.ts';
import { tensorOf, valueOfTensor } from '../../../../../server/convert/run/tensor-values.ts';
import { emptyHostProgram } from '../../../../../server/convert/savedmodel/evaluate/host-program.ts';
import type { Plan, Program } from '../../../../../server/convert/program.ts';
import type { Value } from '../../../../../server/convert/value.ts';
import { convertModel } from '../../../../support/convert/converted-model.ts';
import { floats, numbersIn } from '../../../../support/convert/onnx-session.ts';
import { attr, node, placeholder } from '../../../../support/savedmodel/nodes.ts';
import type { TestSavedModel } from '../../../../support/savedmodel/write-saved-model.ts';

const plan: Plan = {
  onnxFile: 'plan.onnx',
  direct: [{ alias: 'x', name: 'in' }],
  hostToOnnx: [],
  onnxToHost: [],
  state: [],
  outputs: [{ alias: 'y', from: 'onnx', name: 'out' }],
  host: emptyHostProgram,
  stateful: false,
  anyShape: false,
};

function program(changes: Partial<Plan> = {}, shape: readonly number[] | 'unknown' = [-1, 2]): Program {
  const tensor = { dtype: 'float32', shape: shape === 'unknown' ? undefined : shape } as const;
  return {
    format: 1,
    source: 'saved_model',
    signatures: [
      {
        name: 'serving_default',
        methodName: 'tensorflow/serving/predict',
        inputs: [{ alias: 'x', name: 'x:0', ...tensor }],
        outputs: [{ alias: 'y', name: 'y:0', ...tensor }],
        defaults: new Map(),
        plan: 0,
      },
    ],
    plans: [{ ...plan, ...changes }],
    report: {
      producerVersion: '',
      onnx: [],
      host: [],
      onnxOperators: [],
      weightBytes: 0,
      omittedSignatures: [],
      durationMs: 0,
    },
  };
}

/** Opens sessions that give their input back, and notes what is opened and released. */
function echo(events: string[]): ConstructorParameters<typeof ProgramRunner>[2] {
  return (file) => {
    events.push(`open ${file}`);
    return Promise.resolve({
      run: (inputs) => Promise.resolve(new Map([['out', inputs.get('in')!]])),
      release: () => {
        events.push('release');
        return Promise.resolve();
      },
    });
  };
}

const ask = (runner: ProgramRunner, shape: readonly number[]): Promise<unknown> =>
  runner.run(
    'serving_default',
    new Map([
      [
        'x',
        floats(
          shape,
          Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
        ),
      ],
    ]),
    ['y'],
  );

describe('a runner', () => {
  it('converts once for each other list of ranks, at most eight, and remembers what failed', async () => {
    const events: string[] = [];
    const ranks: number[] = [];
    const runner = new ProgramRunner(program(), 'dir', echo(events), (_signature, inputRanks) => {
      ranks.push(inputRanks.get('x') ?? -1);
      return inputRanks.get('x') === 3
        ? Promise.reject(new PerchError('OPERATORS_UNSUPPORTED', 'no'))
        : Promise.resolve({ program: program({ anyShape: false }), directory: 'variant' });
    });
    await ask(runner, [4, 2]);
    await ask(runner, [4, 3]);
    await ask(runner, [5]);
    await ask(runner, [6]);
    for (let i = 0; i < 2; i++) {
      await assert.rejects(ask(runner, [1, 1, 1]), (reason: unknown) => {
        assert.ok(PerchError.is(reason, 'INFERENCE_FAILED'));
        assert.match(reason.message, /for inputs of "x" \[1,1,1\]/);
        return true;
      });
    }
    for (let rank = 4; rank < 9; rank++) {
      await ask(runner, new Array<number>(rank).fill(1));
    }
    await assert.rejects(ask(runner, new Array<number>(9).fill(1)), /8 other ranks came before/);
    assert.deepEqual(ranks, [2, 1, 3, 4, 5, 6, 7, 8]);
    await runner.release();
    assert.equal(events.filter((event) => event === 'release').length, 8);
  });

  it('takes any shape where the plan holds for all', async () => {
    const runner = new ProgramRunner(program({ anyShape: true }), 'dir', echo([]));
    await ask(runner, [5]);
    const declaredUnknown = new ProgramRunner(program({}, 'unknown'), 'dir', echo([]));
    await ask(declaredUnknown, [5]);
    const narrow = new ProgramRunner(program(), 'dir', echo([]));
    await assert.rejects(ask(narrow, [5]), /cannot be computed for inputs of "x" \[5\]/);
  });

  it('opens all sessions at load where weights are small, else the default signature’s', async () => {
    const two = (weightBytes: number): Program => {
      const one = program();
      return {
        ...one,
        plans: [...one.plans, { ...plan, onnxFile: 'other.onnx' }],
        report: { ...one.report, weightBytes },
      };
    };
    const count = async (weightBytes: number): Promise<number> => {
      const events: string[] = [];
      await new ProgramRunner(two(weightBytes), 'dir', echo(events)).prepare();
      return events.length;
    };
    assert.deepEqual([await count(1), await count(2 ** 30)], [2, 1]);
  });

  it('refuses names that are not there', async () => {
    const runner = new ProgramRunner(program(), 'dir', echo([]));
    const inputs = new Map([['x', floats([1, 2], [1, 2])]]);
    await assert.rejects(runner.run('other', inputs, ['y']), /no signature "other"/);
    await assert.rejects(runner.run('serving_default', inputs, ['z']), /no output "z"/);
    await assert.rejects(runner.run('serving_default', new Map(), ['y']), /Input "x" is missing/);
  });

  it('passes a session’s error on, and runs on', async () => {
    let calls = 0;
    const runner = new ProgramRunner(program({ stateful: true }), 'dir', () =>
      Promise.resolve({
        run: (inputs) =>
          calls++ === 0
            ? Promise.reject(new PerchError('INFERENCE_FAILED', 'once'))
            : Promise.resolve(new Map([['out', inputs.get('in')!]])),
        release: () => Promise.resolve(),
      }),
    );
    await assert.rejects(ask(runner, [1, 2]), /once/);
    await ask(runner, [1, 2]);
  });
});

describe('a converted model', () => {
  /** Flattens its input's first two axes: the ranks matter. */
  const model: TestSavedModel = {
    graph: [
      placeholder('x', 'float32', [-1, 1]),
      node('rank', 'Rank', ['x'], { T: attr.type('float32') }),
      node('float', 'Cast', ['rank'], { SrcT: attr.type('int32'), DstT: attr.type('float32') }),
      node('y', 'Mul', ['x', 'float'], { T: attr.type('float32') }),
    ],
    signatures: {
      serving_default: {
        inputs: { x: { name: 'x:0', dtype: 'float32', shape: [-1, 1] } },
        outputs: { y: { name: 'y:0', dtype: 'float32', shape: [-1, 1] } },
      },
    },
  };

  it('answers for other ranks than it declares as TensorFlow does', async () => {
    await using converted = convertModel(model);
    assert.deepEqual(numbersIn(await converted.run({ x: floats([2, 1], [1, 2]) }), 'y'), [2, 4]);
    assert.deepEqual(numbersIn(await converted.run({ x: floats([2], [1, 2]) }), 'y'), [1, 2]);
    assert.deepEqual(numbersIn(await converted.run({ x: floats([1, 1, 1], [1]) }), 'y'), [3]);
  });
});

describe('tensors and values', () => {
  it('become each other without loss, and share memory where it is aligned', () => {
    const values: readonly Value[] = [
      { dtype: 'float32', shape: [2], data: Float32Array.of(1.5, -0) },
      { dtype: 'float16', shape: [2], data: Float32Array.of(0.5, Infinity) },
      { dtype: 'int64', shape: [1], data: BigInt64Array.of(-5n) },
      { dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) },
      { dtype: 'string', shape: [1], data: [Uint8Array.of(255)] },
    ];
    for (const value of values) {
      assert.deepEqual(valueOfTensor(tensorOf(value)), value);
    }
    const bytes = new Uint8Array(12);
    assert.equal(valueOfTensor({ dtype: 'float32', shape: [2], bytes: bytes.subarray(4) }).data.length, 2);
    const shared = valueOfTensor({ dtype: 'float32', shape: [2], bytes: bytes.subarray(4) });
    const copied = valueOfTensor({ dtype: 'float32', shape: [2], bytes: bytes.subarray(1, 9) });
    bytes.fill(1);
    assert.notEqual(shared.data[0], 0);
    assert.equal(copied.data[0], 0);
    assert.throws(
      () => tensorOf({ dtype: 'complex64', shape: [], data: Float32Array.of(1, 2) }),
      /A tensor of complex64 cannot be answered/,
    );
  });
});

// Writes a small graph as a SavedModel, runs it as the daemon does, and tells which ONNX operators it became.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Tensor } from '../../../../../../../server/codec/tensor.ts';
import { valueOfTensor } from '../../../../../../../server/convert/run/tensor-values.ts';
import { convertModel } from '../../../../../../../server/convert/savedmodel/convert-model.ts';
import { loadSavedModel } from '../../../../../../../server/convert/savedmodel/load/load-saved-model.ts';
import { numbersOf } from '../../../../../../../server/convert/value.ts';
import { openSavedModel } from '../../../../../../support/savedmodel/golden-runner.ts';
import { tensorOfGolden, type GoldenTensor } from '../../../../../../support/savedmodel/golden-tensors.ts';
import { placeholder, type FunctionJson, type NodeJson } from '../../../../../../support/savedmodel/nodes.ts';
import { writeSavedModel } from '../../../../../../support/savedmodel/write-saved-model.ts';
import { tempDir } from '../../../../../../support/temp-dir.ts';

/** A graph with placeholders as its inputs and one output, `out:0`. */
export interface SmallGraph {
  readonly nodes: readonly NodeJson[];
  readonly inputs: Readonly<Record<string, GoldenTensor['dtype']>>;
  /** Declared shapes of inputs that are not of any rank. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  readonly output: GoldenTensor['dtype'];
  /** What its branches and loops call. */
  readonly functions?: readonly FunctionJson[];
}

function write(directory: string, { nodes, inputs, shapes, output, functions = [] }: SmallGraph): void {
  const names = Object.entries(inputs);
  writeSavedModel(directory, {
    functions,
    graph: [...names.map(([name, dtype]) => placeholder(name, dtype, shapes?.[name])), ...nodes],
    signatures: {
      serving_default: {
        inputs: Object.fromEntries(
          names.map(([name, dtype]) => [name, { name: `${name}:0`, dtype, shape: shapes?.[name] }]),
        ),
        outputs: { out: { name: 'out:0', dtype: output } },
      },
    },
  });
}

/** The output's shape and elements for these inputs. Throws what the request throws. */
export async function runGraph(
  graph: SmallGraph,
  feeds: Readonly<Record<string, Omit<GoldenTensor, 'dtype'>>>,
): Promise<{ readonly shape: readonly number[]; readonly data: readonly number[] }> {
  using directory = tempDir();
  write(directory.path, graph);
  const runner = await openSavedModel(directory.path);
  try {
    const request = new Map(
      Object.entries(feeds).map(([name, feed]): [string, Tensor] => {
        const dtype = graph.inputs[name] ?? 'float32';
        return [name, tensorOfGolden({ ...feed, dtype })];
      }),
    );
    const outputs = await runner.run('serving_default', request, ['out']);
    const tensor = outputs.get('out');
    if (tensor === undefined) {
      throw new Error('no output');
    }
    return { shape: tensor.shape, data: numbersOf(valueOfTensor(tensor)) };
  } finally {
    await runner.release();
  }
}

/** How often each ONNX operator occurs in what the graph becomes. */
export function onnxOperators(graph: SmallGraph): ReadonlyMap<string, number> {
  using directory = tempDir();
  write(directory.path, graph);
  const { meta, library, graph: flat, state } = loadSavedModel(directory.path, { tags: ['serve'] });
  const output = path.join(directory.path, 'converted');
  mkdirSync(output);
  const program = convertModel(
    {
      graph: flat,
      functions: library,
      state,
      signatures: meta.signatures,
      tensorflowVersion: meta.tensorflowVersion,
    },
    output,
  );
  return new Map(program.report.onnxOperators.map(({ op, count }) => [op, count]));
}

// A SavedModel of about 100 MB for benchmarks: convolutions, whose filters are transposed, and products of matrices, which are not.
import { attr, node, placeholder, type NodeJson } from '../../test/support/savedmodel/nodes.ts';
import { tensor, type TestTensor } from '../../test/support/savedmodel/tensors.ts';
import { resourceVariables } from '../../test/support/savedmodel/variables.ts';
import { writeSavedModel } from '../../test/support/savedmodel/write-saved-model.ts';

const channels = 512;
const convolutions = 4;
const width = 2048;
const products = 4;

/** Writes the model: [rows, 4, 4, 512] to [rows, 2048]. */
export function writeLargeSavedModel(directory: string): void {
  const variables = new Map<string, TestTensor>();
  const nodes: NodeJson[] = [placeholder('x', 'float32', [-1, 4, 4, channels])];
  const float = attr.type('float32');
  let last = 'x';
  const weights = (name: string, shape: readonly number[]): string => {
    variables.set(name, tensor('float32', noise(shape), shape));
    nodes.push(node(`${name}/Read`, 'ReadVariableOp', [name], { dtype: float }));
    return `${name}/Read`;
  };
  for (let layer = 0; layer < convolutions; layer++) {
    const filter = weights(`filter_${layer}`, [3, 3, channels, channels]);
    nodes.push(
      node(`conv_${layer}`, 'Conv2D', [last, filter], {
        T: float,
        strides: attr.ints([1, 1, 1, 1]),
        padding: attr.string('SAME'),
      }),
      node(`relu_${layer}`, 'Relu', [`conv_${layer}`], { T: float }),
    );
    last = `relu_${layer}`;
  }
  nodes.push(
    node('axes', 'Const', [], {
      dtype: attr.type('int32'),
      value: attr.tensor(tensor('int32', [1, 2], [2])),
    }),
    node('pooled', 'Mean', [last, 'axes'], {
      T: float,
      Tidx: attr.type('int32'),
      keep_dims: attr.bool(false),
    }),
  );
  last = 'pooled';
  for (let layer = 0; layer < products; layer++) {
    const matrix = weights(`matrix_${layer}`, [layer === 0 ? channels : width, width]);
    nodes.push(node(`dense_${layer}`, 'MatMul', [last, matrix], { T: float }));
    last = `dense_${layer}`;
  }
  const restored = resourceVariables(
    Array.from(variables, ([name, { shape }]) => ({ name, dtype: 'float32' as const, shape })),
  );
  writeSavedModel(directory, {
    graph: [...restored.nodes, ...nodes],
    functions: restored.functions,
    saver: restored.saver,
    variables,
    signatures: {
      serving_default: {
        inputs: { x: { name: 'x:0', dtype: 'float32', shape: [-1, 4, 4, channels] } },
        outputs: { y: { name: `${last}:0`, dtype: 'float32', shape: [-1, width] } },
      },
    },
  });
}

/** Small numbers that do not compress and never repeat in a row; the same at every run. */
function noise(shape: readonly number[]): number[] {
  const count = shape.reduce((product, size) => product * size, 1);
  let state = 12345;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) / 50;
  });
}

// A SavedModel like TensorFlow Serving's half_plus_two for the host and e2e tiers, with a second signature.
import { attr, constant, node, placeholder } from './savedmodel/nodes.ts';
import { tensor } from './savedmodel/tensors.ts';
import { referenceVariables } from './savedmodel/variables.ts';
import { writeSavedModel } from './savedmodel/write-saved-model.ts';

/** Writes it into `directory`: y = x / 2 + 2 as `serving_default`, and the text of y, which ONNX cannot compute, as `spoken`. */
export function writeHalfPlusTwo(directory: string): void {
  const float = { T: attr.type('float32') };
  const restore = referenceVariables([{ name: 'half', dtype: 'float32', shape: [] }]);
  const inputs = { x: { name: 'x:0', dtype: 'float32', shape: [-1] } } as const;
  writeSavedModel(directory, {
    graph: [
      placeholder('x', 'float32', [-1]),
      constant('two', tensor('float32', 2)),
      ...restore.nodes,
      node('half/read', 'Identity', ['half'], float),
      node('product', 'Mul', ['x', 'half/read'], float),
      node('sum', 'AddV2', ['product', 'two'], float),
      node('text', 'AsString', ['sum'], float),
    ],
    functions: restore.functions,
    saver: restore.saver,
    variables: new Map([['half', tensor('float32', 0.5)]]),
    signatures: {
      serving_default: { inputs, outputs: { y: { name: 'sum:0', dtype: 'float32', shape: [-1] } } },
      spoken: { inputs, outputs: { text: { name: 'text:0', dtype: 'string', shape: undefined } } },
    },
  });
}

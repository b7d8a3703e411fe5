// Fills in what the file itself says of the shapes of a node's outputs, where emission could not tell the rank.
import { shapeListAttr } from '../graph/attributes.ts';
import { EmittedTensor } from './terms.ts';
import type { GraphNode } from '../graph/flat-graph.ts';
import type { Term } from './contract.ts';

/** TensorFlow's exporters note the shapes that they inferred. */
const attribute = '_output_shapes';

/** The terms, with a shape where they had none and the file says one. */
export function declaredShapes(node: GraphNode, terms: readonly Term[]): readonly Term[] {
  if (node.attributes.get(attribute)?.kind !== 'list') {
    return terms;
  }
  const shapes = shapeListAttr(node, attribute);
  return terms.map((term, index) => {
    const shape = shapes[index];
    return term instanceof EmittedTensor && term.shape === undefined && shape !== undefined
      ? term.withShape(shape)
      : term;
  });
}

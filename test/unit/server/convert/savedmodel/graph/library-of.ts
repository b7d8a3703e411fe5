// Graphs for the tests of this folder: written as a file, read, and flattened.
import { readSavedModel } from '../../../../../../server/convert/savedmodel/proto/saved-model.ts';
import { GraphLibrary } from '../../../../../../server/convert/savedmodel/graph/graph-library.ts';
import { Evaluator } from '../../../../../../server/convert/savedmodel/evaluate/evaluator.ts';
import { numbersOf, valueOf } from '../../../../../../server/convert/value.ts';
import { savedModelBytes } from '../../../../../support/savedmodel/write-saved-model.ts';
import type { LibraryOptions } from '../../../../../../server/convert/savedmodel/graph/graph-library.ts';
import type { GraphNode } from '../../../../../../server/convert/savedmodel/graph/flat-graph.ts';
import type { MetaGraph } from '../../../../../../server/convert/savedmodel/proto/messages.ts';
import type { FunctionJson, NodeJson } from '../../../../../support/savedmodel/nodes.ts';
import type { Json } from '../../../../../support/savedmodel/tensors.ts';

/** What a file with this graph says. */
export function metaOf(
  graph: readonly NodeJson[],
  functions: readonly FunctionJson[] = [],
  ops: readonly Json[] = [],
): MetaGraph {
  const meta = readSavedModel(savedModelBytes({ graph, functions, ops, signatures: {} })).metaGraphs[0];
  if (meta === undefined) {
    throw new Error('no meta graph was written');
  }
  return meta;
}

/** Its graphs. */
export function libraryOf(
  graph: readonly NodeJson[],
  functions: readonly FunctionJson[] = [],
  options: LibraryOptions = {},
): GraphLibrary {
  return new GraphLibrary(metaOf(graph, functions), options);
}

/** Nodes as texts: `Op name(inputs) ^controls`. */
export function nodeTexts(nodes: Iterable<GraphNode>): string[] {
  return Array.from(nodes, ({ name, op, inputs, controls }) =>
    [`${op} ${name}(${inputs.join(' ')})`, ...controls.map((control) => `^${control}`)].join(' '),
  );
}

/** The numbers of a ref of the main graph where float32 placeholders (by ref) have these elements; one number is a scalar. */
export function evaluated(
  library: GraphLibrary,
  ref: string,
  feeds: Readonly<Record<string, number | readonly number[]>> = {},
): number[] {
  const known = new Map(
    Object.entries(feeds).map(([name, data]) => [
      name,
      typeof data === 'number' ? valueOf('float32', [], [data]) : valueOf('float32', [data.length], data),
    ]),
  );
  const surroundings = { state: { variables: new Map(), tables: new Map() }, functions: library };
  return numbersOf(new Evaluator(library.main(), surroundings, known).value(ref));
}

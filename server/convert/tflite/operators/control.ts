// Branches and loops: their bodies are other subgraphs of the file.
import { dataTypeOfValue } from '../../savedmodel/proto/data-types.ts';
import { functionNamed, typeList } from '../../savedmodel/graph/nodes.ts';
import type { Operation, Translate, Translations } from '../operation.ts';

/** The name of the function that a subgraph becomes. */
export function subgraphFunction(index: number): string {
  return `subgraph_${index}`;
}

function outputs({ build, parts }: Operation, first: string): readonly string[] {
  return parts.outputs.map(({ type }, index) => build.output(first, index, type));
}

const branch: Translate = (operation) =>
  outputs(
    operation,
    operation.build.node('StatelessIf', operation.refs, {
      attributes: {
        then_branch: functionNamed(subgraphFunction(operation.int(0))),
        else_branch: functionNamed(subgraphFunction(operation.int(1))),
        Tcond: { kind: 'type', value: dataTypeOfValue(operation.input(0).type) },
        Tin: typeList(
          operation.parts.inputs.slice(1).map((edge) => dataTypeOfValue(edge?.type ?? 'float32')),
        ),
        Tout: typeList(operation.parts.outputs.map(({ type }) => dataTypeOfValue(type))),
      },
    }),
  );

const loop: Translate = (operation) =>
  outputs(
    operation,
    operation.build.node('StatelessWhile', operation.refs, {
      attributes: {
        cond: functionNamed(subgraphFunction(operation.int(0))),
        body: functionNamed(subgraphFunction(operation.int(1))),
        T: typeList(operation.parts.outputs.map(({ type }) => dataTypeOfValue(type))),
      },
    }),
  );

/** Control flow. */
export const controlTranslations: Translations = new Map<string, Translate>([
  ['IF', branch],
  ['WHILE', loop],
]);

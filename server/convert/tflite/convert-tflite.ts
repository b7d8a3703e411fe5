// A .tflite file becomes ONNX files and a program.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { PerchError } from '../../errors.ts';
import { defaultSignatureName, type Program } from '../program.ts';
import { convertModel, type ConvertOptions } from '../savedmodel/convert-model.ts';
import { mappings } from '../savedmodel/emit/mappings.ts';
import { dataTypeOfValue } from '../savedmodel/proto/data-types.ts';
import { Unsupported } from '../savedmodel/unsupported.ts';
import type { Mapping, Mappings } from '../savedmodel/emit/contract.ts';
import type { FlatGraph, FunctionLibrary, GraphNode } from '../savedmodel/graph/flat-graph.ts';
import type { SignatureMessage, TensorInfoMessage } from '../savedmodel/proto/messages.ts';
import { constantOp } from './graph-builder.ts';
import { liteType, operatorName } from './operator-names.ts';
import { recurrentMappings } from './operators/recurrent.ts';
import { rescaleMappings } from './quantised/rescale.ts';
import { refuseRecursion } from './subgraph-calls.ts';
import { tableMappings } from './quantised/tables.ts';
import { readLiteModel, type LiteModel, type LiteSignature } from './tflite-model.ts';
import { translateSubgraph, type TranslatedSubgraph, type TranslationFacts } from './translate-subgraph.ts';

/** FlatBuffers have offsets of 31 bits; contents may lie behind them. */
const maximumBytes = 2 ** 32;

/**
 * Reads a .tflite file and writes ONNX files into the output directory, which must be empty.
 * Signatures are the file's; a file without has `serving_default`, its first subgraph, whose aliases are the tensors' names.
 *
 * Throws MODEL_FILE_INVALID and SAVED_MODEL_INVALID for what cannot be right, OPERATORS_UNSUPPORTED with the list of what
 * cannot be converted, what the signal was aborted with, and errors of the file system.
 */
export function convertTflite(file: string, outputDirectory: string, options: ConvertOptions = {}): Program {
  if (statSync(file).size > maximumBytes) {
    throw new PerchError('MODEL_FILE_INVALID', `${path.basename(file)} is larger than 4 GiB.`);
  }
  const model = readLiteModel(readFileSync(file));
  refuseRecursion(model);
  const facts: TranslationFacts = { constants: new Map(), reasons: new Map() };
  const { graph, signatures } = mainGraph(model, facts);
  return convertModel(
    {
      source: 'tflite',
      graph,
      functions: new LiteFunctions(model, facts),
      state: { variables: new Map(), tables: new Map() },
      signatures,
      tensorflowVersion: '',
      mappings: mappingsFor(model, facts),
    },
    outputDirectory,
    options,
  );
}

/** All subgraphs that signatures name, beside each other. */
function mainGraph(
  model: LiteModel,
  facts: TranslationFacts,
): { graph: FlatGraph; signatures: ReadonlyMap<string, SignatureMessage> } {
  const translated = new Map<number, TranslatedSubgraph>();
  const nodes = new Map<string, GraphNode>();
  const signatures = new Map<string, SignatureMessage>();
  const all = model.signatures.length > 0 ? model.signatures : [unnamedSignature(model)];
  for (const signature of all) {
    const { subgraph } = signature;
    const found = translated.get(subgraph) ?? translatedMain(model, subgraph, facts);
    translated.set(subgraph, found);
    for (const [name, node] of found.graph.nodes) {
      nodes.set(name, node);
    }
    const tensors = (aliases: ReadonlyMap<string, number>): ReadonlyMap<string, TensorInfoMessage> =>
      new Map(
        Array.from(aliases, ([alias, index]) => [alias, tensorInfo(model, subgraph, index, found.refs)]),
      );
    signatures.set(signature.key === '' ? defaultSignatureName : signature.key, {
      inputs: tensors(signature.inputs),
      outputs: tensors(signature.outputs),
      methodName: 'tensorflow/serving/predict',
      defaults: new Map(),
    });
  }
  return { graph: { nodes, resolve: (ref) => ref, argumentCount: 0, returns: [] }, signatures };
}

function translatedMain(model: LiteModel, subgraph: number, facts: TranslationFacts): TranslatedSubgraph {
  try {
    return translateSubgraph(model, subgraph, facts, 'main');
  } catch (reason) {
    if (reason instanceof Unsupported) {
      throw new PerchError('OPERATORS_UNSUPPORTED', `The model has tensors beyond Perch: ${reason.message}.`);
    }
    throw reason;
  }
}

/** A file of a converter that knew no signatures: the tensors' names are the aliases. */
function unnamedSignature({ subgraphs }: LiteModel): LiteSignature {
  const [first] = subgraphs;
  const named = (indexes: readonly number[] = []): Map<string, number> =>
    new Map(indexes.map((index) => [first?.tensors[index]?.name ?? '', index]));
  return {
    key: defaultSignatureName,
    subgraph: 0,
    inputs: named(first?.inputs),
    outputs: named(first?.outputs),
  };
}

function tensorInfo(
  model: LiteModel,
  subgraph: number,
  index: number,
  refs: ReadonlyMap<number, string>,
): TensorInfoMessage {
  const tensor = model.subgraphs[subgraph]?.tensors[index];
  const name = refs.get(index);
  if (tensor === undefined || name === undefined) {
    throw new PerchError(
      'MODEL_FILE_INVALID',
      'The model file is damaged: a signature names what is not computed.',
    );
  }
  return { name, dtype: dataTypeOfValue(liteType(tensor.type)), shape: tensor.shape, sparse: undefined };
}

/** The subgraphs that branches and loops name, as functions. */
class LiteFunctions implements FunctionLibrary {
  readonly #model: LiteModel;
  readonly #facts: TranslationFacts;
  readonly #graphs = new Map<string, FlatGraph>();

  constructor(model: LiteModel, facts: TranslationFacts) {
    this.#model = model;
    this.#facts = facts;
  }

  flatten(name: string): FlatGraph {
    let graph = this.#graphs.get(name);
    if (graph === undefined) {
      const index = Number(name.slice(name.lastIndexOf('_') + 1));
      graph = translateSubgraph(this.#model, index, this.#facts, 'function').graph;
      this.#graphs.set(name, graph);
    }
    return graph;
  }
}

/** TensorFlow's mappings and those of the ops that only these graphs have. */
function mappingsFor(model: LiteModel, { constants, reasons }: TranslationFacts): Mappings {
  const constant: Mapping = (node, _inputs, scope) => {
    const value = constants.get(node.name);
    if (value === undefined) {
      throw new Unsupported('contents that are missing');
    }
    return [scope.constantTerm(value)];
  };
  const refused: Mapping = (node) => {
    throw new Unsupported(reasons.get(node.name) ?? 'this operator of TensorFlow Lite is not known here');
  };
  const refusals = model.subgraphs.flatMap(({ operators }) =>
    operators.map(({ code, customName }) => [operatorName(code, customName), refused] as const),
  );
  return new Map([
    ...refusals,
    ...mappings,
    ...rescaleMappings,
    ...tableMappings,
    ...recurrentMappings,
    [constantOp, constant],
  ]);
}

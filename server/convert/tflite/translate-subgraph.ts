// A subgraph of a .tflite file becomes a graph of TensorFlow's nodes, which the SavedModel's emitter makes ONNX of.
import { PerchError } from '../../errors.ts';
import { dataTypeOfValue } from '../savedmodel/proto/data-types.ts';
import { Unsupported } from '../savedmodel/unsupported.ts';
import { newRealArray, sizeOf, type Value } from '../value.ts';
import type { FlatGraph } from '../savedmodel/graph/flat-graph.ts';
import { GraphBuilder } from './graph-builder.ts';
import type { LiteEdge } from './operation.ts';
import { liteType, operatorName } from './operator-names.ts';
import { contentsOf } from './tensor-contents.ts';
import type { LiteModel, LiteOperator, LiteSubgraph, LiteTensor } from './tflite-model.ts';
import { translateOperator } from './translate-operator.ts';

/** What all graphs of a model share. */
export interface TranslationFacts {
  /** Contents of the constant nodes by name. */
  readonly constants: Map<string, Value>;
  /** Why an operator cannot be translated, by the name of the node that stands for it. */
  readonly reasons: Map<string, string>;
}

/** A translated subgraph. */
export interface TranslatedSubgraph {
  readonly graph: FlatGraph;
  /** The ref of each of its tensors that is given in it. */
  readonly refs: ReadonlyMap<number, string>;
}

/** The state of a recurrent layer is at most so large, in elements. */
const largestState = 2 ** 24;

/**
 * Translates one subgraph, as a function of its inputs or with a placeholder for each. Throws MODEL_FILE_INVALID, and
 * Unsupported for inputs of types that no request can carry; other operators that cannot be translated become nodes
 * that the emitter refuses, by name, where a signature needs them.
 */
export function translateSubgraph(
  model: LiteModel,
  index: number,
  facts: TranslationFacts,
  as: 'function' | 'main',
): TranslatedSubgraph {
  const subgraph = model.subgraphs[index];
  if (subgraph === undefined) {
    throw new PerchError('MODEL_FILE_INVALID', `The model file is damaged: there is no subgraph ${index}.`);
  }
  return new Translation(subgraph, index, facts).translate(as);
}

class Translation {
  readonly #subgraph: LiteSubgraph;
  readonly #facts: TranslationFacts;
  readonly #build: GraphBuilder;
  readonly #edges = new Map<number, LiteEdge>();

  constructor(subgraph: LiteSubgraph, index: number, facts: TranslationFacts) {
    this.#subgraph = subgraph;
    this.#facts = facts;
    this.#build = new GraphBuilder(facts.constants, index === 0 ? '' : `subgraph_${index}/`);
  }

  translate(as: 'function' | 'main'): TranslatedSubgraph {
    const { inputs, outputs, operators } = this.#subgraph;
    inputs.forEach((tensor, position) => {
      this.#declareInput(tensor, position, as);
    });
    for (const operator of operators) {
      this.#operator(operator);
    }
    const returns = as === 'main' ? [] : outputs.map((tensor) => this.#edge(tensor).ref);
    if (as === 'main') {
      // A constant may be an output of a signature.
      outputs.forEach((tensor) => this.#edge(tensor));
    }
    const refs = new Map(Array.from(this.#edges, ([tensor, { ref }]) => [tensor, ref]));
    return { graph: this.#build.finish(returns, as === 'main' ? 0 : inputs.length), refs };
  }

  #tensor(index: number): LiteTensor {
    const tensor = this.#subgraph.tensors[index];
    if (tensor === undefined) {
      throw new PerchError('MODEL_FILE_INVALID', 'The model file is damaged: a tensor is not there.');
    }
    return tensor;
  }

  #declareInput(index: number, position: number, as: 'function' | 'main'): void {
    const tensor = this.#tensor(index);
    const type = liteType(tensor.type);
    this.#build.base = tensor.name;
    const ref =
      as === 'function'
        ? `@arg:${position}`
        : this.#build.node('Placeholder', [], {
            type,
            attributes: { dtype: { kind: 'type', value: dataTypeOfValue(type) } },
          });
    this.#build.declare(ref, type);
    this.#edges.set(index, { ref, type, tensor, constant: undefined });
  }

  /** A tensor that an operator reads. */
  #edge(index: number): LiteEdge {
    let edge = this.#edges.get(index);
    if (edge === undefined) {
      const tensor = this.#tensor(index);
      const constant = constantOf(tensor);
      this.#build.base = tensor.name;
      edge = { ref: this.#build.constant(constant), type: constant.dtype, tensor, constant };
      this.#edges.set(index, edge);
    }
    return edge;
  }

  #operator(operator: LiteOperator): void {
    const name = operatorName(operator.code, operator.customName);
    const first = operator.outputs[0];
    const base = first === undefined ? name : this.#tensor(first).name;
    const refs = this.#refs(operator, name, base);
    operator.outputs.forEach((index, position) => {
      const ref = refs[position];
      const tensor = this.#tensor(index);
      if (ref !== undefined) {
        this.#edges.set(index, { ref, type: this.#build.typeOf(ref), tensor, constant: undefined });
      }
    });
  }

  #refs(operator: LiteOperator, name: string, base: string): readonly string[] {
    try {
      const inputs = operator.inputs.map((index) => (index < 0 ? undefined : this.#edge(index)));
      const outputs = operator.outputs.map((index) => {
        const tensor = this.#tensor(index);
        return { type: liteType(tensor.type), tensor };
      });
      this.#build.base = base;
      return translateOperator({
        name,
        options: operator.options,
        customOptions: operator.customOptions,
        inputs,
        outputs,
        build: this.#build,
      });
    } catch (reason) {
      if (!(reason instanceof Unsupported)) {
        throw reason;
      }
      this.#build.base = base;
      const ref = this.#build.node(name, []);
      this.#facts.reasons.set(ref.slice(0, -2), reason.message);
      return operator.outputs.map((_, position) => this.#build.output(ref, position));
    }
  }
}

/** Throws MODEL_FILE_INVALID for a tensor that should have been computed. */
function constantOf(tensor: LiteTensor): Value {
  const { data, isVariable, shape } = tensor;
  if (data !== undefined) {
    return contentsOf(tensor, data);
  }
  const length = sizeOf(shape);
  const type = liteType(tensor.type);
  if (length === 0 && type !== 'string') {
    return contentsOf(tensor, new Uint8Array(0));
  }
  if (isVariable && type === 'float32' && length <= largestState) {
    return { dtype: type, shape, data: newRealArray(type, length) };
  }
  throw new PerchError(
    'MODEL_FILE_INVALID',
    `The model file is damaged: tensor ${tensor.name.slice(0, 200)} is read before it is computed.`,
  );
}

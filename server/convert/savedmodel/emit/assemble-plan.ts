// Puts an emitted signature together: the ONNX graph's inputs and outputs, and how the plan wires them to requests.
import { onnxElementType } from '../proto/data-types.ts';
import { isDtype } from './host-part.ts';
import { namesRead, prunedNodes } from './prune.ts';
import { EmittedTensor, constantOf } from './terms.ts';
import type { Dtype } from '../../../codec/tensor.ts';
import type { OnnxGraph, OnnxValueInfo } from '../../onnx/onnx-model.ts';
import type { Plan, PlanOutput, ProgramTensor } from '../../program.ts';
import type { Value } from '../../value.ts';
import type { Emitter, GraphInput } from './emitter.ts';
import type { Frame } from './frame.ts';
import type { SignatureInput, SignatureTensor } from './signature-tensors.ts';
import type { Term } from './contract.ts';

/** A signature that was emitted. */
export interface EmittedSignature {
  readonly inputs: readonly ProgramTensor[];
  readonly outputs: readonly ProgramTensor[];
  /** undefined where the host computes all. */
  readonly graph: OnnxGraph | undefined;
  /** All of the plan but what is known only when it is written. */
  readonly plan: Omit<Plan, 'onnxFile' | 'anyShape'>;
  /** TensorFlow's ops that ONNX and the host compute. */
  readonly counts: { readonly onnx: ReadonlyMap<string, number>; readonly host: ReadonlyMap<string, number> };
}

/** An output of the signature and its term; undefined where it failed, which the frame has noted. */
export interface SignatureResult extends SignatureTensor {
  readonly term: Term | undefined;
}

/** The plan of a signature in which nothing failed. */
export function assemblePlan(
  emitter: Emitter,
  frame: Frame,
  inputs: readonly SignatureInput[],
  results: readonly SignatureResult[],
): EmittedSignature {
  const onnx = new OnnxOutputs(emitter);
  const outputs: PlanOutput[] = [];
  const specs: ProgramTensor[] = [];
  for (const { alias, shape, term } of results) {
    if (term === undefined || !('dtype' in term) || !isDtype(term.dtype)) {
      continue;
    }
    specs.push({ alias, dtype: term.dtype, shape });
    const value = constantOf(term);
    const hostRef =
      term.kind === 'host' ? term.ref : term instanceof EmittedTensor ? term.hostRef : undefined;
    if (value !== undefined) {
      outputs.push({ alias, from: 'constant', value });
    } else if (hostRef !== undefined) {
      outputs.push({ alias, from: 'host', ref: hostRef });
    } else {
      outputs.push({ alias, from: 'onnx', name: onnx.add(term, term.dtype) });
    }
  }
  const onnxToHost = Array.from(emitter.host.crossing, ([ref, term]) => ({
    ref,
    name: onnx.add(term, term.dtype),
  }));
  const states = emitter.variables.map(({ variable, written }) => ({
    variable,
    output: written && onnx.add(written, written.dtype),
  }));
  const graph = onnx.graph();
  const used = graph === undefined ? new Set<string>() : namesRead(graph.nodes);
  const graphInputs = emitter.graphInputs.filter(({ name }) => used.has(name));
  const wiring = wiringOf(graphInputs);
  const hostRefs = [
    ...wiring.hostToOnnx.map(({ ref }) => ref),
    ...outputs.flatMap((output) => (output.from === 'host' ? [output.ref] : [])),
  ];
  const host = emitter.host.program(frame, hostRefs, new Map(inputs.map(({ alias, ref }) => [alias, ref])));
  const initial = new Map<string, Value>(host.variables);
  for (const { variable } of states) {
    const value = emitter.initialValue(variable);
    if (value !== undefined) {
      initial.set(variable, value);
    }
  }
  return {
    inputs: inputs.map(({ alias, dtype, shape }) => ({ alias, dtype, shape })),
    outputs: specs,
    graph: graph && { ...graph, inputs: graphInputs.map(({ name, elementType }) => ({ name, elementType })) },
    plan: {
      direct: wiring.direct,
      hostToOnnx: wiring.hostToOnnx,
      onnxToHost,
      state: states.map((state) => ({ ...state, input: wiring.variables.get(state.variable) })),
      outputs,
      host: { ...host, variables: initial },
      stateful: states.some(({ output }) => output !== undefined),
    },
    counts: emitter.counts,
  };
}

/** The outputs of the ONNX graph: each term once. */
class OnnxOutputs {
  readonly #emitter: Emitter;
  readonly #names = new Map<Term, string>();
  readonly #infos: OnnxValueInfo[] = [];

  constructor(emitter: Emitter) {
    this.#emitter = emitter;
  }

  add(term: Term, dtype: Dtype | Value['dtype']): string {
    let name = this.#names.get(term);
    if (name === undefined) {
      const { scope } = this.#emitter;
      name = scope.node('Identity', [scope.name(term)]);
      this.#names.set(term, name);
      this.#infos.push({ name, elementType: onnxElementType(dtype) });
    }
    return name;
  }

  /** Without inputs; undefined where there are no outputs. */
  graph(): OnnxGraph | undefined {
    if (this.#infos.length === 0) {
      return undefined;
    }
    const { scope, initializers } = this.#emitter;
    const nodes = prunedNodes(
      scope.emitted,
      this.#infos.map(({ name }) => name),
    );
    const used = namesRead(nodes);
    return {
      name: 'perch',
      nodes,
      initializers: initializers.list().filter(({ name }) => used.has(name)),
      inputs: [],
      outputs: this.#infos,
    };
  }
}

interface Wiring {
  readonly direct: Plan['direct'];
  readonly hostToOnnx: Plan['hostToOnnx'];
  /** ONNX input by variable. */
  readonly variables: ReadonlyMap<string, string>;
}

function wiringOf(graphInputs: readonly GraphInput[]): Wiring {
  const direct: { alias: string; name: string }[] = [];
  const hostToOnnx: { ref: string; name: string; dtype: Dtype }[] = [];
  const variables = new Map<string, string>();
  for (const { name, from } of graphInputs) {
    switch (from.kind) {
      case 'alias':
        direct.push({ alias: from.alias, name });
        break;
      case 'host':
        hostToOnnx.push({ ref: from.ref, name, dtype: from.dtype });
        break;
      case 'variable':
        variables.set(from.variable, name);
    }
  }
  return { direct, hostToOnnx, variables };
}

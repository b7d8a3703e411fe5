// Puts an emitted signature together: the ONNX graph's inputs and outputs, and how the plan wires them to requests.
import { onnxElementType } from '../proto/data-types.ts';
import { isDtype } from './host-part.ts';
import { namesRead, prunedNodes } from './prune.ts';
import { EmittedTensor, constantOf } from './terms.ts';
import type { Dtype } from '../../../codec/tensor.ts';
import type { OnnxGraph, OnnxNode, OnnxValueInfo } from '../../onnx/onnx-model.ts';
import type { Plan, PlanOutput, ProgramTensor } from '../../program.ts';
import type { Value } from '../../value.ts';
import type { Emitter, GraphInput } from './emitter.ts';
import type { Frame } from './frame.ts';
import type { SignatureInput, SignatureTensor } from './signature-tensors.ts';
import type { Term } from './contract.ts';

/** What emission knows of an input or output: signatures that compute the same have other names for it. */
export type EmittedSpec = Omit<ProgramTensor, 'name'>;

/** A signature that was emitted. */
export interface EmittedSignature {
  readonly inputs: readonly EmittedSpec[];
  readonly outputs: readonly EmittedSpec[];
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
  const specs: EmittedSpec[] = [];
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
      const isTaken = inputs.some((input) => input.alias === alias) || alias === '';
      outputs.push({
        alias,
        from: 'onnx',
        name: isTaken ? onnx.add(term, term.dtype) : onnx.addNamed(alias, term, term.dtype),
      });
    }
  }
  const onnxToHost = Array.from(emitter.host.crossing, ([ref, term]) => ({
    ref,
    name: onnx.add(term, term.dtype),
  }));
  const states = emitter.variables.list().map(({ variable, written }) => ({
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
    const value = emitter.variables.initialValue(variable);
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

/** The outputs of the ONNX graph: those of the signature by their aliases, each other term once. */
class OnnxOutputs {
  readonly #emitter: Emitter;
  readonly #names = new Map<Term, string>();
  readonly #infos: OnnxValueInfo[] = [];
  /** By the name that the emitter gave. */
  readonly #aliases = new Map<string, string>();

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

  /** The name must be nobody else's. */
  addNamed(alias: string, term: Term, dtype: Dtype | Value['dtype']): string {
    const { scope } = this.#emitter;
    this.#aliases.set(scope.node('Identity', [scope.name(term)]), alias);
    this.#infos.push({ name: alias, elementType: onnxElementType(dtype) });
    return alias;
  }

  /** Without inputs; undefined where there are no outputs. */
  graph(): OnnxGraph | undefined {
    if (this.#infos.length === 0) {
      return undefined;
    }
    const { scope, initializers } = this.#emitter;
    const nodes = prunedNodes(
      scope.emitted.map((node) => this.#named(node)),
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

  #named(node: OnnxNode): OnnxNode {
    const alias = this.#aliases.get(node.outputs[0] ?? '');
    return alias === undefined ? node : { ...node, outputs: [alias] };
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

// Runs one plan: the host's first part, ONNX, the host's second part.
import path from 'node:path';
import { PerchError } from '../../errors.ts';
import { Budget } from '../savedmodel/evaluate/budget.ts';
import { Evaluator } from '../savedmodel/evaluate/evaluator.ts';
import { Unsupported } from '../savedmodel/unsupported.ts';
import { isOnnxText } from '../onnx/onnx-text.ts';
import { hostGraph } from './host-graph.ts';
import { tensorOf, valueOfTensor } from './tensor-values.ts';
import type { Tensor, TensorMap } from '../../codec/tensor.ts';
import type { Plan, PlanOutput } from '../program.ts';
import type { Operand } from '../savedmodel/evaluate/contract.ts';
import type { HostGraph } from './host-graph.ts';
import type { OnnxSession, OpenOnnx } from './onnx-session.ts';

/** What the plans of a model share. */
export interface SharedState {
  /** What variables hold that requests changed. */
  readonly variables: Map<string, Tensor>;
  /** The last request that may change variables: the next such one waits for it. */
  last: Promise<unknown>;
}

/** A plan with its ONNX session. */
export class PlanRunner {
  readonly #plan: Plan;
  readonly #file: string | undefined;
  readonly #open: OpenOnnx;
  readonly #shared: SharedState;
  readonly #host: HostGraph;
  #session: Promise<OnnxSession> | undefined;

  constructor(plan: Plan, directory: string, open: OpenOnnx, shared: SharedState) {
    this.#plan = plan;
    this.#file = plan.onnxFile === undefined ? undefined : path.join(directory, plan.onnxFile);
    this.#open = open;
    this.#shared = shared;
    this.#host = hostGraph(plan.host);
  }

  /** See `Plan.anyShape`. */
  get anyShape(): boolean {
    return this.#plan.anyShape;
  }

  /** Opens the ONNX session. */
  async prepare(): Promise<void> {
    await this.#opened();
  }

  /** @param inputs every input of the signature */
  run(inputs: TensorMap, outputNames: readonly string[]): Promise<TensorMap> {
    if (!this.#plan.stateful) {
      return this.#run(inputs, outputNames);
    }
    const answer = this.#shared.last.then(() => this.#run(inputs, outputNames));
    this.#shared.last = answer.catch(() => undefined);
    return answer;
  }

  async release(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    await session?.release();
  }

  async #run(inputs: TensorMap, outputNames: readonly string[]): Promise<TensorMap> {
    const wanted = outputNames.map((name) => this.#output(name));
    const host = this.#hostRun(inputs);
    const session = await this.#opened();
    const computed =
      session === undefined ? new Map<string, Tensor>() : await this.#runOnnx(session, inputs, host, wanted);
    for (const { ref, name } of this.#plan.onnxToHost) {
      const tensor = computed.get(name);
      if (tensor !== undefined) {
        host.give(ref, tensor);
      }
    }
    const answer = new Map<string, Tensor>();
    for (const output of wanted) {
      answer.set(output.alias, answerOf(output, host, computed));
    }
    this.#keepStates(computed);
    return answer;
  }

  #opened(): Promise<OnnxSession> | undefined {
    if (this.#session === undefined && this.#file !== undefined) {
      this.#session = this.#open(this.#file);
    }
    return this.#session;
  }

  #output(name: string): PlanOutput {
    const output = this.#plan.outputs.find(({ alias }) => alias === name);
    if (output === undefined) {
      throw new PerchError('OUTPUT_UNKNOWN', `The signature has no output "${name}".`);
    }
    return output;
  }

  #hostRun(inputs: TensorMap): HostRun {
    const { constants, inputs: refs } = this.#plan.host;
    const known = new Map<string, Operand>(constants);
    const given = new Map<string, Tensor>();
    for (const [alias, ref] of refs) {
      const tensor = inputs.get(alias);
      if (tensor !== undefined) {
        given.set(ref, tensor);
      }
    }
    return new HostRun(this.#host, known, given);
  }

  async #runOnnx(
    session: OnnxSession,
    inputs: TensorMap,
    host: HostRun,
    wanted: readonly PlanOutput[],
  ): Promise<TensorMap> {
    const { direct, hostToOnnx, onnxToHost, state } = this.#plan;
    const names = new Set(wanted.flatMap((output) => (output.from === 'onnx' ? [output.name] : [])));
    if (wanted.some(({ from }) => from === 'host')) {
      onnxToHost.forEach(({ name }) => names.add(name));
    }
    state.forEach(({ output }) => output !== undefined && names.add(output));
    if (names.size === 0) {
      return new Map();
    }
    const feeds = new Map<string, Tensor>();
    for (const { alias, name } of direct) {
      const tensor = inputs.get(alias);
      if (tensor !== undefined) {
        feeds.set(name, tensor);
      }
    }
    for (const { ref, name } of hostToOnnx) {
      feeds.set(name, host.tensor(ref));
    }
    for (const { variable, input } of state) {
      if (input !== undefined) {
        feeds.set(input, this.#state(variable));
      }
    }
    for (const tensor of feeds.values()) {
      refuseBytes(tensor);
    }
    return session.run(feeds, [...names]);
  }

  #state(variable: string): Tensor {
    const kept = this.#shared.variables.get(variable);
    if (kept !== undefined) {
      return kept;
    }
    const initial = this.#plan.host.variables.get(variable);
    if (initial === undefined) {
      throw new PerchError('INFERENCE_FAILED', `Variable ${variable} has no value.`);
    }
    return tensorOf(initial);
  }

  #keepStates(computed: TensorMap): void {
    for (const { variable, output } of this.#plan.state) {
      const tensor = output === undefined ? undefined : computed.get(output);
      if (tensor !== undefined) {
        this.#shared.variables.set(variable, tensor);
      }
    }
  }
}

/** ONNX Runtime's binding would change what it cannot carry: an answer would be wrong then. */
function refuseBytes(tensor: Tensor): void {
  if (tensor.dtype === 'string' && !tensor.values.every(isOnnxText)) {
    throw new PerchError(
      'INFERENCE_FAILED',
      'A string that is not UTF-8, or has a zero byte, reaches a part of the model that ONNX Runtime computes, which takes no such strings.',
    );
  }
}

function answerOf(output: PlanOutput, host: HostRun, computed: TensorMap): Tensor {
  switch (output.from) {
    case 'constant':
      return tensorOf(output.value);
    case 'host':
      return host.tensor(output.ref);
    case 'onnx': {
      const tensor = computed.get(output.name);
      if (tensor === undefined) {
        throw new PerchError('INFERENCE_FAILED', `ONNX Runtime gave no output "${output.alias}".`);
      }
      return tensor;
    }
  }
}

/** The host's part of one request: nodes are evaluated when their outputs are asked for, each once. */
class HostRun {
  readonly #host: HostGraph;
  readonly #known: Map<string, Operand>;
  /** Tensors of the request and of ONNX: values are made of those that kernels read. */
  readonly #given: Map<string, Tensor>;
  #evaluator: Evaluator | undefined;

  constructor(host: HostGraph, known: Map<string, Operand>, given: Map<string, Tensor>) {
    this.#host = host;
    this.#known = known;
    this.#given = given;
  }

  /** Adds what ONNX computed. */
  give(ref: string, tensor: Tensor): void {
    this.#given.set(ref, tensor);
    if (this.#evaluator !== undefined) {
      this.#known.set(ref, valueOfTensor(tensor));
    }
  }

  /** Throws INFERENCE_FAILED. */
  tensor(ref: string): Tensor {
    const given = this.#given.get(ref);
    if (given !== undefined) {
      return given;
    }
    if (this.#evaluator === undefined) {
      for (const [name, tensor] of this.#given) {
        this.#known.set(name, valueOfTensor(tensor));
      }
      const budget = new Budget('INFERENCE_FAILED');
      const { graph, functions, state } = this.#host;
      this.#evaluator = new Evaluator(graph, { functions, state, budget }, this.#known);
    }
    try {
      return tensorOf(this.#evaluator.value(ref));
    } catch (reason) {
      throw reason instanceof Unsupported
        ? new PerchError('INFERENCE_FAILED', `The model cannot be computed: ${reason.message}.`)
        : reason;
    }
  }
}

// Where mappings emit: the nodes of a graph or of a body inside of it, and the names of terms in it.
import { isBig, isReal, numbersOf } from '../../value.ts';
import { onnxElementType } from '../proto/data-types.ts';
import { Unsupported } from '../unsupported.ts';
import { EmittedTensor, constantTensor, constantTerm, isIntegerType } from './terms.ts';
import { prunedNodes } from './prune.ts';
import type { BigType, RealType, Value } from '../../value.ts';
import type { OnnxAttributes, OnnxNode } from '../../onnx/onnx-model.ts';
import type { Handle } from '../evaluate/contract.ts';
import type { FlatGraph, GraphNode } from '../graph/flat-graph.ts';
import type { InnerScope, TensorTerm, Term, TermFacts } from './contract.ts';
import type { Engine } from './engine.ts';

const toNhwc = [0, 2, 3, 1];
const toNchw = [0, 3, 1, 2];
const int64ElementType = 7;

/** A list of ONNX nodes, and the way into it. */
export class Scope implements InnerScope {
  readonly emitted: OnnxNode[] = [];
  /** The graph around this body; undefined for the model's. */
  readonly parent: Scope | undefined;
  readonly #engine: Engine;

  constructor(engine: Engine, parent?: Scope) {
    this.#engine = engine;
    this.parent = parent;
  }

  nodes(
    op: string,
    inputs: readonly string[],
    attributes: OnnxAttributes,
    outputs: number,
    domain = '',
    label?: string,
  ): readonly string[] {
    const names = Array.from({ length: outputs }, () => this.#engine.freshName(op));
    this.emitted.push({ op, domain, inputs, outputs: names, attributes, label });
    return names;
  }

  node(op: string, inputs: readonly string[], attributes: OnnxAttributes = {}, domain = ''): string {
    const name = this.#engine.freshName(op);
    this.emitted.push({ op, domain, inputs, outputs: [name], attributes });
    return name;
  }

  tensor(dtype: TensorTerm['dtype'], name: string, facts: TermFacts = {}): TensorTerm {
    const constant = wholeConstant(dtype, facts);
    return new EmittedTensor(this, dtype, { ...facts, constant }, { own: name });
  }

  nchwTensor(dtype: TensorTerm['dtype'], name: string, facts: TermFacts = {}): TensorTerm {
    return new EmittedTensor(this, dtype, facts, { nchw: name });
  }

  constant(value: Value): TensorTerm {
    return constantTensor(this, value);
  }

  constantTerm(value: Value): Term {
    return constantTerm(this, value);
  }

  name(term: Term): string {
    const tensor = this.#emitted(term);
    const { names } = tensor;
    if (names.own !== undefined) {
      return names.own;
    }
    if (tensor.constant !== undefined) {
      return this.#keep(tensor, 'own', this.#engine.initializers.name(tensor.constant));
    }
    if (tensor.asInput !== undefined) {
      return this.#keep(tensor, 'own', tensor.asInput());
    }
    if (names.nchw === undefined) {
      throw new Unsupported('a tensor that nothing gives');
    }
    return this.#keep(tensor, 'own', tensor.owner.node('Transpose', [names.nchw], { perm: toNhwc }));
  }

  nchwName(term: Term): string {
    const tensor = this.#emitted(term);
    return (
      tensor.names.nchw ??
      this.#keep(tensor, 'nchw', tensor.owner.node('Transpose', [this.name(term)], { perm: toNchw }))
    );
  }

  isNchw(term: Term): boolean {
    return term instanceof EmittedTensor && term.names.nchw !== undefined && term.names.own === undefined;
  }

  int64Name(term: Term): string {
    const tensor = this.#emitted(term);
    if (tensor.dtype === 'int64') {
      return this.name(term);
    }
    if (tensor.names.int64 !== undefined) {
      return tensor.names.int64;
    }
    const { constant } = tensor;
    if (constant !== undefined && isReal(constant)) {
      const data = BigInt64Array.from(Array.from(constant.data, (number) => BigInt(Math.trunc(number))));
      const name = this.#engine.initializers.name({ dtype: 'int64', shape: constant.shape, data });
      return this.#keep(tensor, 'int64', name);
    }
    const cast = tensor.owner.node('Cast', [this.name(term)], { to: int64ElementType });
    return this.#keep(tensor, 'int64', cast);
  }

  ints(numbers: readonly (number | bigint)[]): string {
    return this.#engine.initializers.ints(numbers);
  }

  scalar(dtype: RealType | BigType, value: number): string {
    return this.#engine.initializers.scalar(dtype, value);
  }

  known(term: Term, what: string): readonly number[] {
    const { constant } = this.asTensor(term);
    if (constant === undefined || !(isReal(constant) || isBig(constant))) {
      throw new Unsupported(`${what} that is not constant`);
    }
    return numbersOf(constant);
  }

  rank(term: Term): number {
    const { shape } = this.asTensor(term);
    if (shape === undefined) {
      throw new Unsupported('a rank that is not known');
    }
    return shape.length;
  }

  asTensor(term: Term): TensorTerm {
    return this.#emitted(term);
  }

  call(op: string, node: GraphNode, inputs: readonly Term[]): readonly Term[] {
    return this.#engine.call(op, node, inputs, this);
  }

  fold(op: string, node: GraphNode, inputs: readonly Value[]): readonly Value[] | undefined {
    return this.#engine.fold(op, node, inputs);
  }

  readVariable(handle: Handle): TensorTerm {
    return this.#engine.readVariable(handle, this);
  }

  writeVariable(handle: Handle, term: TensorTerm): void {
    this.#engine.writeVariable(handle, term, this);
  }

  inner(): InnerScope {
    return new Scope(this.#engine, this);
  }

  graphOf(functionName: string): FlatGraph {
    return this.#engine.graphOf(functionName);
  }

  inline(functionName: string, operands: readonly Term[]): readonly Term[] {
    return this.#engine.body(functionName, operands, this);
  }

  open(
    functionName: string,
    operands: readonly Term[],
  ): { readonly scope: InnerScope; readonly results: readonly Term[] } {
    const scope = new Scope(this.#engine, this);
    for (const operand of operands) {
      scope.#adopt(operand);
    }
    return { scope, results: scope.also(functionName, operands) };
  }

  passedOn(functionName: string): readonly number[] {
    return this.#engine.passedOn(functionName);
  }

  freshName(prefix: string): string {
    const name = this.#engine.freshName(prefix);
    this.#engine.reserve(name);
    return name;
  }

  also(functionName: string, operands: readonly Term[]): readonly Term[] {
    return this.#engine.body(functionName, operands, this);
  }

  close(
    name: string,
    inputs: readonly TensorTerm[],
    results: readonly TensorTerm[],
    leading?: { readonly iteration: string; readonly condition: string },
  ): OnnxAttributes[string] {
    const info = (onnxName: string, { dtype }: TensorTerm): { name: string; elementType: number } => ({
      name: onnxName,
      elementType: onnxElementType(dtype),
    });
    const outputs = results.map((result) => info(this.node('Identity', [this.name(result)]), result));
    const first =
      leading === undefined
        ? []
        : [
            { name: leading.iteration, elementType: int64ElementType, shape: [] },
            { name: leading.condition, elementType: onnxElementType('bool'), shape: [] },
          ];
    return {
      graph: {
        name,
        nodes: prunedNodes(
          this.emitted,
          outputs.map((output) => output.name),
        ),
        initializers: [],
        inputs: [...first, ...inputs.map((input) => info(this.name(input), input))],
        outputs,
      },
    };
  }

  /** Makes what is derived from a body's own inputs part of the body. */
  #adopt(term: Term): void {
    if (term instanceof EmittedTensor) {
      if (term.names.own !== undefined && this.#engine.isReserved(term.names.own)) {
        term.owner = this;
      }
    } else if (term.kind === 'complex') {
      this.#adopt(term.real);
      this.#adopt(term.imaginary);
    } else if (term.kind === 'list') {
      for (const part of [term.length, term.stacked, term.written]) {
        if (part !== undefined) {
          this.#adopt(part);
        }
      }
    }
  }

  #emitted(term: Term): EmittedTensor {
    if (term instanceof EmittedTensor) {
      return term;
    }
    const what = {
      complex: 'complex numbers',
      handle: 'a handle',
      list: 'a list',
      dead: 'a branch that is not taken',
    };
    throw new Unsupported(
      term.kind === 'host' || term.kind === 'tensor'
        ? 'what only the host can compute'
        : `${what[term.kind]} where a tensor belongs`,
    );
  }

  #keep(tensor: EmittedTensor, kind: 'own' | 'nchw' | 'int64', name: string): string {
    tensor.names[kind] = name;
    this.#engine.journal.record(() => (tensor.names[kind] = undefined));
    return name;
  }
}

/** The value of an integer tensor all of whose elements are known. */
function wholeConstant(dtype: TensorTerm['dtype'], { shape, partial }: TermFacts): Value | undefined {
  if (shape === undefined || partial === undefined || shape.length > 1 || !isIntegerType(dtype)) {
    return undefined;
  }
  const numbers = partial.filter((element): element is number => Number.isSafeInteger(element));
  if (numbers.length !== (shape[0] ?? 1) || numbers.length !== partial.length) {
    return undefined;
  }
  if (dtype === 'int64') {
    return { dtype, shape, data: BigInt64Array.from(numbers, BigInt) };
  }
  return dtype === 'int32' ? { dtype, shape, data: Int32Array.from(numbers) } : undefined;
}

// Emits one signature: pulls nodes by the outputs that need them, and gives each to a constant, a mapping, or the host.
import { PerchError } from '../../../errors.ts';
import { onnxElementType } from '../proto/data-types.ts';
import { kernels } from '../evaluate/kernels.ts';
import { readsReferences } from '../evaluate/op-effects.ts';
import { argumentOf, nodeOf } from '../graph/flat-graph.ts';
import { Unsupported } from '../unsupported.ts';
import { controlPlan, hasEffect } from './controls.ts';
import { Frame } from './frame.ts';
import { HostPart, hostTerm, isDtype } from './host-part.ts';
import { Initializers } from './initializers.ts';
import { Journal } from './journal.ts';
import { mappings as tensorflowMappings } from './mappings.ts';
import { givesStrings, isDead, noMapping, touchesStrings, typesOf } from './node-facts.ts';
import { passedOnArguments } from './passed-on.ts';
import { failureOf, pull } from './pull.ts';
import { Scope } from './scope.ts';
import { EmittedTensor, constantOf, constantTerm } from './terms.ts';
import { declaredShapes } from './declared-shapes.ts';
import { Variables } from './variables.ts';
import type { Dtype } from '../../../codec/tensor.ts';
import type { OnnxValueInfo } from '../../onnx/onnx-model.ts';
import type { Value } from '../../value.ts';
import type { Handle, ModelState } from '../evaluate/contract.ts';
import type { FlatGraph, FunctionLibrary, GraphNode } from '../graph/flat-graph.ts';
import type { Mappings, TensorTerm, Term, TermFacts } from './contract.ts';
import type { Engine } from './engine.ts';
import type { Folder } from './folder.ts';
import type { Failure, Outcome } from './frame.ts';

/** What a signature is emitted from. */
export interface EmitSource {
  readonly graph: FlatGraph;
  readonly functions: FunctionLibrary;
  readonly state: ModelState;
  /** Shared by all signatures of the model. */
  readonly folder: Folder;
  /** Where they are not TensorFlow's only. */
  readonly mappings?: Mappings | undefined;
}

/** An input of the ONNX graph, and what it is given. */
export interface GraphInput extends OnnxValueInfo {
  readonly from:
    | { readonly kind: 'alias'; readonly alias: string }
    | { readonly kind: 'host'; readonly ref: string; readonly dtype: Dtype }
    | { readonly kind: 'variable'; readonly variable: string };
}

/** A function's body in which nodes cannot be emitted; the call that opened it cannot either, unless by the host. */
class BodyUnsupported extends Unsupported {
  readonly failures: readonly Failure[];

  constructor(failures: readonly Failure[]) {
    super(failures[0]?.reason ?? '');
    this.failures = failures;
  }
}

/** Nodes of functions that may be emitted, each time that they are called: a file that needs more is hostile. */
const maximumBodySteps = 500_000;
/** How often functions may be emitted: where branches call functions, each level multiplies it. */
const maximumBodies = 20_000;
/** Functions inside functions. */
const maximumDepth = 64;

/** One emission. It is thrown away where `mustRestart` is set at its end. */
export class Emitter implements Engine {
  readonly initializers = new Initializers((prefix) => this.freshName(prefix));
  readonly journal = new Journal();
  readonly scope = new Scope(this);
  readonly host: HostPart;
  readonly graphInputs: GraphInput[] = [];
  /** TensorFlow's ops that ONNX computes, and those of the host. */
  readonly counts = { onnx: new Map<string, number>(), host: new Map<string, number>() };
  readonly variables: Variables;
  readonly #source: EmitSource;
  readonly #mappings: Mappings;
  readonly #useDeclaredShapes: boolean;
  readonly #reserved = new Set<string>();
  readonly #aliases: ReadonlySet<string>;
  #names = 0;
  #bodySteps = 0;
  #bodies = 0;
  #depth = 0;

  /**
   * @param useDeclaredShapes whether the shapes that the file says of nodes may be believed: not for other ranks
   * @param written variables that requests change, of this signature or another, as far as it is known; it grows
   * @param aliases of the signature's inputs and outputs, which the ONNX graph calls so too
   */
  constructor(
    source: EmitSource,
    useDeclaredShapes: boolean,
    written: Set<string>,
    aliases: ReadonlySet<string>,
  ) {
    this.#aliases = aliases;
    this.#source = source;
    this.#mappings = source.mappings ?? tensorflowMappings;
    this.#useDeclaredShapes = useDeclaredShapes;
    this.host = new HostPart(source.functions, source.state, written);
    this.variables = new Variables(source.state, written, this.journal, (variable, { dtype, shape }) =>
      this.inputTerm(dtype, { kind: 'variable', variable }, 'state', { shape }),
    );
  }

  /** A frame over the model's graph, in which the refs' nodes will be pulled. */
  mainFrame(feeds: ReadonlyMap<string, Term>, roots: readonly string[]): Frame {
    const { graph, functions } = this.#source;
    const controls = controlPlan(graph, functions, roots, (ref) => feeds.has(ref));
    return new Frame({ graph, scope: this.scope, controls, isMain: true, feeds });
  }

  /** A tensor that becomes an input of the ONNX graph when somebody needs it there. */
  inputTerm(
    dtype: Dtype,
    from: GraphInput['from'],
    prefix: string,
    facts: TermFacts,
    hostRef?: string,
  ): EmittedTensor {
    let name: string | undefined;
    const asInput = (): string => {
      if (name === undefined) {
        name = from.kind === 'alias' && from.alias !== '' ? from.alias : this.freshName(prefix);
        this.graphInputs.push({ name, elementType: onnxElementType(dtype), from });
      }
      return name;
    };
    return new EmittedTensor(this.scope, dtype, facts, {
      asInput,
      ...(hostRef !== undefined && { hostRef }),
    });
  }

  freshName(prefix: string): string {
    for (;;) {
      const name = `${prefix}_${this.#names++}`;
      if (!this.#aliases.has(name)) {
        return name;
      }
    }
  }

  isReserved(name: string): boolean {
    return this.#reserved.has(name);
  }

  reserve(name: string): void {
    this.#reserved.add(name);
  }

  fold(op: string, node: GraphNode, inputs: readonly Value[]): readonly Value[] | undefined {
    return this.#source.folder.fold(op, node, inputs);
  }

  call(op: string, node: GraphNode, inputs: readonly Term[], scope: Scope): readonly Term[] {
    return this.#folded(op, node, inputs, scope) ?? this.#mapped(op, node, inputs, scope);
  }

  readVariable(handle: Handle, scope: Scope): TensorTerm {
    return this.variables.read(handle, scope);
  }

  writeVariable(handle: Handle, term: TensorTerm, scope: Scope): void {
    this.variables.write(handle, term, scope);
  }

  graphOf(functionName: string): FlatGraph {
    return this.#source.functions.flatten(functionName);
  }

  passedOn(functionName: string): readonly number[] {
    return passedOnArguments(this.graphOf(functionName));
  }

  body(functionName: string, operands: readonly Term[], scope: Scope): readonly Term[] {
    if (this.#depth >= maximumDepth) {
      throw new PerchError(
        'SAVED_MODEL_INVALID',
        `Functions call each other more than ${maximumDepth} deep.`,
      );
    }
    if (++this.#bodies > maximumBodies) {
      throw new PerchError(
        'SAVED_MODEL_INVALID',
        `Loops and branches take more than ${maximumBodies} functions, each time that one is called.`,
      );
    }
    const { functions } = this.#source;
    const graph = functions.flatten(functionName);
    const effects = [...graph.nodes.values()].filter((node) => hasEffect(node, functions));
    const results = graph.returns.map((ref) => graph.resolve(ref));
    const roots = [
      ...results.filter((ref) => argumentOf(ref) === undefined).map(nodeOf),
      ...effects.map(({ name }) => name),
    ];
    const controls = controlPlan(graph, functions, roots, () => false);
    const frame = new Frame({ graph, scope, controls, isMain: false, operands });
    this.#depth++;
    try {
      for (const root of roots) {
        this.pull(frame, root);
      }
    } finally {
      this.#depth--;
    }
    if (frame.failures.length > 0) {
      throw new BodyUnsupported(
        frame.failures.map((failure) => ({ ...failure, node: `${functionName}/${failure.node}` })),
      );
    }
    return results.map((ref) => frame.term(ref) ?? { kind: 'dead' });
  }

  /** Emits a node and all that it needs. */
  pull(frame: Frame, root: string): void {
    pull(frame, root, (node) => this.#outcome(frame, node));
  }

  #outcome(frame: Frame, node: GraphNode): Outcome {
    if (!frame.isMain && ++this.#bodySteps > maximumBodySteps) {
      throw new PerchError(
        'SAVED_MODEL_INVALID',
        `The functions of loops and branches take more than ${maximumBodySteps} nodes.`,
      );
    }
    const given: Term[] = [];
    for (const input of node.inputs) {
      const term = frame.term(frame.graph.resolve(input));
      if (term === undefined) {
        this.#reportUnknown(frame, node);
        return { kind: 'broken' };
      }
      given.push(term);
    }
    if (isDead(frame, node, given)) {
      return { kind: 'dead' };
    }
    try {
      const inputs = given.map((term) => this.#dereferenced(node, term, frame.scope));
      return { kind: 'terms', terms: this.#terms(frame, node, inputs) };
    } catch (reason) {
      if (!(reason instanceof Unsupported)) {
        throw reason;
      }
      if (reason instanceof BodyUnsupported) {
        frame.failures.push(...reason.failures);
      } else {
        frame.failures.push(failureOf(node, reason.message));
      }
      return { kind: 'broken' };
    }
  }

  /** Nodes behind a broken one are reported too where it is certain that nothing could be done for them. */
  #reportUnknown(frame: Frame, node: GraphNode): void {
    if (!this.#mappings.has(node.op) && !kernels.has(node.op)) {
      frame.failures.push(failureOf(node, noMapping));
    }
  }

  #dereferenced(node: GraphNode, term: Term, scope: Scope): Term {
    return term.kind === 'handle' && term.handle.reference === true && readsReferences(node.op)
      ? this.readVariable(term.handle, scope)
      : term;
  }

  #terms(frame: Frame, node: GraphNode, inputs: readonly Term[]): readonly Term[] {
    const frontable = this.host.isFrontable(frame, node, inputs);
    if (inputs.some(({ kind }) => kind === 'host')) {
      return frontable ? this.#front(frame, node, inputs) : this.#behind(frame, node, inputs);
    }
    const folded = this.#folded(node.op, node, inputs, frame.scope);
    if (folded !== undefined) {
      return folded;
    }
    if (touchesStrings(node, inputs)) {
      if (frontable) {
        return this.#front(frame, node, inputs);
      }
      if (frame.isMain && givesStrings(node) && this.host.canCompute(node, inputs)) {
        return this.#behind(frame, node, inputs);
      }
    }
    try {
      const terms = this.#mapped(node.op, node, inputs, frame.scope);
      count(this.counts.onnx, node.op);
      return this.#useDeclaredShapes ? declaredShapes(node, terms) : terms;
    } catch (reason) {
      if (!(reason instanceof Unsupported) || !frame.isMain || !this.host.canCompute(node, inputs)) {
        throw reason;
      }
      return frontable ? this.#front(frame, node, inputs) : this.#behind(frame, node, inputs);
    }
  }

  #folded(op: string, node: GraphNode, inputs: readonly Term[], scope: Scope): readonly Term[] | undefined {
    const values: Value[] = [];
    for (const input of inputs) {
      const value = constantOf(input);
      if (value === undefined) {
        return undefined;
      }
      values.push(value);
    }
    const outputs = values.length === 0 ? undefined : this.fold(op, node, values);
    return outputs?.map((value) => constantTerm(scope, value));
  }

  /** By the mapping; what it emitted before it gave up is taken back. */
  #mapped(op: string, node: GraphNode, inputs: readonly Term[], scope: Scope): readonly Term[] {
    const mapping = this.#mappings.get(op);
    if (mapping === undefined) {
      throw new Unsupported(noMapping);
    }
    const mark = this.journal.mark;
    const length = scope.emitted.length;
    try {
      return mapping(node, inputs, scope);
    } catch (reason) {
      scope.emitted.length = length;
      this.journal.rollBack(mark);
      throw reason;
    }
  }

  /** The host computes the node before ONNX runs. */
  #front(frame: Frame, node: GraphNode, inputs: readonly Term[]): readonly Term[] {
    const known = this.#factsOf(node, inputs, frame.scope);
    if (known !== undefined && known.length > 0 && known.every((term) => constantOf(term) !== undefined)) {
      return known;
    }
    count(this.counts.host, node.op);
    const terms = typesOf(node).map((dtype, index): Term => {
      const ref = `${node.name}:${index}`;
      if (!isDtype(dtype)) {
        return hostTerm(dtype, ref);
      }
      const term = known?.[index];
      const facts = term?.kind === 'tensor' ? { shape: term.shape, partial: term.partial } : {};
      return this.inputTerm(dtype, { kind: 'host', ref, dtype }, 'host', facts, ref);
    });
    return this.#useDeclaredShapes ? declaredShapes(node, terms) : terms;
  }

  /** What the mapping would give: shapes. Nothing of it stays. */
  #factsOf(node: GraphNode, inputs: readonly Term[], scope: Scope): readonly Term[] | undefined {
    if (inputs.some(({ kind }) => kind === 'host')) {
      return undefined;
    }
    const mark = this.journal.mark;
    const length = scope.emitted.length;
    try {
      return this.#mapped(node.op, node, inputs, scope);
    } catch (reason) {
      if (reason instanceof Unsupported) {
        return undefined;
      }
      throw reason;
    } finally {
      scope.emitted.length = length;
      this.journal.rollBack(mark);
    }
  }

  /** The host computes the node behind ONNX. */
  #behind(frame: Frame, node: GraphNode, inputs: readonly Term[]): readonly Term[] {
    if (!this.host.canCompute(node, inputs)) {
      throw new Unsupported(
        this.#mappings.has(node.op) ? 'it reads what only the host can compute' : noMapping,
      );
    }
    const types = typesOf(node);
    this.host.takeBehind(frame, node);
    count(this.counts.host, node.op);
    return types.map((dtype, index) => hostTerm(dtype, `${node.name}:${index}`));
  }
}

function count(counts: Map<string, number>, op: string): void {
  counts.set(op, (counts.get(op) ?? 0) + 1);
}

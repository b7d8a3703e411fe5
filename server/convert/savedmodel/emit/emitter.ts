// Emits one signature: pulls nodes by the outputs that need them, and gives each to a constant, a mapping, or the host.
import { PerchError } from '../../../errors.ts';
import { onnxElementType } from '../proto/data-types.ts';
import { kernels } from '../evaluate/kernels.ts';
import { readsReferences } from '../evaluate/op-effects.ts';
import { argumentOf, nodeOf, outputOf } from '../graph/flat-graph.ts';
import { Unsupported } from '../unsupported.ts';
import { controlPlan, hasEffect } from './controls.ts';
import { Frame } from './frame.ts';
import { HostPart, hostTerm, isDtype } from './host-part.ts';
import { Initializers } from './initializers.ts';
import { Journal } from './journal.ts';
import { mappings } from './mappings.ts';
import { isDead, needsOf, noMapping, touchesStrings, typesOf } from './node-facts.ts';
import { Scope } from './scope.ts';
import { EmittedTensor, constantOf, constantTerm } from './terms.ts';
import { declaredShapes } from './declared-shapes.ts';
import type { Dtype } from '../../../codec/tensor.ts';
import type { OnnxValueInfo } from '../../onnx/onnx-model.ts';
import type { Value } from '../../value.ts';
import type { Handle, ModelState } from '../evaluate/contract.ts';
import type { FlatGraph, FunctionLibrary, GraphNode } from '../graph/flat-graph.ts';
import type { TensorTerm, Term, TermFacts } from './contract.ts';
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

/** Nodes that may be emitted, those of functions each time: a file that needs more is hostile. */
const maximumSteps = 4_000_000;
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
  /** A variable turned out to be written after it may have been read as a constant: it is in `written` now. */
  mustRestart = false;
  readonly #source: EmitSource;
  readonly #useDeclaredShapes: boolean;
  readonly #written: Set<string>;
  /** What variables hold now, of those that requests change. */
  readonly #variables = new Map<string, TensorTerm>();
  readonly #changed = new Set<string>();
  readonly #reserved = new Set<string>();
  #names = 0;
  #steps = 0;
  #depth = 0;

  /**
   * @param useDeclaredShapes whether the shapes that the file says of nodes may be believed: not for other ranks
   * @param written variables that requests change, of this signature or another, as far as it is known; it grows
   */
  constructor(source: EmitSource, useDeclaredShapes: boolean, written: Set<string>) {
    this.#source = source;
    this.#useDeclaredShapes = useDeclaredShapes;
    this.#written = written;
    this.host = new HostPart(source.functions, source.state, written);
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
        name = this.freshName(prefix);
        this.graphInputs.push({ name, elementType: onnxElementType(dtype), from });
      }
      return name;
    };
    return new EmittedTensor(this.scope, dtype, facts, {
      asInput,
      ...(hostRef !== undefined && { hostRef }),
    });
  }

  /** Each variable that the signature reads or writes, of those that requests change; its last value where it wrote it. */
  get variables(): readonly { readonly variable: string; readonly written: TensorTerm | undefined }[] {
    return Array.from(this.#variables, ([variable, term]) => ({
      variable,
      written: this.#changed.has(variable) ? term : undefined,
    }));
  }

  /** What a variable holds before the first request. */
  initialValue(variable: string): Value | undefined {
    return this.#source.state.variables.get(variable);
  }

  freshName(prefix: string): string {
    return `${prefix}_${this.#names++}`;
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

  readVariable({ key }: Handle, scope: Scope): TensorTerm {
    const current = this.#variables.get(key);
    if (current !== undefined) {
      return current;
    }
    const value = this.#source.state.variables.get(key);
    if (value === undefined) {
      throw new Unsupported('a variable without a value');
    }
    if (!this.#written.has(key)) {
      return scope.constant(value);
    }
    if (!isDtype(value.dtype)) {
      throw new Unsupported(`a variable of ${value.dtype} that requests change`);
    }
    const from = { kind: 'variable', variable: key } as const;
    const term = this.inputTerm(value.dtype, from, 'state', { shape: value.shape });
    this.#variables.set(key, term);
    return term;
  }

  writeVariable({ key }: Handle, term: TensorTerm, scope: Scope): void {
    if (scope.parent !== undefined) {
      throw new Unsupported('a variable that a loop or a branch changes');
    }
    if (!this.#written.has(key)) {
      this.#written.add(key);
      this.mustRestart = true;
    }
    const before = this.#variables.get(key);
    const isFirst = !this.#changed.has(key);
    this.#variables.set(key, term);
    this.#changed.add(key);
    this.journal.record(() => {
      if (isFirst) {
        this.#changed.delete(key);
      }
      if (before === undefined) {
        this.#variables.delete(key);
      } else {
        this.#variables.set(key, before);
      }
    });
  }

  passedOn(functionName: string): readonly number[] {
    const graph = this.#source.functions.flatten(functionName);
    return graph.returns.map((ref) => {
      for (let current = graph.resolve(ref), steps = graph.nodes.size; steps >= 0; steps--) {
        const argument = argumentOf(current);
        const node = graph.nodes.get(nodeOf(current));
        const input = node?.inputs[outputOf(current)];
        if (argument !== undefined) {
          return argument;
        }
        if (input === undefined || (node?.op !== 'Identity' && node?.op !== 'IdentityN')) {
          return -1;
        }
        current = graph.resolve(input);
      }
      return -1;
    });
  }

  body(functionName: string, operands: readonly Term[], scope: Scope): readonly Term[] {
    if (this.#depth >= maximumDepth) {
      throw new PerchError(
        'SAVED_MODEL_INVALID',
        `Functions call each other more than ${maximumDepth} deep.`,
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

  /** Emits a node and all that it needs, without recursion: graphs are as deep as they like. */
  pull(frame: Frame, root: string): void {
    const stack: { readonly node: GraphNode; readonly needs: readonly string[]; next: number }[] = [];
    const open = new Set<string>();
    const enter = (name: string): void => {
      const node = frame.graph.nodes.get(name);
      if (node === undefined) {
        throw new PerchError('SAVED_MODEL_INVALID', `There is no node ${name} in the graph.`);
      }
      open.add(name);
      stack.push({ node, needs: needsOf(frame, node), next: 0 });
    };
    if (!frame.outcomes.has(root)) {
      enter(root);
    }
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.needs[top.next++];
      if (next === undefined) {
        frame.outcomes.set(top.node.name, this.#outcome(frame, top.node));
        open.delete(top.node.name);
        stack.pop();
      } else if (open.has(next)) {
        // What reads itself has no outcome yet: that of this node is broken, and with it the round.
        fail(frame, top.node, 'it is part of a cycle');
        frame.outcomes.set(top.node.name, { kind: 'broken' });
        open.delete(top.node.name);
        stack.pop();
      } else if (!frame.outcomes.has(next)) {
        enter(next);
      }
    }
  }

  #outcome(frame: Frame, node: GraphNode): Outcome {
    if (++this.#steps > maximumSteps) {
      throw new PerchError('SAVED_MODEL_INVALID', `The graph takes more than ${maximumSteps} nodes.`);
    }
    const inputs: Term[] = [];
    for (const input of node.inputs) {
      const term = frame.term(frame.graph.resolve(input));
      if (term === undefined) {
        this.#reportUnknown(frame, node);
        return { kind: 'broken' };
      }
      inputs.push(this.#dereferenced(node, term, frame.scope));
    }
    if (isDead(frame, node, inputs)) {
      return { kind: 'dead' };
    }
    try {
      return { kind: 'terms', terms: this.#terms(frame, node, inputs) };
    } catch (reason) {
      if (!(reason instanceof Unsupported)) {
        throw reason;
      }
      if (reason instanceof BodyUnsupported) {
        frame.failures.push(...reason.failures);
      } else {
        fail(frame, node, reason.message);
      }
      return { kind: 'broken' };
    }
  }

  /** Nodes behind a broken one are reported too where it is certain that nothing could be done for them. */
  #reportUnknown(frame: Frame, node: GraphNode): void {
    if (!mappings.has(node.op) && !kernels.has(node.op)) {
      fail(frame, node, noMapping);
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
    if (frontable && touchesStrings(node, inputs)) {
      return this.#front(frame, node, inputs);
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
    const mapping = mappings.get(op);
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
      throw new Unsupported(mappings.has(node.op) ? 'it reads what only the host can compute' : noMapping);
    }
    const types = typesOf(node);
    this.host.takeBehind(frame, node);
    count(this.counts.host, node.op);
    return types.map((dtype, index) => hostTerm(dtype, `${node.name}:${index}`));
  }
}

function fail(frame: Frame, node: GraphNode, reason: string): void {
  frame.failures.push({ op: node.op, node: node.name, reason });
}

function count(counts: Map<string, number>, op: string): void {
  counts.set(op, (counts.get(op) ?? 0) + 1);
}

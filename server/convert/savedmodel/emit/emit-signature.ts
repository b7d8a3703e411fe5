// One signature as an ONNX graph and what the host computes around it.
import { nodeOf } from '../graph/flat-graph.ts';
import { Unsupported } from '../unsupported.ts';
import { assemblePlan } from './assemble-plan.ts';
import { controlPlan } from './controls.ts';
import { Emitter } from './emitter.ts';
import { isDtype } from './host-part.ts';
import { signatureInputs, signatureOutputs } from './signature-tensors.ts';
import type { UnsupportedOperator } from '../../program.ts';
import type { SignatureMessage } from '../proto/messages.ts';
import type { EmittedSignature } from './assemble-plan.ts';
import type { EmitSource } from './emitter.ts';
import type { Failure, Frame } from './frame.ts';
import type { SignatureInput, SignatureTensor } from './signature-tensors.ts';
import type { Term } from './contract.ts';

/** What to take for the shapes of the inputs. */
export type InputShapes =
  | { readonly kind: 'declared' }
  /** The plan holds for all shapes then. */
  | { readonly kind: 'unknown' }
  /** By alias; all sizes are unknown. */
  | { readonly kind: 'ranks'; readonly ranks: ReadonlyMap<string, number> };

/** A signature that cannot be emitted: every operator that is in the way. */
export class SignatureUnsupported extends Error {
  readonly unsupported: readonly UnsupportedOperator[];

  constructor(unsupported: readonly UnsupportedOperator[]) {
    super(unsupported.map(({ op, reason }) => `${op}: ${reason}`).join('; '));
    this.name = 'SignatureUnsupported';
    this.unsupported = unsupported;
  }
}

/**
 * Emits a signature. Throws SignatureUnsupported, and SAVED_MODEL_INVALID for a graph that cannot be right.
 *
 * @param written variables that requests of any signature change; those that this one changes are added
 */
export function emitSignature(
  source: EmitSource,
  signature: SignatureMessage,
  shapes: InputShapes,
  written = new Set<string>(),
): EmittedSignature {
  const aliases = new Set([...signature.inputs.keys(), ...signature.outputs.keys()]);
  for (;;) {
    const emitter = new Emitter(source, shapes.kind === 'declared', written, aliases);
    const emitted = emitWith(emitter, source, signature, shapes);
    if (!emitter.variables.mustRestart) {
      return emitted;
    }
  }
}

function emitWith(
  emitter: Emitter,
  source: EmitSource,
  signature: SignatureMessage,
  shapes: InputShapes,
): EmittedSignature {
  const inputs = withoutGraph('(inputs)', () => signatureInputs(source.graph, signature));
  const outputs = withoutGraph('(outputs)', () => signatureOutputs(source.graph, signature));
  const feeds = new Map<string, Term>(
    inputs.map((input) => {
      const from = { kind: 'alias', alias: input.alias } as const;
      const facts = { shape: shapeFor(input, shapes) };
      return [input.ref, emitter.inputTerm(input.dtype, from, 'input', facts, input.ref)];
    }),
  );
  const frame = emitter.mainFrame(
    feeds,
    rootsOf(signature, outputs, (ref) => feeds.has(ref)),
  );
  for (const { ref } of outputs) {
    if (!feeds.has(ref)) {
      emitter.pull(frame, nodeOf(ref));
    }
  }
  for (const effect of frame.controls.effects) {
    emitter.pull(frame, effect);
  }
  const results = outputs.map((output) => ({ ...output, term: resultOf(frame, output) }));
  if (frame.failures.length > 0) {
    throw new SignatureUnsupported(summary(frame.failures));
  }
  return assemblePlan(emitter, frame, inputs, results);
}

/** What is wrong with the signature itself is reported as an operator of no name. */
function withoutGraph<Result>(where: string, read: () => Result): Result {
  try {
    return read();
  } catch (reason) {
    if (reason instanceof Unsupported) {
      throw new SignatureUnsupported([
        { op: 'SignatureDef', count: 1, firstNode: where, reason: reason.message },
      ]);
    }
    throw reason;
  }
}

function shapeFor({ alias, shape }: SignatureInput, shapes: InputShapes): readonly number[] | undefined {
  if (shapes.kind === 'declared') {
    return shape;
  }
  const rank = shapes.kind === 'ranks' ? shapes.ranks.get(alias) : undefined;
  return rank === undefined ? undefined : new Array<number>(rank).fill(-1);
}

/** Whether computing the signature changes variables or tables. */
export function changesVariables({ graph, functions }: EmitSource, signature: SignatureMessage): boolean {
  const outputs = withoutGraph('(outputs)', () => signatureOutputs(graph, signature));
  const fed = new Set(
    withoutGraph('(inputs)', () => signatureInputs(graph, signature)).map(({ ref }) => ref),
  );
  const roots = rootsOf(signature, outputs, (ref) => fed.has(ref));
  return controlPlan(graph, functions, roots, (ref) => fed.has(ref)).effects.length > 0;
}

/** The nodes of the outputs, and the calls that they are named by: those stand for what a function does beside. */
function rootsOf(
  signature: SignatureMessage,
  outputs: readonly SignatureTensor[],
  isFed: (ref: string) => boolean,
): readonly string[] {
  const named = Array.from(signature.outputs.values(), ({ name }) =>
    name.includes(':') ? nodeOf(name) : name,
  );
  const resolved = outputs.filter(({ ref }) => !isFed(ref)).map(({ ref }) => nodeOf(ref));
  return [...resolved, ...named];
}

/** The term of an output; undefined where it failed, which is noted. */
function resultOf(frame: Frame, { alias, ref }: SignatureTensor): Term | undefined {
  const term = frame.term(ref);
  const type =
    term === undefined || term.kind === 'handle' ? undefined : 'dtype' in term ? term.dtype : term.kind;
  if (term !== undefined && (type === undefined || !isDtype(type))) {
    const node = nodeOf(ref);
    const op = frame.graph.nodes.get(node)?.op ?? '';
    frame.failures.push({ op, node, reason: `output "${alias}" is ${type ?? 'a handle'}` });
  }
  return term;
}

function summary(failures: readonly Failure[]): readonly UnsupportedOperator[] {
  const byOp = new Map<string, UnsupportedOperator>();
  for (const { op, node, reason } of failures) {
    const known = byOp.get(op);
    byOp.set(
      op,
      known === undefined ? { op, count: 1, firstNode: node, reason } : { ...known, count: known.count + 1 },
    );
  }
  return [...byOp.values()];
}

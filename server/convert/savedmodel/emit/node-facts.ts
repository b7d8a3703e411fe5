// What emission asks of a single node before it decides what to do with it.
import { hasOutputTypes, outputTypes } from '../evaluate/output-types.ts';
import { Unsupported } from '../unsupported.ts';
import type { EdgeType } from '../proto/data-types.ts';
import type { GraphNode } from '../graph/flat-graph.ts';
import type { Term } from './contract.ts';
import type { Frame } from './frame.ts';

/** The reason of an op that nothing here knows. */
export const noMapping = 'the operator is not supported';

/** Ops that give strings on as they are: their mappings emit nothing. */
const passThrough: ReadonlySet<string> = new Set([
  'Identity',
  'IdentityN',
  'Merge',
  'PlaceholderWithDefault',
  'RefSwitch',
  'Snapshot',
  'StopGradient',
  'Switch',
]);

/** The types of a node's outputs. Throws Unsupported for an op of which they are not known. */
export function typesOf(node: GraphNode): readonly EdgeType[] {
  if (!hasOutputTypes(node.op)) {
    throw new Unsupported(noMapping);
  }
  return outputTypes(node);
}

/** What must be emitted before a node: what it waits for, and what gives its inputs. */
export function needsOf(frame: Frame, node: GraphNode): readonly string[] {
  const inputs = node.inputs.flatMap((input) => frame.needs(frame.graph.resolve(input)) ?? []);
  return [...frame.controls.controlsOf(node), ...inputs];
}

const merges: ReadonlySet<string> = new Set(['Merge', 'RefMerge']);

/** Whether a node lies on a branch that is never taken. */
export function isDead(frame: Frame, node: GraphNode, inputs: readonly Term[]): boolean {
  if (frame.controls.controlsOf(node).some((name) => frame.outcomes.get(name)?.kind === 'dead')) {
    return true;
  }
  return merges.has(node.op)
    ? inputs.every(({ kind }) => kind === 'dead')
    : inputs.some(({ kind }) => kind === 'dead');
}

/** Whether strings are read or given: the host has them as bytes, ONNX Runtime only as UTF-8. */
export function touchesStrings(node: GraphNode, inputs: readonly Term[]): boolean {
  if (passThrough.has(node.op)) {
    return false;
  }
  return (
    inputs.some((input) => input.kind === 'tensor' && input.dtype === 'string') ||
    (hasOutputTypes(node.op) && outputTypes(node).includes('string'))
  );
}

/** Whether all that it gives are strings: it moves some, or makes them. */
export function givesStrings(node: GraphNode): boolean {
  const types = hasOutputTypes(node.op) ? outputTypes(node) : [];
  return types.length > 0 && types.every((type) => type === 'string');
}

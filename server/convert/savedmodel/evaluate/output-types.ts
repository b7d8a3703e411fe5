// The element types of every op's outputs, so that a node of the host's part need not run to be known.
import { PerchError } from '../../../errors.ts';
import { intAttr, typeAttr, typeListAttr } from '../graph/attributes.ts';
import { outputRules } from './output-rules.ts';
import { valueTypeOf } from '../proto/data-types.ts';
import type { EdgeType } from '../proto/data-types.ts';
import type { GraphNode } from '../graph/flat-graph.ts';

const rulesByOp: ReadonlyMap<string, readonly string[]> = new Map(
  outputRules.flatMap(([rules, ops]) => {
    const list = rules === '' ? [] : rules.split(' ');
    return ops.split(/\s+/u).map((op) => [op, list] as const);
  }),
);

/** Whether the types of this op's outputs are known. */
export function hasOutputTypes(op: string): boolean {
  return rulesByOp.has(op);
}

/**
 * The type of each output, in order; as many as the node has outputs.
 *
 * Throws SAVED_MODEL_INVALID where an attribute that says a type or a count is missing or absurd, or the op is not in
 * the table, and Unsupported for element types that Perch does not compute with.
 */
export function outputTypes(node: GraphNode): readonly EdgeType[] {
  const rules = rulesByOp.get(node.op);
  if (rules === undefined) {
    throw new PerchError('SAVED_MODEL_INVALID', `The outputs of the op ${node.op} are not known.`);
  }
  return rules.flatMap((rule) => typesOfRule(rule, node));
}

function typesOfRule(rule: string, node: GraphNode): readonly EdgeType[] {
  if (rule.startsWith('*@')) {
    return typeListAttr(node, rule.slice(2)).map(valueTypeOf);
  }
  const [type = '', countAttribute] = rule.split('*');
  const edgeType = type.startsWith('@') ? valueTypeOf(typeAttr(node, type.slice(1))) : (type as EdgeType);
  return countAttribute === undefined
    ? [edgeType]
    : new Array<EdgeType>(countOf(node, countAttribute)).fill(edgeType);
}

/** More outputs than any op has: what says so is wrong. */
const maximumOutputs = 65_536;

function countOf(node: GraphNode, attribute: string): number {
  const count = intAttr(node, attribute);
  if (count < 0 || count > maximumOutputs) {
    throw new PerchError('SAVED_MODEL_INVALID', `The node ${node.name} cannot have ${count} outputs.`);
  }
  return count;
}

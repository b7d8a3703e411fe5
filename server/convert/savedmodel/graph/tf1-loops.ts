// Turns TensorFlow 1's loops (Enter, Merge, Switch, NextIteration, Exit) into While ops with functions.
import { boolAttr, typeAttr } from './attributes.ts';
import { copiedRef, cutFunction, effectNames } from './generated-functions.ts';
import { nodeOf, outputOf } from './flat-graph.ts';
import { functionNamed, identity, typeList } from './nodes.ts';
import { framesOf } from './tf1-frames.ts';
import { isEnter, isMerge, isNextIteration, isSwitch } from './tf1-ops.ts';
import type { GraphNode } from './flat-graph.ts';
import type { AddFunction } from './generated-functions.ts';
import type { Frame } from './tf1-frames.ts';
import type { WorkGraph } from './work-graph.ts';

/** One variable of a loop. */
interface LoopVariable {
  readonly enter: GraphNode;
  readonly merge: GraphNode;
  readonly next: GraphNode;
  /** Absent for a variable that the loop writes and nobody reads. */
  readonly switch: GraphNode | undefined;
}

/** What a frame is made of. */
interface Loop {
  readonly condition: GraphNode;
  readonly variables: readonly LoopVariable[];
  /** Enters of values that stay the same. */
  readonly constants: readonly GraphNode[];
}

/**
 * Replaces each loop by a While, inner ones first. What is not built as TensorFlow's own while_loop builds it stays as
 * an Exit without inputs: nobody can compute that, and who needs it says so.
 */
export function raiseLoops(graph: WorkGraph, addFunction: AddFunction): void {
  for (const frame of framesOf(graph)) {
    refresh(frame, graph);
    const loop = loopOf(frame, graph);
    const whileNode = loop === undefined ? undefined : whileOf(frame, loop, graph, addFunction);
    removeFrame(frame, graph);
    if (loop === undefined || whileNode === undefined) {
      for (const exit of frame.exits) {
        graph.nodes.set(exit.name, { ...exit, inputs: [], controls: [] });
      }
      continue;
    }
    graph.nodes.set(whileNode.name, whileNode);
    frame.parent?.members.set(whileNode.name, whileNode);
    addExits(frame, loop, whileNode, graph);
  }
}

/** Inner loops were replaced meanwhile: takes the nodes as they are now. */
function refresh(frame: Frame, graph: WorkGraph): void {
  for (const name of frame.members.keys()) {
    const node = graph.nodes.get(name);
    if (node === undefined) {
      frame.members.delete(name);
    } else {
      frame.members.set(name, node);
    }
  }
}

function loopOf(frame: Frame, graph: WorkGraph): Loop | undefined {
  const members = [...frame.members.values()];
  const conditions = members.filter(({ op }) => op === 'LoopCond');
  const condition = conditions[0];
  if (condition === undefined || conditions.length > 1) {
    return undefined;
  }
  const switches = new Map<string, GraphNode>();
  for (const node of members) {
    const [data = '', predicate = ''] = node.inputs.map((input) => graph.resolve(input));
    if (isSwitch(node) && nodeOf(predicate) === condition.name) {
      switches.set(nodeOf(data), node);
    }
  }
  const variables: LoopVariable[] = [];
  for (const merge of members.filter(isMerge)) {
    const sources = merge.inputs.map((input) => graph.nodes.get(nodeOf(graph.resolve(input))));
    const enter = sources.find(isEnter);
    const next = sources.find(isNextIteration);
    if (enter !== undefined && next !== undefined && sources.length === 2) {
      variables.push({ enter, merge, next, switch: switches.get(merge.name) });
    } else if (enter !== undefined || next !== undefined) {
      return undefined;
    }
  }
  const entering = new Set(variables.map(({ enter }) => enter));
  const read = new Set(members.flatMap(({ inputs }) => inputs.map((input) => nodeOf(graph.resolve(input)))));
  const constants = frame.enters.filter(
    (enter) =>
      !entering.has(enter) && read.has(enter.name) && copiedRef(graph, `${enter.name}:0`) === undefined,
  );
  return constants.every((enter) => boolAttr(enter, 'is_constant', false))
    ? { condition, variables, constants }
    : undefined;
}

function whileOf(
  frame: Frame,
  { condition, variables, constants }: Loop,
  graph: WorkGraph,
  addFunction: AddFunction,
): GraphNode | undefined {
  const nodeArguments = new Map<string, number>();
  variables.forEach((variable, i) => {
    nodeArguments.set(variable.merge.name, i);
    if (variable.switch !== undefined) {
      nodeArguments.set(variable.switch.name, i);
    }
  });
  constants.forEach((enter, i) => nodeArguments.set(enter.name, variables.length + i));
  const refOf = (resolved: string): string | undefined => {
    const argument = nodeArguments.get(nodeOf(resolved));
    if (argument !== undefined) {
      return `@arg:${argument}`;
    }
    return frame.members.has(nodeOf(resolved)) ? resolved : copiedRef(graph, resolved);
  };
  const keepsControl = (name: string): boolean =>
    frame.members.has(name) && !nodeArguments.has(name) && name !== condition.name;
  const cut = (results: readonly string[]): WorkGraph | undefined =>
    cutFunction(graph, results, variables.length + constants.length, { refOf, keepsControl });
  const cond = cut(condition.inputs.slice(0, 1));
  const body = cut([
    ...variables.flatMap(({ next }) => next.inputs.slice(0, 1)),
    ...constants.map(({ name }) => `${name}:0`),
  ]);
  if (cond === undefined || body === undefined) {
    return undefined;
  }
  const enters = [...variables.map(({ enter }) => enter), ...constants];
  return {
    name: condition.name,
    op: effectNames(cond).length + effectNames(body).length > 0 ? 'While' : 'StatelessWhile',
    inputs: enters.flatMap((enter) => enter.inputs.slice(0, 1)),
    controls: [...new Set(enters.flatMap((enter) => enter.controls))],
    attributes: new Map([
      ['T', typeList(enters.map((enter) => typeAttr(enter, 'T')))],
      ['cond', functionNamed(addFunction(`${frame.name}@cond`, cond))],
      ['body', functionNamed(addFunction(`${frame.name}@body`, body))],
    ]),
  };
}

function removeFrame(frame: Frame, graph: WorkGraph): void {
  for (const name of frame.members.keys()) {
    graph.nodes.delete(name);
    frame.parent?.members.delete(name);
  }
  for (const enter of frame.enters) {
    graph.nodes.delete(enter.name);
    frame.parent?.members.delete(enter.name);
  }
}

function addExits(frame: Frame, loop: Loop, whileNode: GraphNode, graph: WorkGraph): void {
  const indexOfSwitch = new Map(loop.variables.map((variable, i) => [variable.switch?.name, i]));
  for (const exit of frame.exits) {
    const source = graph.resolve(exit.inputs[0] ?? '');
    const index = outputOf(source) === 0 ? indexOfSwitch.get(nodeOf(source)) : undefined;
    const node =
      index === undefined
        ? { ...exit, inputs: [], controls: [] }
        : identity(exit.name, `${whileNode.name}:${index}`, typeAttr(exit, 'T'));
    graph.nodes.set(exit.name, node);
    frame.parent?.members.set(exit.name, node);
  }
}

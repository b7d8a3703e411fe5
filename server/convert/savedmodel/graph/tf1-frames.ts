// Finds the frames of TensorFlow 1's loops: which node runs in which, and which frame lies in which.
import { PerchError } from '../../../errors.ts';
import { stringAttr } from './attributes.ts';
import { isEnter, isExit } from './tf1-ops.ts';
import { dependenciesOf } from './work-graph.ts';
import type { GraphNode } from './flat-graph.ts';
import type { WorkGraph } from './work-graph.ts';

/** A loop: all nodes between its Enters and its Exits. */
export interface Frame {
  readonly name: string;
  readonly enters: GraphNode[];
  readonly exits: GraphNode[];
  /** All nodes that run inside, Exits but not Enters. */
  readonly members: Map<string, GraphNode>;
  parent: Frame | undefined;
}

/** The frames of a graph, inner ones before those that they lie in. Throws SAVED_MODEL_INVALID for nodes in two frames at once, as TensorFlow does. */
export function framesOf(graph: WorkGraph): readonly Frame[] {
  const frames = new Map<string, Frame>();
  const frameOfEnter = new Map<GraphNode, Frame>();
  for (const node of graph.nodes.values()) {
    if (isEnter(node)) {
      const name = stringAttr(node, 'frame_name');
      let frame = frames.get(name);
      if (frame === undefined) {
        frame = { name, enters: [], exits: [], members: new Map(), parent: undefined };
        frames.set(name, frame);
      }
      frame.enters.push(node);
      frameOfEnter.set(node, frame);
    }
  }
  if (frames.size > 0) {
    assignNodes(graph, frameOfEnter);
  }
  return innerFirst([...frames.values()]);
}

function consumersOf(graph: WorkGraph): ReadonlyMap<string, readonly GraphNode[]> {
  const consumers = new Map<string, GraphNode[]>();
  for (const node of graph.nodes.values()) {
    for (const name of dependenciesOf(graph, node)) {
      const list = consumers.get(name);
      if (list === undefined) {
        consumers.set(name, [node]);
      } else {
        list.push(node);
      }
    }
  }
  return consumers;
}

function assignNodes(graph: WorkGraph, frameOfEnter: ReadonlyMap<GraphNode, Frame>): void {
  const consumers = consumersOf(graph);
  const frameOf = new Map<GraphNode, Frame>();
  const waiting: { readonly node: GraphNode; readonly frame: Frame }[] = [];
  const spread = (from: GraphNode, frame: Frame): void => {
    for (const node of consumers.get(from.name) ?? []) {
      waiting.push({ node, frame });
    }
  };
  for (const [enter, frame] of frameOfEnter) {
    spread(enter, frame);
  }
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, frame } = next;
    const known = frameOf.get(node);
    if (known !== undefined) {
      if (known !== frame) {
        throw new PerchError(
          'SAVED_MODEL_INVALID',
          `Node ${node.name} is in the loops ${known.name} and ${frame.name} at once.`,
        );
      }
      continue;
    }
    frameOf.set(node, frame);
    frame.members.set(node.name, node);
    const entered = frameOfEnter.get(node);
    if (entered !== undefined) {
      if (entered.parent !== undefined && entered.parent !== frame) {
        throw new PerchError('SAVED_MODEL_INVALID', `The loop ${entered.name} lies in two others.`);
      }
      if (entered.parent === undefined) {
        entered.parent = frame;
        entered.exits.forEach((exit) => spread(exit, frame));
      }
    } else if (isExit(node)) {
      frame.exits.push(node);
      if (frame.parent !== undefined) {
        spread(node, frame.parent);
      }
    } else {
      spread(node, frame);
    }
  }
}

function innerFirst(frames: readonly Frame[]): readonly Frame[] {
  const depths = new Map<Frame, number>();
  for (const frame of frames) {
    let depth = 0;
    for (let outer = frame.parent; outer !== undefined; outer = outer.parent) {
      depth++;
      if (depth > maximumDepth) {
        throw new PerchError('SAVED_MODEL_INVALID', `Loops of the graph lie in each other too deep.`);
      }
    }
    depths.set(frame, depth);
  }
  return [...frames].sort((a, b) => (depths.get(b) ?? 0) - (depths.get(a) ?? 0));
}

/** Loops in loops. */
const maximumDepth = 64;
